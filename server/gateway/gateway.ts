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
import { WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { askHeader, askHeaderValue } from '../session/protocol/extension.ts';
import { maxConnectionAgeMs, maxMessageBytes } from '../session/protocol/limits.ts';
import { admit, admitSender, type Expected } from './admission.ts';
import type { Backend } from './backend.ts';
import { type ChannelLimits, serveWebSocket } from './channel.ts';
import type { ClientOptions } from './client.ts';
import { type ClientDocuments, createDocuments } from './documents.ts';
import { answerPost } from './post.ts';

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

export interface GatewayLimits extends ChannelLimits {
  readonly messageBytes: number;
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
  const { backend, clock, host, port, log } = options;
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
    const refusal = requestRefusal(request, { token, host });
    if (refusal) refuseRequest(response, refusal);
    else if (isHealthCheck(request))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}\n');
    else {
      answerPost(request, response, {
        ...clientOptions(options, documents.client()),
        mostBytes: limits.messageBytes,
      });
    }
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log('debug', `gateway: ${error.message}`));
    const refusal = upgradeRefusal(request, { token, host });
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client = clientOptions(options, documents.client());
      serveWebSocket(webSocket, socket, { client, clock, limits });
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

function clientOptions(
  { backend, clients, log }: GatewayOptions,
  documents: ClientDocuments,
): Omit<ClientOptions, 'send'> {
  return {
    backend,
    documents,
    trusted: clients === 'trusted',
    log,
    newId: () => randomBytes(16).toString('hex'),
    epochSeconds: () => Math.floor(Date.now() / 1000),
  };
}

interface HttpRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function upgradeRefusal(request: IncomingMessage, expected: Expected): HttpRefusal | undefined {
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

function isHealthCheck(request: IncomingMessage): boolean {
  return request.method === 'GET' && pathOf(request) === '/healthz';
}

function requestRefusal(request: IncomingMessage, expected: Expected): HttpRefusal | undefined {
  if (isHealthCheck(request)) {
    const admission = admitSender(callerOf(request), expected);
    return admission.kind === 'refused' ? admission : undefined;
  }
  const refusal = upgradeRefusal(request, expected);
  if (refusal) return refusal;
  if (request.method === 'POST') return undefined;
  return request.method === 'GET' ? upgradeRequired : notFound;
}

function refuseRequest(response: ServerResponse, refusal: HttpRefusal): void {
  const upgrade = refusal.status === 426 ? { upgrade: 'websocket' } : {};
  response
    .writeHead(refusal.status, { 'content-type': 'application/json', ...upgrade })
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
