/** Overhead of one round trip after a pause, as people work, at several distances. */

import { pause } from '../process.ts';
import type { Print } from '../statistics.ts';
import { judgeBeside, pair } from './beside-socket.ts';
import type { AskerKind } from './child.ts';
import { floorRow, judge, judgeOverhead, leastMs, overheadRows, p50, titles } from './figures.ts';
import { askAndRest } from './interleave.ts';
import { askerKinds, type Laboratory, type Measured, type Subject } from './laboratory.ts';
import { fileBytes, measuredFrom, networks, outputTokens, type RoundTripOptions } from './round-trip.ts';
import { turns } from './turns.ts';

/** Just beyond the 4 s after which Node's fetch ends an idle connection; it looks once a second. */
const pauseMs = 5_500;
/** Connections of each at each distance: where all ask, and where our session and a bare socket do by themselves. */
const connections = { all: 3, pair: 12 };
const usualRounds = 10;

/** Those that ask one after the other. */
interface Group {
  readonly who: keyof typeof kindsOf;
  readonly place: string;
  readonly subjects: readonly Subject[];
}

const kindsOf = { all: askerKinds, pair } as const;

type ByPlace = ReadonlyMap<string, ReadonlyMap<AskerKind, Measured[]>>;

export async function benchAfterPause(
  laboratory: Laboratory,
  print: Print,
  { quick }: RoundTripOptions,
): Promise<void> {
  const rounds = quick ? 2 : usualRounds;
  const groups: Group[] = [];
  for (const who of ['all', 'pair'] as const)
    for (let n = 0; n < (quick ? 2 : connections[who]); n++)
      for (const network of networks) groups.push(await openGroup(laboratory, who, network));
  const outcomes = { all: nothingYet(), pair: nothingYet() };
  for (let round = 0; round < 1 + rounds; round++) {
    if (round > 0) await pause(pauseMs);
    for (const [group, { who, place, subjects }] of groups.entries()) {
      for (const subject of turns(subjects, round + group)) {
        const outcome = await askAndRest(subject, round);
        if (round > 0) outcomes[who].get(place)?.get(subject.kind)?.push(outcome);
      }
    }
  }
  print(
    `  after a pause of ${pauseMs / 1000} s: overhead, p50 / p95, the first asker another in each round; ${measuredFrom}`,
  );
  const all = groups.flatMap(({ who, subjects }) => (who === 'all' ? subjects : []));
  print(
    `    connections made by one asker for its ${1 + rounds} requests: ${(await reconnected(all)).join(', ')}`,
  );
  for (const { subjects } of groups) for (const subject of subjects) await subject.close();
  for (const [place, measured] of outcomes.all) {
    print(`   ${place}`);
    report(print, `after a pause, ${place}`, measured);
    judgeBeside(print, `after a pause, ${place}`, outcomes.pair.get(place) ?? new Map());
  }
}

async function openGroup(
  laboratory: Laboratory,
  who: Group['who'],
  { title, roundTripMs, sending }: (typeof networks)[number],
): Promise<Group> {
  const subjects: Subject[] = [];
  for (const kind of kindsOf[who]) {
    const options = { roundTripMs, sending, bytes: fileBytes, outputTokens } as const;
    subjects.push(await laboratory.open(kind, { ...options, profile: 'spark-like', network: 'own' }));
  }
  return { who, place: title, subjects };
}

function nothingYet(): ByPlace {
  return new Map(networks.map(({ title }) => [title, new Map(askerKinds.map((kind) => [kind, []]))]));
}

/** How many connections each kind of asker has had, for each that asks. */
async function reconnected(subjects: readonly Subject[]): Promise<readonly string[]> {
  const each: string[] = [];
  for (const kind of askerKinds) {
    const own = subjects.filter((subject) => subject.kind === kind);
    let made = 0;
    for (const subject of own) made += (await subject.counts()).connections;
    each.push(`${titles[kind]} ${(made / own.length).toFixed(1)}`);
  }
  return each;
}

function report(print: Print, title: string, outcomes: ReadonlyMap<AskerKind, readonly Measured[]>): void {
  overheadRows(print, outcomes);
  judgeOverhead(print, title, { outcomes, most: 0.2 });
  const took = ({ firstAt, askedAt }: Measured) => firstAt - askedAt;
  const ours = outcomes.get('session') ?? [];
  judge(print, `time to first token, ${title}`, {
    ours: p50(outcomes, 'session', took),
    theirs: p50(outcomes, 'official', took),
    most: 0.5,
    floor: leastMs(ours),
  });
  floorRow(print, { ours, theirs: outcomes.get('official') ?? [] });
}
