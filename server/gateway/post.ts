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
import { errorObject, type RequestError } from './errors.ts';
import { readBody } from './request-body.ts';
import { sendJson } from './send-json.ts';

export interface PostOptions extends Omit<ClientOptions, 'send' | 'ready'> {
  readonly mostBytes: number;
}

export function answerPost(request: IncomingMessage, response: ServerResponse, options: PostOptions): void {
  readBody(request, options.mostBytes, (body) => {
    if (body.kind === 'error') refuse(response, body.error);
    // The body is what a socket's frame would be, without its type.
    else answer({ ...body.value, type: 'response.create', stream_id: undefined }, response, options);
  });
}

type Create = Frame & { readonly stream?: unknown };

function answer(create: Create, response: ServerResponse, options: PostOptions): void {
  const streams = create.stream === true;
  const client = new GatewayClient({
    ...options,
    send(frame) {
      const ends = isTerminal(frame.type);
      if (frame.type === 'error' && !response.headersSent) {
        sendJson(response, { status: Number(frame.status), value: { error: frame.error } });
      } else if (streams) {
        if (!response.headersSent) response.writeHead(200, eventStream);
        response.write(`event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`);
        if (ends) response.end();
      } else if (ends) sendJson(response, { status: 200, value: frame.response });
      if (ends) queueMicrotask(() => client.closed());
    },
    ready: () => (response.writableNeedDrain ? drained(response) : undefined),
  });
  response.on('close', () => client.closed());
  client.message(JSON.stringify(create));
}

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };

function isTerminal(type: string): boolean {
  return (
    type === 'error' ||
    type === 'response.completed' ||
    type === 'response.incomplete' ||
    type === 'response.failed'
  );
}

/** The connection ends with it: of what was refused nothing more is read. */
export function refuse(response: ServerResponse, error: RequestError): void {
  const value = { error: errorObject(error) };
  sendJson(response, { status: error.status, value, headers: { connection: 'close' } });
}
