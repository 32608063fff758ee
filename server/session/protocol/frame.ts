/** One frame of the socket: a JSON object with a string `type`. Everything else is broken. */

import { objectIn } from './field.ts';

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type FrameResult =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'broken'; readonly reason: 'json' | 'shape' };

export function readFrame(text: string): FrameResult {
  return readAs((value) => (isFrame(value) ? value : undefined), text);
}

/** Whether a parsed value is a frame. */
function isFrame(value: unknown): value is Frame {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    !Array.isArray(value)
  );
}

/**
 * What a server sends, as a frame. Some say an error as a bare `{error}`, and some name an event of a stream only beside
 * its object; `name` is that one.
 */
export function serverFrame(value: unknown, name?: string): Frame | undefined {
  if (isFrame(value)) return value;
  const fields = objectIn(value);
  if (!fields) return undefined;
  if (name === 'error' || name?.startsWith('response.')) return { ...fields, type: name };
  const isError = typeof fields.error === 'string' || objectIn(fields.error) !== undefined;
  return isError ? { ...fields, type: 'error' } : undefined;
}

/** The same of a text. Relays of server-sent events pass on how those end, which tells nothing here. */
export function readServerFrame(text: string, name?: string): FrameResult {
  const read = readAs((value) => serverFrame(value, name), text);
  return read.kind === 'broken' && streamEnd.test(text) ? { kind: 'frame', frame: { type: 'done' } } : read;
}

const streamEnd = /^\s*(?:data:\s*)?\[DONE\]\s*$/;

function readAs(frameOf: (value: unknown) => Frame | undefined, text: string): FrameResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'broken', reason: 'json' };
  }
  const frame = frameOf(value);
  return frame ? { kind: 'frame', frame } : { kind: 'broken', reason: 'shape' };
}
