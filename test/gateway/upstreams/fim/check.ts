/** One upstream over a scripted server, asked once: what it sent and what came of it. */

import { onTestFinished } from 'vitest';
import type { CompleteAsk } from '../../../../server/core/ask.ts';
import { createHttpClient } from '../../../../server/gateway/upstreams/http.ts';
import { createUpstreamFor } from '../../../../server/gateway/upstreams/registry.ts';
import type { ServerFacts, Upstream } from '../../../../server/gateway/upstreams/upstream.ts';
import { completeAsk } from '../../../support/asks.ts';
import { systemClock } from '../../../support/clock.ts';
import { type HttpModel, type HttpModelScript, startHttpModel } from '../../../support/http-model.ts';

export interface Checked {
  readonly server: HttpModel;
  readonly upstream: Upstream;
  /** The answer in one line. */
  ask(ask: CompleteAsk, signal?: AbortSignal): Promise<string>;
}

export async function check(
  format: string,
  script: HttpModelScript,
  facts: Partial<ServerFacts> = {},
): Promise<Checked> {
  const server = await startHttpModel(script);
  const clock = systemClock();
  const http = createHttpClient({ clock });
  onTestFinished(async () => {
    http.dispose();
    await server.close();
  });
  const create = createUpstreamFor(format);
  if (!create) throw new Error(`no format ${format}`);
  const upstream = create({
    model: { url: server.url, name: 'coder', apiKey: 'key', headers: { 'x-own': '1' }, format },
    server: {
      kind: 'openai',
      root: server.url,
      base: `${server.url}/v1`,
      model: 'coder',
      models: ['coder'],
      contextTokens: undefined,
      infill: false,
      ...facts,
    },
    http,
    clock,
    log: () => undefined,
  });
  return {
    server,
    upstream,
    async ask(ask, signal = new AbortController().signal) {
      let line = '';
      for await (const event of upstream.answer(ask, signal)) {
        if (event.kind === 'text') line += event.text;
        else if (event.kind === 'failed') line += ` failed ${event.failure.code}: ${event.failure.message}`;
        else if (event.kind === 'end')
          line += event.outcome === 'completed' ? ' .' : ` incomplete ${event.reason}`;
      }
      return line;
    },
  };
}

/** At the mark `█`. */
export function complete(marked: string, more: Partial<CompleteAsk> = {}): CompleteAsk {
  const ask = completeAsk(marked);
  if (ask.task !== 'complete') throw new Error('unreachable');
  return { ...ask, ...more };
}
