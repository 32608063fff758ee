/**
 * The time of single keys, measured alone: what the server adds to the model, what an answer costs that it has, beside
 * an echo server on the same library at the same rhythm, and the first suggestion of a line that is typed at once.
 */

import { type BenchClient, initializeParams, pause, startProcess } from '../process.ts';
import { median, ms, type Print, quantile, row } from '../statistics.ts';
import { type CompletionModel, startCompletionModel } from './model.ts';
import { intervalMs, seeded } from './rhythm.ts';

export async function measureKeys(root: string, print: Print, quick: boolean): Promise<void> {
  const model = await startCompletionModel();
  const echo = echoServer();
  print('single keys, by the built server alone');
  for (const lines of quick ? [100, 10_000] : [100, 10_000, 100_000]) {
    const rounds = quick ? 20 : lines > 50_000 ? 20 : 40;
    const keys = await typeValues(root, { model, echo, lines, rounds });
    const budget = lines >= 10_000 ? 'p50 ≤ 4 ms' : 'p50 ≤ 2.5 ms, p99 ≤ 5 ms';
    row(print, `${lines} lines: added to the model’s time, p50 / p99`, pair(keys.added, 0.99), budget);
    row(print, `${lines} lines: typed along, p50 / p95`, pair(keys.along, 0.95));
    const ratios = [0.5, 0.95].map((q) => (quantile(keys.along, q) / quantile(keys.echo, q)).toFixed(2));
    row(
      print,
      `${lines} lines: an echo server at the same keys, p50 / p95`,
      pair(keys.echo, 0.95),
      `typed along is ${ratios.join(' / ')} × (≤ 1.5); ${keys.requests} requests meanwhile (0)`,
    );
  }
  await firstSuggestions(root, model, print);
  await echo.stop();
  model.close();
}

interface KeyTimes {
  readonly added: readonly number[];
  readonly along: readonly number[];
  readonly echo: readonly number[];
  /** What was asked of the model while typing along. */
  readonly requests: number;
}

interface KeyOptions {
  readonly model: CompletionModel;
  readonly echo: BenchClient;
  readonly lines: number;
  readonly rounds: number;
}

const warmUp = 10;

async function typeValues(root: string, { model, echo, lines, rounds }: KeyOptions): Promise<KeyTimes> {
  const above = Array.from(
    { length: lines },
    (_, i) => `  const value${i} = compute(${i}, "text ${i % 7}");\n`,
  );
  const middle = Math.floor(lines / 2);
  const head = above.slice(0, middle).join('');
  const tail = above.slice(middle).join('');
  const typed = Array.from({ length: rounds + warmUp }, (_, i) => `  const fresh${i} = `);
  const file = `${head}${typed.map((line, i) => `${line}values[${i}] + total;\n`).join('')}${tail}`;
  const knowledge = { file, quality: 1, seed: 1, lines: 1 };
  await model.become({ firstTokenMs: 50, tokensPerSecond: 100_000, stalls: false, knowledge });
  const editor = await openEditor(root, model.port, head + tail);
  const result = { added: [] as number[], along: [] as number[], echo: [] as number[], requests: 0 };
  for (const [i, begun] of typed.entries()) {
    const line = middle + i;
    editor.type(line, 0, '\n');
    await pause(20);
    const pressed = performance.now();
    editor.type(line, 0, begun);
    const answer = await editor.suggestion(line, begun.length);
    const shown = performance.now();
    if (answer === undefined) throw new Error('The model always answers, but nothing was shown.');
    const own = (await model.requests()).findLast(({ ended }) => ended !== undefined);
    await pause(90);
    const before = (await model.requests()).length;
    for (const [key, sign] of [...'val'].entries()) {
      await pause(30);
      const character = begun.length + key;
      const start = performance.now();
      editor.type(line, character, sign);
      const along = await editor.suggestion(line, character + 1);
      const end = performance.now();
      if (along === undefined) throw new Error('Typing along was not answered from the cache.');
      await pause(30);
      const same = performance.now();
      const at = { line, character };
      echo.notify('textDocument/didChange', {
        contentChanges: [{ range: { start: at, end: at }, text: sign }],
      });
      await echo.request('textDocument/inlineCompletion', { position: at, context: { triggerKind: 2 } });
      if (i < warmUp) continue;
      result.along.push(end - start);
      result.echo.push(performance.now() - same);
    }
    result.requests += (await model.requests()).length - before;
    if (i >= warmUp && own?.ended !== undefined)
      result.added.push(shown - pressed - (own.ended - own.arrived));
    editor.type(line, begun.length + 3, `ues[${i}] + total;`);
    await pause(20);
  }
  await editor.stop();
  return result;
}

