/**
 * Hopes: whole prompts under way whose answers may come to stand for their bases, and whether that is waited for.
 *
 *   whole prompt ──answered before the next ask──► its answer stands: nothing had to be made
 *        └─────────asked again before──► that ask went whole too, and the base is made after all
 *
 * Laws
 * - It is waited for while it seldom comes too late: where answers take long or the next ask comes at once, a base of
 *   its own is there sooner.
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
  /** Whether an answer under way is waited for. */
  has(base: Base): boolean;
}

interface Hope {
  readonly isWaitedFor: boolean;
  isLate: boolean;
}

/** Newest outcomes kept: people and servers change. */
const mostOutcomes = 8;
/** Too late is dearer than in time is cheap: somebody waits for a whole prompt to be read once more. */
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

  return {
    begin(base) {
      if (!underWay.has(base)) underWay.set(base, { isWaitedFor: isWorthIt(), isLate: false });
    },
    asked(base) {
      const hope = underWay.get(base);
      if (!hope || hope.isLate) return;
      hope.isLate = true;
      note('late');
    },
    ended(base, stands) {
      const hope = underWay.get(base);
      if (!hope) return false;
      underWay.delete(base);
      if (!hope.isLate) note(stands ? 'in time' : 'late');
      return hope.isWaitedFor && !hope.isLate;
    },
    forget: (base) => void underWay.delete(base),
    has(base) {
      const hope = underWay.get(base);
      return hope?.isWaitedFor === true && !hope.isLate;
    },
  };
}
