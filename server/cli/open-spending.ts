/** What was spent today, by all that this user runs. Loaded with the first hosted model: most servers never have one. */

import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import type { Log } from '../core/log.ts';
import type { StoredSpending } from '../state/workspace/spending.ts';

export async function openSpending(
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<StoredSpending> {
  const [{ createSpending }, { cacheFolder }] = await Promise.all([
    import('../state/workspace/spending.ts'),
    import('../state/workspace/store.ts'),
  ]);
  return createSpending({
    folder: cacheFolder({ platform: process.platform, home: homedir(), environment }),
    log,
    id: randomUUID(),
    wallClock: Date.now,
  });
}
