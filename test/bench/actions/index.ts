/**
 * `npm run bench -- actions [--quick] [--peers DIR]`: what a user of code actions waits for, through the built server
 * over stdio, with a model that takes a known time: the menu, the first sign of an edit, and silence after stopping it.
 *
 * - First report: from `workspace/executeCommand` to the first `$/progress` report at the client, less the model's own
 *   time (the arrival of the request to the sending of the first text, by the clock of this process).
 * - Silence: from `whittle.cancel` to the last edit or report that still arrives, in live mode, where there are most.
 */

import { existsSync } from 'node:fs';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type BenchClient, pause, startProcess } from '../process.ts';
import { median, ms, type Print, quantile, row } from '../statistics.ts';
import { benchCodex, codexProgram } from './codex.ts';
import { startWritingModel, type WritingModel } from './model.ts';

const modelMs = 50;
const warmUp = 5;
const uri = 'untitled:bench.ts';

export interface ActionsOptions {
  readonly quick: boolean;
  /** Where the peers are installed. */
  readonly peers: string | undefined;
}

export async function benchActions(
  root: string,
  print: Print,
  { quick, peers }: ActionsOptions,
): Promise<void> {
  print(`actions: through the built server, a model that takes ${modelMs} ms to its first text`);
  await benchListing(root, print, quick ? 100 : 500);
  await benchFirstReport(root, print, quick ? 20 : 100);
  await benchStop(root, print, quick ? 20 : 100);
  const codex = peers === undefined ? undefined : codexProgram(peers);
  if (codex === undefined || !existsSync(codex)) {
    print('NOT RUN: codex app-server beside. Install @openai/codex in DIR/codex and give --peers DIR.');
    return;
  }
  await benchCodex({ program: codex, firstTextMs: modelMs, rounds: quick ? 6 : 20 }, print);
}

async function benchListing(root: string, print: Print, rounds: number): Promise<void> {
  const bench = await open(root, 5_000, { firstTextMs: modelMs, betweenMs: 1, pieces: () => [] });
  const took: number[] = [];
  for (let i = 0; i < warmUp + rounds; i++) {
    const line = (i * 97) % 4_990;
    const range = { start: { line, character: 2 }, end: { line: line + (i % 8), character: 3 } };
    const diagnostics = [{ range, severity: 1, message: "Cannot find name 'totl'. Did you mean 'total'?" }];
    const started = performance.now();
    const actions = await bench.client.request('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics, triggerKind: 1 },
    });
    if (!Array.isArray(actions) || actions.length === 0) throw new Error('Nothing was offered.');
    if (i >= warmUp) took.push(performance.now() - started);
  }
  const asked = bench.model.requests();
  await bench.end();
  row(print, 'listing, 5,000 lines, p50', ms(median(took)));
  row(print, 'listing, 5,000 lines, p99', ms(quantile(took, 0.99)), '≤ 5 ms');
  row(print, 'models asked for it', `${asked}`, '0');
}

async function benchFirstReport(root: string, print: Print, rounds: number): Promise<void> {
  const edit = (n: number) => block(lineOf(500), `${lineOf(500)} // ${n}`);
  const bench = await open(root, 1_000, {
    firstTextMs: modelMs,
    betweenMs: 1,
    pieces: (n) => edit(n).match(/[\s\S]{1,8}/g) ?? [],
  });
  const added: number[] = [];
  const bytes: number[] = [];
  for (let i = 0; i < warmUp + rounds; i++) {
    const range = { start: { line: 495, character: 0 }, end: { line: 505, character: 0 } };
    const token = `report-${i}`;
    const reported = bench.firstReport(token);
    const started = performance.now();
    const outcome = bench.execute(
      'whittle.edit',
      { uri, range, instruction: `note ${i}`, wait: true },
      token,
    );
    const at = await Promise.race([reported, outcome]);
    if (typeof at !== 'number') throw new Error(`The edit ended at once: ${JSON.stringify(at)}`);
    const { arrived, first, bytes: size } = bench.model.last();
    await outcome;
    bench.undo();
    // The base is renewed in a pause.
    await pause(30);
    if (i < warmUp) continue;
    added.push(at - started - (first - arrived));
    bytes.push(size);
  }
  await bench.end();
  row(print, 'first report over the model’s own time, p50', ms(median(added)), '≤ 5 ms');
  row(print, 'first report over the model’s own time, p99', ms(quantile(added, 0.99)));
  row(print, 'request on a warm base, median', `${(median(bytes) / 1024).toFixed(1)} KB`, '≤ 8 KB');
}

