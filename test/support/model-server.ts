/**
 * A model server that follows a script: what it answers, and how it misbehaves, are data. It checks every request
 * against the protocol's rules and keeps what it found in `violations`.
 */

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Chain, createChain, type Frame, type Reading } from './model-chain.ts';
import { begin, error, event, type Json, reply, type Step } from './model-steps.ts';

export * from './model-steps.ts';

/** Where the steps of an answer go. */
interface Wire {
  send(data: string | Buffer): unknown;
  close(code: number, reason?: string): unknown;
  terminate(): unknown;
}

export interface Received {
  readonly connection: number;
  readonly frame: Frame;
}

type Continues = 'named' | 'counted' | 'ignored';

export interface ModelServerOptions {
  /** For every `response.create`, in the order of arrival over all connections; `n` counts from 0. */
  readonly answer?: (frame: Received['frame'], n: number) => readonly Step[];
  /** `named` echoes lanes; `silent` ignores them; `rejected` answers 400. */
  readonly lanes?: 'named' | 'silent' | 'rejected';
  readonly takesAsks?: boolean;
  /** What becomes of `generate: false`: it is prepared, refused, answered like any other, or never ends. */
  readonly bases?: 'made' | 'answered' | 'silent';
  /**
   * How it shows that it continues from the response a request names: it names it back, it only counts its tokens, or
   * it ignores the field and reads the request alone.
   */
  readonly continues?: Continues | (() => Continues);
  /** Fields it does not know, and says so. */
  readonly rejects?: readonly string[];
  /** Whether `usage` is told: what was read, and what of it before. */
  readonly counts?: boolean;
  /** Whether a `POST` is answered, by server-sent events; or the status that refuses it. */
  readonly post?: boolean | number;
  /** Instead of an upgrade; for the connection of this number, from 0. */
  readonly refuse?: (connection: number) =>
    | { readonly status: number; readonly body?: Json; readonly headers?: Readonly<Record<string, string>> }
    | 'hang'
    /** The status of a refusal and no end of its page. */
    | 'endless'
    | 'garbage'
    | undefined;
}

