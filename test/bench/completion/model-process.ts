/**
 * The model of the benchmark, in a process of its own: the same knowledge and the same time behind a Responses
 * WebSocket and behind what the peers ask (`/v1/completions` of Tabby, server-sent events of Copilot's engine).
 * It is told what it is by messages, and tells what it was asked.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../support/clock.ts';
import { speakResponses } from './responses.ts';
import { createSpeech, type ModelSetup, type Speech } from './speech.ts';

/** Milliseconds since 1970, as all processes of this machine see them. */
const now = () => performance.timeOrigin + performance.now();

export function runModelProcess(): void {
  const speech = createSpeech(systemClock(), now);
  const server = createServer((request, response) => void answerHttp(request, response, speech));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let ids = 0;
  sockets.on('connection', (socket) => {
    const peer = speakResponses(
      speech,
      () => `resp_${++ids}_${Math.round(now())}`,
      (text) => socket.send(text),
    );
    socket.on('message', (data) => peer.message(String(data)));
    socket.once('close', peer.closed);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('message', (message: { setup?: ModelSetup; read?: boolean }) => {
    if (message.setup) {
      speech.become(message.setup);
      process.send?.({ ready: true });
    } else if (message.read) process.send?.({ log: speech.requests() });
  });
  process.on('disconnect', () => process.exit(0));
}

async function answerHttp(request: IncomingMessage, response: ServerResponse, speech: Speech): Promise<void> {
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
    const stop = speech.speak(
      { before: body.segments.prefix, bytes: raw.length },
      {
        text: (piece) => {
          text += piece;
        },
        end: () => json({ id: 'c', choices: [{ index: 0, text }] }),
      },
    );
    response.once('close', stop);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (text: string, finish: 'stop' | null) =>
    `data: ${JSON.stringify({ id: 'c', created: 1, object: 'text_completion', model: 'bench', choices: [{ index: 0, text, finish_reason: finish }] })}\n\n`;
  const stops: unknown = body.stop;
  const stop = Array.isArray(stops) && stops.includes('\n') ? '\n' : undefined;
  const cancel = speech.speak(
    { before: body.prompt, bytes: raw.length, stop },
    {
      text: (piece) => void response.write(event(piece, null)),
      end: () => response.end(`${event('', 'stop')}data: [DONE]\n\n`),
    },
  );
  response.once('close', cancel);
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
