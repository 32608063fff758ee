/** An answer over HTTP that is one JSON, with its length, so that the simplest of clients can read it. */

import type { ServerResponse } from 'node:http';

export function sendJson(response: ServerResponse, { status, value, headers = {} }: JsonReply): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...headers,
    })
    .end(body);
}

export interface JsonReply {
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
