/**
 * Whole walks on a virtual clock, through the real server and the real session: how long a right suggestion is visible
 * of what the model's time allows, and what is asked for it. Counts and virtual time alone: the same at every run.
 */

import { expect, test } from 'vitest';
import { asked, type Figures, measureCell, speeds } from '../../bench/completion/grid.ts';
import type { Journey } from '../../bench/completion/journeys.ts';
import { type Simulation, startSimulation } from '../../bench/completion/simulated.ts';
import type { Walk } from '../../bench/completion/walk.ts';

const head =
  'export function totals(orders: readonly Order[], rates: ReadonlyMap<string, number>): Totals {\n';
const body = `  const byCountry = new Map<string, number>();
  for (const { country, items } of orders) {
    const sum = items.reduce((left, { price, count }) => left + price * count, 0);
    byCountry.set(country, (byCountry.get(country) ?? 0) + sum);
  }

  // The largest first, as the report wants them.
  const sorted = [...byCountry].sort(([, a], [, b]) => b - a);
  const taxes = sorted.map(([country, sum]) => sum * (rates.get(country) ?? standardRate));
  let tax = 0;
  for (const each of taxes) {
    if (Number.isNaN(each)) continue;
    tax += each;
  }
  return { sorted, tax, isEmpty: sorted.length === 0 };`;
const file = `const standardRate = 0.2;\n\n${head}${body}\n}\n\nexport function isTaxed(country: string): boolean {\n  return country !== '';\n}\n`;
const start = file.indexOf(body);
const journey: Journey = { file, languageId: 'typescript', stretches: [[start, start + body.length]] };

async function simulated(cell: {
  readonly speed: number;
  readonly quality: number;
  readonly errs?: true;
}): Promise<Figures> {
  const simulation = await startSimulation();
  const { speed, quality, errs } = cell;
  const times = speeds[speed] ?? { firstTokenMs: 150, tokensPerSecond: 500, stalls: false };
  const journeys = [journey];
  const options = { cell: { times, quality }, journeys, ...(errs ? { errs } : {}) };
  return await measureCell(simulation, options);
}

const sum = (walks: readonly Walk[], of: (walk: Walk) => number) =>
  walks.reduce((total, walk) => total + of(walk), 0);

/** In percent of the typing, how much less was visible than could have been. */
function lost({ walks, allowedMs }: Figures['typed']): number {
  return ((allowedMs - sum(walks, ({ rightMs }) => rightMs)) * 100) / sum(walks, ({ typingMs }) => typingMs);
}

test.each([0, 1, 2])('a model that is always right, speed %i: all that its time allows', async (speed) => {
  const { typed, accepted, erred } = await simulated({ speed, quality: 1, errs: true });
  expect(lost(typed)).toBeLessThanOrEqual(0.3);
  const keys = sum(typed.walks, (walk) => walk.keys);
  expect((asked(typed) - typed.aheadOf) / keys).toBeLessThanOrEqual(0.01);
  expect(typed.aheadOf / keys).toBeLessThanOrEqual(0.012);
  expect(sum(typed.walks, ({ flicker, grew, wrong }) => flicker + grew + wrong)).toBe(0);
  // What the typing agrees with is never given up.
  expect(typed.requests.filter(({ cancelled }) => cancelled)).toEqual([]);
  expect(typed.abandoned).toBe(0);
  expect(sum(accepted.walks, ({ kept }) => kept) / body.length).toBeGreaterThanOrEqual(0.8);
  // One key in twelve was wrong, and taken back.
  expect(erred && lost(erred)).toBeLessThanOrEqual(0.3);
});

test.each([0, 1, 2])(
  'a model that is right half the time, speed %i: it is shown, and nothing flickers',
  async (speed) => {
    const { typed, accepted } = await simulated({ speed, quality: 0.5 });
    expect(sum(typed.walks, ({ flicker }) => flicker)).toBe(0);
    expect(asked(typed) / sum(typed.walks, ({ keys }) => keys)).toBeLessThanOrEqual(0.05);
    expect(sum(accepted.walks, ({ kept }) => kept) / body.length).toBeGreaterThanOrEqual(0.6);
  },
);

test('typing along a suggestion sends nothing at all', async () => {
  const simulation = await startSimulation();
  const { system, pace } = simulation;
  simulation.become({ ...quick, knowledge: { file, quality: 1, seed: 1, lines: 12 } });
  await system.open(file.slice(0, start));
  await type(simulation, start, 2);
  await pace.pause(5_000);
  const before = simulation.frames.length;
  for (let at = start + 2; at < start + 60; at++) {
    system.change(at, at, file.charAt(at));
    const shown = system.suggest(at + 1);
    await pace.pause(90);
    expect(file.startsWith((await shown)?.text ?? 'nothing', at + 1)).toBe(true);
  }
  expect(simulation.frames.length).toBe(before);
  await system.stop();
});

const quick = { firstTokenMs: 60, tokensPerSecond: 1000, stalls: false };

async function type({ system, pace }: Simulation, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at++) {
    system.change(at, at, file.charAt(at));
    void system.suggest(at + 1);
    await pace.pause(90);
  }
}
