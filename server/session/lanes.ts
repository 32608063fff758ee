/**
 * Lanes of one connection: which `stream_id` the next request takes.
 *
 * Laws
 * - Two requests never share a lane: a name is free again when its response has ended.
 * - At most `maxInFlight` are taken at once and at most `maxLaneNames` names are ever used.
 * - Names are reused in turn, so that a lane rests as long as possible before it is taken again.
 * - A kept name is not taken until it is released, whether its response has ended or not.
 */

import { maxInFlight, maxLaneNames } from './protocol/limits.ts';

export interface Lanes {
  /** A free lane, or nothing while all that may run are running. */
  take(): string | undefined;
  free(lane: string): void;
  /** What it carried last is to stay the newest there. */
  keep(lane: string): void;
  release(lane: string): void;
  taken(): number;
}

export function createLanes(limits = { inFlight: maxInFlight, names: maxLaneNames }): Lanes {
  const busy = new Set<string>();
  const kept = new Set<string>();
  const names = Array.from({ length: limits.names }, (_, number) => `w${number}`);
  let next = 0;
  return {
    take() {
      if (busy.size >= limits.inFlight) return undefined;
      for (let tries = 0; tries < limits.names; tries++) {
        const lane = names[next];
        next = (next + 1) % limits.names;
        if (lane === undefined || busy.has(lane) || kept.has(lane)) continue;
        busy.add(lane);
        return lane;
      }
      return undefined;
    },
    free(lane) {
      busy.delete(lane);
    },
    keep(lane) {
      kept.add(lane);
    },
    release(lane) {
      kept.delete(lane);
    },
    taken: () => busy.size,
  };
}
