/** What the rows of the session's bench have in common: figures of all who ask, and what a budget says to a ratio. */

import { median, ms, type Print, quantile } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { askerKinds, type Measured } from './laboratory.ts';

export const titles: Readonly<Record<AskerKind, string>> = {
  session: 'our session',
  official: 'official client, SSE',
  sse: 'bare node:https, SSE',
  socket: 'bare warm ws, fork',
};

/** What exceeds one network round trip and the model's own time. */
export const overheads = [
  ['first text', ({ overheadMs }: Measured) => overheadMs],
  ['whole answer', ({ wholeOverheadMs }: Measured) => wholeOverheadMs],
] as const;

export type Outcomes = ReadonlyMap<AskerKind, readonly Measured[]>;

export const p50 = (outcomes: Outcomes, kind: AskerKind, figure: (each: Measured) => number): number =>
  median((outcomes.get(kind) ?? []).map(figure));

/** A line for each asker: overhead to the first text and of the whole answer, processor time. */
export function overheadRows(print: Print, outcomes: Outcomes): void {
  for (const kind of askerKinds) {
    const all = outcomes.get(kind) ?? [];
    if (all.length === 0) continue;
    const pair = (figure: (each: Measured) => number) => {
      const values = all.map(figure);
      return `${ms(median(values))} / ${ms(quantile(values, 0.95))}`.padEnd(19);
    };
    const first = pair(({ overheadMs }) => overheadMs);
    const whole = pair(({ wholeOverheadMs }) => wholeOverheadMs);
    const cpu = pair(({ cpuMs }) => cpuMs);
    print(`    ${titles[kind].padEnd(22)} first ${first} whole ${whole} CPU ${cpu} n=${all.length}`);
  }
}

/** Nobody can be faster: the model's own time for what it has read before, and one round trip. */
export function leastMs(ours: readonly Measured[]): number {
  return (
    median(ours.map(({ modelFirstMs }) => modelFirstMs)) + median(ours.map(({ networkMs }) => networkMs))
  );
}

/** What of `leastMs` is whose. */
export function floorRow(
  print: Print,
  { ours, theirs }: { readonly ours: readonly Measured[]; readonly theirs: readonly Measured[] },
): void {
  const took = ({ firstAt, askedAt }: Measured) => firstAt - askedAt;
  const model = median(ours.map(({ modelFirstMs }) => modelFirstMs));
  const network = median(ours.map(({ networkMs }) => networkMs));
  const beyond = median(ours.map(({ overheadMs }) => overheadMs));
  const floor = leastMs(ours) / median(theirs.map(took));
  print(
    `    floor: the model's own ${ms(model)} and the network's ${ms(network)}, ${floor.toFixed(2)} × the official client's; our session is ${ms(beyond)} above`,
  );
}

export interface Judged {
  readonly ours: number;
  readonly theirs: number;
  readonly most: number;
  /** The least that anybody can have here, of the same run: a budget below it cannot be kept on this machine. */
  readonly floor?: number;
  /** Between which two the ratio lies, as far as the answers tell. */
  readonly between?: readonly [low: number, high: number];
}

/** `what  ours / theirs = ratio  budget  ok or over`, and whether the floor itself is over. */
export function judge(print: Print, what: string, { ours, theirs, most, floor, between }: Judged): void {
  const ratio = ours / theirs;
  const least = floor === undefined ? 0 : floor / theirs;
  const isOpen = between !== undefined && between[0] <= most;
  const alone = isOpen ? 'over, within its error' : 'over';
  const over = least > most ? `over, and so is the floor of this run, ${least.toFixed(2)} ×` : alone;
  const sure = between ? ` (${between.map((each) => each.toFixed(2)).join('–')})` : '';
  const verdict = ratio <= most ? 'ok' : over;
  print(`  ${what.padEnd(86)} ${ratio.toFixed(2).padStart(6)} ×${sure}  ≤ ${most.toFixed(2)} ×  ${verdict}`);
}

/** Ours against the official client's, to the first text and to the end; below it what a bare `ws` makes of the same. */
export function judgeOverhead(
  print: Print,
  title: string,
  { outcomes, most }: { readonly outcomes: Outcomes; readonly most: number },
): void {
  for (const [name, figure] of overheads) {
    const ours = p50(outcomes, 'session', figure);
    const floor = p50(outcomes, 'socket', figure);
    const theirs = p50(outcomes, 'official', figure);
    judge(print, `overhead to the official client's, ${title}, ${name}`, {
      ours,
      theirs,
      most,
      floor,
    });
    print(`    floor: a bare warm ws, ${(floor / theirs).toFixed(2)} × the official client's`);
  }
}
