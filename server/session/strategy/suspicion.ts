/**
 * Suspicion: whether a server refuses requests because they continue from a response, where it does not say so.
 *
 *   continued ──refused, nobody knows why──► the same, whole ──answered──► so many in a row: it does not continue
 *                                                └──────────refused──► it was the request
 *
 * Law: an ask is put whole for this once, and whoever asked notices nothing where that helps.
 */

import type { Exchange } from '../exchange.ts';

export interface Suspicion {
  /** A request that continued was refused; false where it has been put whole for that. */
  refused(exchange: Exchange): boolean;
  /** Whether it is to be put whole. */
  isWhole(exchange: Exchange): boolean;
  /** It was answered; whether that shows that the server does not continue. */
  answered(exchange: Exchange, way: 'continued' | 'whole'): boolean;
}

/** One may be chance: an answer that could not be continued, a chain that had grown too long. */
const enough = 3;

export function createSuspicion(): Suspicion {
  const whole = new WeakSet<Exchange>();
  let inRow = 0;
  return {
    refused(exchange) {
      if (whole.has(exchange)) return false;
      whole.add(exchange);
      return true;
    },
    isWhole: (exchange) => whole.has(exchange),
    answered(exchange, way) {
      if (way === 'continued') inRow = 0;
      else if (whole.has(exchange)) inRow++;
      return inRow >= enough;
    },
  };
}
