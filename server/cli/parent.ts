/**
 * The process that started the server, looked at now and then: a server outlives no editor, as LSP's `processId` says.
 * Most editors' ends are seen at once, by the end of the stream; this is for those whose stream stays open.
 */

import type { Clock } from '../core/clock.ts';

/** Between two looks, milliseconds. One look costs a few microseconds. */
const everyMs = 3_000;

export interface ParentOptions {
  readonly clock: Clock;
  readonly isAlive: (processId: number) => boolean;
}

/**
 * Calls `gone` once the process is no more. The returned function ends that. One that cannot be seen to begin with is
 * not watched: whoever runs the server in a container, in WSL or on another machine names a process of their own side,
 * and the end of the stream tells of its end there.
 */
export function watchParent(
  processId: number,
  { clock, isAlive }: ParentOptions,
  gone: () => void,
): () => void {
  if (!isAlive(processId)) return () => {};
  let takeBack = clock.after(everyMs, look);
  function look(): void {
    if (isAlive(processId)) takeBack = clock.after(everyMs, look);
    else gone();
  }
  return () => takeBack();
}

/** Signal 0 is sent to nobody; one that may not be sent has somebody to be sent to. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
