/** A model over a Responses WebSocket that takes a known time and then writes, piece by piece, what it is told to. */

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface WritingModel {
  readonly url: string;
  /** Of the newest request that was to be answered. */
  readonly last: () => Asked;
  /** How many requests came, warm-ups not counted. */
  readonly requests: () => number;
  close(): Promise<void>;
}

export interface Asked {
  readonly bytes: number;
  readonly arrived: number;
  /** When its first text was sent. */
  readonly first: number;
}

export interface WritingOptions {
  readonly firstTextMs: number;
  readonly betweenMs: number;
  /** The pieces of an answer; for the request with this number. */
  readonly pieces: (request: number) => Iterable<string>;
}

/** Of a file of a thousand lines. */
const keptTokens = 11_000;

export async function startWritingModel({
  firstTextMs,
  betweenMs,
  pieces,
}: WritingOptions): Promise<WritingModel> {
  let count = 0;
  let last: Asked = { bytes: 0, arrived: 0, first: 0 };
  const timers = new Set<NodeJS.Timeout>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    let next = 0;
    socket.on('message', (data) => {
      const arrived = performance.now();
      const bytes = String(data).length;
      const frame = JSON.parse(String(data));
      if (frame.type !== 'response.create') return;
      const lane = frame.stream_id === undefined ? {} : { stream_id: frame.stream_id };
      const lineage = { id: `resp_${next++}`, previous_response_id: frame.previous_response_id ?? null };
      const send = (event: object) => {
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ ...event, ...lane }));
      };
      const isAsked = frame.generate !== false;
      const response = { ...lineage, output: [] };
      // A kept base is read at once, and said to have been.
      const cached_tokens = frame.previous_response_id ? keptTokens : 0;
      const output_tokens = isAsked ? 10 : 0;
      const input_tokens = cached_tokens + Math.ceil(bytes / 4);
      const usage = {
        input_tokens,
        input_tokens_details: { cached_tokens },
        output_tokens,
        total_tokens: input_tokens + output_tokens,
      };
      const end = () =>
        send({ type: 'response.completed', response: { ...response, status: 'completed', usage } });
      send({ type: 'response.created', response: { ...response, status: 'in_progress' } });
      if (!isAsked) return end();
      const answer = pieces(count++)[Symbol.iterator]();
      const write = () => {
        const { value, done } = answer.next();
        if (done || socket.readyState !== socket.OPEN) return end();
        if (last.arrived === arrived && last.first === 0) last = { ...last, first: performance.now() };
        send({
          type: 'response.output_text.delta',
          item_id: 'm',
          output_index: 0,
          content_index: 0,
          delta: value,
        });
        after(betweenMs, write);
      };
      last = { bytes, arrived, first: 0 };
      after(firstTextMs, write);
    });
  });
  function after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, milliseconds);
    timers.add(timer);
  }
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v1/responses`,
    last: () => last,
    requests: () => count,
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
