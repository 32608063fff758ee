/** The embedded gateway in a real worker thread, built once from the sources as the package's build does. */

import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedGateway, type GatewayWorker } from '../../server/gateway/embedded.ts';
import type { MainMessage } from '../../server/gateway/worker.ts';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';
import { type BuiltWorker, buildWorker } from '../support/built-worker.ts';
import { systemClock, virtualClock } from '../support/clock.ts';
import { testSession } from '../support/session.ts';

let built: BuiltWorker;
beforeAll(async () => {
  built = await buildWorker();
});
afterAll(() => built.remove());

function threads() {
  const workers: Worker[] = [];
  const exits: Promise<unknown>[] = [];
  return {
    workers,
    /** Settles when every thread has ended. */
    gone: () => Promise.all(exits),
    createWorker(): GatewayWorker {
      const worker = new Worker(built.file, {
        resourceLimits: { maxOldGenerationSizeMb: 128 },
      });
      workers.push(worker);
      exits.push(new Promise((resolve) => worker.once('exit', resolve)));
      return worker;
    },
  };
}

test('the same session with the gateway killed in the middle loses nothing', async () => {
  const clock = systemClock();
  const { createWorker, workers, gone } = threads();
  const logged: string[] = [];
  const log = (level: string, message: string) => logged.push(`${level}: ${message}`);
  const embedded = createEmbeddedGateway({ createWorker, clock, random: () => 0, log });
  const { session } = testSession((signal) => embedded.endpoint(signal), { clock, connect: 'now', log });
  const signal = () => new AbortController().signal;

  session.tell({ kind: 'opened', document: askDocument('let ') });
  expect(await drawn(session.ask(completeAsk('let █'), signal()))).toBe('"LET " completed');
  session.tell({
    kind: 'changed',
    uri: askDocument('').uri,
    version: 2,
    edit: [{ start: 4, end: 4, text: 'a' }],
  });
  const answers = Array.from({ length: 5 }, () =>
    drawn(session.ask(completeAsk('let a█', { version: 2 }), signal())),
  );
  await workers[0]?.terminate();
  answers.push(drawn(session.ask(completeAsk('let a█', { version: 2 }), signal())));
  session.tell({
    kind: 'changed',
    uri: askDocument('').uri,
    version: 3,
    edit: [{ start: 5, end: 5, text: 'b' }],
  });
  answers.push(drawn(session.ask(completeAsk('let ab█', { version: 3 }), signal())));
  const answered = await Promise.all(answers);
  expect(answered.at(-1)).toBe('"LET AB" completed');
  expect(new Set(answered.slice(0, -1))).toEqual(new Set(['"LET A" completed']));
  expect(workers.length).toBe(2);
  expect(logged.filter((line) => line.startsWith('warn'))).toEqual([
    'warn: gateway: ended unexpectedly, it is started again when it is needed',
  ]);

  await session.dispose();
  await embedded.dispose();
  await gone();
  expect(clock.pending()).toBe(0);
});

test('everyone who asks while it starts gets the same gateway; disposal refuses later ones', async () => {
  const clock = systemClock();
  const { createWorker, workers, gone } = threads();
  const embedded = createEmbeddedGateway({ createWorker, clock, random: () => 0, log: () => undefined });
  const signal = new AbortController().signal;
  const [first, second] = await Promise.all([embedded.endpoint(signal), embedded.endpoint(signal)]);
  expect(first).toEqual(second);
  expect(first.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/responses$/);
  expect(workers.length).toBe(1);
  await embedded.dispose();
  await gone();
  await expect(embedded.endpoint(signal)).rejects.toThrow();
});

test('a gateway that hangs is ended and started again', async () => {
  const clock = virtualClock();
  const hung = puppet('mute');
  const well = puppet();
  const made = [hung, well];
  const createWorker = () => (made.shift() ?? well).worker;
  const embedded = createEmbeddedGateway({ createWorker, clock, random: () => 0, log: () => undefined });
  const asked = embedded.endpoint(new AbortController().signal);
  await new Promise(setImmediate);
  hung.emit('message', { kind: 'ready', url: 'ws://hung' });
  await new Promise(setImmediate);
  clock.advance(5000);
  await new Promise(setImmediate);
  well.emit('message', { kind: 'ready', url: 'ws://well' });
  expect((await asked).url).toBe('ws://well');
  const disposal = embedded.dispose();
  well.emit('exit', 0);
  await disposal;
  expect(clock.pending()).toBe(0);
});

