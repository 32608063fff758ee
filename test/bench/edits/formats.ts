/** Every change in every format: exact, dropped with a reason or wrong, by format and by language, and edits' sizes. */

import { diff } from '../../../server/core/diff/diff.ts';
import { type Print, quantile } from '../statistics.ts';
import { answersTo, judge } from './answers.ts';
import type { Pair } from './pairs.ts';
import { changed, runsOf, smallestRuns, tokenCount } from './sizes.ts';

const longestChunk = 60;

interface Counts {
  exact: number;
  dropped: number;
  wrong: number;
}

interface Figures extends Counts {
  /** Changed characters of all exact edits, and of the diffs of the same changes. */
  size: number;
  least: number;
  /** Tokens changed, where the fewest are known, and those. */
  tokens: number;
  fewest: number;
  readonly first: number[];
  readonly reasons: Map<string, number>;
}

/** Wrong texts, which must be none. */
export function benchFormats(pairs: readonly Pair[], random: () => number, print: Print): number {
  const formats = new Map<string, Figures>();
  const languages = new Map<string, Counts & { changes: number }>();
  let inexpressible = 0;
  for (const pair of pairs) {
    const answers = answersTo(pair, random);
    if (answers.length === 0) inexpressible++;
    const language = at(languages, pair.language, () => ({ changes: 0, exact: 0, dropped: 0, wrong: 0 }));
    language.changes++;
    const least = changed(diff(pair.before, pair.after));
    const smallest = smallestRuns(pair);
    for (const answer of answers) {
      const figures = at(formats, answer.format, noFigures);
      const { verdict, reason, edit, streamed } = judge(answer, pair, { random, most: longestChunk });
      figures[verdict]++;
      language[verdict]++;
      if (reason !== undefined) figures.reasons.set(reason, (figures.reasons.get(reason) ?? 0) + 1);
      if (verdict !== 'exact') continue;
      figures.size += changed(edit);
      figures.least += least;
      if (smallest) {
        figures.tokens += tokenCount(runsOf(pair.before, edit));
        figures.fewest += tokenCount(smallest);
      }
      if (streamed[0]) figures.first.push(streamed[0].share);
    }
  }
  print(`  answers in each format (${inexpressible} changes of line terminators alone are said in none)`);
  for (const [format, { exact, dropped, wrong, size, least, tokens, fewest, first, reasons }] of formats) {
    const share = (100 * dropped) / (exact + dropped + wrong);
    print(
      `    ${format.padEnd(15)} exact ${exact}, dropped ${dropped} (${share.toFixed(2)} %, budget 1 %), wrong ${wrong} (budget 0); size ${(size / least).toFixed(3)} of diff's, excess tokens ${(tokens / fewest - 1).toFixed(3)}; first hunk after ${(100 * quantile(first, 0.5)).toFixed(0)} % of the stream`,
    );
    for (const [reason, count] of reasons) print(`      ${count} × ${reason}`);
  }
  print('  by language: changes; answers exact, dropped, wrong');
  for (const [language, counts] of [...languages].sort((a, b) => b[1].changes - a[1].changes))
    print(
      `    ${language.padEnd(18)} ${counts.changes}; ${counts.exact}, ${counts.dropped}, ${counts.wrong}`,
    );
  return [...formats.values()].reduce((sum, { wrong }) => sum + wrong, 0);
}

function noFigures(): Figures {
  return {
    exact: 0,
    dropped: 0,
    wrong: 0,
    size: 0,
    least: 0,
    tokens: 0,
    fewest: 0,
    first: [],
    reasons: new Map(),
  };
}

function at<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
