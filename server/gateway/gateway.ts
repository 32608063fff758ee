/**
 * The gateway: the Responses protocol as a server, over a backend.
 *
 * Laws
 * - Nobody is served before `admission` let them in; a WebSocket is refused before it is one.
 * - `drain` lets what is under way finish and takes nothing new; `close` ends every connection and settles when the
 *   port is free; nothing is left behind.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { goingAway } from '../session/protocol/close-codes.ts';
import { askHeader, askHeaderValue } from '../session/protocol/extension.ts';
import { maxConnectionAgeMs, maxMessageBytes } from '../session/protocol/limits.ts';
import { type Admission, admit, admitSender } from './admission.ts';
import type { Backend } from './backend.ts';
import { type ChannelLimits, serveWebSocket } from './channel.ts';
import type { ClientOptions } from './client.ts';
import { answerCompletions } from './completions/answer.ts';
import { answerModels } from './model-list.ts';
import { answerPost, type PostOptions } from './post.ts';
import { type OpenProvider, relayWebSocket } from './relay.ts';
import { sendJson } from './send-json.ts';
import { createTenants, type Tenant } from './tenants.ts';
import { createWork, type Work } from './work.ts';

export interface GatewayOptions {
  readonly backend: Backend;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /**
   * A provider that speaks this protocol itself: WebSockets are joined to it, and no asks are taken.
   */
  readonly relay?: OpenProvider;
  /** Made from 32 random bytes where none is given. */
  readonly token?: string;
  /** Whether who brings no token is served too. A wrong one is refused in any case. */
  readonly nameless?: 'served' | 'refused';
  /** In PEM. Without, it speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** `trusted` clients may name folders of this machine to be learnt. */
  readonly clients: 'trusted' | 'strangers';
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<GatewayLimits>;
}

export interface GatewayLimits extends ChannelLimits {
  readonly messageBytes: number;
  /** A request's head is given so long to come, and the whole of it. */
  readonly headMs: number;
  readonly requestMs: number;
  readonly connections: number;
}

export interface Gateway {
  readonly url: string;
  /** The way to the backend it was started with. */
  readonly token: string;
  /** Serves another backend too, for those who have the token that is returned. */
  add(backend: Backend): string;
  /** Serves the backend behind this token no longer; ending it is up to the caller. */
  remove(token: string): void;
  /** Settles when all answers are over or the time has passed. */
  drain(atMostMs: number): Promise<void>;
  close(): Promise<void>;
}

const responsesPath = '/v1/responses';
const completionsPath = '/v1/completions';
const modelsPath = '/v1/models';

const defaultLimits: GatewayLimits = {
  connectionAgeMs: maxConnectionAgeMs,
  messageBytes: maxMessageBytes,
  silenceMs: 20_000,
  headMs: 10_000,
  requestMs: 60_000,
  connections: 4_096,
};

/** Rejects where the port cannot be had: the error's `code` says why (`EADDRINUSE`, …). */
export function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { backend, clock, host, port, log } = options;
  const newToken = (): string => randomBytes(32).toString('base64url');
  const token = options.token ?? newToken();
  const limits = { ...defaultLimits, ...options.limits };
  const tenants = createTenants();
  tenants.add(token, backend);
  const work = createWork();
  const admitted = (request: IncomingMessage): Admission<Tenant> =>
    admit(callerOf(request), {
      find: tenants.find,
      nameless: options.nameless === 'served' ? tenants.find(token) : undefined,
      host,
    });
  const server = serverFor(options.tls, limits);
  const posted = (tenant: Tenant): PostOptions => ({
    ...clientOptions(options, tenant, work),
    mostBytes: limits.messageBytes,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
  });
  if (!options.relay) sockets.on('headers', (headers) => headers.push(`${askHeader}: ${askHeaderValue}`));

  server.on('request', (request, response) => {
    if (isGet(request, '/healthz')) {
      const sender = admitSender(callerOf(request), { host });
      if (sender.kind === 'refused') refuseRequest(response, sender);
      else sendJson(response, { status: 200, value: { status: 'ok' } });
      return;
    }
    const admission = admitted(request);
    if (admission.kind === 'refused') {
      refuseRequest(response, admission);
      return;
    }
    const tenant = admission.guest;
    if (isGet(request, modelsPath)) answerModels(response, tenant.backend);
    else if (isPost(request, responsesPath)) answerPost(request, response, posted(tenant));
    else if (isPost(request, completionsPath)) answerCompletions(request, response, posted(tenant));
    else refuseRequest(response, isGet(request, responsesPath) ? upgradeRequired : notFound);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => log('debug', `gateway: ${error.message}`));
    const admission = admitted(request);
    const refusal =
      admission.kind === 'refused' ? admission : pathOf(request) === responsesPath ? undefined : notFound;
    if (refusal || admission.kind === 'refused') {
      refuseUpgrade(socket, refusal ?? notFound);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (options.relay) {
        relayWebSocket(webSocket, { open: options.relay, work, log });
        return;
      }
      const client = clientOptions(options, admission.guest, work);
      serveWebSocket(webSocket, socket, { client, clock, limits });
    });
  });

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      server.on('error', (error) => log('error', `gateway: ${error.message}`));
      resolve({
        url: urlOf(server, options),
        token,
        add(more) {
          const its = newToken();
          tenants.add(its, more);
          return its;
        },
        remove: (its) => tenants.remove(its),
        // What was answered last is written when its turn is over.
        drain: (atMostMs) => within(work.drain().then(turnOver), atMostMs, clock),
        close: () => close(server, sockets),
      });
    });
  });
}

