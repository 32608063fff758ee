/** Overhead of one round trip, back to back on an open connection and after a pause, at several distances. */

import type { Print } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { judge, overheadRows, p50, titles } from './figures.ts';
import { interleaved } from './interleave.ts';
import { askerKinds, type Laboratory, type Measured, type Subject } from './laboratory.ts';

export const distancesMs = [0, 20, 80] as const;

/** A file of 16,000 tokens. */
export const fileBytes = 65_536;
const outputTokens = 30;

export interface RoundTripOptions {
  readonly quick: boolean;
}

const overhead = ({ overheadMs }: Measured) => overheadMs;
const whole = ({ wholeOverheadMs }: Measured) => wholeOverheadMs;

export async function benchBackToBack(
  laboratory: Laboratory,
  print: Print,
  { quick }: RoundTripOptions,
): Promise<void> {
  for (const profile of ['spark-like', 'stalling'] as const) {
    for (const roundTripMs of profile === 'stalling' ? [20] : distancesMs) {
      const count = quick ? 8 : profile === 'stalling' ? 9 : 30;
      const options = { roundTripMs, profile, bytes: fileBytes, outputTokens, count };
      const { outcomes, bytesUp } = await interleaved(laboratory, options);
      const title = `back to back, ${roundTripMs} ms${profile === 'stalling' ? ', a model that stalls' : ''}`;
      print(`  ${title}: overhead, p50 / p95`);
      overheadRows(print, outcomes);
      const bytes = askerKinds.map(
        (kind) => `${titles[kind]} ${Math.round(bytesUp.get(kind) ?? Number.NaN)}`,
      );
      print(`    bytes up per request: ${bytes.join(', ')}`);
      const most = roundTripMs === 0 ? 0.3 : 0.2;
      judgeOverhead(print, title, { outcomes, most });
    }
  }
}

/** As people work: the connection was not used for longer than Node's fetch keeps one. */
export async function benchAfterPause(
  laboratory: Laboratory,
  print: Print,
  { quick }: RoundTripOptions,
): Promise<void> {
  const each = quick ? 2 : 4;
  const rounds = quick ? 2 : 3;
  const subjects: { readonly roundTripMs: number; readonly subject: Subject }[] = [];
  for (let n = 0; n < each; n++) {
    for (const roundTripMs of distancesMs) {
      for (const kind of askerKinds) {
        const options = {
          roundTripMs,
          profile: 'spark-like',
          bytes: fileBytes,
          outputTokens,
          network: 'own',
        } as const;
        subjects.push({ roundTripMs, subject: await laboratory.open(kind, options) });
      }
    }
  }
  const outcomes = new Map(
    distancesMs.map((distance) => [
      distance,
      new Map<AskerKind, Measured[]>(askerKinds.map((kind) => [kind, []])),
    ]),
  );
  for (let round = 0; round < 1 + rounds; round++) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    for (const { roundTripMs, subject } of subjects) {
      const outcome = await subject.ask(round);
      if (round > 0)
        outcomes
          .get(roundTripMs as 0)
          ?.get(subject.kind)
          ?.push(outcome);
    }
  }
  const connections = new Map<AskerKind, number>();
  for (const { subject } of subjects) {
    const counted = (await subject.counts()).connections;
    connections.set(subject.kind, (connections.get(subject.kind) ?? 0) + counted);
    await subject.close();
  }
  const expected = (subjects.length / askerKinds.length) * (1 + rounds);
  print(
    `  after a pause of ${pauseMs / 1000} s: overhead, p50 / p95; connections made for ${expected} requests:`,
  );
  print(`    ${askerKinds.map((kind) => `${titles[kind]} ${connections.get(kind)}`).join(', ')}`);
  for (const [roundTripMs, all] of outcomes) {
    print(`   ${roundTripMs} ms`);
    overheadRows(print, all);
    judgeOverhead(print, `after a pause, ${roundTripMs} ms`, { outcomes: all, most: 0.2 });
    const took = ({ firstAt, askedAt }: Measured) => firstAt - askedAt;
    judge(print, `time to first token, after a pause, ${roundTripMs} ms`, {
      ours: p50(all, 'session', took),
      theirs: p50(all, 'official', took),
      most: 0.5,
    });
  }
}

/** Just beyond the 4 s after which Node's fetch ends an idle connection; it looks once a second. */
const pauseMs = 5_500;

function judgeOverhead(
  print: Print,
  title: string,
  {
    outcomes,
    most,
  }: { readonly outcomes: ReadonlyMap<AskerKind, readonly Measured[]>; readonly most: number },
): void {
  for (const [name, figure] of [
    ['first text', overhead],
    ['whole answer', whole],
  ] as const) {
    const ours = p50(outcomes, 'session', figure);
    const floor = p50(outcomes, 'socket', figure);
    const theirs = p50(outcomes, 'official', figure);
    judge(print, `overhead to the official client's, ${title}, ${name}`, {
      ours,
      theirs,
      most,
    });
    judge(print, `overhead to a bare warm ws's, ${title}, ${name}`, {
      ours,
      theirs: floor,
      most: 1.2,
    });
    print(`    for comparison, a bare warm ws to the official client: ${(floor / theirs).toFixed(2)} ×`);
  }
}
