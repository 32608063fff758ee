/**
 * The model of the benchmark, in a process of its own: the same knowledge and the same time behind a Responses
 * WebSocket and behind what the peers ask (`/v1/completions` of Tabby, server-sent events of Copilot's engine).
 * It is told what it is by messages, and tells what it was asked.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerAt, type Knowledge, tokensOf } from './truth.ts';

export interface ModelTimes {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** Every fourth place is never answered to its end. */
  readonly stalls: boolean;
}

export interface ModelRequest {
  /** Milliseconds since 1970, as all processes of this machine see them. */
  readonly arrived: number;
  first?: number;
  ended?: number;
  readonly bytes: number;
  /** Offset of the file it was about, -1 where that is unknown. */
  readonly at: number;
  readonly tokensIn: number;
  tokensOut: number;
  cancelled: boolean;
}

export interface ModelSetup extends ModelTimes {
  readonly knowledge: Knowledge;
}

const now = () => performance.timeOrigin + performance.now();

export function runModelProcess(): void {
  let setup: ModelSetup | undefined;
  let log: ModelRequest[] = [];

  /** Says the answer token by token at its time; what is behind schedule goes together. */
  function speak(before: string, bytes: number, stop: string | undefined, to: Listener): () => void {
    if (!setup) throw new Error('The model was asked before it was told what it is.');
    const { knowledge, firstTokenMs, tokensPerSecond, stalls } = setup;
    const { at, text } = answerAt(knowledge, before, stop);
    const tokens = tokensOf(text);
    const request: ModelRequest = {
      arrived: now(),
      bytes,
      at,
      tokensIn: Math.ceil(bytes / 4),
      tokensOut: 0,
      cancelled: false,
    };
    log.push(request);
    const started = performance.now();
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const due = (index: number) => started + firstTokenMs + (index * 1000) / tokensPerSecond;
    const isStalling = stalls && at % 4 === 0;
    const step = () => {
      let piece = '';
      while (next < tokens.length && due(next) <= performance.now() + 0.2) piece += tokens[next++];
      if (piece !== '') {
        request.first ??= now();
        request.tokensOut = next;
        to.text(piece);
      }
      if (isStalling && next >= Math.min(2, tokens.length)) return;
      if (next >= tokens.length && due(0) <= performance.now() + 0.2) {
        request.ended = now();
        to.end();
      } else timer = setTimeout(step, Math.max(0, due(next) - performance.now()));
    };
    timer = setTimeout(step, Math.max(0, due(0) - performance.now()));
    return () => {
      clearTimeout(timer);
      request.cancelled = request.ended === undefined;
    };
  }

  const server = createServer((request, response) => void answerHttp(request, response, speak));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    let count = 0;
    const running = new Set<() => void>();
    socket.on('message', (data) => {
      const raw = String(data);
      const frame = JSON.parse(raw);
      if (frame.type !== 'response.create') return;
      const lane = frame.stream_id === undefined ? {} : { stream_id: frame.stream_id };
      const id = `resp_${++count}_${Math.round(now())}`;
      const send = (event: object) => socket.send(JSON.stringify({ ...event, ...lane }));
      send({ type: 'response.created', response: { id, status: 'in_progress', output: [] } });
      const completed = (tokens: number) => {
        const usage = { input_tokens: Math.ceil(raw.length / 4), output_tokens: tokens, total_tokens: 0 };
        const response = { id, status: 'completed', output: [], usage };
        send({ type: 'response.completed', response });
      };
      if (frame.generate === false) {
        log.push({
          arrived: now(),
          bytes: raw.length,
          at: -2,
          tokensIn: raw.length / 4,
          tokensOut: 0,
          cancelled: false,
        });
        return completed(0);
      }
      let said = 0;
      const stop = speak(beforeMark(frame.input), raw.length, undefined, {
        text(delta) {
          said++;
          send({
            type: 'response.output_text.delta',
            item_id: 'm',
            output_index: 0,
            content_index: 0,
            delta,
          });
        },
        end() {
          running.delete(stop);
          completed(said);
        },
      });
      running.add(stop);
    });
    socket.once('close', () => {
      for (const stop of running) stop();
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('message', (message: { setup?: ModelSetup; read?: boolean }) => {
    if (message.setup) {
      setup = message.setup;
      log = [];
      process.send?.({ ready: true });
    } else if (message.read) process.send?.({ log });
  });
  process.on('disconnect', () => process.exit(0));
}

interface Listener {
  text(piece: string): void;
  end(): void;
}

type Speak = (before: string, bytes: number, stop: string | undefined, to: Listener) => () => void;

async function answerHttp(request: IncomingMessage, response: ServerResponse, speak: Speak): Promise<void> {
  let raw = '';
  for await (const chunk of request) raw += chunk;
  const path = request.url?.split('?')[0] ?? '';
  const json = (value: object) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  if (path === '/v1/health') return json(tabbyHealth);
  if (path === '/v1beta/server_setting') return json({ disable_client_side_telemetry: true });
  if (path.endsWith('/models')) return json({ object: 'list', models: [], data: [] });
  if (request.method !== 'POST' || !path.endsWith('completions')) return json({});
  const body = JSON.parse(raw);
  request.socket.setNoDelay(true);
  if (body.segments) {
    let text = '';
    const stop = speak(body.segments.prefix, raw.length, undefined, {
      text: (piece) => {
        text += piece;
      },
      end: () => json({ id: 'c', choices: [{ index: 0, text }] }),
    });
    response.once('close', stop);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (text: string, finish: 'stop' | null) =>
    `data: ${JSON.stringify({ id: 'c', created: 1, object: 'text_completion', model: 'bench', choices: [{ index: 0, text, finish_reason: finish }] })}\n\n`;
  const stops: unknown = body.stop;
  const stop = Array.isArray(stops) && stops.includes('\n') ? '\n' : undefined;
  const cancel = speak(body.prompt, raw.length, stop, {
    text: (piece) => void response.write(event(piece, null)),
    end: () => response.end(`${event('', 'stop')}data: [DONE]\n\n`),
  });
  response.once('close', cancel);
}

/** The text before the cursor's mark in what a provider is sent. */
function beforeMark(input: unknown): string {
  let found = '';
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const at = value.lastIndexOf('<|cursor|>');
      if (at === -1) return;
      const from = value.lastIndexOf('lines around it are now:\n', at);
      found = value.slice(from === -1 ? 0 : from + 'lines around it are now:\n'.length, at);
    } else if (typeof value === 'object' && value !== null)
      for (const each of Object.values(value)) visit(each);
  };
  visit(input);
  return found;
}

const tabbyHealth = {
  model: 'bench',
  device: 'cpu',
  arch: 'x',
  cpu_info: 'x',
  cpu_count: 2,
  cuda_devices: [],
  version: { build_date: '2024-01-01', build_timestamp: '2024-01-01', git_sha: 'x', git_describe: 'v0.11.0' },
};
