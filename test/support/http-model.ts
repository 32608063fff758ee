/**
 * A model server over HTTP for tests: a script says what each path answers, and every request is kept. Streams are
 * written piece by piece, as events (`data: …`) or as lines of JSON.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpModelRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks at is its own affair.
  readonly body: any;
  /** Resolves when the client has closed the connection before the answer's end. */
  readonly closed: Promise<void>;
}

export type HttpModelAnswer =
  | {
      readonly kind: 'json';
      readonly value: unknown;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** `end: 'never'` keeps the stream open. */
  | { readonly kind: 'events' | 'lines'; readonly values: readonly unknown[]; readonly end?: 'never' };

export interface HttpModel {
  readonly url: string;
  readonly requests: readonly HttpModelRequest[];
  /** The newest request to a path. */
  last(path: string): HttpModelRequest;
  close(): Promise<void>;
}

export type HttpModelScript = Readonly<Record<string, (request: HttpModelRequest) => HttpModelAnswer>>;

export async function startHttpModel(script: HttpModelScript): Promise<HttpModel> {
  const requests: HttpModelRequest[] = [];
  const server = createServer((incoming, response) => void serve(incoming, response));

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    const request: HttpModelRequest = {
      path,
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
      closed,
    };
    requests.push(request);
    const answer = script[path]?.(request);
    if (!answer) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
      return;
    }
    if (answer.kind === 'json') {
      response
        .writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
        .end(JSON.stringify(answer.value));
      return;
    }
    const lines = answer.kind === 'lines';
    response.writeHead(200, { 'content-type': lines ? 'application/x-ndjson' : 'text/event-stream' });
    for (const value of answer.values) {
      const json = typeof value === 'string' ? value : JSON.stringify(value);
      response.write(lines ? `${json}\n` : `data: ${json}\n\n`);
    }
    if (answer.end !== 'never') response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    last(path) {
      const found = requests.findLast((request) => request.path === path);
      if (!found)
        throw new Error(`nobody asked ${path}, only ${requests.map((each) => each.path).join(', ')}`);
      return found;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
