/** A model over a Responses WebSocket that knows, for each file, what to answer, and says it in pieces. */

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface KnowingModel {
  readonly url: string;
  /** By the file's name, as the prompt has it. */
  readonly answers: Map<string, string>;
  close(): Promise<void>;
}

const pieceLength = 40;

export async function startKnowingModel(): Promise<KnowingModel> {
  const answers = new Map<string, string>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    let next = 0;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'response.create') return;
      const lane = frame.stream_id === undefined ? {} : { stream_id: frame.stream_id };
      const lineage = { id: `resp_${next++}`, previous_response_id: frame.previous_response_id ?? null };
      const send = (event: object) => socket.send(JSON.stringify({ ...event, ...lane }));
      send({ type: 'response.created', response: { ...lineage, status: 'in_progress', output: [] } });
      send({ type: 'response.in_progress', response: { ...lineage, status: 'in_progress', output: [] } });
      if (frame.generate !== false) {
        const asked = /Task "(?:edit|fix)" in (\S+?)[:.](?:\s|$)/.exec(
          JSON.stringify(frame.input).replaceAll('\\"', '"'),
        );
        const answer = answers.get(asked?.[1] ?? '') ?? '';
        for (let at = 0; at < answer.length; at += pieceLength) {
          const delta = answer.slice(at, at + pieceLength);
          send({
            type: 'response.output_text.delta',
            item_id: 'm',
            output_index: 0,
            content_index: 0,
            delta,
          });
        }
      }
      const output_tokens = frame.generate === false ? 0 : 10;
      const usage = { input_tokens: 100, output_tokens, total_tokens: 100 + output_tokens };
      send({ type: 'response.completed', response: { ...lineage, status: 'completed', output: [], usage } });
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v1/responses`,
    answers,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
