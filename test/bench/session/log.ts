import type { Log } from '../../../server/core/log.ts';

/** At the level that is usual, nothing of a request that is answered is written. */
export const usualLog: Log = Object.assign(() => undefined, { passes: () => false });
