/**
 * What need not be done before whoever waits for an answer goes on.
 *
 * Laws
 * - It is done in the order it came in, behind whoever was woken by then and needs fewer than `turnsToReply` turns, and
 *   before anything else that happens outside: no timer and no message comes between.
 * - Who needs it done first says so (`catchUp`), and finds nothing undone; what is done may itself put something off.
 * - One act that fails keeps none of the others.
 */

export interface Behind {
  later(act: () => void): void;
  catchUp(): void;
}

/** Turns of the microtask queue from an answer's last event to the editor's reply, and more. */
const turnsToReply = 40;

export function createBehind(): Behind {
  const waiting: (() => void)[] = [];
  /** Number of the newest wait: an older one is over, somebody has caught up meanwhile. */
  let newest = 0;

  function catchUp(): void {
    // Each is gone before it acts: one that catches up itself goes on with the next.
    for (let act = waiting.shift(); act; act = waiting.shift()) act();
  }

  // Of promises, not of `queueMicrotask`: that one makes an async resource of Node's each time.
  async function wait(): Promise<void> {
    const own = ++newest;
    for (let turn = 0; turn < turnsToReply; turn++) await undefined;
    if (own !== newest) return;
    try {
      catchUp();
    } finally {
      if (waiting.length > 0) void wait();
    }
  }

  return {
    later(act) {
      if (waiting.push(act) === 1) void wait();
    },
    catchUp,
  };
}
