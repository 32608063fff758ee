/**
 * Losses: whether a server loses what requests are to continue from so often that it is not worth trying. Each loss
 * costs whoever asked a round trip more, and a whole prompt.
 */

export interface Losses {
  /** A request continued. */
  kept(): void;
  /** One could not, as its parent was gone; whether that is too often by now. */
  lost(): boolean;
}

const mostInRow = 3;
/**
 * Of the newest: a server that keeps nothing but its newest response loses every second. With every third lost, what
 * the others save still outweighs it.
 */
const mostShare = 0.4;
const newest = 12;
/** Fewer may be chance. */
const fewest = 4;

export function createLosses(): Losses {
  let outcomes: readonly ('kept' | 'lost')[] = [];

  const note = (outcome: 'kept' | 'lost'): void => {
    outcomes = [...outcomes, outcome].slice(-newest);
  };

  return {
    kept: () => note('kept'),
    lost() {
      note('lost');
      const lost = outcomes.filter((outcome) => outcome === 'lost').length;
      const isInRow = outcomes.length >= mostInRow && !outcomes.slice(-mostInRow).includes('kept');
      return isInRow || (lost >= fewest && lost >= outcomes.length * mostShare);
    },
  };
}
