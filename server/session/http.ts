/**
 * The same protocol over HTTP: every `response.create` is a `POST` answered by server-sent events. For servers that
 * have no WebSocket, or whose WebSocket fails; to the session it is one more socket.
 *
 * Laws
 * - Each request has its own HTTP exchange; its events get the lane of the request, so lanes work as on a socket.
 * - An answer that is not a stream becomes the event it stands for; a stream that ends without a terminal event becomes
 *   an error.
 * - Here a request can really be cancelled: its exchange is ended.
 */

import { type Agent, type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../core/clock.ts';
import type { Endpoint } from './endpoint.ts';
import { lostEvent, readAnswer } from './http-answer.ts';
import { normalClosure } from './protocol/close-codes.ts';
import { asItIs } from './protocol/decoded.ts';
import { patientFamilies } from './protocol/families.ts';
import { readFrame } from './protocol/frame.ts';
import { type Reach, watchWay } from './protocol/way.ts';
import { type Environment, proxyFor } from './proxy.ts';
import type { Dial, Refusal, Socket, SocketHandlers } from './socket.ts';
import { proxyAgent } from './tunnel.ts';

/** Idle connections are kept for the next request: setting one up costs more than most answers. */
const keepAliveMs = 60_000;

export interface HttpDialDependencies {
  readonly userAgent?: string;
  /** Where `HTTPS_PROXY` and its like are read; none by default. */
  readonly environment?: Environment;
  /** By which it is noticed that a server can be reached no more; else by nobody. */
  readonly clock?: Clock;
  /** Node's own connections by default. */
  readonly reach?: Reach | undefined;
}

export function createHttpDial(dependencies: HttpDialDependencies = {}): Dial {
  return (endpoint, { handlers }, signal) => {
    if (signal.aborted) return Promise.resolve({ kind: 'refused', refusal: { kind: 'aborted' } });
    return Promise.resolve({
      kind: 'open',
      socket: openExchanges(endpoint, { ...dependencies, handlers }),
    });
  };
}

/** Whether a refused upgrade suggests that the server answers a `POST`. Frameworks say 403 of a socket they do not know. */
export function suggestsHttp(refusal: Refusal): boolean {
  if (refusal.kind === 'not-websocket') return true;
  return refusal.kind === 'http' && [400, 403, 404, 405, 426, 501].includes(refusal.status);
}

interface ExchangesOptions extends HttpDialDependencies {
  readonly handlers: SocketHandlers;
}

function openExchanges(endpoint: Endpoint, options: ExchangesOptions): Socket {
  const { userAgent = 'whittle', environment = {}, clock, reach, handlers } = options;
  const url = endpoint.url.replace(/^ws/i, 'http');
  const secure = /^https:/i.test(url);
  const agentFor = (connections: Connections): Agent => {
    const proxy = proxyFor(url, environment);
    const options = { ...patientFamilies, keepAlive: connections === 'kept', timeout: keepAliveMs };
    return proxy ? proxyAgent(proxy, url, options) : new (secure ? HttpsAgent : HttpAgent)(options);
  };
  const agent = agentFor('kept');
  /** After one turned out dead, the next request gets a connection of its own. */
  let connections: Connections = 'kept';
  const running = new Map<string | undefined, ClientRequest>();
  /** What watches each request's way. */
  const watches = new Map<ClientRequest, () => void>();
  const answered = new WeakSet<ClientRequest>();
  let open = true;

  const unwatch = (sent: ClientRequest): void => {
    watches.get(sent)?.();
    watches.delete(sent);
  };
  const end = (sent: ClientRequest): void => {
    unwatch(sent);
    sent.destroy();
  };

  const start = (body: string, lane: string | undefined): void => {
    const tell = (event: Readonly<Record<string, unknown>>): void => {
      if (!open || running.get(lane) !== sent) return;
      if (isTerminal(event.type)) running.delete(lane);
      handlers.message(JSON.stringify(lane === undefined ? event : { ...event, stream_id: lane }));
    };
    const headers = {
      'User-Agent': userAgent,
      Accept: 'text/event-stream',
      ...asItIs,
      ...endpoint.headers,
      'Content-Type': 'application/json',
    };
    const send = secure ? httpsRequest : httpRequest;
    const options = { method: 'POST', headers, agent: connections === 'kept' ? agent : agentFor('new') };
    connections = 'kept';
    const sent = send(url, options, (response) => readAnswer(response, tell));
    running.set(lane, sent);
    sent.setNoDelay(true);
    sent.on('error', (error) => {
      // The server had most likely closed the kept connection before the request came; it is not sent again as it is.
      const stale = sent.reusedSocket && 'code' in error && isReset(error.code) && !answered.has(sent);
      if (stale) connections = 'new';
      tell(answered.has(sent) ? lostEvent(error.message) : unreachedEvent(error, stale));
    });
    sent.once('response', () => answered.add(sent));
    sent.once('close', () => unwatch(sent));
    sent.end(body);
    if (!clock) return;
    const lost = (): void => {
      // What is kept beside it goes the same way.
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
      sent.destroy(Object.assign(new Error('nobody can be reached there any more'), { code: 'ETIMEDOUT' }));
    };
    watches.set(sent, watchWay({ clock, socket: () => sent.socket, lost, reach }));
  };

  return {
    headers: {},
    cancels: true,
    send(text) {
      const read = readFrame(text);
      if (!open || read.kind === 'broken') return false;
      const { type, stream_id, ...body } = read.frame;
      const lane = typeof stream_id === 'string' ? stream_id : undefined;
      if (type === 'response.create') start(JSON.stringify({ ...body, stream: true }), lane);
      else if (type === 'whittle.cancel') {
        const sent = running.get(lane);
        if (!sent) return true;
        running.delete(lane);
        end(sent);
        const cancelled = {
          type: 'response.incomplete',
          response: { incomplete_details: { reason: 'cancelled' } },
        };
        handlers.message(JSON.stringify(lane === undefined ? cancelled : { ...cancelled, stream_id: lane }));
      }
      return true;
    },
    ping: () => handlers.alive(),
    close() {
      if (!open) return;
      open = false;
      for (const sent of running.values()) end(sent);
      running.clear();
      agent.destroy();
      handlers.closed({ code: normalClosure, reason: '' });
    },
  };
}

/** Whether a connection of an earlier request may be used. */
type Connections = 'kept' | 'new';

/** No answer came: an address that is not there, or a kept connection that had ended. */
function unreachedEvent(error: Error, stale: boolean): Readonly<Record<string, unknown>> {
  const param = 'code' in error ? error.code : undefined;
  return {
    ...lostEvent(error.message),
    code: stale ? 'connection_stale' : 'connection_failed',
    param,
  };
}

/** Read from, or written to, after the other side had closed it. */
function isReset(code: unknown): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function isTerminal(type: unknown): boolean {
  return (
    typeof type === 'string' &&
    /^(?:error|response\.(?:error|completed|done|incomplete|failed|cancelled))$/.test(type)
  );
}
