/**
 * Suspicion: whether a server refuses requests because they continue from a response, where it does not say so.
 *
 *   continued ──refused, nobody knows why──► the same, whole ──answered──► so many in a row: it does not continue
 *                                                └──────────refused──► it was the request
 *
 * With a tool there is something else that it may mind first: that the request chooses whether the tool is called, which
 * what it continues from does not.
 *
 *   continued ──refused, nobody knows why──► the same, without a choice ──answered──► no request has one from now on
 *                                                └──────────refused──► as above
 *
 * Law: an ask is put otherwise once for each of these, and whoever asked notices nothing where that helps.
 */

import type { Exchange } from '../exchange.ts';

/** What an answer shows of all that were refused before. */
export type Shown = 'continues-never' | 'continues-unchosen' | 'nothing';

export interface Suspicion {
  /** A request that continued was refused; false where it has been put otherwise for all that may be. */
  refused(exchange: Exchange): boolean;
  /** Whether it is to be put whole. */
  isWhole(exchange: Exchange): boolean;
  /** Whether it is to be put without choosing a tool. */
  isUnchosen(exchange: Exchange): boolean;
  answered(exchange: Exchange, way: 'continued' | 'whole'): Shown;
}

/** One may be chance: an answer that could not be continued, a chain that had grown too long. */
const enough = 3;

/** `chooses`: whether requests choose a tool. */
export function createSuspicion(chooses: boolean): Suspicion {
  const whole = new WeakSet<Exchange>();
  const unchosen = new WeakSet<Exchange>();
  let inRow = 0;
  /** Whether the choice may be what is minded: not of a server that has answered one. */
  let mayMind = chooses;
  return {
    refused(exchange) {
      if (whole.has(exchange)) return false;
      if (mayMind && !unchosen.has(exchange)) {
        unchosen.add(exchange);
        return true;
      }
      unchosen.delete(exchange);
      whole.add(exchange);
      return true;
    },
    isWhole: (exchange) => whole.has(exchange),
    isUnchosen: (exchange) => unchosen.has(exchange),
    answered(exchange, way) {
      if (way === 'continued') {
        inRow = 0;
        mayMind = false;
        return unchosen.has(exchange) ? 'continues-unchosen' : 'nothing';
      }
      if (whole.has(exchange)) inRow++;
      return inRow >= enough ? 'continues-never' : 'nothing';
    },
  };
}
