/** Several requests at once, and very many one after the other. */

import { median, ms, type Print, quantile } from '../statistics.ts';
import { titles } from './figures.ts';
import { askerKinds, type Laboratory, type Measured, type Subject } from './laboratory.ts';

export async function benchLanes(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  print('  requests that begin together, 20 ms: overhead to the first text, p50 / p95');
  const options = { roundTripMs: 20, profile: 'spark-like', bytes: 8_192, outputTokens: 30 } as const;
  for (const atOnce of [1, 4, 16]) {
    const subjects: { readonly subject: Subject; readonly outcomes: Measured[] }[] = [];
    for (const kind of askerKinds)
      subjects.push({ subject: await laboratory.open(kind, options), outcomes: [] });
    for (const { subject } of subjects) await subject.load(atOnce * 2, atOnce);
    for (let round = 0; round < (quick ? 2 : rounds(atOnce)); round++)
      for (const { subject, outcomes } of subjects) outcomes.push(...(await subject.load(atOnce, atOnce)));
    const figures: string[] = [];
    for (const { subject, outcomes } of subjects) {
      const values = outcomes.map(({ overheadMs }) => overheadMs);
      const { connections } = await subject.counts();
      figures.push(
        `${titles[subject.kind]} ${ms(median(values))} / ${ms(quantile(values, 0.95))} on ${connections} connections`,
      );
      await subject.close();
    }
    print(`    ${String(atOnce).padStart(2)} at once: ${figures.join(', ')}`);
  }
}

/** As many answers as make a median, and not fewer rounds than make it one of rounds. */
function rounds(atOnce: number): number {
  return Math.max(8, Math.ceil(32 / atOnce));
}

export async function benchMemory(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  const count = quick ? 1_000 : 10_000;
  const options = { roundTripMs: 0, profile: 'instant', bytes: 8_192, outputTokens: 16 } as const;
  const subject = await laboratory.open('session', options);
  await subject.load(1_000, 4);
  const before = await laboratory.memory('session');
  const started = performance.now();
  await subject.load(count, 4);
  const tookMs = performance.now() - started;
  const after = await laboratory.memory('session');
  await subject.close();
  print(
    `  ${count} requests in ${(tookMs / 1000).toFixed(1)} s: heap ${before.heapMb.toFixed(1)} → ${after.heapMb.toFixed(1)} MB, resident ${before.rssMb.toFixed(0)} → ${after.rssMb.toFixed(0)} MB (after 1000 to warm up, garbage collected)`,
  );
}
