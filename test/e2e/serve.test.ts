// `whittle serve` as it is built: Zed before the embedded engine, who is let in, and what it says where it refuses.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../support/folder.ts';
import { machineEnvironment, program } from '../support/server-process.ts';
import { askAsZed, taken, zedBody, zedPrompt, zedWindow } from '../support/zed.ts';

const token = 'a-secret-of-some-length';

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, [program, 'serve', ...args], {
    env: { ...machineEnvironment(), XDG_CACHE_HOME: temporaryFolder(), ...environment },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });
  return child;
}

async function ready(
  child: ChildProcess,
): Promise<{ readonly url: string; readonly token: string; readonly port: number }> {
  if (!child.stdout) throw new Error('no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const said = JSON.parse(line);
  return { ...said, port: Number(new URL(said.url).port) };
}

/** Exit code and what was said on standard error. */
async function refusal(child: ChildProcess): Promise<readonly [number, string]> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  return [code, said.trim()];
}

async function knock(url: string, key: string | undefined, more: object = {}): Promise<string> {
  const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const webSocket = new WebSocket(url, { headers, ...more });
  return new Promise((resolve) => {
    webSocket.on('unexpected-response', (_request, { statusCode }) => resolve(String(statusCode)));
    webSocket.on('error', (error) => resolve(error.message));
    webSocket.on('open', () => {
      webSocket.close();
      resolve('open');
    });
  });
}

test('Zed is given the last edit again, and the rest of a line, by the embedded engine', async () => {
  const { port } = await ready(start(['--port', '0']));
  const before = `import { getUser } from './users';

export function greeting(id: string): string {
  const user = getUser(id);
  return 'Hello ' + user.name;
}
`;
  const after = before.replace('{ getUser }', '{ findUser }');
  const renamed = await askAsZed(port, zedBody(zedPrompt({ path: 'a.ts', original: before, window: after })));
  expect(taken(after, renamed.text)).toBe(before.replaceAll('getUser', 'findUser'));

  const code = `export function area(width: number, height: number): number {
  return width * height;
}

export function volume(width: number, height: number, depth: number): number {
  return width * height * depth;
}

export function surface(width: number, height: number): number {
`;
  const typed = `${code}  return width`;
  const cursor = typed.length;
  const window = zedWindow(typed, cursor);
  const answer = await askAsZed(
    port,
    zedBody(zedPrompt({ path: 'shapes.ts', original: zedWindow(`${code}  `, cursor), window })),
  );
  expect(answer.status).toBe(200);
  expect(taken(window, answer.text)).toContain('return width * height;');
});

test('on this machine nobody needs the token, who brings it is let in, and a wrong one is refused', async () => {
  const served = await ready(start(['--port', '0']));
  expect(await knock(served.url, undefined)).toBe('open');
  expect(await knock(served.url, served.token)).toBe('open');
  expect(await knock(served.url, 'another')).toBe('401');
});

test('a token that was set is wanted of everybody', async () => {
  const served = await ready(start(['--port', '0'], { WHITTLE_TOKEN: token }));
  expect(served.token).toBe(token);
  expect(await knock(served.url, undefined)).toBe('401');
  expect(await knock(served.url, token)).toBe('open');
});

test('other machines are served with a token and TLS', async () => {
  const folder = temporaryFolder();
  const { cert, private: key } = await generate();
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  const tls = ['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')];
  const served = await ready(start(['--port', '0', '--host', '0.0.0.0', ...tls], { WHITTLE_TOKEN: token }));
  expect(served.url).toMatch(/^wss:/);
  const trusting = { rejectUnauthorized: false };
  expect(await knock(served.url, undefined, trusting)).toBe('401');
  expect(await knock(served.url, token, trusting)).toBe('open');
});

test.each([
  [['--host', '0.0.0.0'], {}, 'set WHITTLE_TOKEN'],
  [['--host', '0.0.0.0'], { WHITTLE_TOKEN: token }, '--tls-cert FILE and --tls-key FILE, or --tls-by-proxy'],
  [['--host', '::', '--tls-by-proxy'], {}, 'set WHITTLE_TOKEN'],
  [[], { WHITTLE_TOKEN: 'short' }, 'WHITTLE_TOKEN must have 16 characters or more'],
])('%j with %j is refused in a sentence', async (args, environment, sentence) => {
  const [code, said] = await refusal(start(args, environment));
  expect(code).toBe(3);
  expect(said).toContain(sentence);
  expect(said.split('\n')).toHaveLength(1);
});

test('a port that is taken is one sentence', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => taken.close(() => resolve())));
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const [code, said] = await refusal(start(['--port', String(port)]));
  expect([code, said]).toEqual([
    4,
    `whittle: Port ${port} is in use, maybe by another \`whittle serve\`: end that one, or choose a port with --port (0 for a free one).`,
  ]);
});
