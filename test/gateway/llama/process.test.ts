// The child that is kept running, played by a small program of the test's own: it answers when told to, and dies.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type LlamaProcess,
  type LlamaProcessOptions,
  startLlama,
} from '../../../server/gateway/llama/process.ts';
import { systemClock, virtualClock } from '../../support/clock.ts';

const never = new AbortController().signal;

describe('startLlama', () => {
  let folder: string;
  let running: LlamaProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whittle-guard-'));
  });
  afterEach(async () => {
    await Promise.all(running.map((llama) => llama.dispose()));
    running = [];
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs `script`, in which `$pids` is a file that each start adds its process to. */
  function start(script: string, more: Partial<LlamaProcessOptions> = {}): LlamaProcess {
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\npids='${join(folder, 'pids')}'\necho $$ >>"$pids"\n${script}\n`);
    chmodSync(program, 0o755);
    const llama = startLlama({
      program,
      args: [],
      environment: process.env,
      isHealthy: async () => starts().length > 0,
      clock: systemClock(),
      log: () => undefined,
      platform: process.platform,
      ...more,
    });
    running.push(llama);
    return llama;
  }

  const starts = (): readonly number[] =>
    existsSync(join(folder, 'pids'))
      ? readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').filter(Boolean).map(Number)
      : [];
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  test('is ready once it answers, and gone after dispose', async () => {
    const llama = start('exec sleep 1000');
    expect(await llama.ready(never)).toBe('ready');
    const [pid = 0] = starts();
    expect(alive(pid)).toBe(true);
    await llama.dispose();
    await expect.poll(() => alive(pid)).toBe(false);
    expect(await llama.ready(never)).toEqual({ message: expect.stringContaining('stopped') });
  });

  test('one that dies is started again', async () => {
    const llama = start('exec sleep 1000');
    await llama.ready(never);
    process.kill(starts()[0] ?? 0, 'SIGKILL');
    await expect.poll(() => starts().length, { timeout: 5000 }).toBe(2);
    expect(await llama.ready(never)).toBe('ready');
  });

  test('one that never runs is given up, with its own first complaint', async () => {
    const llama = start("echo '0.00.1 E error loading model: bad magic' >&2; echo 'E failed' >&2; exit 1", {
      isHealthy: async () => false,
    });
    expect(await llama.ready(never)).toEqual({
      message:
        'llama-server cannot run this model ("error loading model: bad magic"); start it by hand to see why.',
    });
    expect(starts()).toHaveLength(2);
  });

  test('a program that is none is given up too', async () => {
    const llama = start('exit 0', { program: join(folder, 'nothing'), isHealthy: async () => false });
    expect(await llama.ready(never)).toEqual({ message: expect.stringContaining('cannot run this model') });
  });

  test('who no longer waits is let go at once', async () => {
    const llama = start('exec sleep 1000', { isHealthy: async () => false });
    const stop = new AbortController();
    const state = llama.ready(stop.signal);
    stop.abort();
    expect(await state).toEqual({ message: expect.any(String) });
  });

  test('dispose leaves no timer', async () => {
    const clock = virtualClock();
    const llama = start('exec sleep 1000', { clock, isHealthy: async () => false });
    await expect.poll(() => starts().length).toBe(1);
    await llama.dispose();
    expect(clock.pending()).toBe(0);
  });

  test('a program that does not heed is ended all the same', async () => {
    const llama = start("trap '' TERM; while :; do sleep 0.1; done");
    await llama.ready(never);
    const [pid = 0] = starts();
    await llama.dispose();
    expect(alive(pid)).toBe(false);
  }, 15_000);
});
