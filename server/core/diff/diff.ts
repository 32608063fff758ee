/**
 * diff: the smallest readable edit between two texts. Whole lines are aligned first, so that hunks fall where a
 * person would put them; inside a hunk words, runs of blanks and single signs are; what remains is trimmed to the
 * signs that differ.
 *
 * Laws (checked by property tests)
 * - apply(before, diff(before, after)) = after, for any texts and any line terminators.
 * - It never changes more than replacing the changed lines would.
 * - No replacement parts a surrogate pair, a CRLF or a grapheme cluster, in either text.
 * - Work is bounded by counted steps: an adversarial pair gives a coarser edit, never a wrong one, on every
 *   machine the same.
 */

import type { Edit, Replacement } from '../edit.ts';
import { type ChangedRun, changedRuns } from './changed.ts';
import { atLineEnds, type Texts, trimmed } from './ends.ts';
import type { Budget } from './segment.ts';
import { slid } from './slide.ts';
import { lines, tokens } from './tokens.ts';
import { unchangedEnds } from './unchanged.ts';

/**
 * Steps a diff may take in all; 0.3 s where every one is spent. Half of them make the edits of generated tables
 * with a number changed in each line 2.5 times as large.
 */
const maxSteps = 24_000_000;
/** Weights count half code units, so that a gap can cost less than one. */
const unit = 2;
/**
 * What a further gap inside changed lines costs: half a code unit only decides among equals, for few long runs.
 * At 1.5 code units lone signs are not kept, which reads better in places, but makes the 99th percentile of 700
 * real file changes 1.40 times the smallest edit instead of 1.05.
 */
const tokenGapCost = 1;
const lineGapCost = 2;
/** A line weighs no more than this: long ones must not outweigh the order of many. */
const maxLineWeight = 200;
/**
 * What keeping a run of blanks is worth, in code units, however long it is: another one in its place costs only what
 * it is longer by.
 */
const blanksWorth = 1;
/** Changed lines with up to this many cells of tokens are aligned exactly. */
const exactTokenCells = 100_000;

/**
 * Lines that are kept between two changed runs, up to so many code units, are an island: the runs are taken together
 * where that makes the smaller edit.
 */
const longestIsland = 300;

export interface DiffOptions {
  /** Steps it may take, instead of `maxSteps`. */
  readonly steps?: number;
  /** Steps that several diffs may take together; none of them takes more than its own. */
  readonly budget?: Budget | undefined;
}

export function diff(before: string, after: string, options: DiffOptions = {}): Edit {
  if (before === after) return [];
  const texts = { before, after };
  const own = options.steps ?? maxSteps;
  const given = Math.min(own, options.budget?.steps ?? own);
  const budget: Budget = { steps: given };
  const edit = groups(changedLines(texts, budget)).flatMap((group) => {
    const apart = group.flatMap((run) => changedInside(texts, run, budget));
    const [first] = group;
    const last = group.at(-1);
    if (!first || !last || group.length === 1) return apart;
    const joined = changedInside(texts, { ...first, end: last.end, newEnd: last.newEnd }, budget);
    return sizeOf(joined) < sizeOf(apart) ? joined : apart;
  });
  if (options.budget) options.budget.steps -= given - budget.steps;
  return edit;
}

/**
 * Runs of changed lines with little between them: a line that is the same by chance keeps what belongs together apart,
 * where the tokens of all of them go together better.
 */
function groups(runs: readonly ChangedRun[]): readonly (readonly ChangedRun[])[] {
  const result: ChangedRun[][] = [];
  for (const run of runs) {
    const group = result.at(-1);
    const last = group?.at(-1);
    if (group && last && run.start - last.end <= longestIsland) group.push(run);
    else result.push([run]);
  }
  return result;
}

function changedInside(texts: Texts, run: ChangedRun, budget: Budget): readonly Replacement[] {
  return run.start === run.end || run.newStart === run.newEnd
    ? [replacement(texts.after, run)]
    : changedTokens(texts, run, budget);
}

function sizeOf(edit: readonly Replacement[]): number {
  return edit.reduce((sum, { start, end, text }) => sum + end - start + text.length, 0);
}

function changedLines({ before, after }: Texts, budget: Budget): readonly ChangedRun[] {
  const { head, tail } = unchangedEnds(before, after);
  const runs = changedRuns(
    { value: before, pieces: lines(before, head, before.length - tail) },
    { value: after, pieces: lines(after, head, after.length - tail) },
    {
      weigh: (line) => Math.min(maxLineWeight, 1 + unit * line.trim().length),
      gapCost: lineGapCost,
      exactCells: 0,
      budget,
    },
  );
  return slid(before, after, runs);
}

function changedTokens(texts: Texts, run: ChangedRun, budget: Budget): readonly Replacement[] {
  const { before, after } = texts;
  const runs = changedRuns(
    { value: before, pieces: tokens(before, run.start, run.end) },
    { value: after, pieces: tokens(after, run.newStart, run.newEnd) },
    {
      weigh: (token) => unit * (isBlank(token) ? blanksWorth : token.length),
      gapCost: tokenGapCost,
      exactCells: exactTokenCells,
      parted: 'in-the-middle',
      budget,
    },
  );
  return runs
    .flatMap((changed, i) => {
      const next = runs[i + 1];
      return atLineEnds(
        texts,
        changed,
        next ? { kind: 'change', start: next.start } : { kind: 'end', start: run.end },
      );
    })
    .map((changed) => replacement(after, trimmed(texts, changed)));
}

function replacement(after: string, { start, end, newStart, newEnd }: ChangedRun): Replacement {
  return { start, end, text: after.slice(newStart, newEnd) };
}

function isBlank(token: string): boolean {
  return token.startsWith(' ') || token.startsWith('\t');
}
