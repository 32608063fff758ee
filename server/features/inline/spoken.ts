/**
 * Spoken: what models said of late, word for word. What was left out of a suggestion where it was asked for may be the
 * next one a few keys later, and nobody has to ask for it again.
 *
 *   asked at `);█`      said ⏎`foo();`   not shown there: it is outside the block
 *   typed `);`⏎█                         there it is: `foo();`
 *
 * Laws
 * - Only the very text that was said counts: where something else was typed, nothing is known.
 * - What is not to be shown where it goes on is not asked for anew: the answer would be the same. One that lost count of
 *   its brackets is asked for anew a word further on: it may count better there.
 * - Where a model that was asked ahead said nothing it is not asked again.
 * - Bounded: at most `mostAnswers` answers.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { type Anchor, anchorAt, carriedTo, editsSince, typedBetween } from './anchor.ts';
import type { Piece, Written } from './cache.ts';
import { type Plan, type Stream, shaped } from './expectation.ts';

export interface Spoken {
  /** All that was said so far and is certain; `open` while more may come, `cut` where more should have. */
  said(key: string, plan: Plan, answer: { readonly text: string; readonly stream: Stream }): void;
  /** How it goes on at this cursor; why that is not to be shown; nothing where nobody knows. */
  at(
    snapshot: Snapshot,
    cursor: number,
    isRejected: (piece: Piece) => boolean,
  ): Written | SilenceReason | undefined;
  /** Whether something is known behind `text`, or about to be, if that stood at the cursor. */
  goesOnBehind(snapshot: Snapshot, cursor: number, text: string): boolean;
  /** Carries all to this version, because the way to it is only known for so long. */
  keepUp(snapshot: Snapshot): void;
  forget(uri: string): void;
  clear(): void;
}

const mostAnswers = 8;

interface Answer {
  readonly key: string;
  readonly plan: Plan;
  anchor: Anchor;
  text: string;
  stream: Stream;
}

export function createSpoken(documents: Documents): Spoken {
  /** Newest first. */
  let answers: readonly Answer[] = [];

  function carry(answer: Answer, snapshot: Snapshot): boolean {
    const anchor = carriedTo(answer.anchor, snapshot, editsSince(documents, snapshot.uri));
    if (anchor) answer.anchor = anchor;
    else answers = answers.filter((other) => other !== answer);
    return anchor !== undefined;
  }

  /** What of an answer is left behind the cursor, where all before it was typed. */
  function* rests(
    snapshot: Snapshot,
    cursor: number,
  ): Generator<{ readonly answer: Answer; readonly typed: string; readonly rest: string }> {
    for (const answer of answers) {
      const { plan } = answer;
      if (plan.anchor.uri !== snapshot.uri || !carry(answer, snapshot)) continue;
      const typed = typedBetween(answer.anchor, plan.start, cursor)?.replaceAll('\r\n', '\n');
      if (typed === undefined || typed.length < plan.assumed.length) continue;
      const assumed = plan.assumed.replaceAll('\r\n', '\n');
      const all = assumed + answer.text;
      if (all.startsWith(typed))
        yield { answer, typed: typed.slice(assumed.length), rest: all.slice(typed.length) };
    }
  }

  return {
    said(key, plan, { text, stream }) {
      const known = answers.find((answer) => answer.key === key && answer.plan === plan);
      if (known) Object.assign(known, { text, stream });
      else answers = [{ key, plan, anchor: plan.anchor, text, stream }, ...answers].slice(0, mostAnswers);
    },
    at(snapshot, cursor, isRejected) {
      let silence: SilenceReason | undefined;
      for (const { answer, typed, rest } of rests(snapshot, cursor)) {
        if (rest.trim() === '') {
          if (typed === '' && isSilent(answer)) silence = 'nothing-to-say';
          continue;
        }
        const anchor = anchorAt(snapshot);
        const { text, languageId } = snapshot;
        const { ahead: _, ...plan } = answer.plan;
        const ask = movedTo(cursor, plan.ask);
        const made = shaped(
          { ...plan, ask, text, languageId, anchor, start: cursor, assumed: '' },
          rest,
          answer.stream !== 'whole',
        );
        const piece = typeof made !== 'string' && isRejected(made) ? 'rejected' : made;
        if (typeof piece !== 'string') return { anchor, piece, open: false };
        if (piece === 'unclosed' && goesPastWord(typed)) continue;
        // More of it may make it another, and so may what was done elsewhere.
        return answer.stream === 'open' || isDoneElsewhere(answer) ? undefined : piece;
      }
      return silence;
    },
    goesOnBehind(snapshot, cursor, text) {
      const shown = text.replaceAll('\r\n', '\n');
      for (const { answer, rest } of rests(snapshot, cursor))
        if (rest.startsWith(shown) && (answer.stream === 'open' || rest.slice(shown.length).trim() !== ''))
          return true;
      return false;
    },
    keepUp(snapshot) {
      for (const answer of answers) if (answer.plan.anchor.uri === snapshot.uri) carry(answer, snapshot);
    },
    forget(uri) {
      answers = answers.filter(({ plan }) => plan.anchor.uri !== uri);
    },
    clear() {
      answers = [];
    },
  };
}

/** The same question as if it had been asked there. */
function movedTo(cursor: number, ask: CompleteAsk): CompleteAsk {
  const { selected } = ask;
  if (!selected) return { ...ask, cursor };
  const by = cursor - ask.cursor;
  return { ...ask, cursor, selected: { ...selected, start: selected.start + by, end: selected.end + by } };
}

/** Whether a model was asked what comes here before the user came, and said nothing. */
function isSilent(answer: Answer): boolean {
  const { plan, stream, text } = answer;
  return plan.ahead !== undefined && stream === 'whole' && text.trim() === '' && !isDoneElsewhere(answer);
}

function isDoneElsewhere({ anchor, plan }: Answer): boolean {
  return anchor.typed.some(({ start }) => start !== plan.start);
}

/** Whether a word ends in a text, blanks at its beginning left aside. */
function goesPastWord(typed: string): boolean {
  return /[^\p{L}\p{N}_$]/u.test(typed.trimStart());
}
