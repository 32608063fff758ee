// A web page in a real browser, as browsers are and with their own protection switched off, where what keeps it from
// the gateway is the gateway alone. Behind the gateway is a model server that must not hear of any of it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { type HttpModel, startHttpModel } from '../support/http-model.ts';
import { machineEnvironment, program } from '../support/server-process.ts';
import { askAsZed, zedBody } from '../support/zed.ts';

const installed = spawnSync('bash', [join(import.meta.dirname, 'install.sh'), 'chromium'], {
  encoding: 'utf8',
});
const browser = installed.stdout.trim();
if (installed.status !== 0) {
  const why = installed.stderr.trim().split('\n').at(-1);
  process.stderr.write(`\n!!! NOT RUN: pages in a real browser. ${why}\n\n`);
}

/** What the page does to the port it is told, by the name it is told; each ends as a word or an HTTP status. */
const page = `<!doctype html><script>
const [host, report] = [location.hash.slice(1), {}];
const json = JSON.stringify({ prompt: 'let a', max_tokens: 5, input: 'let a' });
const status = (path, options) => fetch('http://' + host + path, options).then((r) => r.type === 'opaque' ? 'opaque' : r.status, () => 'failed');
const socket = new Promise((resolve) => {
  const it = new WebSocket('ws://' + host + '/v1/responses');
  it.onopen = () => it.send(JSON.stringify({ type: 'response.create', input: 'let a' }));
  it.onmessage = (event) => resolve('answered ' + event.data);
  it.onclose = () => resolve('closed');
});
const image = new Promise((resolve) => {
  const it = new Image();
  it.onload = () => resolve('loaded');
  it.onerror = () => resolve('failed');
  it.src = 'http://' + host + '/v1/models';
});
(async () => {
  report.socket = await socket;
  report.image = await image;
  report.completions = await status('/v1/completions', { method: 'POST', body: json });
  report.responses = await status('/v1/responses', { method: 'POST', body: json });
  report.blind = await status('/v1/completions', { method: 'POST', body: json, mode: 'no-cors' });
  report.models = await status('/v1/models');
  report.health = await status('/healthz');
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
})();
</script>`;

describe.runIf(installed.status === 0)('a web page', () => {
  let model: HttpModel;
  let gateway: ChildProcess;
  let pages: Server;
  let port: number;
  let reported: (text: string) => void;

  beforeAll(async () => {
    const answer = { choices: [{ message: { content: ' = 1' }, finish_reason: 'stop' }] };
    model = await startHttpModel({
      '/v1/models': () => ({ kind: 'json', value: { object: 'list', data: [{ id: 'm' }] } }),
      '/v1/chat/completions': () => ({ kind: 'json', value: answer }),
    });
    gateway = spawn(process.execPath, [program, 'serve', '--port', '0'], {
      env: { ...machineEnvironment(), WHITTLE_URL: model.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!gateway.stdout) throw new Error('no output');
    const [line] = await once(createInterface({ input: gateway.stdout }), 'line');
    port = Number(new URL(JSON.parse(line).url).port);
    pages = createServer((request, response) => {
      if (request.method !== 'POST') {
        response.writeHead(200, { 'content-type': 'text/html' }).end(page);
        return;
      }
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        response.end();
        reported(text);
      });
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    await new Promise((resolve) => pages.close(resolve));
    await model.close();
  });

  /** The page's report, from a page of `site` that talks to the gateway by the name `host`. */
  async function visit(site: string, host: string, protection: 'on' | 'off' = 'off'): Promise<unknown> {
    const report = new Promise<string>((resolve) => {
      reported = resolve;
    });
    const flags = [
      '--no-sandbox',
      '--disable-gpu',
      ...(protection === 'off' ? ['--disable-web-security'] : []),
      '--host-resolver-rules=MAP evil.example 127.0.0.1',
      `--user-data-dir=${temporaryFolder()}`,
      '--remote-debugging-port=0',
    ];
    const at = `http://${site}:${(pages.address() as AddressInfo).port}/#${host}:${port}`;
    const child = spawn(browser, [...flags, at], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    const early = ended.then(() => Promise.reject(new Error('the browser ended before it reported')));
    early.catch(() => undefined);
    const text = await Promise.race([report, early]);
    child.kill();
    await ended;
    return JSON.parse(text);
  }

  const nothing = { socket: 'closed', image: 'failed' };

  test('of another site is refused, whatever it sends', async () => {
    expect(await visit('evil.example', '127.0.0.1')).toEqual({
      ...nothing,
      completions: 403,
      responses: 403,
      blind: 403,
      models: 403,
      health: 403,
    });
    expect(model.requests).toEqual([]);
  });

  test('gets nothing through a browser as it is', async () => {
    for (const host of ['127.0.0.1', 'localhost', 'evil.example']) {
      const report = await visit('evil.example', host, 'on');
      expect(report).toMatchObject({ ...nothing, completions: 'failed', models: 'failed' });
    }
    expect(model.requests).toEqual([]);
  });

  test('whose name was pointed at this machine is refused', async () => {
    const report = await visit('evil.example', 'evil.example');
    expect(report).toMatchObject({ ...nothing, completions: 421, models: 421, health: 421 });
    expect(model.requests).toEqual([]);
  });

  test('of this machine is refused too: any program may serve one', async () => {
    expect(await visit('localhost', 'localhost')).toMatchObject({
      ...nothing,
      completions: 403,
      models: 403,
    });
    expect(model.requests).toEqual([]);
  });

  test('and Zed is not', async () => {
    expect((await askAsZed(port, zedBody('let a'))).status).toBe(200);
    expect(model.requests.length).toBeGreaterThan(0);
  });
});
