/**
 * Idle: ends a connection that nobody has used for a while; the next who needs one opens it again.
 *
 * Using it costs no timer: there is one, set anew only when it fires.
 */

import type { Clock } from '../core/clock.ts';

/** Long enough for a pause between two edits: only after a longer one does the next ask wait for a handshake. */
const mostUnusedMs = 5 * 60_000;

export interface IdleActions {
  /** How long it has not been used; 0 while it is in use. */
  unusedMs(): number;
  /** Once. */
  end(): void;
}

/** What is returned stops watching. */
export function watchUse(clock: Clock, actions: IdleActions): () => void {
  let cancel = clock.after(mostUnusedMs, check);

  function check(): void {
    const unused = actions.unusedMs();
    if (unused >= mostUnusedMs) actions.end();
    else cancel = clock.after(mostUnusedMs - unused, check);
  }

  return () => cancel();
}
