/** A gateway that joins its clients to a provider of the protocol, and that provider. */

import { createRelay } from '../../server/cli/relay.ts';
import { engineBackend } from '../../server/gateway/engine.ts';
import { type Gateway, startGateway } from '../../server/gateway/gateway.ts';
import type { Endpoint } from '../../server/session/endpoint.ts';
import { systemClock } from './clock.ts';
import { echoEngine } from './engine.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';

export interface Relayed {
  readonly provider: ModelServer;
  readonly gateway: Gateway;
  endpoint(): Promise<Endpoint>;
  /** Fails where something of it is left, or the provider was not spoken to as it should be. */
  close(): Promise<void>;
}

export async function startRelayed(options: ModelServerOptions): Promise<Relayed> {
  const provider = await startModelServer(options);
  const { url } = provider;
  const model = {
    url,
    name: 'model-1',
    apiKey: 'sk-secret-1',
    format: 'auto',
    effort: '',
    tier: '',
    headers: {},
    price: {},
  };
  const clock = systemClock();
  const gateway = await startGateway({
    backend: engineBackend(echoEngine()),
    relay: createRelay(model, {}, () => undefined),
    host: '127.0.0.1',
    port: 0,
    clients: 'strangers',
    clock,
    log: () => undefined,
  });
  return {
    provider,
    gateway,
    endpoint: () =>
      Promise.resolve({ url: gateway.url, headers: { Authorization: `Bearer ${gateway.token}` } }),
    async close() {
      await gateway.close();
      await provider.close();
      const left = [...provider.violations, provider.connections(), clock.pending()].filter(Boolean);
      if (left.length > 0) throw new Error(left.join(', '));
    },
  };
}
