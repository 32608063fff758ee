/**
 * A model server in a process of its own: chat completions with server-sent events, each token written when its time
 * has come and holding the moment it was written, so that whoever reads it knows how long it was on its way.
 */

import { spawn } from 'node:child_process';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface BenchUpstream {
  readonly url: string;
  close(): void;
}

/** Milliseconds on a clock that all processes of this machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

const upstreamArgument = 'be-the-upstream';
const bareArgument = 'be-the-bare-gateway';

export async function startBenchUpstream(): Promise<BenchUpstream> {
  const { port, close } = await startChild(upstreamArgument);
  return { url: `http://127.0.0.1:${port}`, close };
}

/**
 * The least a gateway can be: a WebSocket whose frames go to the upstream as they are and whose answers are its chunks
 * of text, neither read nor checked. What it adds is the price of one more process on the way.
 */
export async function startBareGateway(upstream: BenchUpstream): Promise<BenchUpstream> {
  const { port, close } = await startChild(bareArgument, upstream.url);
  return { url: `ws://127.0.0.1:${port}`, close };
}

async function startChild(
  ...args: readonly string[]
): Promise<{ readonly port: unknown; readonly close: () => void }> {
  // Imported, not run: what else is in the bundle must not take it for its own start.
  const code = `import(${JSON.stringify(import.meta.url)})`;
  const child = spawn(process.execPath, ['-e', code, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await new Promise((resolve) => child.once('message', resolve));
  return { port, close: () => child.disconnect() };
}

function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit(0));
}

if (process.argv.includes(upstreamArgument)) {
  listen(createServer((request, response) => void answer(request, response)));
} else if (process.argv.includes(bareArgument)) {
  const server = createServer();
  const agent = new Agent({ keepAlive: true });
  const url = `${process.argv.at(-1)}/v1/chat/completions`;
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (webSocket) => {
    webSocket.on('message', (body: Buffer) => {
      const sent = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } });
      sent.on('response', (response) => {
        response.on('data', (chunk: Buffer) => webSocket.send(chunk, { binary: false }));
        response.on('end', () => webSocket.send('end'));
      });
      sent.setNoDelay(true);
      sent.end(body);
    });
  });
  listen(server);
}

/** `max_tokens` tokens, `seed` milliseconds apart; 0 writes all at once. */
async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
  let raw = '';
  for await (const chunk of asked) raw += chunk;
  if (asked.method === 'GET') {
    const data = asked.url?.endsWith('/models') ? [{ id: 'bench', object: 'model' }] : undefined;
    response.writeHead(data ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(data ? { object: 'list', data } : { error: 'not found' }));
    return;
  }
  const { messages, max_tokens: tokens } = JSON.parse(raw);
  const pause = Number(/pause=(\d+)/.exec(JSON.stringify(messages))?.[1] ?? 0);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (left: number): void => {
    if (response.destroyed) return;
    if (left === 0) {
      response.end('data: [DONE]\n\n');
      return;
    }
    const delta = { content: `${sharedNow().toFixed(4)} ` };
    const chunk = {
      id: 'c',
      object: 'chat.completion.chunk',
      model: 'bench',
      choices: [{ index: 0, delta }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    if (pause > 0) setTimeout(write, pause, left - 1);
    else write(left - 1);
  };
  write(tokens);
}
