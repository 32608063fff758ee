/** Time as a parameter: `main` passes the machine's, tests pass a virtual one. */
export interface Clock {
  /** Milliseconds that only ever grow; where they began means nothing. */
  now(): number;
  /** Calls back once, no sooner than `ms` from now. The returned function takes that back. */
  after(ms: number, callback: () => void): () => void;
}

/** What a timer of the platform takes, in milliseconds; it runs out at once where it is given more. */
export const longestTimerMs = 2 ** 31 - 1;

/**
 * Waits of any length out of a timer that takes only so much: longer ones are waited for in pieces, and what should
 * have been by now is no wait, as Node 24 complains of negative ones on stderr.
 */
export function inPieces(after: Clock['after']): Clock['after'] {
  return (ms, callback) => {
    let left = Math.max(0, ms);
    let cancel = () => {};
    const next = () => {
      const piece = Math.min(left, longestTimerMs);
      left -= piece;
      cancel = after(piece, left > 0 ? next : callback);
    };
    next();
    return () => cancel();
  };
}
