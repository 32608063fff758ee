/** What a token costs the one who reads it: processor time of long answers above that of short ones. */

import { median, type Print } from '../statistics.ts';
import type { AskerKind } from './child.ts';
import { judge, titles } from './figures.ts';
import { interleaved } from './interleave.ts';
import { askerKinds, type Laboratory, type Measured } from './laboratory.ts';

const short = 30;
const long = 630;
const bytes = 8_192;

export async function benchTokens(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  const common = { roundTripMs: 0, profile: 'spark-like', bytes, count: quick ? 4 : 16 } as const;
  const few = await interleaved(laboratory, { ...common, outputTokens: short });
  const many = await interleaved(laboratory, { ...common, outputTokens: long });
  const cpu = (all: readonly Measured[] = []) => median(all.map(({ cpuMs }) => cpuMs));
  const perToken = (kind: AskerKind) =>
    (1000 * (cpu(many.outcomes.get(kind)) - cpu(few.outcomes.get(kind)))) / (long - short);
  print(`  processor time per token at 1,000 tokens/s, 3 in an event, n=${common.count}:`);
  print(`    ${askerKinds.map((kind) => `${titles[kind]} ${perToken(kind).toFixed(1)} µs`).join(', ')}`);
  judge(print, "CPU per token to the official client's", {
    ours: perToken('session'),
    theirs: perToken('official'),
    most: 0.7,
  });
}
