/**
 * An HTTP server that speaks one API, for tests: what it answers is a function, how its bytes are cut and how it
 * misbehaves are data. It counts what it was asked and which answers were left before their end.
 */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body in pieces; each leaves in a turn of its own. */
  readonly pieces: readonly (string | Buffer)[];
}

/** An API: nothing where it has nothing at this address. */
export type Dialect = (request: ApiRequest) => ApiAnswer | undefined;

export type Fault =
  /** The answer ends, as a whole one would, after so many pieces. */
  | { readonly kind: 'ends'; readonly after: number }
  /** The connection is lost. */
  | { readonly kind: 'lost'; readonly after: number }
  | { readonly kind: 'silent'; readonly after: number }
  /** Then the piece again and again, as fast as it is read. */
  | { readonly kind: 'endless'; readonly after: number; readonly piece: string }
  | { readonly kind: 'instead'; readonly answer: ApiAnswer };

export interface ApiServerOptions {
  /** Misbehaviour of the request with this number (0 first) among those that ask for an answer. */
  readonly fault?: (request: ApiRequest, index: number) => Fault | undefined;
  /** Pieces of the body as they leave. */
  readonly chop?: (body: Buffer) => readonly Buffer[];
  readonly keepAliveMs?: number;
  /** Of loopback; a free one without it. */
  readonly port?: number;
  /** How long it takes until it answers. */
  readonly delayMs?: (request: ApiRequest) => number;
}

export interface ApiServer {
  readonly url: string;
  readonly requests: readonly ApiRequest[];
  /** Connections that are open. */
  connections(): number;
  /** How many connections were made. */
  connected(): number;
  /** Answers whose client left before their end. */
  left(): number;
  /** Bytes written and not yet taken, of all answers under way. */
  waiting(): number;
  /** Settles when an answer was left, now or later. */
  untilLeft(): Promise<void>;
  cut(): void;
  close(): Promise<void>;
}

export async function startApiServer(dialect: Dialect, options: ApiServerOptions = {}): Promise<ApiServer> {
  const requests: ApiRequest[] = [];
  const sockets = new Set<Socket>();
  const running = new Set<ServerResponse>();
  const waiters: (() => void)[] = [];
  let connected = 0;
  let left = 0;
  let asked = 0;
  const server = createServer((incoming, response) => {
    void read(incoming).then(async (request) => {
      requests.push(request);
      const delay = options.delayMs?.(request) ?? 0;
      if (delay > 0) await pause(delay, incoming);
      const answer = dialect(request);
      const fault = request.method === 'POST' ? options.fault?.(request, asked++) : undefined;
      if (fault?.kind === 'instead') void write(response, fault.answer, undefined);
      else if (answer) void write(response, answer, fault);
      else response.writeHead(404, json).end('{"error":{"message":"404 page not found"}}');
    });
  });
  server.keepAliveTimeout = options.keepAliveMs ?? 5000;
  server.on('connection', (socket) => {
    connected++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });

  async function write(response: ServerResponse, answer: ApiAnswer, fault: Fault | undefined): Promise<void> {
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      if (response.writableFinished) return;
      left++;
      for (const wake of waiters.splice(0)) wake();
    });
    response.writeHead(answer.status ?? 200, { ...json, ...answer.headers });
    const whole = Buffer.concat(answer.pieces.map((piece) => Buffer.from(piece)));
    const pieces = options.chop ? options.chop(whole) : answer.pieces;
    for (const [index, piece] of pieces.entries()) {
      if (fault && 'after' in fault && index >= fault.after) break;
      if (response.destroyed) return;
      response.write(piece);
      await new Promise(setImmediate);
    }
    switch (fault?.kind) {
      case 'silent':
        return;
      case 'lost':
        response.destroy();
        return;
      case 'endless':
        while (!response.destroyed) {
          if (response.write(fault.piece)) await new Promise(setImmediate);
          else await drained(response);
        }
        return;
      default:
        response.end();
    }
  }

  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => sockets.size,
    connected: () => connected,
    left: () => left,
    waiting: () => [...running].reduce((sum, response) => sum + response.writableLength, 0),
    untilLeft: () => (left > 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    cut: () => server.closeAllConnections(),
    async close() {
      const freed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all([freed, ...closed]);
    },
  };
}

/** Or until whoever asked is gone. */
function pause(ms: number, { socket }: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    socket.on('close', done);
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

const json = { 'content-type': 'application/json' };

async function read(incoming: IncomingMessage): Promise<ApiRequest> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return {
    method: incoming.method ?? '',
    path: (incoming.url ?? '').split('?')[0] ?? '',
    headers: incoming.headers,
    body: text === '' ? {} : JSON.parse(text),
  };
}
