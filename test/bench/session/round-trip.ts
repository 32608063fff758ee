/** Overhead of one round trip, back to back on an open connection and after a pause, at several distances. */

import type { Print } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { floorRow, judge, leastMs, overheadRows, p50, titles } from './figures.ts';
import { interleaved } from './interleave.ts';
import { askerKinds, type Laboratory, type Measured, type OpenOptions, type Subject } from './laboratory.ts';
import { turns } from './turns.ts';

/** Plain ones send at once whatever there is to send; the others have TCP's window, which is never lost on loopback. */
export const networks = [
  { title: '0 ms', roundTripMs: 0, sending: 'at once' },
  { title: '20 ms', roundTripMs: 20, sending: 'at once' },
  { title: '80 ms', roundTripMs: 80, sending: 'at once' },
  { title: '20 ms, as TCP sends', roundTripMs: 20, sending: 'as TCP' },
  { title: '80 ms, as TCP sends', roundTripMs: 80, sending: 'as TCP' },
] as const satisfies readonly (Pick<OpenOptions, 'roundTripMs' | 'sending'> & { readonly title: string })[];

/** A file of 16,000 tokens. */
export const fileBytes = 65_536;
const outputTokens = 30;

/**
 * Answers of each, by round trip: medians of 20 differ by a tenth from run to run, which is half of what a session may
 * have above a bare socket; those of 60 by less than a twentieth.
 */
const counts = { 0: 80, 20: 60, 80: 40 } as const;
/** Of those that come in turns, which take longest, and of those behind each pause: connections times rounds. */
const inTurns = 60;
const afterPause = { connections: 5, rounds: 10 };
/** Of a model that stalls, which takes up to a second for each. */
const stalling = 30;

export interface RoundTripOptions {
  readonly quick: boolean;
}

/** The others keep no mirror, and put their prompt together within the time. */
const measuredFrom =
  'measured from the question on; our session was told of the key before, as by didChange, which counts in its CPU alone';

const overhead = ({ overheadMs }: Measured) => overheadMs;
const whole = ({ wholeOverheadMs }: Measured) => wholeOverheadMs;

export async function benchBackToBack(
  laboratory: Laboratory,
  print: Print,
  { quick }: RoundTripOptions,
): Promise<void> {
  print(`  back to back and in turns, the first asker another in each round; ${measuredFrom}`);
  for (const profile of ['spark-like', 'stalling'] as const) {
    for (const network of profile === 'stalling' ? [networks[1]] : networks) {
      const { roundTripMs, sending } = network;
      const count = quick
        ? 8
        : profile === 'stalling'
          ? stalling
          : sending === 'as TCP'
            ? inTurns
            : counts[roundTripMs];
      const options = { roundTripMs, sending, profile, bytes: fileBytes, outputTokens, count };
      const { outcomes, bytesUp } = await interleaved(laboratory, options);
      // Their turns come about half a second apart, as those of one who types: longer than TCP's timeout.
      const pace = sending === 'as TCP' ? 'in turns' : 'back to back';
      const title = `${pace}, ${network.title}${profile === 'stalling' ? ', a model that stalls' : ''}`;
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
  const each = quick ? 2 : afterPause.connections;
  const rounds = quick ? 2 : afterPause.rounds;
  /** Those that ask one after the other. */
  const groups: { readonly place: string; readonly subjects: readonly Subject[] }[] = [];
  for (let n = 0; n < each; n++) {
    for (const { title, roundTripMs, sending } of networks) {
      const subjects: Subject[] = [];
      for (const kind of askerKinds) {
        const options = {
          roundTripMs,
          sending,
          profile: 'spark-like',
          bytes: fileBytes,
          outputTokens,
          network: 'own',
        } as const;
        subjects.push(await laboratory.open(kind, options));
      }
      groups.push({ place: title, subjects });
    }
  }
  const outcomes = new Map<string, Map<AskerKind, Measured[]>>(
    networks.map(({ title }) => [title, new Map(askerKinds.map((kind) => [kind, []]))]),
  );
  for (let round = 0; round < 1 + rounds; round++) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    for (const [group, { place, subjects }] of groups.entries()) {
      for (const subject of turns(subjects, round + group)) {
        const outcome = await subject.ask(round);
        if (round > 0) outcomes.get(place)?.get(subject.kind)?.push(outcome);
      }
    }
  }
  const connections = new Map<AskerKind, number>();
  for (const subject of groups.flatMap(({ subjects }) => subjects)) {
    const counted = (await subject.counts()).connections;
    connections.set(subject.kind, (connections.get(subject.kind) ?? 0) + counted);
    await subject.close();
  }
  const expected = groups.length * (1 + rounds);
  print(
    `  after a pause of ${pauseMs / 1000} s: overhead, p50 / p95; connections made for ${expected} requests:`,
  );
  print(`    (the first asker another in each round; ${measuredFrom})`);
  print(`    ${askerKinds.map((kind) => `${titles[kind]} ${connections.get(kind)}`).join(', ')}`);
  for (const [place, all] of outcomes) {
    print(`   ${place}`);
    overheadRows(print, all);
    judgeOverhead(print, `after a pause, ${place}`, { outcomes: all, most: 0.2 });
    const took = ({ firstAt, askedAt }: Measured) => firstAt - askedAt;
    judge(print, `time to first token, after a pause, ${place}`, {
      ours: p50(all, 'session', took),
      theirs: p50(all, 'official', took),
      most: 0.5,
      floor: leastMs(all.get('session') ?? []),
    });
    floorRow(print, { ours: all.get('session') ?? [], theirs: all.get('official') ?? [] });
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
      floor,
    });
    judge(print, `overhead to a bare warm ws's, ${title}, ${name}`, {
      ours,
      theirs: floor,
      most: 1.2,
    });
    print(`    floor: a bare warm ws, ${(floor / theirs).toFixed(2)} × the official client's`);
  }
}
