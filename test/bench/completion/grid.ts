/** Walks over every speed and quality of the model, for every system, several at a time: typing is mostly waiting. */

import { median } from '../statistics.ts';
import { abandonedOf } from './abandoned.ts';
import { headed, type Journey, journeysIn, openedAt, stretchesOf } from './journeys.ts';
import { startCompletionModel } from './model.ts';
import { type ModelRequest, type ModelSetup, type ModelTimes, nowhere, warming } from './speech.ts';
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
  /** Given up though the typing agreed with them, where the model is always right. */
  readonly abandoned: number;
  /** How long a right suggestion could have been visible, when nothing but the first line is waited for. */
  readonly allowedMs: number;
}

export const speeds: readonly ModelTimes[] = [
  { firstTokenMs: 60, tokensPerSecond: 1000, stalls: false },
  { firstTokenMs: 250, tokensPerSecond: 200, stalls: false },
  { firstTokenMs: 600, tokensPerSecond: 65, stalls: false },
];

const answerLines = 4;
export interface Job extends Pick<CellOptions, 'cell' | 'coins'> {
  readonly start: StartSystem;
}

export interface GridOptions {
  readonly root: string;
  readonly jobs: readonly Job[];
  /** Typed in each stretch. */
  readonly keys: number;
  /** Walks at a time: typing is mostly waiting, but many of them would wait for the processor. */
  readonly atATime: number;
}

/** What several jobs measured of one system in one cell comes out as one. */
export async function measureGrid({ root, jobs, keys, atATime }: GridOptions): Promise<readonly Figures[]> {
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
  return together(results.filter((result) => result !== undefined));
}

function together(all: readonly Figures[]): readonly Figures[] {
  const first = all.filter(
    (each, index) =>
      index === all.findIndex((other) => other.cell === each.cell && other.system === each.system),
  );
  return first.map((each) => {
    const alike = all.filter((other) => other.cell === each.cell && other.system === each.system);
    return {
      ...each,
      typed: joined(alike.map(({ typed }) => typed)),
      accepted: joined(alike.map(({ accepted }) => accepted)),
      memoryMb: median(alike.map(({ memoryMb }) => memoryMb)),
    };
  });
}

export interface CellOptions {
  readonly cell: Cell;
  readonly journeys: readonly Journey[];
  /** Whether somebody who mistypes walks too. */
  readonly errs?: true;
  /** Tosses that are walked with where the model is not always right: of two in a row the second is the first, turned. */
  readonly coins?: readonly number[];
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
  await walkedFirst(stage, cell, journeys[0]);
  const measure = async (user: User, coins = 0): Promise<Measured> => {
    const walks: Walk[] = [];
    const requests: ModelRequest[] = [];
    let ahead = 0;
    let abandoned = 0;
    let allowedMs = 0;
    for (const [index, given] of journeys.entries()) {
      const journey = headed(given, `${user} ${coins}`);
      const knowledge = {
        ...journey,
        quality: cell.quality,
        seed: 11 + index + 100 * Math.floor(coins / 2),
        turned: coins % 2 === 1,
        lines: cell.lines ?? answerLines,
      };
      await system.open(openedAt(journey), journey.languageId);
      for (const [number, stretch] of stretchesOf(journey).entries()) {
        await stage.become({ ...cell.times, knowledge });
        system.know?.(stretch.file, firstLineMs(cell, knowledge, stretch));
        const done = await walk(system, stretch, { seed: 5 + index + 10 * number, user, pace });
        const asked = await stage.requests();
        const saidMs = measuredMs(asked) ?? firstLineMs(cell, knowledge, stretch);
        walks.push(done);
        requests.push(...asked);
        ahead += asked.filter((request) => isAhead(request, done)).length;
        if (cell.quality === 1 && user === 'types') abandoned += abandonedOf(asked, journey.file);
        allowedMs += done.typingMs - done.erringMs - saidMs;
      }
    }
    return { walks, requests, aheadOf: ahead, abandoned, allowedMs };
  };
  // Half right is a matter of luck: the same walks with other coins.
  const tossed = async (user: User): Promise<Measured> => {
    const all: Measured[] = [];
    for (const coins of (cell.quality < 1 && options.coins) || [0]) all.push(await measure(user, coins));
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
const warmUpKeys = 60;

/** Code that runs for the first time is slow in every program, and whoever types has typed before: this is not counted. */
async function walkedFirst(stage: Stage, cell: Cell, given: Journey | undefined): Promise<void> {
  if (!given) return;
  const journey = headed(given, 'is warm');
  const [stretch] = stretchesOf(journey);
  if (!stretch) return;
  const { system, pace } = stage;
  const knowledge = { ...journey, quality: 1, seed: 1, lines: cell.lines ?? answerLines };
  await stage.become({ ...cell.times, stalls: false, knowledge });
  await system.open(openedAt(journey), journey.languageId);
  system.know?.(stretch.file, cell.times.firstTokenMs);
  const end = Math.min(stretch.end, stretch.start + warmUpKeys);
  await walk(system, { ...stretch, end }, { seed: 3, user: 'types', pace });
  await pace.pause(cell.times.firstTokenMs + warmUpMs);
}

/** From the first key to the first line's end, by a model that is asked at that key. */
function firstLineMs({ times }: Cell, knowledge: Knowledge, { file, start }: Stretch): number {
  const tokens = tokensOf(answerAt(knowledge, file.slice(0, start + 1)).text);
  const ended = tokens.findIndex((token) => token.includes('\n'));
  return times.firstTokenMs + ((ended === -1 ? tokens.length : ended) * 1000) / times.tokensPerSecond;
}

/** The same as the model took it in this walk: its timers and its processor are no part of what is measured. */
function measuredMs(requests: readonly ModelRequest[]): number | undefined {
  const first = requests.find(({ lined }) => lined !== undefined);
  return first?.lined === undefined ? undefined : first.lined - first.arrived;
}

/**
 * Asked about a place the user had not reached. What is typed is the file's text, save for a wrong key: a text that the
 * file does not hold is one with a wrong suggestion taken for accepted.
 */
function isAhead({ at, arrived }: ModelRequest, { cursorAt }: Walk): boolean {
  if (at === nowhere) return true;
  const reached = cursorAt.findLast(([time]) => time <= arrived + 1)?.[1] ?? 0;
  return at > reached;
}

function joined(all: readonly Measured[]): Measured {
  return {
    walks: all.flatMap(({ walks }) => walks),
    requests: all.flatMap(({ requests }) => requests),
    aheadOf: all.reduce((sum, { aheadOf }) => sum + aheadOf, 0),
    abandoned: all.reduce((sum, { abandoned }) => sum + abandoned, 0),
    allowedMs: all.reduce((sum, { allowedMs }) => sum + allowedMs, 0),
  };
}

/** Requests that were to be answered. */
export const asked = ({ requests }: Pick<Measured, 'requests'>) =>
  requests.filter(({ at }) => at !== warming).length;
