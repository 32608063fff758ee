/** Money of today: over restarts, over midnight, with other servers, on a full disk. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAllowance } from '../../../server/session/allowance.ts';
import { createSpending } from '../../../server/state/workspace/spending.ts';
import { virtualClock } from '../../support/clock.ts';

const noon = new Date(2026, 10, 21, 12).getTime();
const hour = 3_600_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whittle-spending-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function open(id: string, at = { ms: noon }, place = folder) {
  const warnings: string[] = [];
  const spending = createSpending({
    folder: place,
    log: (level, message) => void warnings.push(`${level}: ${message}`),
    id,
    wallClock: () => at.ms,
  });
  await spending.load();
  return { spending, warnings, at };
}

test('a restart forgets nothing, and a correction is what counts', async () => {
  const first = await open('one');
  first.spending.spend(1)(0.4);
  first.spending.spend(0.25);
  await first.spending.dispose();
  const second = await open('two');
  expect(second.spending.today()).toBeCloseTo(0.65);
  second.spending.spend(1);
  await second.spending.dispose();
  expect((await open('three')).spending.today()).toBeCloseTo(1.65);
});

test('two servers at once see what the other one spends, and take nothing away from it', async () => {
  const [a, b] = [await open('a'), await open('b')];
  for (let i = 0; i < 20; i++) {
    a.spending.spend(0.01);
    b.spending.spend(0.02);
  }
  await Promise.all([a.spending.dispose(), b.spending.dispose()]);
  // Each reads the others after its own next write.
  a.spending.spend(0.01);
  await a.spending.dispose();
  expect(a.spending.today()).toBeCloseTo(0.61);
  expect((await open('c')).spending.today()).toBeCloseTo(0.61);
});

test('at midnight it begins anew, and yesterday is cleared away', async () => {
  const { spending, at } = await open('one');
  const correct = spending.spend(3);
  await spending.dispose();
  expect(spending.leftMs()).toBe(12 * hour);
  at.ms += 12 * hour - 1;
  expect(spending.today()).toBe(3);
  at.ms += 1;
  expect(spending.today()).toBe(0);
  correct(1);
  expect(spending.today()).toBe(0);
  spending.spend(0.5);
  await spending.dispose();
  expect(await readdir(path.join(folder, 'spending'))).toEqual(['2026-11-22.one.json']);
});

test('a place that takes no file costs one warning and nothing else', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  const { spending, warnings } = await open('one', { ms: noon }, file);
  for (let i = 0; i < 5; i++) spending.spend(1);
  await spending.dispose();
  spending.spend(1);
  await spending.dispose();
  expect(spending.today()).toBe(6);
  expect(warnings.length).toBe(1);
  expect(warnings[0]).toMatch(/^warn: Today's spending cannot be kept in .* a restart forgets it\.$/);
});

test('what is no amount counts nothing', async () => {
  await mkdir(path.join(folder, 'spending'));
  const write = (name: string, text: string) => writeFile(path.join(folder, 'spending', name), text);
  await write('2026-11-21.a.json', '{"dollars": -5}');
  await write('2026-11-21.b.json', '{"dollars": "9"}');
  await write('2026-11-21.c.json', `{"dollars": 9${' '.repeat(2000)}}`);
  await write('2026-11-21.d.json', 'nonsense');
  await write('2026-11-21.e.json', '{"dollars": 1e999}');
  await write('2026-11-21.f.json.writing', '{"dollars": 7}');
  await write('2026-11-21.g.json', '{"dollars": 2}');
  expect((await open('one')).spending.today()).toBe(2);
});

test('the limit of a day holds over restarts, before anything is sent, by the most a request may cost', async () => {
  const clock = virtualClock();
  const limits = { requestsPerMinute: 1000, tokensPerHour: 1e9, spendPerDay: 1 };
  const server = async (id: string) => {
    const { spending } = await open(id);
    return { spending, allowance: createAllowance({ clock, limits: () => limits, spending }) };
  };
  const first = await server('one');
  const cost = { tokens: 10, dollars: 0.4 };
  const a = first.allowance.take(cost);
  const b = first.allowance.take(cost);
  expect([a.kind, b.kind]).toEqual(['granted', 'granted']);
  expect(first.allowance.take(cost)).toEqual({
    kind: 'refused',
    failure: {
      code: 'limit',
      message: '`limits.spendPerDay` (1 dollars) is reached: hosted models are asked again tomorrow.',
      retryAfterMs: 12 * hour,
    },
  });
  if (a.kind === 'granted') a.used({ tokens: 5, dollars: 0.1 });
  expect(first.allowance.take(cost).kind).toBe('granted');
  await first.spending.dispose();
  const second = await server('two');
  expect(second.allowance.take(cost).kind).toBe('refused');
  expect(second.allowance.take({ tokens: 10, dollars: 0.05 }).kind).toBe('granted');
  expect(second.allowance.take({ tokens: 10, dollars: 2 })).toMatchObject({
    failure: { message: expect.stringContaining('less than this request alone may cost') },
  });
  limits.spendPerDay = 0;
  expect(second.allowance.take({ tokens: 10, dollars: 0 })).toMatchObject({
    failure: { message: expect.stringContaining('`limits.spendPerDay` is 0, so no hosted model is asked') },
  });
  await second.spending.dispose();
});
