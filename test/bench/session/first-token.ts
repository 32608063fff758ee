/**
 * Time to the first token of the first request in a file of 16,000 tokens that the model has not read: connection
 * and unread prefill included. Our session may work from the moment the file is open and the first key is typed.
 */

import { median, ms, type Print, quantile } from '../statistics.ts';
import { judge, titles } from './figures.ts';
import type { Laboratory } from './laboratory.ts';
import { distancesMs, fileBytes } from './round-trip.ts';

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
    for (const roundTripMs of distancesMs) {
      const took = new Map<(typeof kinds)[number], number[]>(kinds.map((kind) => [kind, []]));
      const options = {
        roundTripMs,
        profile: 'spark-like',
        bytes: fileBytes,
        outputTokens: 16,
        network: 'own',
      } as const;
      const count = quick ? 3 : 7;
      // All wait for the first key together; then each asks in its turn.
      const subjects = [];
      for (let n = 0; n < count; n++)
        for (const kind of kinds) subjects.push(await laboratory.open(kind, { ...options, prewarm }));
      await new Promise((resolve) => setTimeout(resolve, openMs));
      if (keyMs > 0) for (const subject of subjects) await subject.type(0);
      await new Promise((resolve) => setTimeout(resolve, keyMs));
      for (const subject of subjects) {
        const { firstAt, askedAt } = await subject.ask(keyMs === 0 ? 0 : 1);
        took.get(subject.kind as 'session')?.push(firstAt - askedAt);
        await subject.close();
      }
      const figures = kinds.map((kind) => {
        const values = took.get(kind) ?? [];
        return `${titles[kind]} ${ms(median(values))} / ${ms(quantile(values, 0.95))}`;
      });
      print(`    ${`${title}, ${roundTripMs} ms`.padEnd(48)} ${figures.join(', ')}, n=${count}`);
      const ours = median(took.get('session') ?? []);
      const theirs = median(took.get('official') ?? []);
      const what = `time to first token, ${title}, ${roundTripMs} ms`;
      if (most === undefined) print(`    for comparison, ${(ours / theirs).toFixed(2)} ×: no budget`);
      else judge(print, what, { ours, theirs, most });
    }
  }
}
