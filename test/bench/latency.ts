/** What the server adds to a model's own time, as the client sees it, on files of several lengths. */

import { startEcho } from './echo.ts';
import { startModel } from './model.ts';
import { initializeParams, pause, startProcess } from './process.ts';
import { median, ms, type Print, quantile, row } from './statistics.ts';

const modelMs = 50;
const warmUp = 10;
/** The 99th percentile of 300 is the third slowest, which differs by half from run to run. */
const measured = 600;

/**
 * Three servers in turn, told the same keys: ours, a bare one that asks the same model, and one that only answers. A
 * key and its request are written at once; what a model took by its own clock is taken off.
 */
export async function benchLatency(root: string, print: Print): Promise<void> {
  print(`added to a model that takes ${modelMs} ms (always answers, over loopback)`);
  for (const lines of [100, 5_000, 10_000]) {
    const model = await startModel(modelMs, (n) => `value${n} + 1;`);
    const beside = await startModel(modelMs, (n) => `value${n} + 1;`);
    const ours = await openTyping(
      startProcess([`${root}dist/whittle.js`, '--stdio'], { WHITTLE_URL: model.url, WHITTLE_MODEL: 'bench' }),
      lines,
    );
    const bare = await openTyping(startProcess(['-e', bareServer], { MODEL_URL: beside.url }), lines);
    const echo = await openTyping(startEcho(), lines);
    const added: number[] = [];
    const addedBare: number[] = [];
    const along: number[] = [];
    const alongEcho: number[] = [];
    for (let i = 0; i < warmUp + measured; i++) {
      const isMeasured = i >= warmUp;
      await ours.openLine();
      const asked = await ours.type(`  const fresh${i} = `);
      if (isMeasured) added.push(asked - tookOf(model));
      // Typed along: the same suggestion again, shorter by one letter, from the cache.
      const again = await ours.type('v');
      if (isMeasured) along.push(again);
      await bare.openLine();
      const barely = await bare.type(`  const fresh${i} = `);
      if (isMeasured) addedBare.push(barely - tookOf(beside));
      await echo.openLine();
      const echoed = await echo.type('v');
      if (isMeasured) alongEcho.push(echoed);
    }
    const budget = lines >= 10_000 ? 'p50 ≤ 4 ms' : 'p50 ≤ 2.5 ms, p99 ≤ 5 ms';
    const over = `${share(added)} of ${measured} over 5 ms`;
    row(print, `${lines} lines: added, p50 / p99`, figures(added, 0.99), `${budget}; ${over}`);
    row(
      print,
      '  a bare server that asks the same model, p50 / p99',
      figures(addedBare, 0.99),
      `the floor; the line above is ${(median(added) / median(addedBare)).toFixed(2)} × it; ${share(addedBare)} over 5 ms`,
    );
    row(
      print,
      `${lines} lines: typed along (didChange + answer), p50 / p95`,
      figures(along, 0.95),
      `${(median(along) / median(alongEcho)).toFixed(2)} × / ${(quantile(along, 0.95) / quantile(alongEcho, 0.95)).toFixed(2)} × the next, each ≤ 1.5 ×`,
    );
    row(print, '  echo server on the same LSP library, p50 / p95', figures(alongEcho, 0.95));
    for (const each of [ours, bare, echo]) await each.stop();
    await model.close();
    await beside.close();
  }
}

/** Someone who types into the middle of a file. */
interface Typing {
  /** Opens an empty line, and rests. */
  openLine(): Promise<void>;
  /** Milliseconds until what stands behind these keys is suggested. */
  type(keys: string): Promise<number>;
  stop(): Promise<unknown>;
}

async function openTyping(client: ReturnType<typeof startProcess>, lines: number): Promise<Typing> {
  const uri = 'untitled:bench.ts';
  const line = Math.floor(lines / 2);
  let version = 1;
  let character = 0;
  const change = (at: number, text: string): void => {
    const place = { line, character: at };
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [{ range: { start: place, end: place }, text }],
    });
  };
  await client.request('initialize', initializeParams());
  client.notify('initialized', {});
  const textDocument = { uri, languageId: 'typescript', version, text: fileOf(lines) };
  client.notify('textDocument/didOpen', { textDocument });
  return {
    async openLine() {
      change(0, '\n');
      character = 0;
      await pause(5);
    },
    async type(keys) {
      const started = performance.now();
      change(character, keys);
      character += keys.length;
      const answer = await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character },
        context: { triggerKind: 2 },
      });
      const took = performance.now() - started;
      if (!hasItem(answer)) throw new Error('The model always answers, but nothing was shown.');
      return took;
    },
    stop: () => client.stop(),
  };
}

function tookOf(model: Awaited<ReturnType<typeof startModel>>): number {
  const { arrived, ended } = model.last();
  return ended - arrived;
}

function figures(values: readonly number[], high: number): string {
  return `${ms(median(values))} / ${ms(quantile(values, high))}`;
}

function share(values: readonly number[]): number {
  return values.filter((value) => value > 5).length;
}

/** The least that asking a model costs: the same libraries, sending it a line and handing on what it says. */
const bareServer = `const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const { WebSocket } = require('ws');
const c = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
const socket = new WebSocket(process.env.MODEL_URL, { perMessageDeflate: false });
const open = new Promise((resolve) => socket.once('open', resolve));
let said = '', done = () => {};
socket.on('message', (data) => {
  const event = JSON.parse(String(data));
  if (event.type === 'response.output_text.delta') said += event.delta;
  if (event.type === 'response.completed') done({ items: [{ insertText: said }] });
});
c.onRequest('initialize', async () => { await open; return { capabilities: {} }; });
c.onRequest('shutdown', () => null); c.onNotification('exit', () => process.exit(0));
c.onRequest('textDocument/inlineCompletion', ({ position }) => new Promise((resolve) => {
  said = ''; done = resolve;
  socket.send(JSON.stringify({ type: 'response.create', input: 'line ' + position.line }));
})); c.listen();`;

export function fileOf(lines: number): string {
  return Array.from({ length: lines }, (_, i) => `  const value${i} = compute(${i}, "text ${i % 7}");`).join(
    '\n',
  );
}

function hasItem(answer: unknown): boolean {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'items' in answer &&
    Array.isArray(answer.items) &&
    answer.items.length > 0
  );
}
