/** Several requests at once, and very many one after the other. */

import { median, ms, type Print, quantile } from '../statistics.ts';
import { titles } from './figures.ts';
import type { Laboratory } from './laboratory.ts';

const kinds = ['session', 'official'] as const;

export async function benchLanes(
  laboratory: Laboratory,
  print: Print,
  { quick }: { readonly quick: boolean },
): Promise<void> {
  print('  requests at once, 20 ms: overhead to the first text, p50 / p95');
  const options = { roundTripMs: 20, profile: 'spark-like', bytes: 8_192, outputTokens: 30 } as const;
  for (const atOnce of [1, 4, 16]) {
    const figures: string[] = [];
    for (const kind of kinds) {
      const subject = await laboratory.open(kind, options);
      await subject.load(atOnce, atOnce);
      const values = (await subject.load(atOnce * (quick ? 2 : 6), atOnce)).map(
        ({ overheadMs }) => overheadMs,
      );
      const { connections } = await subject.counts();
      figures.push(
        `${titles[kind]} ${ms(median(values))} / ${ms(quantile(values, 0.95))} on ${connections} connections`,
      );
      await subject.close();
    }
    print(`    ${String(atOnce).padStart(2)} at once: ${figures.join(', ')}`);
  }
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
