// `whittle doctor` of the built program against servers that are ill, each in its own way, over real sockets: in each
// case it says what is wrong and what to do.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  error,
  event,
  type ModelServer,
  type ModelServerOptions,
  reply,
  startModelServer,
} from '../support/model-server.ts';
import { startProxy } from '../support/proxy.ts';
import { machineEnvironment, program } from '../support/server-process.ts';
import { startTlsFront } from '../support/tls-front.ts';

let folder: string;
let server: ModelServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-doctor-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const key = 'sk-the-key-of-this-test';

async function doctor(url: string, more: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, 'doctor'], {
    cwd: folder,
    env: {
      ...machineEnvironment(),
      XDG_CACHE_HOME: join(folder, 'cache'),
      WHITTLE_URL: url,
      WHITTLE_MODEL: 'model-1',
      WHITTLE_API_KEY: key,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  const [code] = await once(child, 'close');
  expect(printed).not.toContain(key);
  return { code, printed, lines: printed.trim().split('\n') };
}

async function started(options: ModelServerOptions): Promise<string> {
  server = await startModelServer(options);
  return server.url;
}

/** The lines that say that something is wrong. */
const wrong = (lines: readonly string[]) => lines.filter((line) => line.startsWith('!!'));

test('a dead host', async () => {
  const url = await started({});
  await server?.close();
  server = undefined;
  const { code, lines } = await doctor(url);
  expect(wrong(lines)).toEqual([
    expect.stringMatching(
      /^!! {2}connection: Nothing answers at 127\.0\.0\.1:\d+: start the model server or check `model\.url`\.$/,
    ),
  ]);
  expect(code).toBe(4);
});

test.each([401, 403])('a wrong key, refused with %d', async (status) => {
  const { code, lines } = await doctor(await started({ refuse: () => ({ status }) }));
  expect(wrong(lines)).toEqual([
    expect.stringMatching(
      status === 401
        ? /^!! {2}connection: 127\.0\.0\.1:\d+ does not accept the key: check `model\.apiKey`\.$/
        : /does not let this key use "model-1": check `model\.name` and the key's rights\.$/,
    ),
  ]);
  expect(code).toBe(4);
});

test('a wrong key, refused inside the connection', async () => {
  const { code, lines } = await doctor(await started({ answer: () => [error(401, 'invalid_api_key')] }));
  expect(wrong(lines)).toEqual([expect.stringContaining('does not accept the key: check `model.apiKey`.')]);
  expect(code).toBe(4);
});

test.each([400, 404])('a wrong model, refused with %d', async (status) => {
  const { code, lines } = await doctor(await started({ answer: () => [error(status, 'model_not_found')] }));
  expect(wrong(lines)).toEqual([
    expect.stringMatching(/has no model "model-1", or the key may not use it: check `model\.name`\.$/),
  ]);
  expect(code).toBe(4);
});

test('a wrong model, said over HTTP where there is no WebSocket', async () => {
  const { code, lines } = await doctor(
    await started({
      post: true,
      refuse: () => ({ status: 404 }),
      answer: () => [error(404, '404', { message: 'The model `model-1` does not exist.' })],
    }),
  );
  expect(wrong(lines)).toEqual([
    expect.stringMatching(/does not take model "model-1" .*: check `model\.name`\.$/),
  ]);
  expect(code).toBe(4);
});

test('no model named where the server wants one', async () => {
  const url = await started({
    answer: () => [error(400, 'missing', { message: 'You must provide a model.', param: 'model' })],
  });
  const { code, lines } = await doctor(url, { WHITTLE_MODEL: '' });
  expect(wrong(lines)).toEqual([
    expect.stringMatching(/wants the name of a model: set `model\.name` or WHITTLE_MODEL to one it has\.$/),
  ]);
  expect(code).toBe(4);
});

test('a model that thinks for longer than it may', async () => {
  const incomplete = {
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [],
  };
  const url = await started({ answer: () => [event('response.incomplete', { response: incomplete })] });
  const { lines } = await doctor(url);
  expect(lines).toContainEqual(
    expect.stringMatching(/used up 64 tokens before it wrote anything: set a lower `model\.effort` where/),
  );
});

test('a server without WebSocket that answers over HTTP', async () => {
  const { code, lines, printed } = await doctor(
    await started({ post: true, refuse: () => ({ status: 426 }), answer: () => reply('left - right') }),
  );
  expect(wrong(lines)).toEqual([]);
  expect(printed).toMatch(/^-- {2}connection: 127\.0\.0\.1:\d+ has no working WebSocket, using HTTP$/m);
  expect(printed).toMatch(/^ok {2}strategy: full, because over HTTP nothing is kept/m);
  expect(code).toBe(0);
});

test('a server with neither', async () => {
  const { code, lines } = await doctor(await started({ post: 404, refuse: () => ({ status: 404 }) }));
  expect(wrong(lines)).toEqual([expect.stringContaining('check the path of `model.url`')]);
  expect(code).toBe(4);
});

test('a server that takes the request and says nothing', async () => {
  const { code, lines } = await doctor(await started({ answer: () => [{ hold: 'for ever' }] }));
  expect(wrong(lines)).toEqual([
    expect.stringMatching(/sent nothing for [\d.]+ s: try again, or choose another model\.$/),
  ]);
  expect(code).toBe(4);
});

const usage = (cached: number) => ({
  input_tokens: 1200,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: 6,
});

test.each([
  ['with lanes', 'named', 'forks'],
  ['without lanes', 'silent', 'linear'],
] as const)('a healthy one %s', async (_, lanes, strategy) => {
  let responses = 0;
  const { code, lines, printed } = await doctor(
    await started({
      lanes,
      answer(frame) {
        const id = `resp_${++responses}`;
        const response = { id, usage: usage(frame.previous_response_id === undefined ? 0 : 1100) };
        return reply(' - right;', { pieces: 3, response });
      },
    }),
  );
  expect(wrong(lines)).toEqual([]);
  expect(printed).toMatch(
    /^ok {2}connection: ready after \d+ ms, first text \d+ ms after it was asked for$/m,
  );
  expect(printed).toMatch(new RegExp(`^ok {2}strategy: ${strategy}, because `, 'm'));
  // The first request is what the expectations of the others come from.
  expect(printed).toMatch(
    /^ok {2}request 1: completion, answered whole: sent [\d.]+, created [\d.]+, first text [\d.]+, /m,
  );
  expect(printed).toMatch(
    /^ok {2}request 4: .*first text [\d.]+ \(expected [\d.]+\).*1200 tokens in \(\d+ cached\), 6 out$/m,
  );
  expect(printed).toMatch(/^ok {2}speed: [\d.]+ ms there and back/m);
  expect(printed).toMatch(
    /^ok {2}cost of this trial: \d+ tokens in \(\d+ cached\), 24 out, 0 wasted(, of these \d+ estimated)?; no prices are set$/m,
  );
  expect(code).toBe(0);
  expect(server?.violations).toEqual([]);
});

test.each([
  ['over its WebSocket', {}],
  ['over HTTP', { post: true, refuse: () => ({ status: 426 }) }],
] as const)('a server whose certificate an authority of one’s own vouches for, %s', async (_, options) => {
  const { port } = new URL(await started({ ...options, answer: () => reply('left - right') }));
  const front = await startTlsFront('localhost', Number(port));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, front.authority);
  const url = `wss://localhost:${front.port}/v1/responses`;
  try {
    const stranger = await doctor(url);
    expect(wrong(stranger.lines)).toEqual([
      expect.stringMatching(
        /^!! {2}connection: The certificate of localhost:\d+ is not trusted \(\w+\): set NODE_EXTRA_CA_CERTS to a file with the authority that signed it/,
      ),
    ]);
    expect(server?.received).toEqual([]);
    expect(stranger.code).toBe(4);
    const friend = await doctor(url, { NODE_EXTRA_CA_CERTS: authority });
    expect(wrong(friend.lines)).toEqual([]);
    expect(friend.code).toBe(0);
    expect(server?.received.length).toBeGreaterThan(3);
    expect(front.asked).toEqual([]);
  } finally {
    await front.close();
  }
});

