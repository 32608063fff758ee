/** A server process driven over stdio, with as little between it and the clock as can be. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { TextEdit } from 'vscode-languageserver';

export interface BenchClient {
  readonly child: ChildProcessWithoutNullStreams;
  request(method: string, params: object): Promise<unknown>;
  notify(method: string, params: object): void;
  stop(): Promise<void>;
}

/** What the client does with what the server sends by itself. */
export interface BenchEars {
  /** Requests; answered with null without it. */
  readonly answer?: (method: string, params: SentParams) => unknown;
  readonly heard?: (method: string, params: SentParams) => void;
}

/** Of what our own server sends, as far as benchmarks read it. */
export interface SentParams {
  readonly token?: unknown;
  readonly value?: { readonly kind: string };
  readonly edit?: {
    readonly documentChanges: readonly {
      readonly textDocument: { readonly version: number };
      readonly edits: TextEdit[];
    }[];
  };
}

export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  ears: BenchEars = {},
): BenchClient {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } });
  child.stderr.resume();
  const waiting = new Map<number, (value: unknown) => void>();
  let buffer: Buffer = Buffer.alloc(0);
  let id = 0;
  const write = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(buffer.subarray(0, head).toString())?.[1]);
      if (buffer.length < head + 4 + length) return;
      const message = JSON.parse(buffer.subarray(head + 4, head + 4 + length).toString());
      buffer = buffer.subarray(head + 4 + length);
      if (message.method !== undefined && message.id !== undefined)
        write({ id: message.id, result: ears.answer?.(message.method, message.params) ?? null });
      else if (message.method !== undefined) ears.heard?.(message.method, message.params);
      else if (message.id !== undefined) {
        waiting.get(message.id)?.(message.result ?? message.error);
        waiting.delete(message.id);
      }
    }
  });
  const request = (method: string, params: object) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++id, resolve);
      write({ id, method, params });
    });
  return {
    child,
    request,
    notify: (method, params) => write({ method, params }),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await request('shutdown', {});
      write({ method: 'exit' });
      await ended;
    },
  };
}

export const initializeParams = (folder?: string) => ({
  processId: null,
  rootUri: folder === undefined ? null : `file://${folder}`,
  capabilities: { textDocument: { inlineCompletion: {} }, workspace: { configuration: false } },
});

/** Resident memory of a process and its children, in megabytes; nothing where there is no /proc. */
export function treeMemoryMb(pid: number): number | undefined {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
    return children.reduce((sum, child) => sum + (treeMemoryMb(child) ?? 0), own);
  } catch {
    return undefined;
  }
}

/** Processor time a process has used, in milliseconds; 10 ms steps. */
export function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
