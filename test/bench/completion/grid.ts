/** Walks over every speed and quality of the model, for every system, several at a time: typing is mostly waiting. */

import { readFileSync } from 'node:fs';
import { median, ms, type Print, quantile } from '../statistics.ts';
import { startCompletionModel } from './model.ts';
import { type ModelRequest, type ModelSetup, type ModelTimes, warming } from './speech.ts';
import type { System } from './system.ts';
import { answerAt, type Knowledge, tokensOf } from './truth.ts';
import { type Pace, realPace, type Stretch, type User, type Walk, walk } from './walk.ts';

export type StartSystem = (port: number) => Promise<System>;

export interface Cell {
  readonly times: ModelTimes;
  readonly quality: number;
  /** That the model writes at once. */
  readonly lines?: number;
}

export interface Figures {
  readonly system: string;
  readonly cell: Cell;
  readonly typed: Measured;
  readonly accepted: Measured;
  /** By somebody who mistypes, where that was walked. */
  readonly erred?: Measured;
  readonly memoryMb: number;
}

export interface Measured {
  readonly walks: readonly Walk[];
  /** With what was only given ahead. */
  readonly requests: readonly ModelRequest[];
  readonly aheadOf: number;
  /** How long a right suggestion could have been visible, when nothing but the first line is waited for. */
  readonly allowedMs: number;
}

export const speeds: readonly ModelTimes[] = [
  { firstTokenMs: 60, tokensPerSecond: 1000, stalls: false },
  { firstTokenMs: 250, tokensPerSecond: 200, stalls: false },
  { firstTokenMs: 600, tokensPerSecond: 65, stalls: false },
];

const answerLines = 4;
/** Walks at a time: typing is mostly waiting, but more of them would wait for the processor. */
const atATime = 4;

export interface Job extends Pick<CellOptions, 'cell' | 'coins'> {
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
  const journeys = journeysIn(root, { keys, files: 1 });
  let next = 0;
  const worker = async () => {
    const model = await startCompletionModel();
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index];
      if (!job) continue;
      const stage = { ...model, system: await job.start(model.port), pace: realPace };
      results[index] = await measureCell(stage, { ...job, journeys });
    }
    model.close();
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results.filter((result) => result !== undefined);
}

/** A file, and what of it is typed: places and their lengths, in order. */
export interface Journey {
  readonly file: string;
  readonly stretches: readonly (readonly [start: number, end: number])[];
}

export interface CellOptions {
  readonly cell: Cell;
  readonly journeys: readonly Journey[];
  /** Whether somebody who mistypes walks too. */
  readonly errs?: true;
  /** How often the coins are tossed anew where the model is not always right. */
  readonly coins?: number;
}

/** A system and the model behind it, wherever they run. */
export interface Stage {
  readonly system: System;
  readonly pace: Pace;
  become(setup: ModelSetup): Promise<void> | void;
  requests(): Promise<readonly ModelRequest[]> | readonly ModelRequest[];
}

