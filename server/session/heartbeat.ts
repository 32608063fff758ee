/**
 * Heartbeat: notices a connection that died without saying so.
 *
 *   last frame ──silence──► ping ──patience──► dead
 *        ▲                    │ any frame
 *        └────────────────────┘
 *
 *   a request ──no frame for suspiciousMs──► ping ──doubtMs──► dead
 *
 *   a look shows that this machine has left the network ──► dead
 *
 * Any frame is a sign of life, not only the pong: a pong can wait for seconds behind a burst of text. Somebody waits for
 * what a request brings, so a network that was changed under it is found out sooner than one that nobody needs. A peer
 * that never said anything here may be slow at everything, and one that was slow before is given as long again. Where
 * the machine itself knows that its network is another one, nobody is given time.
 *
 * One timer for each of the two, set anew only when it fires.
 */

import type { Clock } from '../core/clock.ts';

export const silenceMs = 15_000;
export const patienceMs = 10_000;
/** Most answers have begun by then; looking costs 0.1 ms. */
const lookMs = 1_000;
/** A server that is well says by then that it has the request. */
const suspiciousMs = 2_000;
/** Some round trips of a bad network; less than a person waits before trying by hand. */
const doubtMs = 3_000;
const timesSlowest = 2;

export interface Heartbeat {
  /** In milliseconds of the clock. */
  alive(now: number): void;
  /** A request is written, that its peer says something to; in milliseconds of the clock. */
  asked(now: number): void;
  stop(): void;
}

export interface HeartbeatActions {
  ping(): void;
  dead(): void;
  /** Whether this machine has left the network that the connection was opened in. */
  hasLeft(): boolean;
  /** It looks after the connection, as it does every quarter of a minute. */
  looked?(): void;
}

export function startHeartbeat(clock: Clock, actions: HeartbeatActions): Heartbeat {
  let lastAlive = clock.now();
  let pingedAt: number | undefined;
  let cancel = clock.after(silenceMs, check);
  let stopped = false;

  /** Since when a request has had no sign of life. */
  let unansweredSince: number | undefined;
  let cancelWatch: (() => void) | undefined;
  let doubted = false;
  /** From a request to the first sign of life; nothing before there was any. */
  let slowestMs: number | undefined;

  function check(): void {
    actions.looked?.();
    if (stopped) return;
    const now = clock.now();
    if ((pingedAt !== undefined && lastAlive < pingedAt) || actions.hasLeft()) {
      actions.dead();
      return;
    }
    const silent = now - lastAlive;
    if (silent >= silenceMs) {
      pingedAt = now;
      cancel = clock.after(patienceMs, check);
      actions.ping();
    } else {
      cancel = clock.after(silenceMs - silent, check);
    }
  }

  function watch(): void {
    cancelWatch = undefined;
    if (doubted || (unansweredSince !== undefined && actions.hasLeft())) {
      actions.dead();
      return;
    }
    if (unansweredSince === undefined || slowestMs === undefined) return;
    const left = unansweredSince + suspiciousMs - clock.now();
    doubted = left <= 0;
    const longestMs = Math.min(patienceMs, Math.max(doubtMs, slowestMs * timesSlowest));
    cancelWatch = clock.after(doubted ? longestMs : left, watch);
    if (doubted) actions.ping();
  }

  return {
    alive(now) {
      lastAlive = now;
      slowestMs ??= 0;
      if (unansweredSince === undefined) return;
      slowestMs = Math.max(slowestMs, now - unansweredSince);
      unansweredSince = undefined;
      doubted = false;
    },
    asked(now) {
      unansweredSince ??= now;
      cancelWatch ??= clock.after(lookMs, watch);
    },
    stop() {
      stopped = true;
      cancel();
      cancelWatch?.();
    },
  };
}