/** A thread of the test's own making: what it says and when it ends is up to the test. */
function puppet(kind: 'answering' | 'mute' = 'answering') {
  const listeners = new Map<string, ((value: never) => void)[]>();
  const posted: MainMessage[] = [];
  const emit = (name: string, value: unknown): void => {
    for (const listener of listeners.get(name) ?? []) listener(value as never);
  };
  const worker: GatewayWorker = {
    on(name: string, listener: (value: never) => void) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
    postMessage(message) {
      posted.push(message);
      if (message.kind === 'serve' && kind === 'answering')
        emit('message', { kind: 'serving', id: message.id, token: 't' });
    },
    terminate: () => Promise.resolve(emit('exit', 1)),
  };
  return { worker, posted, emit };
}

test('deaths in a row are answered with growing waits; abort and disposal end the waiting', async () => {
  const clock = virtualClock();
  const puppets: ReturnType<typeof puppet>[] = [];
  const createWorker = () => {
    const made = puppet();
    puppets.push(made);
    return made.worker;
  };
  const embedded = createEmbeddedGateway({ createWorker, clock, random: () => 1, log: () => undefined });
  const ask = () => embedded.endpoint(new AbortController().signal);

  const first = ask();
  await Promise.resolve();
  puppets[0]?.emit('exit', 1);
  await expect(first).rejects.toThrow('ended while starting');
  // Once may happen: the next start waits for nothing.
  const second = ask();
  await Promise.resolve();
  puppets[1]?.emit('message', { kind: 'failed', message: 'no port' });
  puppets[1]?.emit('exit', 1);
  await expect(second).rejects.toThrow('no port');
  const third = ask();
  await Promise.resolve();
  expect(puppets.length).toBe(2);
  clock.advance(100);
  await new Promise(setImmediate);
  expect(puppets.length).toBe(3);
  puppets[2]?.emit('message', { kind: 'nonsense' });
  puppets[2]?.emit('message', { kind: 'ready', url: 'ws://x' });
  expect(await third).toEqual({ url: 'ws://x', headers: { Authorization: 'Bearer t' } });
  puppets[2]?.emit('exit', 1);

  const abort = new AbortController();
  const waiting = embedded.endpoint(abort.signal);
  abort.abort();
  await expect(waiting).rejects.toThrow();
  const last = ask();
  await embedded.dispose();
  await expect(last).rejects.toThrow();
  expect(clock.pending()).toBe(0);
});

test('a gateway that does not end by itself is ended', async () => {
  const clock = virtualClock();
  const only = puppet();
  const embedded = createEmbeddedGateway({
    createWorker: () => only.worker,
    clock,
    random: () => 0,
    log: () => undefined,
  });
  const asked = embedded.endpoint(new AbortController().signal);
  await Promise.resolve();
  only.emit('message', { kind: 'ready', url: 'ws://x' });
  await asked;
  const disposal = embedded.dispose();
  expect(only.posted.at(-1)).toEqual({ kind: 'close' });
  clock.advance(2000);
  await disposal;
  expect(clock.pending()).toBe(0);
});

test('a gateway that has said that all is done is not waited for, whatever keeps its thread', async () => {
  const clock = virtualClock();
  const kept = puppet();
  const embedded = createEmbeddedGateway({
    createWorker: () => kept.worker,
    clock,
    random: () => 0,
    log: () => undefined,
  });
  const asked = embedded.endpoint(new AbortController().signal);
  await Promise.resolve();
  kept.emit('message', { kind: 'ready', url: 'ws://x' });
  await asked;
  let over = false;
  const disposal = embedded.dispose().then(() => {
    over = true;
  });
  clock.advance(200);
  await new Promise(setImmediate);
  expect(over).toBe(false);
  kept.emit('message', { kind: 'closed' });
  clock.advance(200);
  await new Promise(setImmediate);
  expect(over).toBe(true);
  await disposal;
  expect(clock.pending()).toBe(0);
});
