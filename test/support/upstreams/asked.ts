/** A session before a gateway before a scripted model server, asked as features ask it. */

import { expect, onTestFinished } from 'vitest';
import type { Ask } from '../../../server/core/ask.ts';
import type { AnswerEvent, ModelFailure, ModelSession } from '../../../server/core/model.ts';
import type { UpstreamModel } from '../../../server/gateway/upstreams/upstream.ts';
import { completeAsk } from '../asks.ts';
import { type SystemClock, systemClock } from '../clock.ts';
import { testSession } from '../session.ts';
import { type ApiServer, type ApiServerOptions, type Dialect, startApiServer } from './api-server.ts';
import { startUpstreamGateway } from './upstream-gateway.ts';

export interface AskedOptions extends ApiServerOptions {
  readonly model?: Partial<UpstreamModel>;
  readonly idleMs?: number;
  readonly clock?: SystemClock;
  /** Of the model server, where what it is follows from its name. */
  readonly host?: string | undefined;
}

export interface Asked {
  readonly server: ApiServer;
  readonly session: ModelSession;
  /** Of the model server, and of the gateway. */
  readonly host: string;
  readonly gatewayHost: string;
  readonly logged: readonly string[];
  ask(asked?: Ask, signal?: AbortSignal): AsyncIterable<AnswerEvent>;
}

export async function openAsked(dialect: Dialect, options: AskedOptions = {}): Promise<Asked> {
  const { model = {}, idleMs = 60_000, clock = systemClock(), host, ...more } = options;
  const server = await startApiServer(dialect, more);
  const logged: string[] = [];
  const log = (_level: string, message: string) => void logged.push(message);
  const url = host === undefined ? server.url : `http://${host}`;
  const way = host === undefined ? {} : { port: Number(new URL(server.url).port) };
  const running = await startUpstreamGateway(
    { url, apiKey: 'sk-secret-1', ...model },
    { clock, log, limits: { idleMs }, ...way },
  );
  const { gateway } = running;
  const headers = { Authorization: `Bearer ${gateway.token}` };
  const { session } = testSession(() => Promise.resolve({ url: gateway.url, headers }), { clock, log });
  onTestFinished(async () => {
    await session.dispose();
    await running.close();
    await server.close();
    expect(clock.pending()).toBe(0);
    expect(logged.join('\n')).not.toContain('sk-secret');
  });
  return {
    server,
    session,
    logged,
    host: new URL(url).host,
    gatewayHost: new URL(gateway.url).host,
    ask: (asked = completeAsk('let a█'), signal = new AbortController().signal) => session.ask(asked, signal),
  };
}

export async function failureOf(answer: AsyncIterable<AnswerEvent>): Promise<ModelFailure | undefined> {
  let failure: ModelFailure | undefined;
  for await (const event of answer) if (event.kind === 'failed') failure = event.failure;
  return failure;
}
