/**
 * Methods that are no part of LSP: Whittle's own, and those that clients written for another copilot send.
 *
 *   whittle/nextEdit       request       {textDocument, position} → {edits: [{range, text, textDocument}]}
 *   whittle/diagnostics    notification  {uri, diagnostics}: what other servers say
 *   whittle/status         notification  to the client, when something it shows has changed
 *   textDocument/copilotInlineEdit and its companions: as sidekick.nvim, copilot-lsp and copilot.el send them
 */

import type { Diagnostics } from '../features/diagnostics.ts';
import type { Edits } from '../features/edits/edits.ts';
import type { Inline } from '../features/inline.ts';
import type { Documents } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import type { MethodTable } from './connection.ts';
import { readDiagnostics } from './diagnostics.ts';
import { documentUri, type Fields, list, object, optional, position, string } from './params.ts';
import { toOffset, toRange } from './position.ts';

export interface ExtensionParts {
  readonly documents: Documents;
  readonly inline: Inline;
  readonly diagnostics: Diagnostics;
  readonly pathOf: (uri: string) => string;
  readonly edits: Edits;
  readonly focused: (uri: string) => void;
  readonly client: () => ClientFeatures;
  readonly version: string;
}

export function extensions(parts: ExtensionParts): MethodTable {
  const { documents, inline, diagnostics, edits, client } = parts;

  function nextEdit(params: Fields): object {
    const uri = documentUri(params);
    const at = position(params.position, 'position');
    const before = documents.get(uri);
    if (!before) return { edits: [] };
    const { encoding } = client();
    const cursor = toOffset(before.text, at, encoding);
    const next = edits.next({ uri, token: '', origin: 'client' }, cursor);
    if ('ok' in next) return { edits: [] };
    const { snapshot, replacement } = next;
    // One edit: some clients apply all they are given, others show them as alternatives.
    const range = toRange(snapshot.text, replacement, encoding);
    return { edits: [{ text: replacement.text, range, textDocument: { uri, version: snapshot.version } }] };
  }

  return {
    requests: {
      'whittle/nextEdit': nextEdit,
      'textDocument/copilotInlineEdit': nextEdit,
      signIn: () => ({ status: 'AlreadySignedIn', user: 'local' }),
      signOut: () => ({ status: 'NotSignedIn' }),
      checkStatus: () => ({ status: 'OK', user: 'local' }),
      setEditorInfo: () => 'OK',
      getVersion: () => ({ version: parts.version }),
    },
    notifications: {
      'whittle/diagnostics': (params) => {
        const snapshot = documents.get(string(params.uri, 'uri'));
        if (!snapshot) return;
        const { uri, text } = snapshot;
        const place = { uri, text, encoding: client().encoding, pathOf: parts.pathOf };
        const read = readDiagnostics(params.diagnostics, 'diagnostics', place);
        diagnostics.set(
          snapshot,
          read.map(({ diagnostic }) => diagnostic),
        );
      },
      'textDocument/didFocus': (params) => parts.focused(documentUri(params)),
      'textDocument/didShowCompletion': () => {},
      'textDocument/didShowInlineEdit': () => {},
      // The accepted words arrive as typing, which the cache follows.
      'textDocument/didPartiallyAcceptCompletion'(params) {
        const id = suggestionId(params);
        if (id !== undefined) inline.partlyAccepted(id);
      },
    },
  };
}

/** `item.command.arguments[0]`, which for Whittle is `{id}` and in other copilots' clients may be the id alone. */
function suggestionId(params: Fields): string | undefined {
  const item = optional(object)(params.item, 'item');
  const command = optional(object)(item?.command, 'item.command');
  const [argument] = optional(list((value) => value))(command?.arguments, 'item.command.arguments') ?? [];
  if (typeof argument === 'string') return argument;
  const id = typeof argument === 'object' && argument !== null && 'id' in argument ? argument.id : undefined;
  return typeof id === 'string' ? id : undefined;
}
