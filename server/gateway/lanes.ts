/**
 * Lanes of one client: the order in which its requests run.
 *
 * Laws
 * - On one lane requests run in the order they came, never two at once.
 * - Over all lanes at most `inFlight` run; the others wait in the order they came and start as places come free.
 * - Every job is run or, after `stop`, dropped; its lane goes on whatever becomes of it.
 */

import { maxInFlight, maxLaneNames } from '../session/protocol/limits.ts';

export type Job = (signal: AbortSignal) => Promise<void> | undefined;

export type Admitted = 'queued' | 'too-many-lanes' | 'queue-full';

export interface Lanes {
  /** `undefined` is the unnamed lane. */
  submit(lane: string | undefined, job: Job): Admitted;
  /** Aborts what was submitted to the lane so far. */
  cancel(lane: string | undefined): void;
  stop(): void;
}

interface Entry {
  readonly lane: string | undefined;
  readonly job: Job;
  readonly end: AbortController;
}

const longestQueue = 64;

export function createLanes(limits = { inFlight: maxInFlight, names: maxLaneNames }): Lanes {
  const names = new Set<string>();
  const waiting: Entry[] = [];
  const running = new Map<string | undefined, Entry>();
  let stopped = false;

  const finish = (entry: Entry): void => {
    running.delete(entry.lane);
    pump();
  };

  const start = (entry: Entry): void => {
    running.set(entry.lane, entry);
    const work = entry.job(entry.end.signal);
    // A synchronous job has ended: nothing waits for the next turn.
    if (work)
      work.then(
        () => finish(entry),
        () => finish(entry),
      );
    else running.delete(entry.lane);
  };

  const pump = (): void => {
    for (let i = 0; i < waiting.length && running.size < limits.inFlight && !stopped; ) {
      const entry = waiting[i];
      if (!entry || running.has(entry.lane)) {
        i++;
        continue;
      }
      waiting.splice(i, 1);
      start(entry);
      // Places may have come free anywhere in front.
      i = 0;
    }
  };

  return {
    submit(lane, job) {
      if (lane !== undefined && !names.has(lane)) {
        if (names.size >= limits.names) return 'too-many-lanes';
        names.add(lane);
      }
      if (waiting.filter((entry) => entry.lane === lane).length >= longestQueue) return 'queue-full';
      waiting.push({ lane, job, end: new AbortController() });
      pump();
      return 'queued';
    },
    cancel(lane) {
      running.get(lane)?.end.abort();
      for (const entry of waiting) if (entry.lane === lane) entry.end.abort();
    },
    stop() {
      stopped = true;
      waiting.length = 0;
      for (const { end } of running.values()) end.abort();
    },
  };
}
