/**
 * The peer: `codex app-server` (npm @openai/codex), the program behind the Codex extensions, over its JSON lines, with
 * its documented `model_providers` setting for a loopback server of Responses events. Measured as ours is: from the
 * request for a turn to the first streamed text, less the model's own time.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median, ms, type Print, quantile, row } from '../statistics.ts';

export interface CodexOptions {
  readonly program: string;
  readonly firstTextMs: number;
  readonly rounds: number;
}

export function codexProgram(peers: string): string {
  const triple = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const name = `codex-linux-${process.arch}`;
  return `${peers}/codex/node_modules/@openai/${name}/vendor/${triple}-unknown-linux-musl/bin/codex`;
}

export async function benchCodex(
  { program, firstTextMs, rounds }: CodexOptions,
  print: Print,
): Promise<void> {
  const model = await startEvents(firstTextMs);
  const home = mkdtempSync(join(tmpdir(), 'whittle-codex-'));
  writeFileSync(
    join(home, 'config.toml'),
    `model = "bench"\nmodel_provider = "bench"\napproval_policy = "never"\nsandbox_mode = "read-only"\n[analytics]\nenabled = false\n[model_providers.bench]\nname = "bench"\nbase_url = "${model.url}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n`,
  );
  const child = spawn(program, ['app-server'], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, HTTPS_PROXY: 'http://127.0.0.1:9' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Map<number, (result: Message) => void>();
  const listeners = new Map<string, (message: Message) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message: Message = JSON.parse(line);
    if (message.method !== undefined) listeners.get(message.method)?.(message);
    else if (message.id !== undefined) answers.get(message.id)?.(message);
  });
  let id = 0;
  const request = (method: string, params: object) =>
    new Promise<Message>((resolve) => {
      answers.set(++id, resolve);
      child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  const next = (method: string) =>
    new Promise<number>((resolve) => listeners.set(method, () => resolve(performance.now())));
  try {
    await request('initialize', { clientInfo: { name: 'bench', title: 'bench', version: '1' } });
    child.stdin.write(`${JSON.stringify({ method: 'initialized' })}\n`);
    const started = await request('thread/start', { cwd: home });
    const threadId = started.result?.thread?.id;
    const added: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const first = next('item/agentMessage/delta');
      const done = next('turn/completed');
      const at = performance.now();
      await request('turn/start', { threadId, input: [{ type: 'text', text: `add a note (${i})` }] });
      added.push((await first) - at - (model.last().first - model.last().arrived));
      await done;
    }
    row(print, 'codex app-server: first text over the model’s own time, p50', ms(median(added)));
    row(print, 'codex app-server: first text over the model’s own time, p99', ms(quantile(added, 0.99)));
    row(print, 'codex app-server: request', `${(model.last().bytes / 1024).toFixed(1)} KB`);
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await model.close();
    rmSync(home, { recursive: true, force: true });
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { readonly thread?: { readonly id?: string } };
}

/** A server of Responses over HTTP. */
async function startEvents(firstTextMs: number) {
  let last = { bytes: 0, arrived: 0, first: 0 };
  const server = createServer((request, response) => {
    const arrived = performance.now();
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    request.on('end', () => {
      if (!request.url?.startsWith('/v1/responses')) return void response.writeHead(404).end('{}');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (event: { readonly type: string; readonly [field: string]: unknown }) =>
        response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      const created = { id: 'r', object: 'response', status: 'in_progress', output: [] };
      const item = { id: 'm', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
      send({ type: 'response.created', response: created });
      setTimeout(() => {
        last = { bytes, arrived, first: performance.now() };
        const place = { item_id: 'm', output_index: 0, content_index: 0 };
        send({ type: 'response.output_item.added', output_index: 0, item });
        send({ type: 'response.output_text.delta', ...place, delta: 'done' });
        const content = [{ type: 'output_text', text: 'done', annotations: [] }];
        const done = { ...item, status: 'completed', content };
        const usage = {
          input_tokens: 10,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 1,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 11,
        };
        send({ type: 'response.output_item.done', output_index: 0, item: done });
        const completed = { ...created, status: 'completed', output: [done], usage };
        send({ type: 'response.completed', response: completed });
        response.end();
      }, firstTextMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    last: () => last,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
