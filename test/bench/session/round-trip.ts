/** Overhead of one round trip, back to back on an open connection, at several distances. */

import type { Print } from '../statistics.ts';
import { judgeBeside, pair } from './beside-socket.ts';
import { judgeOverhead, overheadRows, titles } from './figures.ts';
import { interleaved } from './interleave.ts';
import { askerKinds, type Laboratory, type OpenOptions } from './laboratory.ts';

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
export const outputTokens = 30;

/** Answers of each, by round trip; of our session and a bare socket by themselves there are more. */
const counts = { 0: 80, 20: 40, 80: 30 } as const;
const besides = { 0: 240, 20: 200, 80: 160 } as const;
/** Of those that come in turns, which take longest. */
const inTurns = 40;
/** Of a model that stalls, which takes up to a second for each. */
const stalling = 30;

export interface RoundTripOptions {
  readonly quick: boolean;
}

/** The others keep no mirror, and put their prompt together within the time. */
export const measuredFrom =
  'measured from the question on; our session was told of the key before, as by didChange, which counts in its CPU alone, and its process is started and collects garbage as the server does';

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
      const beside = quick ? 8 : profile === 'stalling' ? 2 * stalling : besides[roundTripMs];
      const alone = await interleaved(laboratory, { ...options, count: beside, kinds: pair });
      judgeBeside(print, title, alone.outcomes);
    }
  }
}