/** Twenty lines typed without a pause, each in a document of its own; then the whole line is accepted. */
async function firstSuggestions(root: string, model: CompletionModel, print: Print): Promise<void> {
  const random = seeded(3);
  const over: number[] = [];
  const ahead: number[] = [];
  const count = 20;
  const lines = Array.from({ length: count * 2 + 2 }, (_, i) =>
    i % 2 === 0 ? `const item${i} = collect(source, ${i} * width);` : `render(item${i - 1}, ${i});`,
  );
  const file = `${lines.join('\n')}\n`;
  const knowledge = { file, quality: 1, seed: 1, lines: 1 };
  const editor = await openEditor(root, model.port, '');
  for (let line = 2; line <= count * 2; line += 2) {
    await model.become({ firstTokenMs: 150, tokensPerSecond: 1000, stalls: false, knowledge });
    const written = lines[line] ?? '';
    await editor.open(lines.slice(0, line).join('\n') + (line > 0 ? '\n' : ''));
    await pause(20);
    const began = performance.now();
    let shownAfter: number | undefined;
    let typed = 0;
    while (shownAfter === undefined && typed < written.length - 2) {
      editor.type(line, typed, written.charAt(typed++));
      void editor.suggestion(line, typed).then((shown) => {
        if (shown !== undefined) shownAfter ??= performance.now() - began;
      });
      await pause(intervalMs(random));
    }
    const request = (await model.requests()).find(({ ended }) => ended !== undefined);
    if (shownAfter !== undefined && request?.ended !== undefined)
      over.push(shownAfter - (request.ended - request.arrived));
    // Looked at, and accepted: what comes next was asked for meanwhile.
    await pause(500);
    editor.type(line, typed, written.slice(typed));
    const accepted = performance.now();
    const next = await editor.suggestion(line, written.length);
    if (next !== undefined) ahead.push(performance.now() - accepted);
  }
  row(
    print,
    'first suggestion of a line typed at once, over the model’s time',
    pair(over, 0.95),
    'p50 ≤ 4 ms',
  );
  row(
    print,
    `after accepting it, the next (${ahead.length} of ${count} there)`,
    pair(ahead, 0.95),
    'p50 ≤ 5 ms',
  );
  await editor.stop();
}

interface BenchEditor {
  open(text: string): Promise<void>;
  type(line: number, character: number, text: string): void;
  suggestion(line: number, character: number): Promise<unknown>;
  stop(): Promise<void>;
}

async function openEditor(root: string, port: number, text: string): Promise<BenchEditor> {
  const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
    WHITTLE_URL: `ws://127.0.0.1:${port}/v1/responses`,
    WHITTLE_MODEL: 'bench',
  });
  await client.request('initialize', {
    ...initializeParams(),
    initializationOptions: { limits: { requestsPerMinute: 100_000, tokensPerHour: 1e12 } },
  });
  client.notify('initialized', {});
  let documents = 0;
  let version = 1;
  let uri = '';
  const editor: BenchEditor = {
    async open(value) {
      if (uri !== '') client.notify('textDocument/didClose', { textDocument: { uri } });
      uri = `untitled:keys${documents++}.ts`;
      version = 1;
      const textDocument = { uri, languageId: 'typescript', version, text: value };
      client.notify('textDocument/didOpen', { textDocument });
    },
    type(line, character, inserted) {
      const at = { line, character };
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range: { start: at, end: at }, text: inserted }],
      });
    },
    async suggestion(line, character) {
      const answer = await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character },
        context: { triggerKind: 2 },
      });
      const { items } = answer as { readonly items?: readonly unknown[] };
      return items?.[0];
    },
    stop: () => client.stop(),
  };
  await editor.open(text);
  return editor;
}

/** The least that a round trip costs: the same library, answering what it is asked. */
function echoServer(): BenchClient {
  return startProcess([
    '-e',
    `const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const c = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
c.onRequest('shutdown', () => null); c.onNotification('exit', () => process.exit(0));
c.onRequest('textDocument/inlineCompletion', () => ({ items: [{ insertText: 'x' }] })); c.listen();`,
  ]);
}

const pair = (values: readonly number[], q: number) => `${ms(median(values))} / ${ms(quantile(values, q))}`;