async function benchStop(root: string, print: Print, rounds: number): Promise<void> {
  const bench = await open(
    root,
    1_000,
    {
      firstTextMs: 5,
      betweenMs: 1,
      *pieces() {
        for (let line = 0; line < 900; line += 2) yield block(lineOf(line), `${lineOf(line)} //`);
      },
    },
    { edit: { live: true }, context: { editTokens: 131_072 } },
  );
  const silent: number[] = [];
  const answered: number[] = [];
  let landed = 0;
  for (let i = 0; i < warmUp + rounds; i++) {
    const token = `stop-${i}`;
    const reported = bench.firstReport(token);
    const outcome = bench.execute('whittle.edit', { uri, instruction: `note ${i}`, wait: true }, token);
    const began = await Promise.race([reported, outcome]);
    if (typeof began !== 'number') throw new Error(`The edit ended at once: ${JSON.stringify(began)}`);
    await pause(10 + ((i * 7) % 40));
    const before = bench.seen().edits;
    const started = performance.now();
    await bench.execute('whittle.cancel', { token });
    const after = performance.now() - started;
    await outcome;
    await pause(60);
    const silence = Math.max(0, bench.seen().last - started);
    bench.undo();
    if (i < warmUp) continue;
    landed += before;
    answered.push(after);
    silent.push(silence);
  }
  await bench.end();
  row(print, 'hunks that had landed when stopped, on average', (landed / rounds).toFixed(1));
  row(print, 'stop to silence, p50', ms(median(silent)));
  row(print, 'stop to silence, p99', ms(quantile(silent, 0.99)), '≤ 50 ms');
  row(print, 'stop to its answer, p99', ms(quantile(answered, 0.99)));
}

interface Bench {
  readonly client: BenchClient;
  readonly model: WritingModel;
  execute(command: string, argument: object, workDoneToken?: string): Promise<unknown>;
  /** When it came. */
  firstReport(token: string): Promise<number>;
  /** Edits since the text was last put back, and when the newest edit or report came. */
  seen(): { readonly edits: number; readonly last: number };
  /** Puts the first text back. */
  undo(): void;
  end(): Promise<void>;
}

async function open(
  root: string,
  lines: number,
  writing: Parameters<typeof startWritingModel>[0],
  settings: object = {},
): Promise<Bench> {
  const model = await startWritingModel(writing);
  const text = Array.from({ length: lines }, (_, line) => `${lineOf(line)}\n`).join('');
  let document = TextDocument.create(uri, 'typescript', 1, text);
  let edits = 0;
  let last = 0;
  const waiting = new Map<unknown, (at: number) => void>();
  const become = (next: string) => {
    document = TextDocument.create(uri, 'typescript', document.version + 1, next);
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: document.version },
      contentChanges: [{ text: next }],
    });
  };
  const client = startProcess(
    [`${root}dist/whittle.js`, '--stdio'],
    {},
    {
      answer(method, params) {
        if (method !== 'workspace/applyEdit') return null;
        last = performance.now();
        edits++;
        const [change] = params.edit?.documentChanges ?? [];
        if (!change || change.textDocument.version !== document.version) return { applied: false };
        become(TextDocument.applyEdits(document, change.edits));
        return { applied: true };
      },
      heard(method, params) {
        if (method !== '$/progress' || params.value?.kind !== 'report') return;
        last = performance.now();
        waiting.get(params.token)?.(last);
        waiting.delete(params.token);
      },
    },
  );
  await client.request('initialize', {
    processId: null,
    rootUri: null,
    clientInfo: { name: 'Neovim' },
    initializationOptions: {
      model: { url: model.url, name: 'bench' },
      completion: { enabled: false },
      limits: { requestsPerMinute: 1e6 },
      ...settings,
    },
    capabilities: {
      textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } },
      workspace: { applyEdit: true, workspaceEdit: { documentChanges: true }, configuration: false },
      window: { workDoneProgress: true },
    },
  });
  client.notify('initialized', {});
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'typescript', version: 1, text },
  });
  return {
    client,
    model,
    execute: (command, argument, workDoneToken) =>
      client.request('workspace/executeCommand', {
        command,
        arguments: [argument],
        ...(workDoneToken === undefined ? {} : { workDoneToken }),
      }),
    firstReport: (token) => new Promise((resolve) => waiting.set(token, resolve)),
    seen: () => ({ edits, last }),
    undo() {
      edits = 0;
      become(text);
    },
    async end() {
      await client.stop();
      await model.close();
    },
  };
}

function lineOf(line: number): string {
  return `export const value${line} = compute(${line}, total);`;
}

function block(search: string, replace: string): string {
  return `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}
