/**
 * Wake: notices that the machine was asleep. Connections to other machines did not survive that, and nobody says so:
 * what is written into one is lost, and pings would find out half a minute later.
 *
 * It is looked at again and again while there is a connection, so that a long time between two looks was sleep. By the
 * time of day: other clocks stand still meanwhile on some systems.
 */

import type { Connection } from './connection.ts';
import { isLoopback } from './endpoint.ts';

export interface Wake {
  look(): void;
}

/** Longer than any time between two looks of a machine that is awake. */
const leastSleepMs = 60_000;

/** What is ended, unless it leads to this machine, where the other end slept along. */
export interface Sleepers {
  url(): string;
  readonly connections: Iterable<Pick<Connection, 'close'>>;
}

/** `epochMs`: milliseconds since 1970; nothing is noticed where nobody knows them. */
export function createWake(epochMs: (() => number) | undefined, { url, connections }: Sleepers): Wake {
  let lookedAt: number | undefined;
  return {
    look() {
      const now = epochMs?.();
      if (now === undefined) return;
      const before = lookedAt;
      lookedAt = now;
      if (before === undefined || now - before <= leastSleepMs || isLoopback(url())) return;
      for (const connection of [...connections]) connection.close();
    },
  };
}
