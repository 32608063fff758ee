/** What `whittle serve` serves: the model that the environment names, as the language server would use it. */

import type { Log } from '../core/log.ts';
import type { Backend } from '../gateway/backend.ts';
import { decodeSettings } from '../state/settings/decode.ts';
import { resolveModel } from '../state/settings/resolve.ts';
import { createEngineBackend, type Environment } from './engine-backend.ts';
import { upstreamOf } from './open-model.ts';
import { createUpstreams } from './upstreams.ts';

/** A backend, or one sentence on why there is none. */
export function openServedModel(environment: Environment, log: Log): Backend | string {
  const { settings, warnings } = decodeSettings({ environment, workspaceFiles: [] });
  for (const warning of warnings) log('warn', warning);
  const resolved = resolveModel(settings, 'completion', environment);
  switch (resolved.kind) {
    case 'invalid':
      return resolved.message;
    case 'embedded':
      return createEngineBackend(log, environment);
    case 'websocket':
      return 'What already speaks this protocol needs no gateway: point `model.url` at it, or set WHITTLE_URL to an http or https address.';
    case 'http': {
      if (resolved.warning !== undefined) log('warn', resolved.warning);
      const upstreams = createUpstreams(log, environment);
      const backend = upstreams.backend(upstreamOf(resolved));
      return {
        ...backend,
        async dispose() {
          await backend.dispose();
          upstreams.dispose();
        },
      };
    }
    default:
      return resolved satisfies never;
  }
}
