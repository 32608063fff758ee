/**
 * A model server in a process of its own: chat completions with server-sent events, each token written when its time
 * has come and holding the moment it was written, so that whoever reads it knows how long it was on its way.
 */

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BenchUpstream {
  readonly url: string;
  close(): void;
}

/** Milliseconds on a clock that all processes of this machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

const upstreamArgument = 'be-the-upstream';

export async function startBenchUpstream(): Promise<BenchUpstream> {
  // Imported, not run: what else is in the bundle must not take it for its own start.
  const code = `import(${JSON.stringify(import.meta.url)})`;
  const child = spawn(process.execPath, ['-e', code, upstreamArgument], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await new Promise((resolve) => child.once('message', resolve));
  return { url: `http://127.0.0.1:${port}`, close: () => child.disconnect() };
}

if (process.argv.includes(upstreamArgument)) {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit(0));
}

/** `max_tokens` tokens, `seed` milliseconds apart; 0 writes all at once. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let raw = '';
  for await (const chunk of request) raw += chunk;
  if (request.method === 'GET') {
    const data = request.url?.endsWith('/models') ? [{ id: 'bench', object: 'model' }] : undefined;
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
