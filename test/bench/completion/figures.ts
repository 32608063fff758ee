/** What walks came to, in figures: a line for each system and model. */

import { median, ms, type Print, quantile } from '../statistics.ts';
import { asked, type Cell, type Figures, type Measured } from './grid.ts';
import type { ModelRequest } from './speech.ts';
import type { Walk } from './walk.ts';

/** Of one system with one model; shares are parts of 1, times milliseconds. */
export interface Summary {
  readonly visible: number;
  readonly allowed: number;
  /** Of half the walks, where the model is always right; else the mean: half of the first answers are wrong. */
  readonly firstMs: number;
  readonly shownMs: readonly [p50: number, p95: number];
  readonly atOnce: number;
  readonly requestsPer100: number;
  readonly aheadPer100: number;
  readonly abandoned: number;
  readonly kilobytesPer100: number;
  readonly flicker: number;
  readonly grew: number;
  readonly wrongPer100: number;
  readonly kept: number;
  readonly requestsPerKept: number;
  readonly aheadPerKept: number;
  readonly tokensPerKept: number;
  readonly cachedPerKept: number;
  readonly memoryMb: number;
}

export function summaryOf({ cell, typed, accepted, memoryMb }: Figures): Summary {
  const keys = sum(typed, (walk) => walk.keys);
  const per100 = (count: number) => (count * 100) / keys;
  const answers = typed.walks.flatMap(({ answerMs }) => answerMs);
  const typing = sum(typed, ({ typingMs }) => typingMs);
  const kept = sum(accepted, (walk) => walk.kept);
  const firsts = typed.walks.map(({ firstRightMs, typingMs }) => firstRightMs ?? typingMs);
  const perKept = (count: number) => count / Math.max(1, kept);
  const all = (of: (request: ModelRequest) => number, { requests } = accepted) =>
    requests.reduce((total, request) => total + of(request), 0);
  return {
    visible: sum(typed, ({ rightMs }) => rightMs) / typing,
    allowed: typed.allowedMs / typing,
    firstMs: cell.quality === 1 ? median(firsts) : mean(firsts),
    shownMs: [median(answers), quantile(answers, 0.95)],
    atOnce: sum(typed, ({ atOnce }) => atOnce) / keys,
    requestsPer100: per100(asked(typed) - typed.aheadOf),
    aheadPer100: per100(typed.aheadOf),
    abandoned: typed.abandoned,
    kilobytesPer100: per100(all(({ bytes }) => bytes, typed) / 1024),
    flicker: sum(typed, ({ flicker }) => flicker),
    grew: sum(typed, ({ grew }) => grew),
    wrongPer100: per100(sum(typed, ({ wrong }) => wrong)),
    kept: kept / sum(accepted, ({ characters }) => characters),
    requestsPerKept: perKept(asked(accepted) - accepted.aheadOf),
    aheadPerKept: perKept(accepted.aheadOf),
    tokensPerKept: perKept(all(({ tokensIn, tokensOut }) => tokensIn + tokensOut)),
    cachedPerKept: perKept(all(({ tokensCached }) => tokensCached)),
    memoryMb,
  };
}

export function printGrid(figures: readonly Figures[], print: Print): void {
  for (const each of figures) {
    const { system, cell, typed, erred } = each;
    const of = summaryOf(each);
    const isWhole = cell.quality === 1 && !cell.times.stalls;
    const [p50, p95] = of.shownMs;
    print(
      [
        `  ${nameOf(cell).padEnd(42)} ${system.padEnd(15)}`,
        isWhole ? `visible ${shares(typed)}` : `visible ${percent(of.visible)}`,
        `first ${ms(of.firstMs)}`,
        `key→shown ${ms(p50)}/${ms(p95)}`,
        `at once ${percent(of.atOnce)}`,
        `req/100 ${of.requestsPer100.toFixed(1)} + ahead ${of.aheadPer100.toFixed(1)}`,
        `KB/100 ${of.kilobytesPer100.toFixed(1)}`,
        `flicker ${of.flicker} grew ${of.grew}`,
        `wrong/100 ${of.wrongPer100.toFixed(1)}`,
        `kept ${percent(of.kept)}`,
        `req/kept ${of.requestsPerKept.toFixed(3)} + ahead ${of.aheadPerKept.toFixed(3)}`,
        `tokens/kept ${of.tokensPerKept.toFixed(0)} (+ ${of.cachedPerKept.toFixed(0)} cached)`,
        erred ? `mistyping: visible ${shares(erred)}` : '',
        Number.isNaN(of.memoryMb) ? '' : `${of.memoryMb.toFixed(0)} MB`,
      ]
        .filter((part) => part !== '')
        .join('  '),
    );
    if (isWhole) print(`    ${lostTo(typed)}; abandoned ${of.abandoned}`);
  }
}

export function nameOf({ times, quality, lines }: Cell): string {
  const right = times.stalls ? 'stalls' : `right ${quality}`;
  return `${times.firstTokenMs} ms + ${times.tokensPerSecond} tok/s, ${right}${lines === 1 ? ', by line' : ''}`;
}

/** Of the typing time, with a right suggestion on the screen, and what the model's time allows. */
function shares(measured: Measured): string {
  const typing = sum(measured, ({ typingMs }) => typingMs);
  const right = sum(measured, ({ rightMs }) => rightMs);
  return `${percent(right / typing)} (model allows ${percent(measured.allowedMs / typing)})`;
}

/** Where the time goes that the model's own does not take: in parts of the typing time. */
function lostTo(measured: Measured): string {
  const typing = sum(measured, ({ typingMs }) => typingMs);
  const late = sum(measured, ({ lateMs }) => lateMs);
  const missed = sum(measured, ({ missedMs }) => missedMs);
  const first = sum(measured, ({ firstRightMs, typingMs }) => firstRightMs ?? typingMs);
  const model = typing - sum(measured, ({ erringMs }) => erringMs) - measured.allowedMs;
  return `lost: ${percent((first - model) / typing)} before the first suggestion, ${percent(late / typing)} until keys were answered, ${percent(missed / typing)} without an answer`;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const sum = ({ walks }: Measured, of: (walk: Walk) => number): number =>
  walks.reduce((total, walk) => total + of(walk), 0);

export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

export const pair = (values: readonly number[], q: number) =>
  `${ms(median(values))} / ${ms(quantile(values, q))}`;
