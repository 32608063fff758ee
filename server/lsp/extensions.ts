/**
 * Methods that are no part of LSP: Whittle's own, and those that clients written for another copilot send.
 *
 *   whittle/nextEdit       request       {textDocument, position} → {edits: [{range, text, textDocument, command}]}
 *   whittle/diagnostics    notification  {uri, diagnostics}: what other servers say
 *   whittle/status         notification  to the client, when something it shows has changed
 *   textDocument/copilotInlineEdit and its companions: as sidekick.nvim, copilot-lsp and copilot.el send them
 */

import type { Inline } from '../features/inline.ts';
import type { MethodTable, RequestHandler } from './connection.ts';
import { keepDiagnostics } from './diagnostics.ts';
import { type NextEditParts, nextEdit } from './next-edit.ts';
import { documentUri, type Fields, list, object, optional, string } from './params.ts';

export interface ExtensionParts extends NextEditParts {
  readonly inline: Inline;
  readonly ready: Promise<void>;
  readonly focused: (uri: string) => void;
  readonly version: string;
}

export function extensions(parts: ExtensionParts): MethodTable {
  const { inline } = parts;
  const next: RequestHandler = (params, signal) => nextEdit(params, signal(), parts);

  return {
    requests: {
      'whittle/nextEdit': next,
      'textDocument/copilotInlineEdit': next,
      signIn: () => ({ status: 'AlreadySignedIn', user: 'local' }),
      signOut: () => ({ status: 'NotSignedIn' }),
      checkStatus: () => ({ status: 'OK', user: 'local' }),
      setEditorInfo: () => 'OK',
      getVersion: () => ({ version: parts.version }),
    },
    notifications: {
      'whittle/diagnostics': (params) =>
        keepDiagnostics(params.diagnostics, string(params.uri, 'uri'), parts),
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