/** Walks along all stretches, once by somebody who types and once by somebody who accepts; stops the system. */
export async function measureCell(
  stage: Stage,
  { cell, journeys, ...options }: CellOptions,
): Promise<Figures> {
  const { system, pace } = stage;
  // What a program loads at its first questions, and learns of its model by them, is no part of typing.
  const warmUp = ['const warm = up(1);\nconst again = ', 'up(2);\nconst more = ', 'up(3);\n'];
  const knowledge = { file: warmUp.join(''), quality: 1, seed: 1, lines: 1 };
  await stage.become({ ...cell.times, stalls: false, knowledge });
  let warm = '';
  for (const piece of warmUp) {
    if (warm === '') await system.open(piece);
    else system.change(warm.length, warm.length, piece);
    warm += piece;
    void system.suggest(warm.length);
    await pace.pause(cell.times.firstTokenMs + warmUpMs);
  }
  const measure = async (user: User, coins = 0): Promise<Measured> => {
    const walks: Walk[] = [];
    const requests: ModelRequest[] = [];
    let ahead = 0;
    let allowedMs = 0;
    for (const [index, given] of journeys.entries()) {
      const journey = headed(given, `// ${user} ${coins}\n`);
      const knowledge = {
        ...journey,
        quality: cell.quality,
        seed: 11 + index + 100 * coins,
        lines: cell.lines ?? answerLines,
      };
      await system.open(openedAt(journey));
      for (const [number, stretch] of stretchesOf(journey).entries()) {
        await stage.become({ ...cell.times, knowledge });
        const done = await walk(system, stretch, { seed: 5 + index + 10 * number, user, pace });
        const asked = await stage.requests();
        walks.push(done);
        requests.push(...asked);
        ahead += asked.filter((request) => isAhead(request, done)).length;
        allowedMs += done.typingMs - done.erringMs - firstLineMs(cell, knowledge, stretch);
      }
    }
    return { walks, requests, aheadOf: ahead, allowedMs };
  };
  // Half right is a matter of luck: the same walks with other coins.
  const tossed = async (user: User): Promise<Measured> => {
    const all: Measured[] = [];
    for (let coins = 0; coins < (cell.quality < 1 ? (options.coins ?? 1) : 1); coins++)
      all.push(await measure(user, coins));
    return joined(all);
  };
  const typed = await tossed('types');
  const accepted = await tossed('accepts');
  const erred = options.errs ? await measure('errs') : undefined;
  const memoryMb = system.memoryMb();
  await system.stop();
  return { system: system.name, cell, typed, accepted, memoryMb, ...(erred ? { erred } : {}) };
}

const warmUpMs = 300;

/** From the first key to the first line's end, by a model that is asked at that key. */
function firstLineMs({ times }: Cell, knowledge: Knowledge, { file, start }: Stretch): number {
  const tokens = tokensOf(answerAt(knowledge, file.slice(0, start + 1)).text);
  const ended = tokens.findIndex((token) => token.includes('\n'));
  return times.firstTokenMs + ((ended === -1 ? tokens.length : ended) * 1000) / times.tokensPerSecond;
}

/** Asked about a place the user had not reached. */
function isAhead({ at, arrived }: ModelRequest, { cursorAt }: Walk): boolean {
  const reached = cursorAt.findLast(([time]) => time <= arrived + 1)?.[1] ?? 0;
  return at > reached;
}

const places = [
  ['server/core/text.ts', ['export function offsetAt(', 'export function positionAt(']],
  [
    'server/core/edit.ts',
    ['export function toEdit(', 'export function invert(', 'export function mapOffset('],
  ],
  ['server/features/switch.ts', ['export function createSwitch(']],
] as const;

export interface JourneyOptions {
  /** Typed in each stretch. */
  readonly keys: number;
  readonly files: number;
}

/** Through this repository's own files, whole lines. */
export function journeysIn(root: string, { keys, files }: JourneyOptions): readonly Journey[] {
  return places.slice(0, files).map(([path, marks]) => {
    const file = readFileSync(`${root}${path}`, 'utf8');
    const stretches: (readonly [number, number])[] = [];
    for (const mark of marks) {
      const start = file.indexOf('\n', file.indexOf(mark, stretches.at(-1)?.[1])) + 1;
      stretches.push([start, endOfStatement(file, start, keys)]);
    }
    return { file, stretches };
  });
}

/** The same under another beginning: nobody knows from an earlier walk what is walked here. */
function headed({ file, stretches }: Journey, head: string): Journey {
  const moved = stretches.map(([start, end]) => [start + head.length, end + head.length] as const);
  return { file: head + file, stretches: moved };
}

/**
 * The end of the line behind which a statement of the same depth begins, or its block ends: what stands below stays in
 * balance, as it does in an editor.
 */
function endOfStatement(file: string, start: number, keys: number): number {
  const indent = /^[ \t]*/.exec(file.slice(start))?.[0] ?? '';
  for (let end = file.indexOf('\n', start); ; end = file.indexOf('\n', end + 1)) {
    const next = file.slice(end + 1, end + 2 + indent.length);
    if (end === -1) return file.length;
    const isBesides = next.startsWith(indent) && /\S/.test(next.charAt(indent.length));
    const isBehind = !next.startsWith(indent) && next.trim() !== '';
    const goesOn = /[)\]}.]/.test(next.charAt(indent.length));
    if (isBehind || (end >= start + keys && isBesides && !goesOn)) return end;
  }
}

