/** Pairs of texts made to be hard: however long they make a diff search, it ends in time and is never wrong. */

import { diff } from '../../../server/core/diff/diff.ts';
import { apply } from '../../../server/core/edit.ts';
import { ms, type Print, row } from '../statistics.ts';

/** A user waits no longer than this for an edit of his own file. */
const budgetMs = 500;

export function benchAdversaries(random: () => number, print: Print): number {
  let wrong = 0;
  print('  adversarial pairs: time of one diff');
  for (const [name, before, after] of adversaries(random)) {
    const started = performance.now();
    const edit = diff(before, after);
    const took = performance.now() - started;
    if (apply(before, edit) !== after) wrong++;
    row(print, `  ${name} (${(before.length / 1e6).toFixed(1)} MB)`, ms(took), `≤ ${budgetMs} ms`);
  }
  return wrong;
}

function adversaries(random: () => number): readonly (readonly [string, string, string])[] {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
  const of = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  const coin = () => of(['a', 'b']);
  const few = () => of(['return;', '}', '{', '', 'x = 1;', 'break;', 'end', 'y = 2;']);
  return [
    [
      '100,000 lines, one changed',
      lines(1e5, (i) => `line ${i}`),
      lines(1e5, (i) => `line ${i === 5e4 ? 'x' : i}`),
    ],
    [
      '20,000 lines in the opposite order',
      lines(2e4, (i) => `line ${i}`),
      lines(2e4, (i) => `line ${2e4 - i}`),
    ],
    [
      '20,000 lines, each changed',
      lines(2e4, (i) => `value ${i} = old;`),
      lines(2e4, (i) => `value ${i} = new;`),
    ],
    ['20,000 lines of two kinds', lines(2e4, coin), lines(2e4, coin)],
    ['20,000 lines of eight kinds', lines(2e4, few), lines(2e4, few)],
    ['20,000 equal lines and 10,000 of them', lines(2e4, () => 'x'), lines(1e4, () => 'x')],
    ['20,000 lines, nothing in common', lines(2e4, (i) => `a${i}`), lines(2e4, (i) => `b${i}`)],
    ['one line of 200,000 words, none the same', 'one two '.repeat(1e5), 'three four '.repeat(1e5)],
    [
      'one line of 100,000 signs of two kinds',
      Array.from({ length: 1e5 }, () => of(['(', ')'])).join(''),
      Array.from({ length: 1e5 }, () => of(['(', ')'])).join(''),
    ],
    [
      'one line of 10,000 signs with marks upon marks',
      'e\u0301\u0302'.repeat(1e4),
      'e\u0302\u0301'.repeat(1e4),
    ],
    [
      'a cluster of 50,000 joined signs',
      `a${'\u200d\u0301'.repeat(25e3)}`,
      `b${'\u200d\u0301'.repeat(25e3)}`,
    ],
  ];
}
