/** *More from Whittle…*: every action for a place in a list of its own, for menus that show only the first few. */

import type { Editor } from '../features/editor.ts';
import { type Fields, object, string } from './params.ts';

export interface MoreParts {
  readonly editor: Editor;
  /** `textDocument/codeAction`. */
  readonly codeActions: (params: Fields) => readonly object[];
  /** `workspace/executeCommand`. */
  readonly execute: (params: Fields) => unknown;
  readonly signal: AbortSignal;
}

/** `argument` is `{uri, range, diagnostics}` as the menu was asked for. */
export async function chooseAction(argument: Fields, parts: MoreParts): Promise<void> {
  const { uri, range, diagnostics } = argument;
  // The empty kind holds all others: a menu filtered by it is whole.
  const context = { diagnostics, only: [''] };
  const offered = parts.codeActions({ textDocument: { uri }, range, context }).flatMap(runnable);
  if (offered.length === 0) {
    parts.editor.say('info', 'There is nothing to do here any more.');
    return;
  }
  const titles = offered.map(({ title }) => title);
  const chosen = await parts.editor.choose('Whittle: what should be done here?', titles, parts.signal);
  const action = chosen === undefined ? undefined : offered[chosen];
  if (action) await parts.execute(action.command);
}

/** An action with its command; a client without literals gets bare commands. */
function runnable(action: object): readonly { readonly title: string; readonly command: Fields }[] {
  const fields: Fields = { ...action };
  const title = string(fields.title, 'title');
  if (typeof fields.command === 'string') return [{ title, command: fields }];
  return fields.command === undefined ? [] : [{ title, command: object(fields.command, 'command') }];
}
