/** Edits: how small they are, how fast they are found, whether every format says them, and how soon they leave. */

import { randomFrom } from '../support/random.ts';
import { benchAdversaries } from './edits/adversaries.ts';
import { benchDiffs } from './edits/diffs.ts';
import { benchFormats } from './edits/formats.ts';
import { benchLocating } from './edits/locating.ts';
import { ownPairs, readPairs } from './edits/pairs.ts';
import { benchShares } from './edits/shares.ts';
import { benchSnippets } from './edits/snippets.ts';

export interface EditsBenchOptions {
  /** What `test/corpus/build.mjs` wrote, or a folder with `NAME.before` and `NAME.after`; else changes made here. */
  readonly data?: string;
  readonly log: (line: string) => void;
}

/** Wrong texts and wrong diffs, which must be none. */
export function benchEdits({ data, log }: EditsBenchOptions): number {
  const pairs = data === undefined ? ownPairs() : readPairs(data);
  log(
    data === undefined
      ? `edits: ${pairs.length} changes made from the project's own files (real ones: --data FILE, see test/corpus/build.mjs)`
      : `edits: ${pairs.length} changes of ${data}`,
  );
  const random = randomFrom(20_261_121);
  let wrong = benchDiffs(pairs, log);
  wrong += benchFormats(pairs, random, log);
  benchShares(random, log);
  benchSnippets(pairs, log);
  benchLocating(pairs, log);
  wrong += benchAdversaries(random, log);
  log(`  wrong texts: ${wrong} (budget 0)`);
  if (wrong > 0) process.exitCode = 1;
  return wrong;
}
