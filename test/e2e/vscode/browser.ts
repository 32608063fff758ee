/**
 * A browser without a screen and one page in it, driven by the DevTools protocol: keys go in, what the page holds comes
 * out. https://chromedevtools.github.io/devtools-protocol/
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { type Key, keyNamed } from './keys.ts';

export interface Page {
  open(url: string): Promise<void>;
  /** The value of a JavaScript expression in the page, by way of JSON; a promise is waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** One key, with those held down before it: `Tab`, `Control+S`. */
  press(keys: string): Promise<void>;
  /** Each character as a key of its own, one after the other. */
  type(text: string): Promise<void>;
  /** All at once, as an input method does. */
  write(text: string): Promise<void>;
  /** PNG. */
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}

const size = { width: 1280, height: 800 };

export async function openPage(program: string, folder: string): Promise<Page> {
  const flags = [
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${folder}`,
    `--window-size=${size.width},${size.height}`,
    '--remote-debugging-port=0',
  ];
  const child = spawn(program, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await debuggingAddress(child);
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const wire = overSocket(socket);
  const { targetInfos } = (await wire.call('Target.getTargets')) as { targetInfos: readonly Target[] };
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
  const { sessionId } = (await wire.call('Target.attachToTarget', { targetId, flatten: true })) as {
    sessionId: string;
  };
  const call = (method: string, params: object = {}) => wire.call(method, params, sessionId);
  await call('Page.enable');
  await call('Runtime.enable');

  const stroke = async ({ text, ...key }: Key, modifiers: number): Promise<void> => {
    const down = text !== undefined && modifiers === 0 ? { type: 'keyDown', text } : { type: 'rawKeyDown' };
    await call('Input.dispatchKeyEvent', { ...down, ...key, modifiers });
    await call('Input.dispatchKeyEvent', { type: 'keyUp', ...key, modifiers });
  };

  return {
    async open(url) {
      const loaded = new Promise<void>((resolve) => wire.listen('Page.loadEventFired', () => resolve()));
      await call('Page.navigate', { url });
      await loaded;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = (await call('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })) as { result: { value?: unknown }; exceptionDetails?: unknown };
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return result.value;
    },
    async press(keys) {
      const names = keys.split('+');
      const modifiers = names.slice(0, -1).reduce((bits, name) => bits | (modifierBits[name] ?? 0), 0);
      await stroke(keyNamed(names.at(-1) ?? ''), modifiers);
    },
    async type(text) {
      for (const character of text) await stroke(keyNamed(character), 0);
    },
    async write(text) {
      await call('Input.insertText', { text });
    },
    async picture() {
      const { data } = (await call('Page.captureScreenshot')) as { data: string };
      return Buffer.from(data, 'base64');
    },
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      socket.close();
      child.kill();
      await ended;
    },
  };
}

interface Target {
  readonly targetId: string;
  readonly type: string;
}

const modifierBits: Readonly<Record<string, number>> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };

async function debuggingAddress(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error('no output');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (!found) continue;
    child.stderr.resume();
    return found;
  }
  throw new Error(`The browser did not start:\n${said.join('\n')}`);
}

interface Wire {
  call(method: string, params?: object, sessionId?: string): Promise<unknown>;
  /** Instead of who listened before. */
  listen(method: string, heard: () => void): void;
}

function overSocket(socket: WebSocket): Wire {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, () => void>();
  let last = 0;
  socket.on('message', (data) => {
    const { id, method, result, error } = JSON.parse(String(data));
    if (id === undefined) {
      listeners.get(method)?.();
      return;
    }
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error) waiter?.reject(new Error(error.message));
    else waiter?.resolve(result);
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser has ended.'));
    waiting.clear();
  });
  return {
    call: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
      }),
    listen: (method, heard) => void listeners.set(method, heard),
  };
}
