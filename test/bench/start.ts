/** Start to `initialize` answered, beside a bare Node and an LSP library that does nothing; memory when idle. */

import { spawn } from 'node:child_process';
import { initializeParams, pause, startProcess, treeMemoryMb } from './process.ts';
import { median, ms, type Print, row } from './statistics.ts';

const rounds = 9;

export async function benchStart(root: string, print: Print): Promise<void> {
  print('start');
  const bare: number[] = [];
  const whittle: number[] = [];
  const library: number[] = [];
  for (let i = 0; i < rounds; i++) {
    bare.push(await bareNode());
    whittle.push(await untilInitialized([`${root}dist/whittle.js`, '--stdio']));
    library.push(await untilInitialized(['-e', libraryOnly], root));
  }
  const base = median(bare);
  row(print, 'bare `node -e 0`, median', ms(base));
  row(
    print,
    'LSP library alone, `initialize` answered',
    `${ms(median(library))} = ${(median(library) / base).toFixed(2)} ×`,
  );
  row(
    print,
    'whittle, `initialize` answered',
    `${ms(median(whittle))} = ${(median(whittle) / base).toFixed(2)} ×`,
    '≤ 2.3 ×',
  );

  const client = startProcess([`${root}dist/whittle.js`, '--stdio']);
  await client.request('initialize', initializeParams());
  client.notify('initialized', {});
  await pause(3_000);
  const memory = treeMemoryMb(client.child.pid ?? 0);
  row(
    print,
    'memory idle, whole process tree',
    memory === undefined ? 'not measured: no /proc' : `${memory.toFixed(0)} MB`,
    '≤ 80 MB without index',
  );
  await client.stop();
}

const libraryOnly = `const { createConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const c = createConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
c.onInitialize(() => ({ capabilities: {} })); c.listen();`;

async function bareNode(): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - started;
}

async function untilInitialized(args: readonly string[], cwd?: string): Promise<number> {
  const started = performance.now();
  const client = startProcess(args, cwd === undefined ? {} : { NODE_PATH: `${cwd}node_modules` });
  await client.request('initialize', initializeParams());
  const took = performance.now() - started;
  client.child.kill('SIGKILL');
  return took;
}
