/**
 * The gateway: the Responses protocol as a server, over a backend.
 *
 * Laws
 * - Nobody is served before `admission` let them in; a WebSocket is refused before it is one.
 * - `close` ends every connection and settles when the port is free; nothing is left behind.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { askHeader, askHeaderValue } from '../session/protocol/extension.ts';
import { maxConnectionAgeMs, maxMessageBytes } from '../session/protocol/limits.ts';
import { admit } from './admission.ts';
import type { Backend } from './backend.ts';
import { GatewayClient } from './client.ts';
import { createDocuments } from './documents.ts';
import { connectionLimit, errorFrame } from './errors.ts';

export interface GatewayOptions {
  readonly backend: Backend;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Made from 32 random bytes where none is given. */
  readonly token?: string;
  /** `trusted` clients may name folders of this machine to be learnt. */
  readonly clients: 'trusted' | 'strangers';
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<GatewayLimits>;
}

export interface GatewayLimits {
  readonly connectionAgeMs: number;
  readonly messageBytes: number;
  /** Silence after which a client is pinged, and ended when it stays silent as long again. */
  readonly silenceMs: number;
}

export interface Gateway {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export const responsesPath = '/v1/responses';

const defaultLimits: GatewayLimits = {
  connectionAgeMs: maxConnectionAgeMs,
  messageBytes: maxMessageBytes,
  silenceMs: 20_000,
};

/** Rejects where the port cannot be had: the error's `code` says why (`EADDRINUSE`, …). */
export function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { backend, host, port, log } = options;
  const token = options.token ?? randomBytes(32).toString('base64url');
  const limits = { ...defaultLimits, ...options.limits };
  const documents = createDocuments(backend);
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
  });
  sockets.on('headers', (headers) => headers.push(`${askHeader}: ${askHeaderValue}`));

  server.on('request', (request, response) => {
    answerRequest(request, response, { token, host });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log('debug', `gateway: ${error.message}`));
    const refusal = upgradeRefusal(request, { token, host });
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      serve(webSocket, socket, { ...options, limits, documents: documents.client() });
    });
  });

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      server.on('error', (error) => log('error', `gateway: ${error.message}`));
      resolve({ url: urlOf(server, host), token, close: () => close(server, sockets) });
    });
  });
}

interface Serving extends Omit<GatewayOptions, 'limits'> {
  readonly limits: GatewayLimits;
  readonly documents: ReturnType<ReturnType<typeof createDocuments>['client']>;
}

function serve(webSocket: WebSocket, socket: Duplex, serving: Serving): void {
  const { backend, clock, documents, limits, log } = serving;
  let uncork: NodeJS.Immediate | undefined;
  const client = new GatewayClient({
    backend,
    documents,
    trusted: serving.clients === 'trusted',
    log,
    newId: () => randomBytes(16).toString('hex'),
    epochSeconds: () => Math.floor(Date.now() / 1000),
    send(frame) {
      // What one turn sends leaves in one write: a short answer is nine events.
      if (!uncork) {
        socket.cork();
        uncork = setImmediate(() => {
          uncork = undefined;
          socket.uncork();
        });
      }
      webSocket.send(JSON.stringify(frame));
    },
  });
  let alive = true;
  let cancelPing = clock.after(limits.silenceMs, ping);
  function ping(): void {
    if (!alive) {
      webSocket.terminate();
      return;
    }
    alive = false;
    webSocket.ping();
    cancelPing = clock.after(limits.silenceMs, ping);
  }
  const cancelAge = clock.after(limits.connectionAgeMs, () => {
    webSocket.send(JSON.stringify(errorFrame(connectionLimit)));
    webSocket.close(1000);
  });

  webSocket.on('message', (data, isBinary) => {
    alive = true;
    if (isBinary) client.binary();
    else client.message(data.toString());
  });
  webSocket.on('pong', () => {
    alive = true;
  });
  webSocket.on('error', (error) => log('debug', `gateway: ${error.message}`));
  webSocket.on('close', () => {
    cancelPing();
    cancelAge();
    client.closed();
  });
}

interface HttpRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function upgradeRefusal(
  request: IncomingMessage,
  expected: { token: string; host: string },
): HttpRefusal | undefined {
  const admission = admit(callerOf(request), expected);
  if (admission.kind === 'refused') return admission;
  return pathOf(request) === responsesPath ? undefined : notFound;
}

const notFound: HttpRefusal = {
  status: 404,
  code: 'not_found',
  message: `The address of this gateway is ${responsesPath}.`,
};
const upgradeRequired: HttpRefusal = {
  status: 426,
  code: 'upgrade_required',
  message: `GET ${responsesPath} is a WebSocket: send an upgrade.`,
};

function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  expected: { token: string; host: string },
): void {
  const { pathname, method } = { pathname: pathOf(request), method: request.method };
  if (method === 'GET' && pathname === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}\n');
    return;
  }
  const admission = admit(callerOf(request), expected);
  if (admission.kind === 'refused') refuseRequest(response, admission);
  else if (pathname === responsesPath && method === 'GET')
    refuseRequest(response, upgradeRequired, { upgrade: 'websocket' });
  else refuseRequest(response, notFound);
}

function refuseRequest(
  response: ServerResponse,
  refusal: HttpRefusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(refusal.status, { 'content-type': 'application/json', ...headers })
    .end(errorBody(refusal));
}

function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const body = errorBody(refusal);
  socket.end(
    `HTTP/1.1 ${refusal.status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function errorBody({ status, code, message }: HttpRefusal): string {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return JSON.stringify({ error: { type, code, message } });
}

function callerOf({ headers }: IncomingMessage): Parameters<typeof admit>[0] {
  return { host: headers.host, origin: headers.origin, authorization: headers.authorization };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

function urlOf(server: Server, host: string): string {
  const address = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `ws://${name}:${address.port}${responsesPath}`;
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  const ended = [...sockets.clients].map(
    (webSocket) => new Promise((resolve) => webSocket.once('close', resolve)),
  );
  for (const webSocket of sockets.clients) {
    webSocket.close(1001);
    webSocket.terminate();
  }
  const freed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await Promise.all([freed, ...ended]);
}
