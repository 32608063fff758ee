import { engineBackend } from '../../server/gateway/engine.ts';
import { startGateway } from '../../server/gateway/gateway.ts';
import { systemClock } from '../support/clock.ts';
import { echoEngine } from '../support/engine.ts';
import { type Peer, sessionContract } from './contract.ts';

async function gateway(): Promise<Peer> {
  const clock = systemClock();
  const start = () =>
    startGateway({
      backend: engineBackend(echoEngine()),
      host: '127.0.0.1',
      port: 0,
      clients: 'trusted',
      clock,
      log: () => undefined,
    });
  let running = await start();
  return {
    endpoint: () =>
      Promise.resolve({ url: running.url, headers: { Authorization: `Bearer ${running.token}` } }),
    async cut() {
      const old = running;
      running = await start();
      await old.close();
    },
    // Each client of the gateway holds timers of its clock; none is left without clients.
    connections: () => clock.pending(),
    close: () => running.close(),
  };
}

sessionContract('the gateway', gateway);
