/**
 * Time to the first token of the first request in a file of 16,000 tokens that the model has not read: connection
 * and unread prefill included. Our session may work from the moment the file is open and the first key is typed.
 */

import { pause } from '../process.ts';
import { median, ms, type Print, quantile } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { floorRow, judge, leastMs, titles } from './figures.ts';
import type { Laboratory, Measured, Subject } from './laboratory.ts';
import { fileBytes, networks } from './round-trip.ts';
import { turns } from './turns.ts';

const kinds = ['session', 'official'] as const;

/** When our session may read ahead, and when the first request comes, counted from the first key. */
const moments = [
  // Nothing was read ahead yet: only the connection is there.
  { title: 'asked with the first key', prewarm: 'edit', keyMs: 0, most: undefined },
  { title: 'asked with the first key, read at opening', prewarm: 'open', keyMs: 0, most: 0.5 },
  { title: 'asked half a second after the first key', prewarm: 'edit', keyMs: 500, most: 0.5 },
] as const;
const openMs = 1000;

export async function benchFirstToken(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  print('  time to first token, first request in a newly opened file of 16,000 tokens, p50 / p95');
  for (const { title, prewarm, keyMs, most } of moments) {
    const count = quick ? 3 : 5;
    const subjects: { readonly place: string; readonly subject: Subject }[] = [];
    // All wait for the first key together; then each asks in its turn.
    for (const { title: place, roundTripMs, sending } of networks) {
      const where = { roundTripMs, sending, network: 'own' } as const;
      const what = { profile: 'spark-like', bytes: fileBytes, outputTokens: 16, prewarm } as const;
      for (let n = 0; n < count; n++)
        for (const kind of turns(kinds, n))
          subjects.push({ place, subject: await laboratory.open(kind, { ...where, ...what }) });
    }
    await pause(openMs);
    if (keyMs > 0) for (const { subject } of subjects) await subject.type(0);
    await pause(keyMs);
    const asked: { readonly place: string; readonly kind: AskerKind; readonly outcome: Measured }[] = [];
    for (const { place, subject } of subjects) {
      asked.push({ place, kind: subject.kind, outcome: await subject.ask(keyMs === 0 ? 0 : 1) });
      await subject.close();
    }
    for (const { title: place } of networks) {
      const of = (kind: AskerKind) =>
        asked.filter((each) => each.place === place && each.kind === kind).map(({ outcome }) => outcome);
      const figures = kinds.map((kind) => {
        const values = of(kind).map(took);
        return `${titles[kind]} ${ms(median(values))} / ${ms(quantile(values, 0.95))}`;
      });
      print(`    ${`${title}, ${place}`.padEnd(64)} ${figures.join(', ')}, n=${count}`);
      const ours = median(of('session').map(took));
      const theirs = median(of('official').map(took));
      const what = `time to first token, ${title}, ${place}`;
      if (most === undefined) print(`    for comparison, ${(ours / theirs).toFixed(2)} ×: no budget`);
      else {
        judge(print, what, { ours, theirs, most, floor: leastMs(of('session')) });
        floorRow(print, { ours: of('session'), theirs: of('official') });
      }
    }
  }
}

const took = ({ firstAt, askedAt }: Measured): number => firstAt - askedAt;
