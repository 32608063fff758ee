/**
 * Pursuits: model answers on their way to ghost text.
 *
 *   key ──► pursuit A ─────────────┐ answer: into the cache, whoever still waits
 *     key ──► pursuit B ─────┐
 *       key ──► pursuit C    A is let go: at most two per document are under way
 *
 * Laws
 * - A pursuit begins at once, without delay.
 * - A keystroke ends none: an older answer may still fit what is typed now, so the newest `perDocument` go on.
 * - An answer is taken in once, before anyone who waits for it goes on, and also where nobody waits any more.
 * - Every pursuit settles; letting one go aborts its answer.
 */

import type { CompleteAsk } from '../core/ask.ts';
import type { ModelFailure, ModelSession } from '../core/model.ts';
import type { SilenceReason } from '../core/suggestion.ts';
import type { Snapshot } from '../state/documents.ts';
import type { Tally } from './tally.ts';
import type { Trouble } from './trouble.ts';

/** First and last of a burst race; more only warms the model's fans (Zed's client keeps two as well). */
const perDocument = 2;

export interface Pursuit {
  readonly snapshot: Snapshot;
  readonly ask: CompleteAsk;
  /** Why there is nothing, or nothing where something was taken in. */
  readonly result: Promise<SilenceReason | undefined>;
}

export interface Pursuits {
  start(snapshot: Snapshot, ask: CompleteAsk): Pursuit;
  /** Those under way for the document, newest first. */
  running(uri: string): readonly Pursuit[];
  letGo(uri: string): void;
  letAllGo(): void;
}

export interface PursuitParts {
  readonly session: ModelSession;
  readonly tally: Tally;
  readonly trouble: Trouble;
  /** Takes the candidates in; the reason where none of them is of use. */
  readonly arrived: (
    made: Pick<Pursuit, 'snapshot' | 'ask'>,
    texts: readonly string[],
  ) => SilenceReason | undefined;
}

interface Held extends Pursuit {
  readonly controller: AbortController;
}

type Answer =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'silent'; readonly reason: SilenceReason };

export function createPursuits(parts: PursuitParts): Pursuits {
  let held: readonly Held[] = [];

  function drop(pursuits: readonly Held[]): void {
    held = held.filter((pursuit) => !pursuits.includes(pursuit));
    for (const pursuit of pursuits) pursuit.controller.abort();
  }

  return {
    start(snapshot, ask) {
      const controller = new AbortController();
      const result = read(ask, controller.signal, parts).then((answer) => {
        held = held.filter((other) => other !== pursuit);
        // What was let go may belong to a text that is gone.
        if (controller.signal.aborted) return 'superseded';
        return answer.kind === 'silent' ? answer.reason : parts.arrived({ snapshot, ask }, answer.texts);
      });
      const pursuit: Held = { snapshot, ask, result, controller };
      held = [pursuit, ...held];
      drop(held.filter(({ snapshot: { uri } }) => uri === snapshot.uri).slice(perDocument));
      return pursuit;
    },
    running: (uri) => held.filter(({ snapshot }) => snapshot.uri === uri),
    letGo: (uri) => drop(held.filter(({ snapshot }) => snapshot.uri === uri)),
    letAllGo: () => drop(held),
  };
}

async function read(ask: CompleteAsk, signal: AbortSignal, parts: PursuitParts): Promise<Answer> {
  const { session, tally, trouble } = parts;
  const texts: string[] = [];
  try {
    for await (const event of session.ask(ask, signal)) {
      switch (event.kind) {
        case 'text':
          texts[event.index] = (texts[event.index] ?? '') + event.text;
          // What goes past the last line that may be shown is not waited for; leaving the loop ends the answer.
          if (ask.candidates === 1 && linesIn(texts[0] ?? '') > ask.maxLines) return { kind: 'texts', texts };
          break;
        case 'refusal':
          return { kind: 'silent', reason: 'nothing-to-say' };
        case 'failed':
          trouble.met(event.failure);
          return { kind: 'silent', reason: silenceOf(event.failure) };
        case 'done': {
          tally.answered(event);
          const said = texts.filter((text) => text !== undefined && text !== '');
          if (said.length > 0) return { kind: 'texts', texts: said };
          const unsure = event.metadata.silence === 'low-confidence';
          return { kind: 'silent', reason: unsure ? 'low-confidence' : 'nothing-to-say' };
        }
        default:
          event satisfies never;
      }
    }
    trouble.met({ code: 'protocol', message: 'The model ended its answer without a word.' });
  } catch (error) {
    // A session does not throw; one that does all the same must not take the editor's server with it.
    const described = error instanceof Error ? error.message : String(error);
    trouble.met({ code: 'model', message: `Asking the model failed inside Whittle: ${described}` });
  }
  return { kind: 'silent', reason: 'failed' };
}

function linesIn(text: string): number {
  return text.split('\n').length;
}

function silenceOf(failure: ModelFailure): SilenceReason {
  switch (failure.code) {
    case 'cancelled':
      return 'superseded';
    case 'disposed':
      return 'cancelled';
    case 'excluded':
      return 'excluded';
    case 'busy':
      return 'busy';
    case 'limit':
      return 'limit';
    case 'offline':
      return 'offline';
    case 'unauthorized':
    case 'not-found':
    case 'rejected':
    case 'protocol':
    case 'model':
    case 'unsupported':
      return 'failed';
    default:
      return failure.code satisfies never;
  }
}
