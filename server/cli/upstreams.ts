/** Model servers over this machine's network, as backends of a gateway. Runs in the worker and in `whittle serve`. */

import type { Log } from '../core/log.ts';
import type { Backend } from '../gateway/backend.ts';
import { createUpstreamBackend } from '../gateway/upstreams/backend.ts';
import { createDiscovery, type Discovery } from '../gateway/upstreams/discovery.ts';
import { createHttpClient, type HttpClient } from '../gateway/upstreams/http.ts';
import type { UpstreamModel } from '../gateway/upstreams/upstream.ts';
import { type Environment, proxyFor } from '../session/proxy.ts';
import { proxyAgent } from '../session/tunnel.ts';
import { machineClock } from './machine.ts';

export interface Upstreams {
  backend(model: UpstreamModel): Backend;
  readonly discovery: Discovery;
  /** Ends every connection to a model server. */
  dispose(): void;
}

export function createUpstreams(log: Log, environment: Environment): Upstreams {
  const http = createUpstreamHttp(environment);
  const discovery = createDiscovery(http, machineClock);
  return {
    backend: (model) => createUpstreamBackend({ model, http, discovery, clock: machineClock, log }),
    discovery,
    dispose: () => http.dispose(),
  };
}

export function createUpstreamHttp(environment: Environment): HttpClient {
  return createHttpClient({
    clock: machineClock,
    epochMs: Date.now,
    tunnelTo(address, options) {
      const proxy = proxyFor(address, environment);
      return proxy && proxyAgent(proxy, address, options);
    },
  });
}
