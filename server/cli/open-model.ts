/** A model the settings name, opened as a session. Loads the schema library and sockets: import it late. */

import type { Behind } from '../core/behind.ts';
import type { ModelSession } from '../core/model.ts';
import type { UpstreamModel } from '../gateway/upstreams/upstream.ts';
import type { Allowance } from '../session/allowance.ts';
import { createDial } from '../session/dial.ts';
import { type Endpoint, isLoopback } from '../session/endpoint.ts';
import { createHttpDial } from '../session/http.ts';
import { keyless } from '../session/keyless.ts';
import { unusableProxy } from '../session/proxy.ts';
import { openSession } from '../session/session.ts';
import { createTrace } from '../session/trace.ts';
import type { ResolvedBase } from '../state/settings/resolve.ts';
import { wireMark } from './log-file.ts';
import type { ModelsOptions } from './models.ts';

export function openModel(
  kind: 'embedded' | 'websocket' | 'http',
  resolved: ResolvedBase,
  options: ModelsOptions & {
    readonly behind?: Behind;
    readonly allowance?: Allowance;
    readonly aheadTokens?: () => number;
  },
): ModelSession {
  const { embedded, environment, clock, behind, random, log, allowance, changed, aheadTokens } = options;
  const { name, format, effort, tier } = resolved;
  const { privacy, context } = options.settings();
  const ahead = { when: privacy.prewarm, contextTokens: aheadTokens?.() ?? context.completionTokens };
  const upstream = kind === 'http' ? { ...upstreamOf(resolved), ahead } : undefined;
  const model = {
    name: kind === 'embedded' ? 'embedded' : name,
    format,
    ...(effort === '' ? {} : { effort }),
    ...(tier === '' ? {} : { tier }),
  };
  const unusable = kind === 'embedded' ? undefined : unusableProxy(resolved.url, environment);
  if (unusable !== undefined) log('warn', `model session: ${unusable}`);
  const trace = createTrace({
    session: options.newId?.() ?? model.name,
    clock,
    isOn: () => options.settings().log.level === 'trace',
    write: (line) => log('trace', `${wireMark}${JSON.stringify(line)}`),
  });
  trace.begin({
    model,
    warm: kind === 'embedded',
    prewarm: privacy.prewarm,
    ...(aheadTokens ? { aheadTokens: aheadTokens() } : {}),
  });
  const opened = openSession({
    endpoint:
      kind === 'websocket' ? async () => remote(resolved) : (signal) => embedded.endpoint(signal, upstream),
    model,
    ...(upstream ? { serverUrl: upstream.url } : {}),
    clock: trace.timed(),
    random: trace.random(random),
    log,
    dial: trace.dial(keyless(createDial({ clock, environment, epochMs: Date.now })), 'websocket'),
    ...(kind === 'websocket'
      ? { fallback: trace.dial(keyless(createHttpDial({ environment, clock })), 'http') }
      : {}),
    epochMs: Date.now,
    connect: kind === 'embedded' ? 'now' : 'demand',
    // What runs on this machine costs nothing.
    ...(allowance === undefined || isLoopback(resolved.url) ? {} : { allowance: trace.allowance(allowance) }),
    price: resolved.price,
    prewarm: () => options.settings().privacy.prewarm,
    ...(aheadTokens ? { aheadTokens } : {}),
    ...(behind ? { behind } : {}),
    ...(changed ? { changed } : {}),
  });
  const session = trace.session(opened);
  if (!upstream) return session;
  return {
    ...session,
    async dispose() {
      await session.dispose();
      embedded.release(upstream);
    },
  };
}

/** Tier and effort go along: the gateway asks the model server itself. */
export function upstreamOf({
  url,
  name,
  apiKey,
  headers,
  format,
  effort,
  tier,
}: ResolvedBase): UpstreamModel {
  return {
    url,
    name,
    headers,
    format,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(effort === '' ? {} : { effort }),
    ...(tier === '' ? {} : { tier }),
  };
}

export function remote({ url, apiKey, headers }: ResolvedBase): Endpoint {
  return {
    url,
    headers: { ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }), ...headers },
  };
}
