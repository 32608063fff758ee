/** What the server answers, read: to `whittle/nextEdit`, and to its command `whittle.nextEdit`. */

import {
  boolean,
  type Fields,
  list,
  Malformed,
  object,
  optional,
  type Range,
  range,
  string,
  uinteger,
} from '../../../../server/lsp/params.ts';

/** In the protocol's positions, which are VS Code's. */
export interface SentEdit {
  readonly id: string;
  readonly version: number;
  readonly range: Range;
  readonly text: string;
}

export type Sent = { readonly edit: SentEdit } | { readonly edit?: never; readonly why?: string };

/** Of what a server of another version says in other words, nothing is shown. */
export function readSent(result: unknown): Sent {
  try {
    const answer = object(result, 'result');
    return 'edits' in answer && Array.isArray(answer.edits) ? ofRequest(answer) : ofCommand(answer);
  } catch (error) {
    if (error instanceof Malformed)
      return { why: `The server's answer was not understood: ${error.message}` };
    throw error;
  }
}

function ofRequest(answer: Fields): Sent {
  const [edit] = list(object)(answer.edits, 'edits');
  if (!edit) return {};
  const { version } = object(edit.textDocument, 'textDocument');
  const [argument] = list(object)(object(edit.command, 'command').arguments, 'arguments');
  return { edit: read(edit, { id: argument?.id, version }) };
}

function ofCommand(answer: Fields): Sent {
  const next = optional(object)(answer.next, 'next');
  if (boolean(answer.ok, 'ok') && next) return { edit: read(next, next) };
  return { why: optional(string)(answer.message, 'message') ?? 'There is no next edit here.' };
}

function read(edit: Fields, named: Fields): SentEdit {
  return {
    id: string(named.id, 'id'),
    version: uinteger(named.version, 'version'),
    range: range(edit.range, 'range'),
    text: string(edit.text, 'text'),
  };
}
