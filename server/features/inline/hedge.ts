/**
 * Hedge: the embedded engine answers while a slower model is asked, where it is sure or the wait grows long.
 *
 *   request ──► model …………………………………………► its answer is what the next key shows, unless the other is typed along
 *         └──► engine: sure ──► shown at once
 *                      unsure ──► shown after `deadlineMs`, where the model is still silent
 *
 * Law: what the engine says is in the cache only once it may be shown; whoever was answered meanwhile ends the wait.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { ModelSession } from '../../core/model.ts';
import type { Snapshot } from '../../state/documents.ts';
import { anchorAt } from './anchor.ts';
import type { SuggestionCache } from './cache.ts';
import { shaped } from './expectation.ts';

export interface Hedge {
  begin(snapshot: Snapshot, ask: CompleteAsk): Hedging;
}

export interface Hedging {
  /** True once the engine's answer is in the cache; false where it has none, or it was ended. */
  readonly shown: Promise<boolean>;
  end(): void;
}

export interface HedgeParts {
  readonly session: ModelSession;
  readonly cache: SuggestionCache;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** The engine's confidence is calibrated: four in five of such answers are kept whole. */
const sure = 0.8;
/** Whoever has waited this long has stopped typing to look. */
const deadlineMs = 300;

export function createHedge({ session, cache, clock, newId }: HedgeParts): Hedge {
  async function answer(snapshot: Snapshot, ask: CompleteAsk, signal: AbortSignal): Promise<boolean> {
    const began = clock.now();
    const local = await localAnswer(session, ask, signal);
    if (!local) return false;
    const anchor = anchorAt(snapshot);
    const { text, languageId } = snapshot;
    const piece = shaped({ ask, text, languageId, anchor, start: ask.cursor, assumed: '' }, local.text);
    if (typeof piece === 'string') return false;
    if (local.confidence < sure) await until(clock, deadlineMs - (clock.now() - began), signal);
    if (signal.aborted) return false;
    cache.put(newId(), { anchor, piece, open: false, provisional: true });
    return true;
  }

  return {
    begin(snapshot, ask) {
      const ended = new AbortController();
      return { shown: answer(snapshot, ask, ended.signal), end: () => ended.abort() };
    },
  };
}

interface LocalAnswer {
  readonly text: string;
  readonly confidence: number;
}

async function localAnswer(
  session: ModelSession,
  ask: CompleteAsk,
  signal: AbortSignal,
): Promise<LocalAnswer | undefined> {
  let text = '';
  for await (const event of session.ask({ ...ask, local: true }, signal)) {
    if (event.kind === 'text' && event.index === 0) text += event.text;
    else if (event.kind === 'done' && text !== '')
      return { text, confidence: Number(event.metadata.confidence ?? 0) };
  }
  return undefined;
}

function until(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const settle = () => {
      cancel();
      signal.removeEventListener('abort', settle);
      resolve();
    };
    const cancel = clock.after(ms, settle);
    signal.addEventListener('abort', settle);
  });
}
