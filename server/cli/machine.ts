/** The machine's own clock; the rest of the server is given one. */

import { type Clock, inPieces } from '../core/clock.ts';

export const machineClock: Clock = {
  now: () => performance.now(),
  after: inPieces((ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }),
};
