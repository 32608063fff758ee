/** The whole status as the server tells it, as a page that cannot be changed and asks nothing when it is closed. */

import { type Disposable, EventEmitter, Uri, window, workspace } from 'vscode';

export interface StatusPage extends Disposable {
  show(status: unknown): Promise<void>;
}

export function createStatusPage(): StatusPage {
  const uri = Uri.parse('whittle:Whittle Status.json');
  const changed = new EventEmitter<Uri>();
  let text = '';
  const provider = workspace.registerTextDocumentContentProvider(uri.scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => text,
  });
  return {
    async show(status) {
      text = `${JSON.stringify(status, null, 2)}\n`;
      changed.fire(uri);
      await window.showTextDocument(await workspace.openTextDocument(uri));
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}
