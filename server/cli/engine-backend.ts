/** The embedded engine over this machine's disk, as a gateway's backend. Runs in the worker and in `whittle serve`. */

import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { platform } from 'node:process';
import type { Log } from '../core/log.ts';
import { createEngine } from '../engine/create.ts';
import type { Backend } from '../gateway/backend.ts';
import { engineBackend } from '../gateway/engine.ts';
import { maskSecrets } from '../state/privacy/fragment.ts';
import { createVault } from '../state/privacy/vault.ts';
import { cacheFolder, createStore } from '../state/workspace/store.ts';
import { createCorpus } from '../state/workspace/walk.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function createEngineBackend(log: Log, environment: Environment): Backend {
  // What is learnt is never put back, so this vault's numbers mean nothing to anyone.
  const vault = createVault(1);
  const engine = createEngine({
    corpus: createCorpus({
      now: () => performance.now(),
      redact: (text) => maskSecrets(text, vault),
    }),
    store: createStore({
      folder: cacheFolder({ platform, home: homedir(), environment }),
      log,
      newId: randomUUID,
      wallClock: () => Date.now(),
    }),
    log: (message) => log('info', message),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return engineBackend(engine);
}
