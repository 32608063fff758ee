/** What the server adds to a model's own time, as the client sees it, on files of several lengths; and the cost of a key. */

import { TextDocument } from 'vscode-languageserver-textdocument';
import { startModel } from './model.ts';
import { initializeParams, pause, startProcess } from './process.ts';
import { median, ms, type Print, quantile, row } from './statistics.ts';

const modelMs = 50;
const warmUp = 8;
const measured = 60;

export async function benchLatency(root: string, print: Print): Promise<void> {
  print(`added to a model that takes ${modelMs} ms (always answers, over loopback)`);
  for (const lines of [100, 5_000, 10_000]) {
    const model = await startModel(modelMs, (n) => `value${n} + 1;`);
    const client = startProcess([`${root}dist/whittle.js`, '--stdio'], {
      WHITTLE_URL: model.url,
      WHITTLE_MODEL: 'bench',
    });
    await client.request('initialize', initializeParams());
    client.notify('initialized', {});
    const uri = 'untitled:bench.ts';
    const text = fileOf(lines);
    client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
    const line = Math.floor(lines / 2);
    const added: number[] = [];
    const cached: number[] = [];
    for (let i = 0, version = 1; i < warmUp + measured; i++) {
      const typed = `  const fresh${i} = `;
      const at = { line, character: 0 };
      const change = { range: { start: at, end: at }, text: `${typed}\n` };
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [change],
      });
      await pause(5);
      const position = { line, character: typed.length };
      const started = performance.now();
      const answer = await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position,
        context: { triggerKind: 2 },
      });
      const ended = performance.now();
      if (!hasItem(answer)) throw new Error('The model always answers, but nothing was shown.');
      if (i < warmUp) continue;
      const { arrived, ended: modelEnded } = model.last();
      added.push(ended - started - (modelEnded - arrived));
      // Typed along: the same suggestion again, shorter by one letter, from the cache.
      const next = { range: { start: position, end: position }, text: 'v' };
      const before = model.requests();
      const again = performance.now();
      client.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [next],
      });
      const along = await client.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position: { line, character: typed.length + 1 },
        context: { triggerKind: 2 },
      });
      cached.push(performance.now() - again);
      if (!hasItem(along) || model.requests() !== before)
        throw new Error('Typing along was not answered from the cache.');
    }
    const budget = lines >= 10_000 ? 'p50 ≤ 4 ms' : 'p50 ≤ 2.5 ms, p99 ≤ 5 ms';
    row(
      print,
      `${lines} lines: added, p50 / p99`,
      `${ms(median(added))} / ${ms(quantile(added, 0.99))}`,
      budget,
    );
    row(
      print,
      `${lines} lines: typed along (didChange + answer), p50 / p95`,
      `${ms(median(cached))} / ${ms(quantile(cached, 0.95))}`,
    );
    await client.stop();
    await model.close();
  }
  await floor(print);
  await echo(print);
}

/** The least that asking a model costs: a server on the same libraries that sends it a line and hands on what it says. */
async function floor(print: Print): Promise<void> {
  const model = await startModel(modelMs, (n) => `value${n} + 1;`);
  const server = `const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
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
  const client = startProcess(['-e', server], { MODEL_URL: model.url });
  await client.request('initialize', initializeParams());
  const added: number[] = [];
  for (let i = 0; i < warmUp + measured; i++) {
    await pause(5);
    const started = performance.now();
    await client.request('textDocument/inlineCompletion', { position: { line: i, character: 0 } });
    const ended = performance.now();
    const { arrived, ended: modelEnded } = model.last();
    if (i >= warmUp) added.push(ended - started - (modelEnded - arrived));
  }
  row(
    print,
    'a bare server that asks the same model: added, p50 / p99',
    `${ms(median(added))} / ${ms(quantile(added, 0.99))}`,
    'the floor of this machine and moment',
  );
  await client.stop();
  await model.close();
}

/** The least that a round trip costs: the same LSP library, told the same keys, answering an item of the same size. */
async function echo(print: Print): Promise<void> {
  const server = `const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const c = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
c.onRequest('shutdown', () => null); c.onNotification('exit', () => process.exit(0));
c.onRequest('textDocument/inlineCompletion', ({ position }) => ({ items: [{ insertText: 'alue1 + 1;', range: { start: position, end: position },
  command: { title: 'Accepted', command: 'accept', arguments: [{ id: '00000000-0000-0000-0000-000000000000' }] } }] })); c.listen();`;
  const client = startProcess(['-e', server]);
  const took: number[] = [];
  const uri = 'untitled:bench.ts';
  for (let i = 0; i < warmUp + measured; i++) {
    // As seldom as the server beside it, whose keys come between two answers of a model.
    await pause(modelMs + 5);
    const at = { line: i, character: 17 };
    const started = performance.now();
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: i },
      contentChanges: [{ range: { start: at, end: at }, text: 'v' }],
    });
    await client.request('textDocument/inlineCompletion', {
      textDocument: { uri },
      position: at,
      context: { triggerKind: 2 },
    });
    if (i >= warmUp) took.push(performance.now() - started);
  }
  row(
    print,
    'echo server on the same LSP library, p50 / p95',
    `${ms(median(took))} / ${ms(quantile(took, 0.95))}`,
    'typed along ≤ 1.5 × this',
  );
  await client.stop();
}

export async function benchChange(print: Print): Promise<void> {
  const lines = 100_000;
  print(`a key in a file of ${lines} lines`);
  const text = fileOf(lines);
  const { createDocuments } = await import('../../server/state/documents.ts');
  const documents = createDocuments();
  const uri = 'untitled:big.ts';
  const opened = documents.open({ uri, languageId: 'typescript', version: 1, text });
  let reference = TextDocument.create(uri, 'typescript', 1, text);
  reference.lineCount; // Its line index is made at the first use.
  const own: number[] = [];
  const theirs: number[] = [];
  const { lineStart } = await import('../../server/core/text.ts');
  for (let i = 0; i < 200; i++) {
    const position = { line: 50_000, character: 2 };
    const at = lineStart(documents.get(uri)?.text ?? opened.text, position.line) + position.character;
    const first = performance.now();
    documents.change(uri, i + 2, [{ start: at, end: at, text: 'x' }]);
    documents.get(uri)?.text.value.charCodeAt(at);
    const second = performance.now();
    reference = TextDocument.update(
      reference,
      [{ range: { start: position, end: position }, text: 'x' }],
      i + 2,
    );
    reference.getText().charCodeAt(at);
    const third = performance.now();
    if (i < 20) continue;
    own.push(second - first);
    theirs.push(third - second);
  }
  row(
    print,
    'didChange taken in / `TextDocument.update` alone, p50',
    `${ms(median(own))} / ${ms(median(theirs))} = ${(median(own) / median(theirs)).toFixed(2)} ×`,
    '≤ 1.3 ×',
  );
}

function fileOf(lines: number): string {
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
