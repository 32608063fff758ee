/**
 * Which version of a document a request is about, where the client says so, compared with the one that is here.
 *
 *   didChange 3 ──► request about 3   the present one
 *   didChange 3 ──► request about 2   older: its position is none of this text
 *   request about 4 ──► didChange 4   newer: waits for the change, `longestMs` at most
 *
 * Law: compared is with what the client said last, whatever the documents count where its versions do not grow.
 */

import type { Clock } from '../core/clock.ts';

export interface Versions {
  /** A document was opened or changed; a client may leave out the number. */
  came(uri: string, version: number | undefined): void;
  closed(uri: string): void;
  compare(uri: string, version: number): 'present' | 'older' | 'newer';
  /** Settles when this version has come; when it is late, or the signal fires, too. */
  reached(uri: string, version: number, signal: AbortSignal): Promise<void>;
  dispose(): void;
}

/** Some clients count what is no change of the text as well: their newest version never comes. */
const longestMs = 100;

interface Waiter {
  readonly uri: string;
  readonly version: number;
  readonly wake: () => void;
}

export function createVersions(clock: Clock): Versions {
  /** The last one of each document; nothing where the client does not count. */
  const last = new Map<string, number | undefined>();
  const waiters = new Set<Waiter>();

  return {
    came(uri, version) {
      last.set(uri, version);
      for (const waiter of waiters)
        if (waiter.uri === uri && (version === undefined || version >= waiter.version)) waiter.wake();
    },
    closed(uri) {
      last.delete(uri);
      for (const waiter of waiters) if (waiter.uri === uri) waiter.wake();
    },
    compare(uri, version) {
      const known = last.get(uri);
      if (known === undefined || version === known) return 'present';
      return version < known ? 'older' : 'newer';
    },
    reached: (uri, version, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiters.delete(waiter);
          cancel();
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const waiter: Waiter = { uri, version, wake };
        const cancel = clock.after(longestMs, wake);
        waiters.add(waiter);
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
      }),
    dispose() {
      for (const waiter of waiters) waiter.wake();
    },
  };
}
