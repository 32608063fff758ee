/**
 * The fake model's process: `GET /v1/responses` (WebSocket) and `POST /v1/responses` (server-sent events) over TLS on
 * one port, one model and one prefix cache behind both.
 *
 * - A connection keeps the newest response of each lane; a fork takes any of them for its parent, anything older is
 *   `previous_response_not_found`, as the protocol's guide has it.
 * - It sends no `Keep-Alive` hint and ends no idle connection: when one is dropped, it was the client.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Answer, startAnswer, tokenText } from './answer.ts';
import { createPrefixCache, type PrefixCache, tokensIn } from './prefix-cache.ts';
import { profileOf } from './profile.ts';
import { monotonicMs } from './time.ts';

/** What came from one account. */
export interface ModelCounts {
  readonly connections: number;
  /** On the wire, TLS included, over all its connections. */
  readonly bytesUp: number;
  readonly requests: number;
  /** `generate: false`. */
  readonly warmUps: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

export interface FakeModel {
  readonly port: number;
  counts(account: string): ModelCounts;
}

/** Of one account: what the model has read for it, and what it cost. */
interface Account {
  readonly cache: PrefixCache;
  readonly sockets: Set<Socket>;
  readonly tokens: Tokens;
}

type Tokens = { -readonly [K in keyof Omit<ModelCounts, 'connections' | 'bytesUp'>]: number };

interface Create {
  readonly model?: unknown;
  readonly stream_id?: string;
  readonly previous_response_id?: string | null;
  readonly generate?: boolean;
  readonly max_output_tokens?: number;
  readonly input?: unknown;
  readonly instructions?: string | null;
}

/** A response that can be continued: all that its model has read and said. */
interface Known {
  readonly id: string;
  readonly context: string;
}

interface Listener {
  readonly account: Account;
  /** When the whole request was there. */
  readonly arrivedAt: number;
  readonly send: (event: Readonly<Record<string, unknown>>) => void;
  readonly ended: (known: Known) => void;
}

type Respond = (create: Create, parent: string, listener: Listener) => Answer;

export async function startFakeModel(tls: {
  readonly key: string;
  readonly cert: string;
}): Promise<FakeModel> {
  const accounts = new Map<string, Account>();
  const accountOf = (request: IncomingMessage): Account => {
    const name = (request.headers.authorization ?? '').replace('Bearer ', '');
    const known = accounts.get(name) ?? {
      cache: createPrefixCache(),
      sockets: new Set(),
      tokens: { requests: 0, warmUps: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
    };
    accounts.set(name, known);
    // The socket below TLS, which has counted what was on the wire.
    const socket = sockets.get(request.socket.remotePort ?? 0);
    if (socket) known.sockets.add(socket);
    return known;
  };
  const sockets = new Map<number, Socket>();
  let answers = 0;

  const respond: Respond = (create, parent, { account: { cache, tokens }, arrivedAt, send, ended }) => {
    const prompt = `${parent}${textOf(create)}`;
    const inputTokens = tokensIn(prompt.length);
    const cachedTokens = Math.min(inputTokens, tokensIn(cache.read(prompt)));
    const generates = create.generate !== false;
    const outputTokens = generates ? (create.max_output_tokens ?? 16) : 0;
    if (generates) tokens.requests++;
    else tokens.warmUps++;
    tokens.inputTokens += inputTokens;
    tokens.cachedTokens += cachedTokens;
    tokens.outputTokens += outputTokens;
    let context = prompt;
    for (let i = 0; i < outputTokens; i++) context += tokenText(i);
    return startAnswer({
      profile: profileOf(create.model),
      number: answers++,
      arrivedAt,
      parent: create.previous_response_id ?? undefined,
      inputTokens,
      cachedTokens,
      outputTokens,
      generates,
      send,
      ended: (id) => ended({ id, context }),
    });
  };

  const post = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrivedAt = monotonicMs();
      const create = JSON.parse(Buffer.concat(chunks).toString()) as Create;
      // Named here, the header comes without the hint that Node adds.
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        connection: 'keep-alive',
      });
      const answer = respond(create, '', {
        account: accountOf(request),
        arrivedAt,
        send: (event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
        ended: () => response.end(),
      });
      response.on('close', answer.stop);
    });
  };

  const server = createServer(tls, post);
  server.keepAliveTimeout = 10 * 60_000;
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.on('close', () => sockets.get(remotePort) === socket && sockets.delete(remotePort));
  });
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 16 * 1024 * 1024 });
  webSockets.on('connection', (webSocket, request) => serveSocket(webSocket, accountOf(request), respond));

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    counts(account) {
      const known = accounts.get(account);
      if (!known) throw new Error(`nobody asked as ${account}`);
      const bytesUp = [...known.sockets].reduce((sum, socket) => sum + socket.bytesRead, 0);
      return { ...known.tokens, connections: known.sockets.size, bytesUp };
    },
  };
}

function serveSocket(webSocket: WebSocket, account: Account, respond: Respond): void {
  const newest = new Map<string | undefined, Known>();
  const running = new Set<Answer>();
  webSocket.on('message', (data) => {
    const arrivedAt = monotonicMs();
    const create = JSON.parse(String(data)) as Create & { readonly type: string };
    if (create.type !== 'response.create') return;
    const lane = create.stream_id;
    const named = lane === undefined ? {} : { stream_id: lane };
    const wanted = create.previous_response_id ?? undefined;
    const parent = [...newest.values()].find(({ id }) => id === wanted);
    if (wanted !== undefined && !parent) {
      const message = `Previous response with id '${wanted}' not found.`;
      const error = { type: 'invalid_request_error', code: 'previous_response_not_found', message };
      webSocket.send(JSON.stringify({ type: 'error', status: 400, error, ...named }));
      return;
    }
    const answer = respond(create, parent?.context ?? '', {
      account,
      arrivedAt,
      send: (event) => webSocket.send(JSON.stringify({ ...event, ...named })),
      ended(known) {
        newest.set(lane, known);
        for (const each of running) if (!each.running()) running.delete(each);
      },
    });
    if (answer.running()) running.add(answer);
  });
  webSocket.on('close', () => {
    for (const each of running) each.stop();
  });
}

/** All the model reads of a request, in order. */
function textOf({ instructions, input }: Create): string {
  const items = typeof input === 'string' ? [{ content: input }] : Array.isArray(input) ? input : [];
  return [instructions ?? '', ...items.map(itemText)].join('');
}

function itemText(item: unknown): string {
  const { role, content } = item as { readonly role?: string; readonly content: unknown };
  if (!Array.isArray(content)) return `<${role}>${String(content)}`;
  return `<${role}>${content.map((part: { readonly text?: string }) => part.text ?? '').join('')}`;
}
