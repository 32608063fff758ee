/** Token runs: which tokens of the changed lines went, and which came for them. */

import { align } from '../diff/align.ts';
import { type Tokens, tokenText } from '../lexical.ts';
import { opening } from './expression.ts';

/** Tokens of the changed lines before and after, with the line ends around them. */
export interface ChangedTokens {
  readonly old: Tokens;
  readonly now: Tokens;
}

/** `[oldFrom, oldTo)` of the old tokens became `[from, to)` of the new. */
export interface TokenRun {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly from: number;
  readonly to: number;
}

/** All that changed. */
export interface TokenChange extends ChangedTokens {
  readonly runs: readonly TokenRun[];
}

/** Lines are short: tables of the exact way up to this many cells, and so many steps in all. */
const exactCells = 1e6;
const steps = 2e6;

/** In the order of the old tokens. */
export function tokenRuns(changed: ChangedTokens): readonly TokenRun[] {
  const { old, now } = changed;
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const items = (tokens: Tokens) =>
    Int32Array.from({ length: tokens.count }, (_, i) => {
      const text = tokenText(tokens, i);
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, weights.length);
      return weights.push(text.length + 1) - 1;
    });
  const a = items(old);
  const b = items(now);
  const partners = align(a, b, {
    weights: Int32Array.from(weights),
    gapCost: 1,
    exactCells,
    budget: { steps },
  });
  const runs: TokenRun[] = [];
  let j = 0;
  for (let i = 0; i <= a.length; i++) {
    const oldFrom = i;
    while (i < a.length && partners[i] === -1) i++;
    const to = i < a.length ? (partners[i] as number) : b.length;
    if (i > oldFrom || to > j) runs.push({ oldFrom, oldTo: i, from: j, to });
    j = to + 1;
  }
  return runs.map((run) => paired(changed, runs, run));
}

/** An inserted closing bracket may be any of several in a row: it is the one that closes an inserted one. */
function paired({ old, now }: ChangedTokens, runs: readonly TokenRun[], run: TokenRun): TokenRun {
  const text = tokenText(now, run.from);
  if (run.oldFrom !== run.oldTo || run.to !== run.from + 1 || !/^[)\]}]$/.test(text)) return run;
  const isInserted = (i: number) => runs.some((each) => each !== run && i >= each.from && i < each.to);
  for (let shift = 0; tokenText(now, run.from + shift) === text; shift++) {
    const open = opening(now, run.from + shift);
    if (open !== undefined && isInserted(open)) {
      return {
        oldFrom: run.oldFrom + shift,
        oldTo: run.oldTo + shift,
        from: run.from + shift,
        to: run.to + shift,
      };
    }
    if (tokenText(old, run.oldFrom + shift) !== text) break;
  }
  return run;
}
