/**
 * What is answered to a prompt of `POST /v1/completions`.
 *
 * - In Sweep's format: the window anew. The latest change done where else it fits needs no model; else the model says
 *   the next edit, or, where it knows none of those, what goes on at the cursor. A window stays as it is where
 *   nothing is to be done.
 * - In a format that fills in the middle: what is to stand at the cursor.
 * - Anything else: how the text goes on.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import { apply, insertion } from '../../core/edit.ts';
import { readSweepPrompt, type SweepPrompt } from '../../core/formats/windows/sweep-prompt.ts';
import type { ModelFailure, Usage } from '../../core/model.ts';
import { readFimPrompt } from '../../core/prompt/fim/read.ts';
import type { Backend } from '../backend.ts';
import { textAsk } from '../request.ts';
import { fimAsk, sweepAsk } from './asks.ts';
import { latestOf } from './latest.ts';
import { nextWindow } from './next-edit.ts';
import type { CompletionRequest } from './request.ts';

export type Completion =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly finish: 'stop' | 'length';
      readonly usage?: Usage;
    }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export async function complete(
  { prompt, maxTokens, stop }: CompletionRequest,
  backend: Backend,
  signal: AbortSignal,
): Promise<Completion> {
  const sweep = readSweepPrompt(prompt);
  if (sweep) return rewritten(sweep, { maxTokens, backend }, signal);
  const fim = readFimPrompt(prompt);
  const said = await inserted(fim ? fimAsk(fim, maxTokens) : textAsk(prompt, maxTokens), backend, signal);
  return said.kind === 'text' ? cut(said, stop) : said;
}

async function rewritten(
  prompt: SweepPrompt,
  { maxTokens, backend }: { readonly maxTokens: number | undefined; readonly backend: Backend },
  signal: AbortSignal,
): Promise<Completion> {
  const { window, original, changes } = prompt;
  const { cursor, places } = latestOf(prompt);
  if (places.length > 0) return { kind: 'text', text: whole(apply(window, places), prompt), finish: 'stop' };
  if (cursor === undefined && window === original && changes.length === 0)
    return { kind: 'text', text: unchanged(prompt), finish: 'stop' };
  const next = await nextWindow(prompt, { cursor, backend }, signal);
  if (next.kind === 'failed') return next;
  if (next.kind === 'window') {
    const text = next.text === window ? unchanged(prompt) : whole(next.text, prompt);
    return { kind: 'text', text, finish: 'stop', ...(next.usage ? { usage: next.usage } : {}) };
  }
  if (cursor === undefined) return { kind: 'text', text: unchanged(prompt), finish: 'stop' };
  const said = await inserted(sweepAsk(prompt, cursor, maxTokens), backend, signal);
  if (said.kind === 'failed') return said;
  const text =
    said.text === '' ? unchanged(prompt) : whole(apply(window, insertion(cursor, said.text)), prompt);
  // A window is whole however long what was put into it: half a one would read as a deletion.
  return { ...said, text, finish: 'stop' };
}

/** With the final terminator that the editor's window has; most files end with one. */
function whole(text: string, { isTerminated }: SweepPrompt): string {
  return isTerminated === false ? text : `${text}\n`;
}

/** The window to the letter; where its end is not known for certain the empty answer, which means the same. */
function unchanged({ window, isTerminated }: SweepPrompt): string {
  return isTerminated === false ? window : '';
}

async function inserted(ask: CompleteAsk, backend: Backend, signal: AbortSignal): Promise<Completion> {
  let text = '';
  for await (const event of backend.answer(ask, signal)) {
    switch (event.kind) {
      case 'text':
        // Further candidates are alternatives.
        if (event.candidate === 0) text += event.text;
        break;
      case 'refusal':
        break;
      case 'failed':
        return event;
      case 'end': {
        const finish = event.reason === 'max_output_tokens' ? 'length' : 'stop';
        return { kind: 'text', text, finish, ...(event.usage ? { usage: event.usage } : {}) };
      }
      default:
        event satisfies never;
    }
  }
  return { kind: 'failed', failure: { code: 'cancelled', message: 'The request was cancelled.' } };
}

/** Up to the first of the stops. */
function cut(said: Extract<Completion, { kind: 'text' }>, stop: readonly string[]): Completion {
  const ends = stop.map((each) => said.text.indexOf(each)).filter((at) => at !== -1);
  return ends.length === 0 ? said : { ...said, text: said.text.slice(0, Math.min(...ends)), finish: 'stop' };
}
