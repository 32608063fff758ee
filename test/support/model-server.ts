/**
 * A model server that follows a script: what it answers, and how it misbehaves, are data. It checks every request
 * against the protocol's rules and keeps what it found in `violations`.
 */

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Where the steps of an answer go. */
interface Wire {
  send(data: string | Buffer): unknown;
  close(code: number): unknown;
  terminate(): unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** One thing the server does, in order. */
export type Step =
  /** An event of the response; `stream_id` and `sequence_number` are added. */
  | { readonly event: Json }
  /** An event exactly as it is. */
  | { readonly bare: Json }
  | { readonly raw: string }
  | { readonly binary: string }
  /** Waits until the test calls `release(name)`. */
  | { readonly hold: string }
  | { readonly close: number }
  /** Ends the connection without a close frame. */
  | { readonly destroy: true };

export interface Received {
  readonly connection: number;
  readonly frame: Json & { readonly type: string };
}

export interface ModelServerOptions {
  /** For every `response.create`, in the order of arrival over all connections; `n` counts from 0. */
  readonly answer?: (frame: Received['frame'], n: number) => readonly Step[];
  /** `named` echoes lanes; `silent` ignores them; `rejected` answers 400. */
  readonly lanes?: 'named' | 'silent' | 'rejected';
  readonly takesAsks?: boolean;
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
  /** Ends all connections without a word. */
  cut(): void;
  connections(): number;
  close(): Promise<void>;
}

/** The whole, well-formed stream of an answer. */
export function reply(
  text: string,
  more: { readonly pieces?: number; readonly response?: Json } = {},
): readonly Step[] {
  return [...begin(), ...said(text, more.pieces ?? 1), ...finish(text, more.response)];
}

export function begin(): readonly Step[] {
  return [
    event('response.created', { response: { id: 'resp_1', status: 'in_progress', output: [] } }),
    event('response.in_progress', { response: { id: 'resp_1', status: 'in_progress', output: [] } }),
    event('response.output_item.added', { output_index: 0, item: { type: 'message', content: [] } }),
    event('response.content_part.added', {
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '' },
    }),
  ];
}

export function said(text: string, pieces = 1): readonly Step[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const steps: Step[] = [];
  for (let at = 0; at < text.length; at += size) steps.push(delta(text.slice(at, at + size)));
  return steps;
}

export function delta(text: string): Step {
  return event('response.output_text.delta', { output_index: 0, content_index: 0, delta: text });
}

export function finish(text: string, response: Json = {}): readonly Step[] {
  const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
  return [
    event('response.output_text.done', { output_index: 0, content_index: 0, text }),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', {
      response: { id: 'resp_1', status: 'completed', output: [item], ...response },
    }),
  ];
}

export function event(type: string, fields: Json = {}): Step {
  return { event: { type, ...fields } };
}

export function error(status: number, code: string, fields: Json = {}): Step {
  return event('error', { status, error: { code, message: `${code}.`, ...fields } });
}

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { answer = () => reply('ok'), lanes = 'named', takesAsks = false, post = false, refuse } = options;
  const received: Received[] = [];
  const upgrades: IncomingHttpHeaders[] = [];
  const violations: string[] = [];
  const waiters: { readonly done: () => boolean; readonly resolve: () => void }[] = [];
  const held = new Map<string, (() => void)[]>();
  const open = new Set<WebSocket>();
  const raw = new Set<Duplex>();
  let creates = 0;
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

  const play = async (wire: Wire, steps: readonly Step[], lane: unknown): Promise<void> => {
    let sequence = 0;
    const named = lanes === 'named' && typeof lane === 'string' ? { stream_id: lane } : {};
    for (const step of steps) {
      if ('hold' in step) {
        await new Promise<void>((resolve) => {
          held.set(step.hold, [...(held.get(step.hold) ?? []), resolve]);
        });
      } else if ('event' in step) {
        wire.send(JSON.stringify({ ...step.event, sequence_number: sequence++, ...named }));
      } else if ('bare' in step) wire.send(JSON.stringify(step.bare));
      else if ('raw' in step) wire.send(step.raw);
      else if ('binary' in step) wire.send(Buffer.from(step.binary));
      else if ('close' in step) wire.close(step.close);
      else wire.terminate();
    }
  };

  const serve = (webSocket: WebSocket, connection: number): void => {
    open.add(webSocket);
    const check = createChecker((violation) => violations.push(violation));
    let tail = Promise.resolve();
    webSocket.on('close', () => {
      open.delete(webSocket);
      changed();
    });
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Received['frame'];
      check(frame);
      received.push({ connection, frame });
      if (frame.type === 'response.create') {
        const lane = frame.stream_id;
        const steps =
          lanes === 'rejected' && lane !== undefined
            ? [error(400, 'unknown_parameter', { param: 'stream_id' })]
            : answer(frame, creates++);
        // Without lanes one response runs at a time; with them each is on its own.
        if (lanes === 'named') void play(webSocket, steps, lane);
        else tail = tail.then(() => play(webSocket, steps, lane));
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
      void play(wire, [...steps, { raw: '[DONE]' }, { close: 1000 }], undefined);
    });
  });
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  if (takesAsks) sockets.on('headers', (headers) => headers.push('x-whittle-ask: 1'));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const connection = upgrades.push(request.headers) - 1;
    const refusal = refuse?.(connection);
    changed();
    if (refusal === 'hang') return;
    if (refusal === 'endless') {
      socket.write('HTTP/1.1 401 No\r\n\r\n');
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
    cut() {
      for (const socket of raw) socket.destroy();
    },
    connections: () => open.size,
    async close() {
      for (const socket of raw) socket.destroy();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, until(() => open.size === 0)]);
    },
  };
}

/** The protocol's rules for one connection. */
function createChecker(violation: (text: string) => void): (frame: Received['frame']) => void {
  const names = new Set<string>();
  return (frame) => {
    if (frame.type !== 'response.create') return;
    if ('stream' in frame || 'background' in frame) violation('stream or background on a socket');
    if (frame.store !== false) violation('store is not false');
    if (
      'stream_options' in frame &&
      JSON.stringify(frame.stream_options) !== '{"include_obfuscation":false}'
    ) {
      violation('padding is asked for');
    }
    if (frame.stream_id === undefined) return;
    if (typeof frame.stream_id !== 'string' || !/^[A-Za-z0-9_.-]{1,256}$/.test(frame.stream_id))
      violation('lane name');
    names.add(String(frame.stream_id));
    if (names.size > 32) violation('more than 32 lanes');
  };
}
