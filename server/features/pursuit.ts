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
 * - Every pursuit settles; letting one go aborts its answer.
 */

import type { CompleteAsk } from '../core/ask.ts';
import type { ModelFailure, ModelSession } from '../core/model.ts';
import type { SilenceReason } from '../core/suggestion.ts';
import type { Snapshot } from '../state/documents.ts';
import type { Tally } from './tally.ts';

/** First and last of a burst race; more only warms the model's fans (Zed's client keeps two as well). */
const perDocument = 2;

export type Pursued =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'silent'; readonly reason: SilenceReason; readonly failure?: ModelFailure };

export interface Pursuit {
  readonly snapshot: Snapshot;
  readonly cursor: number;
  readonly candidates: number;
  readonly result: Promise<Pursued>;
}

export interface Pursuits {
  start(snapshot: Snapshot, ask: CompleteAsk): Pursuit;
  /** Those under way for the document, newest first. */
  running(uri: string): readonly Pursuit[];
  letGo(uri: string): void;
  dispose(): void;
}

interface Held extends Pursuit {
  readonly controller: AbortController;
}

export function createPursuits(session: ModelSession, tally: Tally): Pursuits {
  let held: readonly Held[] = [];

  function drop(pursuits: readonly Held[]): void {
    held = held.filter((pursuit) => !pursuits.includes(pursuit));
    for (const pursuit of pursuits) pursuit.controller.abort();
  }

  return {
    start(snapshot, ask) {
      const controller = new AbortController();
      const result = read(session, ask, { controller, tally });
      const pursuit: Held = { snapshot, cursor: ask.cursor, candidates: ask.candidates, result, controller };
      held = [pursuit, ...held];
      drop(held.filter(({ snapshot: { uri } }) => uri === snapshot.uri).slice(perDocument));
      void result.then(() => {
        held = held.filter((other) => other !== pursuit);
      });
      return pursuit;
    },
    running: (uri) => held.filter(({ snapshot }) => snapshot.uri === uri),
    letGo: (uri) => drop(held.filter(({ snapshot }) => snapshot.uri === uri)),
    dispose: () => drop(held),
  };
}

async function read(
  session: ModelSession,
  ask: CompleteAsk,
  { controller, tally }: { readonly controller: AbortController; readonly tally: Tally },
): Promise<Pursued> {
  const texts: string[] = [];
  for await (const event of session.ask(ask, controller.signal)) {
    switch (event.kind) {
      case 'text':
        texts[event.index] = (texts[event.index] ?? '') + event.text;
        // What goes past the last line that may be shown is not waited for; leaving the loop ends the answer.
        if (ask.candidates === 1 && linesIn(texts[0] ?? '') > ask.maxLines) return { kind: 'texts', texts };
        break;
      case 'refusal':
        return { kind: 'silent', reason: 'nothing-to-say' };
      case 'failed':
        return { kind: 'silent', reason: silenceOf(event.failure), failure: event.failure };
      case 'done': {
        tally.answered(event.timing);
        const said = texts.filter((text) => text !== undefined && text !== '');
        if (said.length > 0) return { kind: 'texts', texts: said };
        return {
          kind: 'silent',
          reason: event.metadata.silence === 'low-confidence' ? 'low-confidence' : 'nothing-to-say',
        };
      }
      default:
        event satisfies never;
    }
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