function openedAt({ file, stretches }: Journey): string {
  let text = '';
  let from = 0;
  for (const [start, end] of stretches) {
    text += file.slice(from, start);
    from = end;
  }
  return text + file.slice(from);
}

const stretchesOf = ({ file, stretches }: Journey): readonly Stretch[] =>
  stretches.map(([start, end]) => ({ file, start, end }));

export function printGrid(figures: readonly Figures[], print: Print): void {
  for (const { system, cell, typed, accepted, erred, memoryMb } of figures) {
    const { times, quality, lines } = cell;
    const total = (value: (walk: Walk) => number, of = typed) =>
      of.walks.reduce((sum, each) => sum + value(each), 0);
    const keys = total(({ keys: count }) => count);
    const per100 = (count: number) => ((count * 100) / keys).toFixed(1);
    const answers = typed.walks.flatMap(({ answerMs }) => answerMs);
    const typing = total(({ typingMs }) => typingMs);
    const wanted = asked(typed) - typed.aheadOf;
    const kept = total((each) => each.kept, accepted);
    const perKept = (count: number) => (count / Math.max(1, kept)).toFixed(3);
    const tokens = (of: (request: ModelRequest) => number) =>
      (accepted.requests.reduce((sum, request) => sum + of(request), 0) / Math.max(1, kept)).toFixed(0);
    const first = median(typed.walks.flatMap(({ firstRightMs }) => firstRightMs ?? []));
    const name = `${times.firstTokenMs} ms + ${times.tokensPerSecond} tok/s, ${times.stalls ? 'stalls' : `right ${quality}`}${lines === 1 ? ', by line' : ''}`;
    print(
      [
        `  ${name.padEnd(42)} ${system.padEnd(15)}`,
        quality === 1 && !times.stalls
          ? `visible ${shares(typed)}`
          : `visible ${percent(total(({ rightMs }) => rightMs) / typing)}`,
        `first ${ms(first)}`,
        `key→shown ${ms(median(answers))}/${ms(quantile(answers, 0.95))}`,
        `at once ${percent(total(({ atOnce }) => atOnce) / keys)}`,
        `req/100 ${per100(wanted)} + ahead ${per100(typed.aheadOf)}`,
        `KB/100 ${(typed.requests.reduce((sum, { bytes }) => sum + bytes, 0) / 10.24 / keys).toFixed(1)}`,
        `flicker ${total(({ flicker }) => flicker)} grew ${total(({ grew }) => grew)}`,
        `wrong/100 ${per100(total(({ wrong }) => wrong))}`,
        `kept ${percent(kept / total(({ characters }) => characters, accepted))}`,
        `req/kept ${perKept(asked(accepted) - accepted.aheadOf)} + ahead ${perKept(accepted.aheadOf)}`,
        `tokens/kept ${tokens(({ tokensIn, tokensOut }) => tokensIn + tokensOut)} (+ ${tokens(({ tokensCached }) => tokensCached)} cached)`,
        erred ? `mistyping: visible ${shares(erred)}` : '',
        Number.isNaN(memoryMb) ? '' : `${memoryMb.toFixed(0)} MB`,
      ]
        .filter((part) => part !== '')
        .join('  '),
    );
  }
}

function joined(all: readonly Measured[]): Measured {
  return {
    walks: all.flatMap(({ walks }) => walks),
    requests: all.flatMap(({ requests }) => requests),
    aheadOf: all.reduce((sum, { aheadOf }) => sum + aheadOf, 0),
    allowedMs: all.reduce((sum, { allowedMs }) => sum + allowedMs, 0),
  };
}

/** Of the typing time, with a right suggestion on the screen, and what the model's time allows. */
function shares({ walks, allowedMs }: Measured): string {
  const sum = (of: (walk: Walk) => number) => walks.reduce((total, walk) => total + of(walk), 0);
  const typing = sum(({ typingMs }) => typingMs);
  return `${percent(sum(({ rightMs }) => rightMs) / typing)} (model allows ${percent(allowedMs / typing)})`;
}

/** Requests that were to be answered. */
export const asked = ({ requests }: Pick<Measured, 'requests'>) =>
  requests.filter(({ at }) => at !== warming).length;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
