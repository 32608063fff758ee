/** The first suggestion of a line that is typed at once, and the next behind it when it is accepted. */

import { pause } from '../process.ts';
import { type Print, row } from '../statistics.ts';
import { type BenchEditor, openBare, openWhittle } from './editor.ts';
import { pair } from './figures.ts';
import type { CompletionModel } from './model.ts';
import { intervalMs, seeded } from './rhythm.ts';

/** One behind each of the two that ask. */
export interface Models {
  readonly model: CompletionModel;
  readonly beside: CompletionModel;
}

/** Twenty lines typed without a pause, each in a document of its own; then the whole line is accepted. */
export async function firstSuggestions(root: string, { model, beside }: Models, print: Print): Promise<void> {
  const over: number[] = [];
  const floor: number[] = [];
  const ahead: number[] = [];
  const count = 20;
  const lines = Array.from({ length: count * 2 + 2 }, (_, i) =>
    i % 2 === 0 ? `const item${i} = collect(source, ${i} * width);` : `render(item${i - 1}, ${i});`,
  );
  const editor = await openWhittle(root, model.port);
  const bare = await openBare(beside.port);
  for (let line = 2; line <= count * 2; line += 2) {
    const typed = await typeAtOnce(editor, model, { lines, line });
    over.push(...typed.overMs);
    // Looked at, and accepted: what comes next was asked for meanwhile.
    await pause(500);
    const written = lines[line] ?? '';
    editor.type(line, typed.characters, written.slice(typed.characters));
    const accepted = performance.now();
    const next = await editor.suggestion(line, written.length);
    if (next !== undefined) ahead.push(performance.now() - accepted);
    floor.push(...(await typeAtOnce(bare, beside, { lines, line })).overMs);
  }
  row(
    print,
    'first suggestion of a line typed at once, over the model’s time',
    pair(over, 0.95),
    'p50 ≤ 3 ms',
  );
  row(print, '  a bare server that asks the same model', pair(floor, 0.95), 'the floor');
  row(
    print,
    `after accepting it, the next (${ahead.length} of ${count} there)`,
    pair(ahead, 0.95),
    'p50 ≤ 5 ms',
  );
  await editor.stop();
  await bare.stop();
}

/** Key by key, until something is suggested; the time that took beyond the model's own, where something was. */
async function typeAtOnce(
  editor: BenchEditor,
  model: CompletionModel,
  { lines, line }: { readonly lines: readonly string[]; readonly line: number },
): Promise<{ readonly overMs: readonly number[]; readonly characters: number }> {
  const random = seeded(line);
  const knowledge = { file: `${lines.join('\n')}\n`, quality: 1, seed: 1, lines: 1 };
  await model.become({ firstTokenMs: 150, tokensPerSecond: 1000, stalls: false, knowledge });
  const written = lines[line] ?? '';
  await editor.open(`${lines.slice(0, line).join('\n')}\n`);
  await pause(20);
  const began = performance.now();
  let shownAfter: number | undefined;
  let characters = 0;
  while (shownAfter === undefined && characters < written.length - 2) {
    editor.type(line, characters, written.charAt(characters++));
    void editor.suggestion(line, characters).then((shown) => {
      if (shown !== undefined) shownAfter ??= performance.now() - began;
    });
    await pause(intervalMs(random));
  }
  const request = (await model.requests()).find(({ ended }) => ended !== undefined);
  if (shownAfter === undefined || request?.ended === undefined) return { overMs: [], characters };
  return { overMs: [shownAfter - (request.ended - request.arrived)], characters };
}
