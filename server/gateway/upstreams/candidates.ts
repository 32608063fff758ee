/**
 * Candidates: several different continuations, for a user who asked for a choice. The likeliest comes first, streamed
 * as ever; the others are drawn with some chance in them, and given on whole where they differ.
 *
 * Laws
 * - Nobody waits long for more: what is not there some time after the first is left.
 * - Whatever becomes of the others, the first is answered as if it were alone; its failure is the whole answer's.
 */

import type { Clock } from '../../core/clock.ts';
import { addUsage, type Usage } from '../../core/model.ts';
import type { BackendEvent } from '../backend.ts';
import { isNear } from './address.ts';
import type { ServerFacts } from './upstream.ts';

/** How freely a continuation is drawn: the likeliest at temperature 0. */
export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
}

export const likeliest: Sampling = { temperature: 0, seed: 0 };
const further: readonly Sampling[] = [
  { temperature: 0.6, seed: 1 },
  { temperature: 0.9, seed: 2 },
];

export interface CandidatesOptions {
  /** At least 1; no more than three are asked for. */
  readonly wanted: number;
  /** `after`: one by one, for servers that would read the prompt once more in another slot. */
  readonly turns: 'beside' | 'after';
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export type Draw = (sampling: Sampling, signal: AbortSignal) => AsyncIterable<BackendEvent>;

/** A server of one's own answers one at a time, except one that is made for many. */
export function turnsOf({ kind, root }: ServerFacts): CandidatesOptions['turns'] {
  return isNear(root) && kind !== 'vllm' ? 'after' : 'beside';
}

/** More is waited for at least and at most so long, and else as long as the first took. */
const leastMs = 500;
const mostMs = 3_000;

export async function* candidates(
  draw: Draw,
  { wanted, turns, signal, clock }: CandidatesOptions,
): AsyncGenerator<BackendEvent, void, void> {
  const others = further.slice(0, Math.max(0, wanted - 1));
  if (others.length === 0) {
    yield* draw(likeliest, signal);
    return;
  }
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const whole = (sampling: Sampling): Promise<Drawn> =>
    readWhole(draw(sampling, either)).catch(() => nothing);
  const began = clock.now();
  const beside = turns === 'beside' ? others.map(whole) : undefined;
  let stop = (): void => undefined;
  try {
    const said = [''];
    let end: Extract<BackendEvent, { kind: 'end' }> | undefined;
    for await (const event of draw(likeliest, signal)) {
      if (event.kind === 'text') said[0] += event.text;
      if (event.kind === 'end') end = event;
      else yield event;
    }
    // A failure, or nothing more after an abort.
    if (!end) return;
    let { usage } = end;
    if (said[0] !== '') {
      const ms = Math.min(mostMs, Math.max(leastMs, clock.now() - began));
      stop = clock.after(ms, () => enough.abort());
      for (const [index, sampling] of others.entries()) {
        const drawn = await (beside?.[index] ?? whole(sampling));
        if (drawn.usage) usage = usage ? addUsage(usage, drawn.usage) : drawn.usage;
        if (signal.aborted) return;
        const isNew =
          drawn.text.trim() !== '' && !said.some((text) => text.trimEnd() === drawn.text.trimEnd());
        if (!drawn.isWhole || !isNew) continue;
        yield { kind: 'text', candidate: said.length, text: drawn.text };
        said.push(drawn.text);
      }
    }
    yield { ...end, ...(usage ? { usage } : {}) };
  } finally {
    stop();
    enough.abort();
  }
}

interface Drawn {
  readonly text: string;
  readonly isWhole: boolean;
  readonly usage: Usage | undefined;
}

const nothing: Drawn = { text: '', isWhole: false, usage: undefined };

async function readWhole(events: AsyncIterable<BackendEvent>): Promise<Drawn> {
  let text = '';
  for await (const event of events) {
    if (event.kind === 'text') text += event.text;
    else if (event.kind === 'end')
      return { text, isWhole: event.outcome === 'completed', usage: event.usage };
    else break;
  }
  return nothing;
}