export interface ModelServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** Headers of every upgrade. */
  readonly upgrades: readonly IncomingHttpHeaders[];
  readonly violations: readonly string[];
  /** How many a `POST` were refused. */
  refusedPosts(): number;
  /** Settles when `count` frames of this type came. */
  arrived(type: string, count: number): Promise<void>;
  /** Settles when `count` upgrades were asked for. */
  connected(count: number): Promise<void>;
  release(name: string): void;
  /** Loses all responses it has kept. */
  forget(): void;
  /** Ends all connections without a word. */
  cut(): void;
  connections(): number;
  /** Settles when no connection of any kind is open. */
  deserted(): Promise<void>;
  close(): Promise<void>;
}

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { answer = () => reply('ok'), lanes = 'named', takesAsks = false, post = false, refuse } = options;
  const { bases = 'made', rejects = [], counts = false } = options;
  const continues = (): Continues =>
    typeof options.continues === 'function' ? options.continues() : (options.continues ?? 'named');
  const received: Received[] = [];
  const upgrades: IncomingHttpHeaders[] = [];
  const violations: string[] = [];
  const waiters: { readonly done: () => boolean; readonly resolve: () => void }[] = [];
  const held = new Map<string, (() => void)[]>();
  const open = new Set<WebSocket>();
  const raw = new Set<Duplex>();
  const chains = new Set<Chain>();
  let creates = 0;
  let responses = 0;
  let posts = 0;

  const changed = (): void => {
    for (const waiter of [...waiters]) {
      if (!waiter.done()) continue;
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.resolve();
    }
  };
  const until = (done: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiters.push({ done, resolve });
      changed();
    });

  const play = async (wire: Wire, steps: readonly Step[], told: Told): Promise<void> => {
    let sequence = 0;
    for (const step of steps) {
      if ('hold' in step) {
        await new Promise<void>((resolve) => {
          held.set(step.hold, [...(held.get(step.hold) ?? []), resolve]);
        });
      } else if ('event' in step) {
        const event = told.event?.(step.event) ?? step.event;
        wire.send(JSON.stringify({ ...event, sequence_number: sequence++, ...told.lane }));
      } else if ('bare' in step) wire.send(JSON.stringify(step.bare));
      else if ('raw' in step) wire.send(step.raw);
      else if ('binary' in step) wire.send(Buffer.from(step.binary, 'latin1'));
      else if ('close' in step) wire.close(step.close, step.reason);
      else wire.terminate();
    }
  };

  /** The steps that answer a request on a socket, and what it reads. */
  const decide = (
    frame: Frame,
    chain: Chain,
  ): { readonly steps: readonly Step[]; readonly reading: Reading } => {
    const none = { whole: 0, before: 0 };
    const unknown = [...rejects, ...(lanes === 'rejected' ? ['stream_id'] : [])];
    const param = unknown.find((field) => frame[field] !== undefined);
    if (param !== undefined) return { steps: [error(400, 'unknown_parameter', { param })], reading: none };
    const isBase = frame.generate === false;
    const reading = chain.begin(frame);
    if (reading === 'parent-not-found') {
      const param = 'previous_response_id';
      return { steps: [error(400, 'previous_response_not_found', { param })], reading: none };
    }
    if (isBase && bases === 'silent') return { steps: [{ hold: 'base' }], reading };
    if (isBase && bases === 'made') return { steps: prepared, reading };
    return { steps: answer(frame, creates++), reading };
  };

  const serve = (webSocket: WebSocket, connection: number): void => {
    open.add(webSocket);
    const chain = createChain((violation) => violations.push(violation));
    chains.add(chain);
    let tail = Promise.resolve();
    webSocket.on('close', () => {
      open.delete(webSocket);
      chains.delete(chain);
      changed();
    });
    webSocket.on('error', () => undefined);
    const run = (received: Frame): Promise<void> => {
      const named = lanes === 'named' && typeof received.stream_id === 'string';
      // Who knows no lanes has one, and who knows no parents reads only what it is sent.
      const frame = {
        ...received,
        ...(lanes === 'silent' ? { stream_id: undefined } : {}),
        ...(continues() === 'ignored' ? { previous_response_id: undefined } : {}),
      };
      const { steps, reading } = decide(frame, chain);
      const parent = continues() === 'named' ? (frame.previous_response_id ?? null) : undefined;
      const event = responder(`resp_${++responses}`, reading, {
        parent,
        counts,
        ended: (end) => chain.end(frame, end),
      });
      return play(webSocket, steps, { lane: named ? { stream_id: frame.stream_id } : {}, event });
    };
    webSocket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      received.push({ connection, frame });
      if (frame.type === 'response.create') {
        // Without lanes one response runs at a time; with them each is on its own.
        if (lanes === 'named') void run(frame);
        else tail = tail.then(() => run(frame));
      }
      changed();
    });
  };

  const server: Server = createServer((request, response) => {
    if (request.method !== 'POST' || post !== true) {
      posts += request.method === 'POST' ? 1 : 0;
      response.writeHead(typeof post === 'number' ? post : 426).end();
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const frame = { ...JSON.parse(body), type: 'response.create' } as Received['frame'];
      if (frame.stream !== true || 'stream_id' in frame) violations.push('no stream, or a lane, in a POST');
      received.push({ connection: -1, frame });
      const steps = answer(frame, creates++);
      changed();
      const [first] = steps;
      const refused = first && 'event' in first && first.event.type === 'error' ? first.event : undefined;
      if (refused) {
        const json = JSON.stringify({ error: refused.error });
        response
          .writeHead(Number(refused.status), { 'content-type': 'application/json', 'retry-after': '7' })
          .end(json);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const wire: Wire = {
        send: (data) => response.writableEnded || response.write(`event: any\r\ndata: ${data}\r\n\r\n`),
        close: () => response.end(),
        terminate: () => response.destroy(),
      };
      void play(wire, [...steps, { raw: '[DONE]' }, { close: 1000 }], { lane: {} });
    });
  });
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => {
      raw.delete(socket);
      changed();
    });
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  if (takesAsks) sockets.on('headers', (headers) => headers.push('x-whittle-ask: 1'));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const connection = upgrades.push(request.headers) - 1;
    const refusal = refuse?.(connection);
    changed();
    if (refusal === 'hang' || refusal === 'endless') {
      // Only who reads notices that the other end has gone.
      socket.resume().on('end', () => socket.end());
      if (refusal === 'endless') socket.write('HTTP/1.1 401 No\r\n\r\n');
    } else if (refusal === 'garbage') {
      socket.end('SSH-2.0-whatever\r\n');
    } else if (refusal) {
      const headers = Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `HTTP/1.1 ${refusal.status} No\r\nconnection: close\r\n${headers.join('')}\r\n${JSON.stringify(refusal.body ?? {})}`,
      );
    } else sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, connection));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/responses`,
    received,
    upgrades,
    violations,
    refusedPosts: () => posts,
    arrived: (type, count) =>
      until(() => received.filter(({ frame }) => frame.type === type).length >= count),
    connected: (count) => until(() => upgrades.length >= count),
    release(name) {
      for (const resolve of held.get(name) ?? []) resolve();
      held.delete(name);
    },
    forget() {
      for (const chain of chains) chain.forget();
    },
    cut() {
      for (const socket of raw) socket.destroy();
    },
    connections: () => open.size,
    deserted: () => until(() => raw.size === 0),
    async close() {
      for (const socket of raw) socket.destroy();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, until(() => open.size === 0)]);
    },
  };
}

interface Told {
  readonly lane: Json;
  /** The event as it is said of this response. */
  readonly event?: (event: Json) => Json;
}

/** What is read and not answered. */
const prepared: readonly Step[] = [
  ...begin().slice(0, 2),
  event('response.completed', { response: { id: 'resp_1', status: 'completed', output: [] } }),
];

/** Gives a script's events the id of their response, which each has of its own, its parent's, and its usage. */
function responder(
  id: string,
  reading: Reading,
  options: {
    readonly parent: unknown;
    readonly counts: boolean;
    readonly ended: (end: Parameters<Chain['end']>[1]) => void;
  },
): (event: Json) => Json {
  let written = 0;
  return (event) => {
    if (typeof event.delta === 'string') written += event.delta.length;
    const type = String(event.type);
    const isEnd = /^(error|response\.(completed|incomplete|failed))$/.test(type);
    const failed = type === 'error' || type === 'response.failed';
    if (isEnd) options.ended({ id, failed, written });
    const { response } = event;
    if (typeof response !== 'object' || response === null || !('id' in response)) return event;
    const usage = {
      input_tokens: Math.ceil(reading.whole / 3),
      input_tokens_details: { cached_tokens: Math.floor(reading.before / 3) },
      output_tokens: Math.ceil(written / 3),
    };
    const lineage = { id, previous_response_id: options.parent };
    return { ...event, response: { ...response, ...lineage, ...(options.counts && isEnd ? { usage } : {}) } };
  };
}
