/**
 * What need not be done before whoever waits for an answer goes on.
 *
 * Laws
 * - It is done in the order it came in, behind everybody who was woken by then, and before anything else that happens
 *   outside: no timer and no message comes between.
 * - Who needs it done first says so (`catchUp`), and finds nothing undone; what is done may itself put something off.
 */

export interface Behind {
  later(act: () => void): void;
  catchUp(): void;
}

/** Turns of the microtask queue from an answer's last event to the editor's reply, and more. */
const turnsToReply = 40;

export function createBehind(): Behind {
  const waiting: (() => void)[] = [];

  function catchUp(): void {
    // Each is gone before it acts: one that catches up itself goes on with the next.
    for (let act = waiting.shift(); act; act = waiting.shift()) act();
  }

  // Of promises, not of `queueMicrotask`: that one makes an async resource of Node's each time.
  async function come(): Promise<void> {
    for (let turn = 0; turn < turnsToReply; turn++) await undefined;
    try {
      catchUp();
    } finally {
      // One that failed does not keep the others.
      if (waiting.length > 0) void come();
    }
  }

  return {
    later(act) {
      if (waiting.push(act) === 1) void come();
    },
    catchUp,
  };
}
