/** Walks over every speed and quality of the model, for every system, several at a time: typing is mostly waiting. */

import { readFileSync } from 'node:fs';
import { median, ms, type Print, quantile } from '../statistics.ts';
import { type CompletionModel, startCompletionModel } from './model.ts';
import type { ModelRequest, ModelTimes } from './model-process.ts';
import type { System } from './system.ts';
import { tokensOf } from './truth.ts';
import { type Stretch, type Walk, walk } from './walk.ts';

export type StartSystem = (port: number) => Promise<System>;

export interface Cell {
  readonly times: ModelTimes;
  readonly quality: number;
}

export interface Figures {
  readonly system: string;
  readonly cell: Cell;
  readonly typed: Measured;
  readonly accepted: Measured;
  readonly memoryMb: number;
}

interface Measured {
  readonly walks: readonly Walk[];
  readonly requests: readonly ModelRequest[];
  readonly aheadOf: number;
}

export const speeds: readonly ModelTimes[] = [
  { firstTokenMs: 60, tokensPerSecond: 1000, stalls: false },
  { firstTokenMs: 250, tokensPerSecond: 200, stalls: false },
  { firstTokenMs: 600, tokensPerSecond: 65, stalls: false },
];

/** Lines a model writes at once. */
const answerLines = 4;
/** Walks at a time: typing is mostly waiting, but more of them would wait for the processor. */
const atATime = 4;

export interface Job {
  readonly cell: Cell;
  readonly start: StartSystem;
}

export interface GridOptions {
  readonly root: string;
  readonly jobs: readonly Job[];
  /** Typed in each stretch. */
  readonly keys: number;
}

export async function measureGrid({ root, jobs, keys }: GridOptions): Promise<readonly Figures[]> {
  const results: (Figures | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  const worker = async () => {
    const model = await startCompletionModel();
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index];
      if (job) results[index] = await measureCell(job.start, model, { cell: job.cell, root, keys });
    }
    model.close();
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results.filter((result) => result !== undefined);
}

interface CellOptions {
  readonly cell: Cell;
  readonly root: string;
  readonly keys: number;
}

async function measureCell(
  start: StartSystem,
  model: CompletionModel,
  options: CellOptions,
): Promise<Figures> {
  const { cell, root, keys } = options;
  const system = await start(model.port);
  const stretches = stretchesOf(root, keys);
  // What a program loads at its first question is no part of typing.
  const warmUp = 'const warm = up(1);\nconst again = ';
  const knowledge = { file: `${warmUp}up(2);\n`, quality: 1, seed: 1, lines: 1 };
  await model.become({ ...cell.times, stalls: false, knowledge });
  await system.open(warmUp);
  await system.suggest(warmUp.length);
  const measure = async (user: 'types' | 'accepts'): Promise<Measured> => {
    const walks: Walk[] = [];
    const requests: ModelRequest[] = [];
    let ahead = 0;
    for (const [index, stretch] of stretches.entries()) {
      const knowledge = { file: stretch.file, quality: cell.quality, seed: 11 + index, lines: answerLines };
      await model.become({ ...cell.times, knowledge });
      const done = await walk(system, stretch, { seed: 5 + index, user });
      const asked = await model.requests();
      walks.push(done);
      requests.push(...asked.filter(({ at }) => at !== -2));
      ahead += asked.filter((request) => isAhead(request, done)).length;
    }
    return { walks, requests, aheadOf: ahead };
  };
  const typed = await measure('types');
  const accepted = await measure('accepts');
  const memoryMb = system.memoryMb();
  await system.stop();
  return { system: system.name, cell, typed, accepted, memoryMb };
}

/** Asked about a place the user had not reached. */
function isAhead({ at, arrived }: ModelRequest, { cursorAt }: Walk): boolean {
  const reached = cursorAt.findLast(([time]) => time <= arrived + 1)?.[1] ?? 0;
  return at > reached;
}

/** Stretches of this repository's own files, whole lines. */
function stretchesOf(root: string, keys: number): readonly Stretch[] {
  const places = [
    ['server/core/edit.ts', 'export function toEdit('],
    ['server/core/repeat.ts', 'export function '],
  ] as const;
  return places.map(([path, from]) => {
    const file = readFileSync(`${root}${path}`, 'utf8');
    const found = file.indexOf(from);
    const start = file.indexOf('\n', found) + 1;
    // Whole lines: what stands behind the cursor is the end of its line.
    return { file, start, end: file.indexOf('\n', start + keys) };
  });
}

export function printGrid(figures: readonly Figures[], print: Print): void {
  for (const { system, cell, typed, accepted, memoryMb } of figures) {
    const { times, quality } = cell;
    const total = (value: (walk: Walk) => number, of = typed) =>
      of.walks.reduce((sum, each) => sum + value(each), 0);
    const keys = total(({ keys: count }) => count);
    const per100 = (count: number) => ((count * 100) / keys).toFixed(1);
    const answers = typed.walks.flatMap(({ answerMs }) => answerMs);
    const typing = total(({ typingMs }) => typingMs);
    const wanted = typed.requests.length - typed.aheadOf;
    const kept = total((each) => each.kept, accepted);
    const billed = accepted.requests.reduce((sum, { tokensIn, tokensOut }) => sum + tokensIn + tokensOut, 0);
    const first = median(typed.walks.flatMap(({ firstRightMs }) => firstRightMs ?? []));
    const name = `${times.firstTokenMs} ms + ${times.tokensPerSecond} tok/s, ${times.stalls ? 'stalls' : `right ${quality}`}`;
    print(
      [
        `  ${name.padEnd(34)} ${system.padEnd(15)}`,
        `visible ${percent(total(({ rightMs }) => rightMs) / typing)}`,
        quality === 1 && !times.stalls ? `(model allows ${percent(allowed(typed, times))})` : '',
        `first ${ms(first)}`,
        `key→shown ${ms(median(answers))}/${ms(quantile(answers, 0.95))}`,
        `at once ${percent(total(({ atOnce }) => atOnce) / keys)}`,
        `req/100 ${per100(wanted)} + ahead ${per100(typed.aheadOf)}`,
        `KB/100 ${(typed.requests.reduce((sum, { bytes }) => sum + bytes, 0) / 10.24 / keys).toFixed(1)}`,
        `flicker ${total(({ flicker }) => flicker)} grew ${total(({ grew }) => grew)}`,
        `wrong/100 ${per100(total(({ wrong }) => wrong))}`,
        `kept ${percent(kept / total(({ characters }) => characters, accepted))}`,
        `req/kept ${(accepted.requests.length / Math.max(1, kept)).toFixed(3)}`,
        `tokens/kept ${(billed / Math.max(1, kept)).toFixed(0)}`,
        `${memoryMb.toFixed(0)} MB`,
      ]
        .filter((part) => part !== '')
        .join('  '),
    );
  }
}

/** Share of the typing that is left once the model has said the first line, when nothing else ever waits. */
function allowed({ walks, requests }: Measured, times: ModelTimes): number {
  const typing = walks.reduce((sum, { typingMs }) => sum + typingMs, 0);
  const first = requests.find(({ first: at }) => at !== undefined);
  const wait = first?.first === undefined ? times.firstTokenMs : first.first - first.arrived;
  return 1 - (walks.length * (wait + (averageLineTokens * 1000) / times.tokensPerSecond)) / typing;
}

const averageLineTokens = tokensOf(
  '  const sorted = replacements.map((replacement, order) => ({ replacement',
).length;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
