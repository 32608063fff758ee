/**
 * Leave: ends the process, also where the system keeps it. Node waits at its end for all that its threads are at: a name
 * that no DNS server answers for, a disk that hangs, a worker that waits for either. That takes from seconds to for ever,
 * and an editor has given its server up by then.
 *
 * Law: it ends with its code, or, where that cannot be within a moment, by a signal.
 */

import type { Clock } from '../core/clock.ts';

export interface LeaveParts {
  readonly clock: Clock;
  /** Whether the end would wait for something. */
  readonly isHeld: () => boolean;
  readonly exit: (code: number) => void;
  readonly kill: () => void;
}

/** What is well is over by then. */
const mostHeldMs = 200;
const lookEveryMs = 10;

/** Called once. */
export function leaveWith(code: number, { clock, isHeld, exit, kill }: LeaveParts): void {
  const until = clock.now() + mostHeldMs;
  const look = (): void => {
    if (!isHeld()) exit(code);
    else if (clock.now() >= until) kill();
    else clock.after(lookEveryMs, look);
  };
  look();
}

/** Of what `process.getActiveResourcesInfo` names: what runs in a thread that cannot be called off. */
export function runsInThread(resource: string): boolean {
  return resource.startsWith('FSReq') || resource === 'GetAddrInfoReqWrap';
}
