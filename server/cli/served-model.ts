/** What `whittle serve` serves: the model that the environment names, as the language server would use it. */

import type { Log } from '../core/log.ts';
import type { Backend } from '../gateway/backend.ts';
import type { OpenProvider } from '../gateway/relay.ts';
import type { UpstreamModel } from '../gateway/upstreams/upstream.ts';
import { unusableProxy } from '../session/proxy.ts';
import { decodeSettings } from '../state/settings/decode.ts';
import { resolveModel } from '../state/settings/resolve.ts';
import { createEngineBackend, type Environment } from './engine-backend.ts';
import { upstreamOf } from './open-model.ts';
import { createRelay } from './relay.ts';
import { createUpstreams } from './upstreams.ts';

export interface ServedModel {
  readonly backend: Backend;
  /** Where the model speaks the gateway's own protocol: WebSockets are joined to it. */
  readonly relay?: OpenProvider;
}

/** What is served, or one sentence on why nothing is. */
export function openServedModel(environment: Environment, log: Log): ServedModel | string {
  const { settings, warnings } = decodeSettings({ environment, workspaceFiles: [] });
  for (const warning of warnings) log('warn', warning);
  const resolved = resolveModel(settings, 'completion', environment);
  if (resolved.kind === 'invalid') return resolved.message;
  if (resolved.kind === 'embedded') return { backend: createEngineBackend(log, environment) };
  if (resolved.warning !== undefined) log('warn', resolved.warning);
  const unusable = unusableProxy(resolved.url, environment);
  if (unusable !== undefined) log('warn', unusable);
  const model = upstreamOf(resolved);
  if (resolved.kind === 'http') return { backend: upstreamBackend(model, environment, log) };
  // Who comes with a POST gets the same model over HTTP.
  const posted = { ...model, url: model.url.replace(/^ws/i, 'http'), format: 'responses' };
  return {
    backend: upstreamBackend(posted, environment, log),
    relay: createRelay(resolved, environment, log),
  };
}

function upstreamBackend(model: UpstreamModel, environment: Environment, log: Log): Backend {
  const upstreams = createUpstreams(log, environment);
  const backend = upstreams.backend(model);
  return {
    ...backend,
    async dispose() {
      await backend.dispose();
      upstreams.dispose();
    },
  };
}
