/** A gateway before a scripted model server, in one process: what the embedded worker and `whittle serve` run. */

import type { Clock } from '../../../server/core/clock.ts';
import type { Log } from '../../../server/core/log.ts';
import { type Gateway, startGateway } from '../../../server/gateway/gateway.ts';
import { createUpstreamBackend } from '../../../server/gateway/upstreams/backend.ts';
import { createDiscovery } from '../../../server/gateway/upstreams/discovery.ts';
import { createHttpClient, type HttpLimits } from '../../../server/gateway/upstreams/http.ts';
import type { UpstreamModel } from '../../../server/gateway/upstreams/upstream.ts';

export interface UpstreamGateway {
  readonly gateway: Gateway;
  close(): Promise<void>;
}

export async function startUpstreamGateway(
  model: Partial<UpstreamModel> & { readonly url: string },
  { clock, log = () => undefined, limits = {} }: { clock: Clock; log?: Log; limits?: Partial<HttpLimits> },
): Promise<UpstreamGateway> {
  const http = createHttpClient({ clock, limits });
  const backend = createUpstreamBackend({
    model: { name: '', headers: {}, format: 'auto', ...model },
    http,
    discovery: createDiscovery(http),
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
