/**
 * Announcer: tells clients of a changed status, seldom enough that nobody notices the work.
 *
 *   changed ──at most `everyMs` after the last──► look ──different──► told
 *
 * Laws
 * - It never runs inside what changed: an answer on its way goes out first.
 * - At most one message in `everyMs`, and none that says what the last one said.
 * - What passes by itself (a wait, a snooze) is looked at again when it is over.
 * - After `dispose` there is no timer.
 */

import type { Clock } from '../core/clock.ts';

/** What is told, and in how many milliseconds it changes by itself. */
export interface Announcement<Status> {
  readonly status: Status;
  readonly passesInMs: number | undefined;
}

export interface Announcer {
  changed(): void;
  /** Without waiting, for what the user did. */
  now(): void;
  dispose(): void;
}

export interface AnnouncerParts<Status> {
  readonly clock: Clock;
  readonly look: () => Announcement<Status>;
  readonly tell: (status: Status) => void;
  readonly everyMs: number;
}

export function createAnnouncer<Status>(parts: AnnouncerParts<Status>): Announcer {
  const { clock, look, tell, everyMs } = parts;
  let told = '';
  let toldAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let disposed = false;
  let soon = false;

  /** At this time of the clock, or before. */
  function due(at: number): void {
    if (disposed || at >= dueAt) return;
    cancel?.();
    dueAt = at;
    cancel = clock.after(at - clock.now(), announce);
  }

  function announce(): void {
    cancel?.();
    cancel = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    const { status, passesInMs } = look();
    const words = JSON.stringify(status);
    if (words !== told) {
      told = words;
      toldAt = clock.now();
      tell(status);
    }
    if (passesInMs !== undefined && passesInMs > 0) due(clock.now() + passesInMs);
  }

  return {
    changed() {
      if (everyMs > 0) due(Math.max(clock.now(), toldAt + everyMs));
      else if (!soon) {
        soon = true;
        queueMicrotask(() => {
          soon = false;
          if (!disposed) announce();
        });
      }
    },
    now() {
      if (!disposed) announce();
    },
    dispose() {
      disposed = true;
      cancel?.();
      cancel = undefined;
    },
  };
}
