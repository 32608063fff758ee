/**
 * Edits of files as one WorkspaceEdit, by what the client understands: versioned where it takes versions, annotated
 * where it shows annotations, plain `changes` else.
 */

import type { FileChange } from '../features/editor.ts';
import type { ClientFeatures } from './capabilities.ts';
import { toRange } from './position.ts';

/** The one annotation there is. */
const beyond = 'whittle.beyond';

export function workspaceEdit(files: readonly FileChange[], client: ClientFeatures): object {
  if (!client.documentChanges) {
    return { changes: Object.fromEntries(files.map((file) => [file.uri, textEdits(file, client)])) };
  }
  const isAnnotated = client.changeAnnotations && files.some(({ toConfirm }) => toConfirm);
  const documentChanges = files.flatMap((file) => {
    const { uri, version = null, isNew, toConfirm } = file;
    const annotation = isAnnotated && toConfirm ? { annotationId: beyond } : {};
    const edits = textEdits(file, client).map((edit) => ({ ...edit, ...annotation }));
    return [
      ...(isNew ? [{ kind: 'create', uri, ...annotation }] : []),
      ...(edits.length > 0 ? [{ textDocument: { uri, version }, edits }] : []),
    ];
  });
  return isAnnotated ? { documentChanges, changeAnnotations: annotations } : { documentChanges };
}

const annotations = {
  [beyond]: {
    label: 'Changes in other files',
    needsConfirmation: true,
    description: 'The edit also changes files beside the one it was asked for.',
  },
};

function textEdits({ text, edit }: FileChange, { encoding }: ClientFeatures): readonly object[] {
  return edit.map((replacement) => ({
    range: toRange(text, replacement, encoding),
    newText: replacement.text,
  }));
}
