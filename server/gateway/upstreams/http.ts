/**
 * HTTP client of the upstreams: JSON in, JSON values out as they come, over connections that are kept.
 *
 * Laws
 * - Nothing is buffered: a value is given on with the chunk that ends it, and who reads slowly slows the server down.
 * - Abort, and a reader that leaves before the end, close the connection at once: that is how servers are told to stop.
 * - A connection is not used again after the machine was asleep: nobody says that it did not survive that.
 * - A request is sent again only where a kept connection turned out to be closed before any answer; then once.
 * - Redirects are not followed: a key goes to the address it was given for.
 * - Keys, requests and answers are never logged.
 */

import { Agent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Clock } from '../../core/clock.ts';
import type { ModelFailure } from '../../core/model.ts';
import { patientFamilies } from '../../session/protocol/families.ts';
import type { Reach } from '../../session/protocol/way.ts';
import type { Failed } from '../backend.ts';
import { readStream, readWhole } from './body.ts';
import { connectionFailure, lostFailure } from './failure.ts';
import { type Life, startLife } from './life.ts';
import { type Attempt, type Opened, sendRequest } from './send.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** With the key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Named in messages. */
  readonly model: string;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpLimits {
  readonly connectMs: number;
  /** Longest silence while an answer is waited for; reading a long prompt on a slow machine is silence too. */
  readonly idleMs: number;
  /** Longest answer that is read whole, and longest single value of a stream, in UTF-16 code units. */
  readonly valueLength: number;
}

export type StreamItem = { readonly kind: 'value'; readonly value: unknown } | Failed;

export type JsonAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  /** `status` where the server answered with one. */
  | (Failed & { readonly status?: number });

export interface HttpClient {
  /**
   * The values of an answer sent as server-sent events, as lines of JSON or as one JSON. Ends after the server's
   * last one or `data: [DONE]`, after `failed`, and with nothing after abort.
   */
  stream(request: HttpRequest, signal: AbortSignal): AsyncGenerator<StreamItem, void, void>;
  json(request: HttpRequest, signal: AbortSignal): Promise<JsonAnswer>;
  /** Ends every connection and leaves no timer. */
  dispose(): void;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  /** Who connects through a proxy; nothing where the address is reached directly. */
  readonly tunnelTo?: (address: string, options: AgentOptions) => Agent | undefined;
  readonly limits?: Partial<HttpLimits>;
  /** As in `WayOptions`. */
  readonly reach?: Reach;
  /** Milliseconds since 1970: other clocks stand still on some systems while the machine sleeps. */
  readonly epochMs?: () => number;
}

const defaultLimits: HttpLimits = { connectMs: 10_000, idleMs: 120_000, valueLength: 4 * 1024 * 1024 };

/** Unused connections are kept so long; servers end them after 5 to 75 s, which costs one more attempt. */
const keepMs = 60_000;
const mostAddresses = 64;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { tunnelTo } = options;
  const { clock, stop } = stoppable(options.clock);
  const { epochMs = () => clock.now() } = options;
  const agents = new Map<string, Agent>();
  /** When a request to any server began or ended last, by the time of day. */
  let usedAt = epochMs();
  const addresses = new Map<string, URL>();
  /** Ends each request that is under way. */
  const running = new Set<() => void>();
  let disposed = false;

  const agentFor = (url: URL, use: 'kept' | 'new'): Agent => {
    const known = agents.get(url.origin);
    if (known && use === 'kept') return known;
    const kept = {
      ...patientFamilies,
      keepAlive: use === 'kept',
      timeout: keepMs,
      scheduling: 'lifo',
    } as const;
    const secure = url.protocol === 'https:';
    const agent = tunnelTo?.(url.href, kept) ?? new (secure ? HttpsAgent : Agent)(kept);
    if (use === 'kept') agents.set(url.origin, agent);
    return agent;
  };

  /** A server is asked at a handful of addresses, again and again. */
  const addressOf = (text: string): URL | undefined => {
    const known = addresses.get(text);
    if (known || !URL.canParse(text)) return known;
    const url = new URL(text);
    if (addresses.size >= mostAddresses) addresses.clear();
    addresses.set(text, url);
    return url;
  };

  /** Timers that end what is unused may have slept along. */
  const used = (): void => {
    const now = epochMs();
    if (now - usedAt > keepMs)
      for (const { freeSockets } of agents.values())
        for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    usedAt = now;
  };

  const open = async (request: HttpRequest, life: Life): Promise<Opened> => {
    const url = addressOf(request.url);
    used();
    if (!url) return { kind: 'failed', failure: connectionFailure('ERR_INVALID_URL', request) };
    const text = request.body === undefined ? undefined : wellFormed(request.body);
    const limits = { ...defaultLimits, ...options.limits, ...request.limits };
    const { reach } = options;
    const attempt: Omit<Attempt, 'agent'> = { request, url, text, limits, clock, life, reach };
    const first = await sendRequest({ ...attempt, agent: agentFor(url, 'kept') });
    if (first.kind !== 'stale') return first;
    const second = await sendRequest({ ...attempt, agent: agentFor(url, 'new') });
    return second.kind === 'stale' ? { kind: 'failed', failure: lostFailure(request) } : second;
  };

  return {
    async *stream(request, signal) {
      const life = startLife(signal, running, disposed);
      try {
        const opened = await open(request, life);
        if (opened.kind === 'open') yield* readStream(opened, life);
        else if (opened.kind === 'failed') yield opened;
      } finally {
        life.over();
        used();
      }
    },
    async json(request, signal) {
      const life = startLife(signal, running, disposed);
      try {
        const opened = await open(request, life);
        if (opened.kind === 'aborted') return { kind: 'failed', failure: cancelled };
        if (opened.kind === 'failed') return opened;
        const read = await readWhole(opened);
        return life.ended() ? { kind: 'failed', failure: cancelled } : read;
      } finally {
        life.over();
        used();
      }
    },
    dispose() {
      disposed = true;
      for (const end of [...running]) end();
      stop();
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

const cancelled: ModelFailure = { code: 'cancelled', message: 'The request was cancelled.' };

/** A clock whose timers can all be taken back at once. */
function stoppable(clock: Clock): { readonly clock: Clock; stop(): void } {
  const running = new Set<() => void>();
  return {
    clock: {
      now: () => clock.now(),
      after(ms, callback) {
        const over = (): void => void running.delete(stop);
        const cancel = clock.after(ms, () => {
          over();
          callback();
        });
        const stop = (): void => {
          over();
          cancel();
        };
        running.add(stop);
        return stop;
      },
    },
    stop() {
      for (const stop of [...running]) stop();
    },
  };
}

/** Half a surrogate pair is no text to a strict reader of JSON, which would refuse the whole request for it. */
function wellFormed(body: unknown): string {
  const text = JSON.stringify(body);
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
}
