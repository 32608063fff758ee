/** A gateway before a scripted model server, in one process: what the embedded worker and `whittle serve` run. */

import { connect } from 'node:net';
import type { Clock } from '../../../server/core/clock.ts';
import type { Log } from '../../../server/core/log.ts';
import { type Gateway, startGateway } from '../../../server/gateway/gateway.ts';
import { createUpstreamBackend } from '../../../server/gateway/upstreams/backend.ts';
import { createDiscovery } from '../../../server/gateway/upstreams/discovery.ts';
import {
  createHttpClient,
  type HttpClientOptions,
  type HttpLimits,
} from '../../../server/gateway/upstreams/http.ts';
import type { UpstreamModel } from '../../../server/gateway/upstreams/upstream.ts';
import { tunnelAgent } from '../../../server/session/tunnel.ts';

export interface UpstreamGateway {
  readonly gateway: Gateway;
  close(): Promise<void>;
}

export interface UpstreamGatewayOptions {
  readonly clock: Clock;
  readonly log?: Log;
  readonly limits?: Partial<HttpLimits>;
  /** Of this machine, which every host is reached at. */
  readonly port?: number;
}

/** Every host is this port of this machine. */
export function tunnelHere(port: number): NonNullable<HttpClientOptions['tunnelTo']> {
  return (address, options) =>
    tunnelAgent(
      (done) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('error', (error) => done(error));
        socket.once('connect', () => done(null, socket));
        return () => socket.destroy();
      },
      { ...options, secure: address.startsWith('https:') },
    );
}

export async function startUpstreamGateway(
  model: Partial<UpstreamModel> & { readonly url: string },
  { clock, log = () => undefined, limits = {}, port }: UpstreamGatewayOptions,
): Promise<UpstreamGateway> {
  const tunnelTo = port === undefined ? undefined : tunnelHere(port);
  const http = createHttpClient({ clock, limits, ...(tunnelTo ? { tunnelTo } : {}) });
  const backend = createUpstreamBackend({
    model: { name: '', headers: {}, format: 'auto', ...model },
    http,
    discovery: createDiscovery(http, clock),
    clock,
    log,
  });
  const gateway = await startGateway({
    backend,
    host: '127.0.0.1',
    port: 0,
    clients: 'trusted',
    clock,
    log,
  });
  return {
    gateway,
    async close() {
      await gateway.close();
      await backend.dispose();
      http.dispose();
    },
  };
}
