/**
 * What a Responses server remembers on one connection, and the protocol's rules for who talks to it there: one request
 * at a time on a lane and 16 in all, 32 lane names, a parent that is the newest response of some lane, and nothing
 * but the input changed from parent to child.
 */

export type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Chain {
  /** A request begins: what it reads, or that its parent is not there. */
  begin(frame: Frame): Reading | 'parent-not-found';
  /** Its response has ended; `written` code units of it. One that failed is not kept, and loses its parent. */
  end(frame: Frame, ended: { readonly id: string; readonly failed: boolean; readonly written: number }): void;
  /** Loses everything. */
  forget(): void;
}

/** In UTF-16 code units of input. */
export interface Reading {
  readonly whole: number;
  /** Of it, read before. */
  readonly before: number;
}

interface Kept {
  readonly id: string;
  readonly shape: string;
  readonly size: number;
}

/** May differ between a response and what goes on from it. */
const free = new Set([
  'type',
  'stream_id',
  'input',
  'previous_response_id',
  'generate',
  'max_output_tokens',
  'prompt_cache_options',
  // Of tools that are the same: what is kept does not depend on it.
  'tool_choice',
]);

export function createChain(violation: (text: string) => void): Chain {
  const newest = new Map<unknown, Kept>();
  const running = new Map<unknown, Frame>();
  const names = new Set<unknown>();
  const sizes = new WeakMap<Frame, number>();

  function checkFields(frame: Frame): void {
    if ('stream' in frame || 'background' in frame) violation('stream or background on a socket');
    if (frame.store !== false) violation('store is not false');
    if ('stream_options' in frame && JSON.stringify(frame.stream_options) !== '{"include_obfuscation":false}')
      violation('padding is asked for');
  }

  function checkLane({ stream_id }: Frame): void {
    if (running.has(stream_id)) violation('two requests on a lane');
    if (running.size >= 16) violation('more than 16 requests');
    if (stream_id === undefined) return;
    if (typeof stream_id !== 'string' || !/^[A-Za-z0-9_.-]{1,256}$/.test(stream_id)) violation('lane name');
    names.add(stream_id);
    if (names.size > 32) violation('more than 32 lanes');
  }

  return {
    begin(frame) {
      checkFields(frame);
      checkLane(frame);
      running.set(frame.stream_id, frame);
      const own = inputSize(frame);
      const id = frame.previous_response_id;
      if (id === undefined) {
        sizes.set(frame, own);
        return { whole: own, before: 0 };
      }
      const parent = [...newest.values()].find((kept) => kept.id === id);
      if (!parent) return 'parent-not-found';
      if (parent.shape !== shapeOf(frame)) violation('a chain whose parameters changed');
      sizes.set(frame, parent.size + own);
      return { whole: parent.size + own, before: parent.size };
    },
    end(frame, { id, failed, written }) {
      if (running.get(frame.stream_id) === frame) running.delete(frame.stream_id);
      const lane = frame.stream_id;
      if (!failed) newest.set(lane, { id, shape: shapeOf(frame), size: (sizes.get(frame) ?? 0) + written });
      else if (newest.get(lane)?.id === frame.previous_response_id) newest.delete(lane);
    },
    forget: () => newest.clear(),
  };
}

/** Text of all input items, in code units. */
export function inputSize({ input }: Frame): number {
  if (!Array.isArray(input)) return 0;
  return input.reduce((sum: number, item: { content?: { text?: string }[] }) => {
    return sum + (item.content ?? []).reduce((length, { text = '' }) => length + text.length, 0);
  }, 0);
}

function shapeOf(frame: Frame): string {
  return JSON.stringify(Object.entries(frame).filter(([name]) => !free.has(name)));
}
