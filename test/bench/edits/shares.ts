/**
 * How much of an answer must be read before the first hunk of it leaves, and the median one: on edits of five places
 * spread evenly over a file of 300 lines, and on the changes at hand.
 */

import { type Print, quantile, row } from '../statistics.ts';
import { answersTo, judge } from './answers.ts';
import type { Pair } from './pairs.ts';

const fileLines = 300;
const places = 5;
const files = 200;
/** Characters of a chunk: models stream token by token. */
const longestToken = 8;

export function benchShares(random: () => number, print: Print): void {
  const edits = Array.from({ length: files }, () => fivePlaces(random));
  print(`  share of the stream read when the first hunk leaves, ${places} places in ${fileLines} lines`);
  for (const [format, { first, median }] of sharesOf(edits, random)) {
    // A window of a next-edit model does not hold all places.
    if (first.length < files) continue;
    const at = (values: readonly number[], q: number) => `${(100 * quantile(values, q)).toFixed(0)} %`;
    row(
      print,
      `  ${format}: median, most; the median hunk`,
      `${at(first, 0.5)}, ${at(first, 1)}; ${at(median, 0.5)}`,
      '≤ 30 %',
    );
  }
}

interface Shares {
  readonly first: number[];
  readonly median: number[];
}

function sharesOf(pairs: readonly Pair[], random: () => number): ReadonlyMap<string, Shares> {
  const shares = new Map<string, Shares>();
  for (const pair of pairs) {
    for (const answer of answersTo(pair, random)) {
      const left = judge(answer, pair, { random, most: longestToken }).streamed.map(({ share }) => share);
      const known = shares.get(answer.format) ?? { first: [], median: [] };
      shares.set(answer.format, known);
      if (left.length === 0) continue;
      known.first.push(left[0] ?? 1);
      known.median.push(quantile(left, 0.5));
    }
  }
  return shares;
}

/** Functions of different lengths; at each place a line is changed, added, or taken away. */
function fivePlaces(random: () => number): Pair {
  const lines: string[] = [];
  for (let n = 0; lines.length < fileLines; n++) {
    const body = 2 + Math.floor(random() * 6);
    lines.push(`function step${n}(input) {`);
    for (let i = 0; i < body; i++)
      lines.push(`  const value${i} = input.part${i} + ${Math.floor(random() * 100)};`);
    lines.push('  return value0;', '}', '');
  }
  lines.length = fileLines;
  const fresh = [...lines];
  for (let place = places - 1; place >= 0; place--) {
    const at = Math.floor((place + 0.5) * (fileLines / places));
    const kind = Math.floor(random() * 3);
    if (kind === 0) fresh[at] = `  const changed${place} = other();`;
    else if (kind === 1) fresh.splice(at, 0, `  const added${place} = other();`);
    else fresh.splice(at, 1);
  }
  return { language: 'javascript', before: `${lines.join('\n')}\n`, after: `${fresh.join('\n')}\n` };
}
