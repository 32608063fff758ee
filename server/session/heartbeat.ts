/**
 * Heartbeat: notices a connection that died without saying so.
 *
 *   last frame ──silence──► ping ──patience──► dead
 *        ▲                    │ any frame
 *        └────────────────────┘
 *
 * Any frame is a sign of life, not only the pong: a pong can wait for seconds behind a burst of text. One timer,
 * set anew only when it fires.
 */

import type { Clock } from '../core/clock.ts';

export const silenceMs = 15_000;
export const patienceMs = 10_000;

export interface Heartbeat {
  /** In milliseconds of the clock. */
  alive(now: number): void;
  stop(): void;
}

export interface HeartbeatActions {
  ping(): void;
  dead(): void;
  /** It looks after the connection, as it does every quarter of a minute. */
  looked?(): void;
}

export function startHeartbeat(clock: Clock, actions: HeartbeatActions): Heartbeat {
  let lastAlive = clock.now();
  let pingedAt: number | undefined;
  let cancel = clock.after(silenceMs, check);

  let stopped = false;

  function check(): void {
    actions.looked?.();
    if (stopped) return;
    const now = clock.now();
    if (pingedAt !== undefined && lastAlive < pingedAt) {
      actions.dead();
      return;
    }
    const silent = now - lastAlive;
    if (silent >= silenceMs) {
      pingedAt = now;
      cancel = clock.after(patienceMs, check);
      actions.ping();
    } else {
      pingedAt = undefined;
      cancel = clock.after(silenceMs - silent, check);
    }
  }

  return {
    alive(now) {
      lastAlive = now;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