function turnOver(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Node itself ends connections whose requests take too long to come. */
function serverFor(tls: GatewayOptions['tls'], limits: GatewayLimits): Server {
  const times = {
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(limits.headMs, 1_000),
  };
  const server = tls ? createTlsServer({ ...times, ...tls }) : createServer(times);
  server.maxConnections = limits.connections;
  return server;
}

function within(promise: Promise<void>, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void promise.then(() => {
      cancel();
      resolve();
    });
  });
}

function clientOptions(
  { clients, log }: GatewayOptions,
  { backend, documents }: Tenant,
  work: Work,
): Omit<ClientOptions, 'send' | 'ready'> {
  return {
    backend,
    documents: documents.client(),
    trusted: clients === 'trusted',
    log,
    work,
    newId: () => randomUUID().replaceAll('-', ''),
    epochSeconds: () => Math.floor(Date.now() / 1000),
  };
}

interface HttpRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const notFound: HttpRefusal = {
  status: 404,
  code: 'not_found',
  message: `The addresses of this gateway are ${responsesPath}, ${completionsPath} and ${modelsPath}.`,
};
const upgradeRequired: HttpRefusal = {
  status: 426,
  code: 'upgrade_required',
  message: `GET ${responsesPath} is a WebSocket: send an upgrade.`,
};

function isGet(request: IncomingMessage, path: string): boolean {
  return request.method === 'GET' && pathOf(request) === path;
}

function isPost(request: IncomingMessage, path: string): boolean {
  return request.method === 'POST' && pathOf(request) === path;
}

/** The connection ends with it: of what was refused nothing more is read. */
function refuseRequest(response: ServerResponse, refusal: HttpRefusal): void {
  const headers = refusal.status === 426 ? { upgrade: 'websocket' } : { connection: 'close' };
  sendJson(response, { status: refusal.status, value: errorValue(refusal), headers });
}

function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const body = JSON.stringify(errorValue(refusal));
  socket.end(
    `HTTP/1.1 ${refusal.status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function errorValue({ status, code, message }: HttpRefusal): unknown {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { type, code, message } };
}

function callerOf({ headers }: IncomingMessage): Parameters<typeof admit>[0] {
  const site = headers['sec-fetch-site'];
  return {
    host: headers.host,
    origin: headers.origin,
    site: typeof site === 'string' ? site : undefined,
    authorization: headers.authorization,
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

function urlOf(server: Server, { host, tls }: GatewayOptions): string {
  const address = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `${tls ? 'wss' : 'ws'}://${name}:${address.port}${responsesPath}`;
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  const ended = [...sockets.clients].map(
    (webSocket) => new Promise((resolve) => webSocket.once('close', resolve)),
  );
  for (const webSocket of sockets.clients) {
    webSocket.close(goingAway);
    webSocket.terminate();
  }
  const freed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await Promise.all([freed, ...ended]);
}
