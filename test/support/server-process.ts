/** The built server as a child process, as an editor starts it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientOptions } from './client.ts';

export const program = join(import.meta.dirname, '../../dist/whittle.js');

export interface ServerProcess {
  readonly client: Client;
  readonly process: ChildProcess;
  readonly pid: number;
  readonly exit: Promise<Exit>;
  /** What the server wrote on standard error so far. */
  readonly complaints: () => string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ServerProcessOptions extends ClientOptions {
  /** The one that runs the tests by default. */
  readonly node?: string;
  readonly program?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

export function startServerProcess(options: ServerProcessOptions = {}): ServerProcess {
  const path = options.program ?? program;
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" first`);
  const child = spawn(options.node ?? process.execPath, [path, ...(options.args ?? ['--stdio'])], {
    cwd: options.folder,
    env: { ...machineEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const client = new Client({ input: child.stdout, output: child.stdin }, options);
  const exit = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Exit);
  return { client, process: child, pid: child.pid ?? 0, exit, complaints: () => complaints };
}

/** The environment without anything that would choose another model. */
export function machineEnvironment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^WHITTLE_|_API_KEY$/.test(name));
  return Object.fromEntries(own);
}
