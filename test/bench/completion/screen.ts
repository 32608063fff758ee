/**
 * From key to screen: the real Neovim, set up as the README says, with this process as its screen, and the real
 * llama-server with a tiny model that must say a known text. What lies between is measured where it passes: the key,
 * the model's request and its answer (a relay in this process), the ghost text as it is drawn.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Neovim } from '../../e2e/neovim/neovim.ts';
import { type RealLlama, startRealLlama } from '../../support/llama.ts';
import { pause } from '../process.ts';
import { median, ms, type Print, quantile, row } from '../statistics.ts';

const said = 'left + right;';
const lines = 400;

export async function measureScreen(root: string, print: Print, quick: boolean): Promise<void> {
  const nvim = programOf(root, 'nvim');
  const llamaServer = programOf(root, 'llama');
  const missing = [nvim, llamaServer].flatMap((found) => ('missing' in found ? [found.missing] : []));
  if (!('path' in nvim) || !('path' in llamaServer)) {
    print(`NOT RUN: from key to screen in the real Neovim: ${missing.join('; ')}`);
    return;
  }
  const llama = await startRealLlama(
    llamaServer.path,
    { otherwise: `${said}\n`, name: 'Qwen2.5 Coder Tiny' },
    [],
  );
  const relay = await startRelay(llama);
  const home = mkdtempSync(join(tmpdir(), 'whittle-screen-'));
  const neovim = await startNeovim(root, { home, program: nvim.path, url: relay.url });
  try {
    printTimes(print, await typeKeys(neovim, relay, quick ? 15 : 40));
  } finally {
    await neovim.quit();
    relay.server.close();
    await llama.close();
    // The server may still be writing what it learnt.
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** One key that the model is asked about, in milliseconds. */
interface KeyToScreen {
  readonly whole: number;
  /** From the key to the request that is answered. */
  readonly asking: number;
  /** Of the request, as the relay saw it. */
  readonly model: number;
  /** From its answer's end to the screen. */
  readonly showing: number;
}

interface Times {
  readonly keys: readonly KeyToScreen[];
  /** From a key that types along to the screen without it. */
  readonly along: readonly number[];
}

const warmUp = 3;
/** Until Neovim has asked for the last key as well, and the screen stands still. */
const restMs = 400;

async function typeKeys(neovim: Neovim, relay: Relay, rounds: number): Promise<Times> {
  const keys: KeyToScreen[] = [];
  const along: number[] = [];
  const shows = (typed: string, ghost: string) =>
    neovim.shows(`${ghost} behind ${typed}`, (screen) =>
      screen
        .lines()
        .some((line) => line.trim() === typed + ghost && screen.highlighted('ComplHint')[0] === ghost),
    );
  for (let round = 0; round < rounds + warmUp; round++) {
    await neovim.press('<Esc>o');
    await pause(restMs);
    relay.answers.length = 0;
    // What is shown on the new line is contradicted by this key.
    const pressed = performance.now();
    await neovim.press('q');
    await shows('q', said);
    const shown = performance.now();
    const answer = relay.answers.findLast(({ arrived }) => arrived > pressed);
    await pause(restMs);
    const again = performance.now();
    await neovim.press('l');
    await shows('ql', said.slice(1));
    const followed = performance.now();
    await pause(restMs);
    if (round < warmUp) continue;
    along.push(followed - again);
    if (answer)
      keys.push({
        whole: shown - pressed,
        asking: answer.arrived - pressed,
        model: answer.ended - answer.arrived,
        showing: shown - answer.ended,
      });
  }
  return { keys, along };
}

function printTimes(print: Print, { keys, along }: Times): void {
  const of = (part: (key: KeyToScreen) => number) => pair(keys.map(part));
  print(
    `from key to screen: Neovim on a llama-server, ${keys.length} keys in a file of ${lines} lines, p50 / p95`,
  );
  row(
    print,
    'key to ghost text on the screen',
    of(({ whole }) => whole),
  );
  row(
    print,
    'of it: key to the model’s request',
    of(({ asking }) => asking),
  );
  row(
    print,
    'of it: the model’s own time',
    of(({ model }) => model),
  );
  row(
    print,
    'of it: answer to the screen',
    of(({ showing }) => showing),
  );
  row(print, 'a key that types along, to the screen', pair(along));
}

const pair = (values: readonly number[]) => `${ms(median(values))} / ${ms(quantile(values, 0.95))}`;

async function startNeovim(
  root: string,
  { home, program, url }: { readonly home: string; readonly program: string; readonly url: string },
): Promise<Neovim> {
  const folder = join(home, 'project');
  mkdirSync(join(folder, '.git'), { recursive: true });
  const text = Array.from({ length: lines }, (_, i) => `export const value${i} = compute(${i});`).join('\n');
  writeFileSync(join(folder, 'file.ts'), `${text}\n`);
  const own = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((name) => [`XDG_${name}_HOME`, join(home, name)]);
  const neovim = await Neovim.start({
    program,
    args: ['-u', `${root}test/e2e/neovim/init.lua`, `+${lines / 2}`, 'file.ts'],
    folder,
    env: {
      ...Object.fromEntries(own),
      WHITTLE_URL: url,
      WHITTLE_MODEL: '',
      WHITTLE_NEOVIM: `${root}clients/neovim`,
      WHITTLE_COMMAND: [process.execPath, `${root}dist/whittle.js`, '--stdio'].join('\n'),
    },
  });
  await neovim.until(
    'attaching',
    "(vim.lsp.get_clients({ name = 'whittle', bufnr = 0 })[1] or {}).initialized",
  );
  return neovim;
}

interface Answer {
  readonly arrived: number;
  readonly ended: number;
}

interface Relay {
  readonly url: string;
  readonly server: Server;
  /** Of the model to what was asked of it through here; those that were broken off are left out. */
  readonly answers: Answer[];
}

async function startRelay(llama: RealLlama): Promise<Relay> {
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const arrived = performance.now();
    const { method, headers } = request;
    const onward = httpRequest(
      `${llama.url}${request.url}`,
      { method: method ?? 'GET', headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('data', (chunk: Buffer) => void response.write(chunk));
        answer.once('end', () => {
          if (method === 'POST') answers.push({ arrived, ended: performance.now() });
          response.end();
        });
      },
    );
    onward.setNoDelay(true);
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, answers };
}

/** The program that the end-to-end tests use, fetched where it can be. */
function programOf(
  root: string,
  name: 'nvim' | 'llama',
): { readonly path: string } | { readonly missing: string } {
  const { status, stdout, stderr } = spawnSync('bash', [`${root}test/e2e/install.sh`, name], {
    encoding: 'utf8',
  });
  if (status === 0) return { path: stdout.trim() };
  return { missing: stderr.trim().split('\n').at(-1) ?? `${name} cannot be had` };
}
