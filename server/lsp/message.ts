/**
 * A message of JSON-RPC 2.0 as it comes, judged before the library sees it: that one writes whole messages into the
 * log, which may be a document's text or a key, and answers nothing.
 */

import { ErrorCodes, type Message } from 'vscode-languageserver/node';
import { isFields } from './params.ts';

/** What came is no message. Its sentence repeats nothing of it. */
export class InvalidMessage extends Error {
  readonly code: number;
  /** The requests in it, each to be answered; `null` where none can be told. */
  readonly ids: readonly (string | number | null)[];

  constructor(code: number, sentence: string, ids: readonly (string | number | null)[]) {
    super(sentence);
    this.code = code;
    this.ids = ids;
  }
}

/** Throws an `InvalidMessage`. */
export function parseMessage(body: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's own words hold some of the text.
    throw new InvalidMessage(ErrorCodes.ParseError, 'A message is not JSON.', [null]);
  }
  if (Array.isArray(value)) {
    const ids = value.flatMap((each) =>
      isFields(each) && 'method' in each && isId(each.id) ? [each.id] : [],
    );
    const answered = ids.length > 0 ? ids : [null];
    throw invalid('Messages came as a batch, which LSP does not have: send each by itself.', answered);
  }
  if (!isFields(value)) throw invalid('A message is not an object.');
  const { id, method } = value;
  if (typeof method === 'string') {
    if (id !== undefined && !isId(id)) throw invalid("A message's 'id' must be a string or a number.");
    if (method === '$/cancelRequest' && !(isFields(value.params) && isId(value.params.id)))
      throw invalid("'$/cancelRequest' names no request.", []);
    return value as unknown as Message;
  }
  if (method !== undefined) throw invalid("A message's 'method' must be a string.", isId(id) ? [id] : [null]);
  if (!isId(id) && id !== null) throw invalid("A message has neither a 'method' nor an 'id'.");
  // Languages without `null` in their tables leave an empty result out.
  if (value.result === undefined && !value.error) return { ...value, result: null } as unknown as Message;
  return value as unknown as Message;
}

function invalid(sentence: string, ids: InvalidMessage['ids'] = [null]): InvalidMessage {
  return new InvalidMessage(ErrorCodes.InvalidRequest, sentence, ids);
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
