/**
 * Hopes: whole prompts under way whose answers may come to stand for their bases, and whether that is waited for.
 *
 *   whole prompt ──answered──► its answer stands: nothing had to be made
 *        └─────────asked again before──► that ask goes whole too
 *                     └─────────────asked once more before──► so does that, and the base is made after all
 *
 * Laws
 * - It is waited for while it seldom comes too late for the next ask: one whole prompt more costs no more than a base,
 *   but who waits for it waits until all is read once more. Where answers take long, a base is there sooner.
 * - What was not waited for counts as well: an answer that ends before the next ask would have been in time.
 */

import type { Base } from '../../core/prompt/base.ts';

export interface Hopes {
  /** A whole prompt goes out whose answer may stand for this base. */
  begin(base: Base): void;
  /** Another ask with this base goes out. */
  asked(base: Base): void;
  /** The answer has ended; `stands`: it could stand for the base. Whether it was waited for until now. */
  ended(base: Base, stands: boolean): boolean;
  /** It ends where nobody can continue it. */
  forget(base: Base): void;
  /** Whether an answer under way is waited for, still. */
  has(base: Base): boolean;
}

interface Hope {
  readonly isWaitedFor: boolean;
  /** How many asks it came too late for. */
  missed: number;
}

/** Of one answer: those that go whole before a base is made for the next. */
const mostMissed = 1;
/** Newest outcomes kept: people and servers change. */
const mostOutcomes = 8;
/** Of the newest outcomes: time is dearer than tokens. */
const mostLate = 1 / 3;

export function createHopes(): Hopes {
  // No text is kept for the sake of an answer that never ends.
  const underWay = new WeakMap<Base, Hope>();
  let outcomes: readonly ('in time' | 'late')[] = [];

  const note = (outcome: 'in time' | 'late'): void => {
    outcomes = [...outcomes, outcome].slice(-mostOutcomes);
  };
  const isWorthIt = (): boolean =>
    outcomes.filter((outcome) => outcome === 'late').length <= outcomes.length * mostLate;

  const lasts = ({ isWaitedFor, missed }: Hope): boolean => isWaitedFor && missed <= mostMissed;

  return {
    begin(base) {
      if (!underWay.has(base)) underWay.set(base, { isWaitedFor: isWorthIt(), missed: 0 });
    },
    asked(base) {
      const hope = underWay.get(base);
      if (hope && ++hope.missed === 1) note('late');
    },
    ended(base, stands) {
      const hope = underWay.get(base);
      if (!hope) return false;
      underWay.delete(base);
      if (hope.missed === 0) note(stands ? 'in time' : 'late');
      return lasts(hope);
    },
    forget: (base) => void underWay.delete(base),
    has(base) {
      const hope = underWay.get(base);
      return hope !== undefined && lasts(hope);
    },
  };
}