test('a name that cannot be found', async () => {
  const { code, lines } = await doctor('wss://model.invalid/v1/responses');
  expect(wrong(lines)).toEqual([
    '!!  connection: The name model.invalid cannot be found: check `model.url` and the network.',
  ]);
  expect(code).toBe(4);
});

test('a page that somebody else shows, as at the gate of a hotel', async () => {
  const page = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const address = page.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { code, lines } = await doctor(`ws://127.0.0.1:${port}/v1/responses`);
  await new Promise((resolve) => page.close(resolve));
  expect(wrong(lines)).toEqual([
    expect.stringMatching(
      /showed a page instead of a WebSocket \(HTTP 200\): check `model\.url`, and whether the network wants you to sign in\.$/,
    ),
  ]);
  expect(code).toBe(4);
});

test('a proxy that lets nobody through', async () => {
  const proxy = await startProxy(0, 407);
  const { code, lines } = await doctor('wss://model.example/v1/responses', { HTTPS_PROXY: proxy.url });
  await proxy.close();
  expect(wrong(lines)).toEqual([
    '!!  connection: The proxy for model.example does not accept the name and password in HTTPS_PROXY or HTTP_PROXY: correct them, with special characters percent-encoded.',
  ]);
  expect(code).toBe(4);
});

test('a key that is sent unencrypted is warned of once', async () => {
  const proxy = await startProxy(0, 407);
  const { lines } = await doctor('ws://model.example/v1/responses', { HTTP_PROXY: proxy.url });
  await proxy.close();
  expect(lines.filter((line) => line.includes('unencrypted'))).toEqual([
    '!!  The key is sent to http://model.example unencrypted; use a wss or https address.',
  ]);
});

test('settings that are wrong are said before anything is tried', async () => {
  writeFileSync(join(folder, '.whittle.json'), '{"model": {"url": "wss://evil.example"}}');
  const { code, lines } = await doctor(await started({}));
  expect(wrong(lines)).toEqual([expect.stringMatching(/^!! {2}settings: .*`model\.url`/)]);
  expect(code).toBe(4);
});
