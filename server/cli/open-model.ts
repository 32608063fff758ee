/** A model the settings name, opened as a session. Loads the schema library and sockets: import it late. */

import type { ModelSession } from '../core/model.ts';
import type { Allowance } from '../session/allowance.ts';
import { createDial } from '../session/dial.ts';
import { type Endpoint, isLoopback } from '../session/endpoint.ts';
import { createHttpDial } from '../session/http.ts';
import { openSession } from '../session/session.ts';
import type { ResolvedBase } from '../state/settings/resolve.ts';
import type { ModelsOptions } from './models.ts';

export function openModel(
  kind: 'embedded' | 'websocket' | 'http',
  resolved: ResolvedBase,
  options: ModelsOptions & { readonly allowance?: Allowance; readonly aheadTokens?: () => number },
): ModelSession {
  const { embedded, environment, clock, random, log, allowance, changed, aheadTokens } = options;
  const { name, format, effort, tier } = resolved;
  return openSession({
    endpoint: kind === 'embedded' ? (signal) => embedded.endpoint(signal) : async () => remote(resolved),
    model: {
      name: kind === 'embedded' ? 'embedded' : name,
      format,
      ...(effort === '' ? {} : { effort }),
      ...(tier === '' ? {} : { tier }),
    },
    clock,
    random,
    log,
    dial: createDial({ clock, environment, epochMs: Date.now }),
    ...(kind === 'websocket' ? { fallback: createHttpDial({ environment }) } : {}),
    epochMs: Date.now,
    connect: kind === 'embedded' ? 'now' : 'demand',
    // What runs on this machine costs nothing.
    ...(allowance === undefined || isLoopback(resolved.url) ? {} : { allowance }),
    price: resolved.price,
    prewarm: () => options.settings().privacy.prewarm,
    ...(aheadTokens ? { aheadTokens } : {}),
    ...(changed ? { changed } : {}),
  });
}

function remote({ url, apiKey, headers }: ResolvedBase): Endpoint {
  return {
    url,
    headers: { ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }), ...headers },
  };
}
