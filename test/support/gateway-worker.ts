/** The gateway's worker thread with the echo engine; `// die` as the cursor's line ends it in the middle of the ask. */

import { parentPort } from 'node:worker_threads';
import { createUpstreams } from '../../server/cli/upstreams.ts';
import { engineBackend } from '../../server/gateway/engine.ts';
import { runGatewayWorker } from '../../server/gateway/worker.ts';
import { systemClock } from './clock.ts';
import { echoEngine } from './engine.ts';

if (parentPort) {
  await runGatewayWorker(parentPort, {
    createBackend: () => engineBackend(echoEngine()),
    createUpstreams: (log) => createUpstreams(log, {}),
    clock: systemClock(),
  });
}
