/** Peer: what is learnt about the server at the other end and stays true from one connection to the next. */

import type { OptionalField } from './protocol/create.ts';

export interface Peer {
  /** `unknown` until its first event shows whether it names the lane back. */
  lanes: 'unknown' | 'named' | 'none';
  takesAsks: boolean;
  /** Whether it makes a base: takes a request that is not to be answered. */
  prewarms: 'unknown' | 'refused' | 'ignored' | 'silent';
  /**
   * Whether a request may name the response it continues from. `named`: it was named back; `counted`: its tokens were
   * counted; `ignored`: they were not; `untold`: nothing was named or counted; `forgets`: it is lost again and again;
   * `late`: what would be counted was not waited for, and has not come yet.
   */
  continues: 'unknown' | 'named' | 'counted' | 'refused' | 'ignored' | 'untold' | 'forgets' | 'late';
  /** Fields it does not know. */
  readonly without: Set<OptionalField>;
  /** Shortest life of a connection it ended for its age. */
  maxAgeMs: number;
}

/**
 * Sockets at a time: one where it has lanes, a few where each runs one response; while that is not known, a second
 * request does not wait for the first.
 */
export const mostConnections: Readonly<Record<Peer['lanes'], number>> = { named: 1, none: 4, unknown: 2 };

export function createPeer(maxAgeMs: number): Peer {
  return {
    lanes: 'unknown',
    takesAsks: false,
    prewarms: 'unknown',
    continues: 'unknown',
    without: new Set(),
    maxAgeMs,
  };
}
