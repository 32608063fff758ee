/**
 * The time of single keys, measured alone: what the server adds to the model, what an answer costs that it has, and the
 * first suggestion of a line that is typed at once; beside a server that does nothing but ask, and one that only answers,
 * on the same library and at the same rhythm.
 */

import { startEcho } from '../echo.ts';
import { type BenchClient, pause } from '../process.ts';
import { type Print, quantile, row } from '../statistics.ts';
import { type BenchEditor, openBare, openWhittle } from './editor.ts';
import { pair } from './figures.ts';
import { firstSuggestions, type Models } from './first-suggestion.ts';
import { type CompletionModel, startCompletionModel } from './model.ts';

export async function measureKeys(root: string, print: Print, quick: boolean): Promise<void> {
  const model = await startCompletionModel();
  const beside = await startCompletionModel();
  const echo = startEcho();
  print('single keys, by the built server');
  for (const lines of quick ? [100, 10_000] : [100, 10_000, 100_000]) {
    const rounds = quick ? 20 : lines > 50_000 ? 20 : 40;
    const keys = await typeValues(root, { model, beside, echo, lines, rounds });
    const budget = lines >= 10_000 ? 'p50 ≤ 4 ms' : 'p50 ≤ 2.5 ms, p99 ≤ 5 ms';
    row(print, `${lines} lines: added to the model’s time, p50 / p99`, pair(keys.added, 0.99), budget);
    const times = (quantile(keys.added, 0.5) / quantile(keys.floor, 0.5)).toFixed(2);
    row(
      print,
      '  a bare server that asks the same model',
      pair(keys.floor, 0.99),
      `the floor; the line above is ${times} × it`,
    );
    row(print, `${lines} lines: typed along, p50 / p95`, pair(keys.along, 0.95));
    const ratios = [0.5, 0.95].map((q) => (quantile(keys.along, q) / quantile(keys.echo, q)).toFixed(2));
    row(
      print,
      `${lines} lines: an echo server at the same keys, p50 / p95`,
      pair(keys.echo, 0.95),
      `typed along is ${ratios.join(' / ')} × (≤ 1.5); ${keys.requests} requests meanwhile (0)`,
    );
  }
  await firstSuggestions(root, { model, beside }, print);
  await echo.stop();
  model.close();
  beside.close();
}

interface KeyTimes {
  readonly added: readonly number[];
  /** The same, of a server that does nothing else. */
  readonly floor: readonly number[];
  readonly along: readonly number[];
  readonly echo: readonly number[];
  /** What was asked of the model while typing along. */
  readonly requests: number;
}

interface KeyOptions extends Models {
  readonly echo: BenchClient;
  readonly lines: number;
  readonly rounds: number;
}

const warmUp = 10;

async function typeValues(
  root: string,
  { model, beside, echo, lines, rounds }: KeyOptions,
): Promise<KeyTimes> {
  const above = Array.from(
    { length: lines },
    (_, i) => `  const value${i} = compute(${i}, "text ${i % 7}");\n`,
  );
  const middle = Math.floor(lines / 2);
  const head = above.slice(0, middle).join('');
  const tail = above.slice(middle).join('');
  const typed = Array.from({ length: rounds + warmUp }, (_, i) => `  const fresh${i} = `);
  // A line apart: what was asked ahead behind one of them says nothing of the next.
  const apart = typed.map((line, i) => `${line}values[${i}] + total;\n${above[middle + i]}`);
  const file = `${head}${apart.join('')}${above.slice(middle + typed.length).join('')}`;
  const knowledge = { file, quality: 1, seed: 1, lines: 1 };
  for (const each of [model, beside])
    await each.become({ firstTokenMs: 50, tokensPerSecond: 100_000, stalls: false, knowledge });
  const editor = await openWhittle(root, model.port);
  const bare = await openBare(beside.port);
  for (const each of [editor, bare]) await each.open(head + tail);
  const result = {
    added: [] as number[],
    floor: [] as number[],
    along: [] as number[],
    echo: [] as number[],
    requests: 0,
  };
  for (const [i, begun] of typed.entries()) {
    const line = middle + 2 * i;
    const added = await beginLine(editor, model, { line, begun });
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
    editor.type(line, begun.length + 3, `ues[${i}] + total;`);
    const floor = await beginLine(bare, beside, { line, begun });
    bare.type(line, begun.length, `values[${i}] + total;`);
    if (i >= warmUp && added !== undefined && floor !== undefined) {
      result.added.push(added);
      result.floor.push(floor);
    }
    await pause(20);
  }
  await editor.stop();
  await bare.stop();
  return result;
}

/** Milliseconds from the keys to what is suggested behind them, without the model's own; nothing where it had none. */
async function beginLine(
  editor: BenchEditor,
  model: CompletionModel,
  { line, begun }: { readonly line: number; readonly begun: string },
): Promise<number | undefined> {
  editor.type(line, 0, '\n');
  await pause(20);
  const pressed = performance.now();
  editor.type(line, 0, begun);
  const answer = await editor.suggestion(line, begun.length);
  const shown = performance.now();
  if (answer === undefined) throw new Error('The model always answers, but nothing was shown.');
  const own = (await model.requests()).findLast(({ ended }) => ended !== undefined);
  return own?.ended === undefined ? undefined : shown - pressed - (own.ended - own.arrived);
}
