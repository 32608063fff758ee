/**
 * `POST /v1/responses`: one request of the protocol over HTTP, for clients without WebSocket.
 *
 * With `stream: true` the same events as on a socket, as server-sent events; else the finished response as JSON.
 * Nothing outlives the request: there is no lane and nothing to continue from. A client that hangs up aborts it.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Frame } from '../session/protocol/frame.ts';
import { drained } from './channel.ts';
import { type ClientOptions, GatewayClient } from './client.ts';
import { errorObject, invalidEvent, invalidJson, type RequestError } from './errors.ts';

export interface PostOptions extends Omit<ClientOptions, 'send' | 'ready'> {
  readonly mostBytes: number;
}

export function answerPost(request: IncomingMessage, response: ServerResponse, options: PostOptions): void {
  readBody(request, options.mostBytes, (body) => {
    if (body === undefined) {
      refuse(response, {
        status: 413,
        type: 'invalid_request_error',
        code: 'too_large',
        message: 'The request is too large.',
      });
      return;
    }
    const read = readCreate(body);
    if (read.kind === 'error') refuse(response, read.error);
    else answer(read.create, response, options);
  });
}

type Create = Frame & { readonly stream?: unknown };

/** The body is what a socket's frame would be, without its type. */
function readCreate(
  body: string,
): { kind: 'create'; create: Create } | { kind: 'error'; error: RequestError } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: 'error', error: invalidJson };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'error', error: invalidEvent };
  }
  return { kind: 'create', create: { ...value, type: 'response.create', stream_id: undefined } };
}

function answer(create: Create, response: ServerResponse, options: PostOptions): void {
  const streams = create.stream === true;
  const client = new GatewayClient({
    ...options,
    send(frame) {
      const ends = isTerminal(frame.type);
      if (frame.type === 'error' && !response.headersSent) {
        response.writeHead(Number(frame.status), json).end(JSON.stringify({ error: frame.error }));
      } else if (streams) {
        if (!response.headersSent) response.writeHead(200, eventStream);
        response.write(`event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`);
        if (ends) response.end();
      } else if (ends) response.writeHead(200, json).end(JSON.stringify(frame.response));
      if (ends) queueMicrotask(() => client.closed());
    },
    ready: () => (response.writableNeedDrain ? drained(response) : undefined),
  });
  response.on('close', () => client.closed());
  client.message(JSON.stringify(create));
}

const json = { 'content-type': 'application/json' };
const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };

function isTerminal(type: string): boolean {
  return (
    type === 'error' ||
    type === 'response.completed' ||
    type === 'response.incomplete' ||
    type === 'response.failed'
  );
}

function refuse(response: ServerResponse, error: RequestError): void {
  const body = JSON.stringify({ error: errorObject(error) });
  response.writeHead(error.status, { ...json, connection: 'close' }).end(body);
}

/** The whole body, or nothing where it is too large. */
function readBody(
  request: IncomingMessage,
  mostBytes: number,
  done: (body: string | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      request.removeAllListeners('data');
      request.removeAllListeners('end');
      request.resume();
      done(undefined);
    } else chunks.push(chunk);
  });
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}
