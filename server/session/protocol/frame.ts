/** One frame of the socket: a JSON object with a string `type`. Everything else is broken. */

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type FrameResult =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'broken'; readonly reason: 'json' | 'shape' };

export function readFrame(text: string): FrameResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'broken', reason: 'json' };
  }
  return isFrame(value) ? { kind: 'frame', frame: value } : { kind: 'broken', reason: 'shape' };
}

/** Whether a parsed value is a frame. */
export function isFrame(value: unknown): value is Frame {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    !Array.isArray(value)
  );
}
