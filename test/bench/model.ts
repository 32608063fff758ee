/** A model over a Responses WebSocket that takes a known time, so that what is above it can be seen. */

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface BenchModel {
  readonly url: string;
  /** Requests that came, `generate: false` ones not counted. */
  readonly requests: () => number;
  /** Time of arrival and of the last event sent, of the newest request. */
  readonly last: () => { readonly arrived: number; readonly ended: number };
  close(): Promise<void>;
}

export async function startModel(firstTextMs: number, text: (n: number) => string): Promise<BenchModel> {
  let count = 0;
  let last = { arrived: 0, ended: 0 };
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const arrived = performance.now();
      const frame = JSON.parse(String(data));
      if (frame.type !== 'response.create') return;
      const lane = frame.stream_id === undefined ? {} : { stream_id: frame.stream_id };
      const lineage = { id: `resp_${arrived}`, previous_response_id: frame.previous_response_id ?? null };
      const send = (event: object) => socket.send(JSON.stringify({ ...event, ...lane }));
      send({ type: 'response.created', response: { ...lineage, status: 'in_progress', output: [] } });
      send({ type: 'response.in_progress', response: { ...lineage, status: 'in_progress', output: [] } });
      const output_tokens = frame.generate === false ? 0 : 10;
      const usage = { input_tokens: 100, output_tokens, total_tokens: 100 + output_tokens };
      const completed = {
        type: 'response.completed',
        response: { ...lineage, status: 'completed', output: [], usage },
      };
      if (frame.generate === false) return send(completed);
      const answer = text(count++);
      setTimeout(() => {
        send({
          type: 'response.output_text.delta',
          item_id: 'm',
          output_index: 0,
          content_index: 0,
          delta: answer,
        });
        send(completed);
        last = { arrived, ended: performance.now() };
      }, firstTextMs);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v1/responses`,
    requests: () => count,
    last: () => last,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
