// The plainest notebook there can be: cells of TypeScript, divided by a line of three dashes.

const { NotebookCellData, NotebookCellKind, NotebookData, workspace } = require('vscode');

const divider = '\n---\n';

exports.activate = ({ subscriptions }) => {
  const serializer = {
    deserializeNotebook: (bytes) =>
      new NotebookData(
        new TextDecoder()
          .decode(bytes)
          .split(divider)
          .map((text) => new NotebookCellData(NotebookCellKind.Code, text, 'typescript')),
      ),
    serializeNotebook: ({ cells }) => new TextEncoder().encode(cells.map(({ value }) => value).join(divider)),
  };
  subscriptions.push(workspace.registerNotebookSerializer('test-notebook', serializer));
};
