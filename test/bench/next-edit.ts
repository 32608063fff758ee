/**
 * Next edits on real changes of two or more hunks: the user has made the first, and a model that knows the rest writes
 * the region anew, in pieces of a few characters. Whether what is suggested leads to the model's text, in which share
 * of its stream the first hunk was certain, and what reading it took.
 */

import { readFileSync } from 'node:fs';
import { diff } from '../../server/core/diff/diff.ts';
import { apply, mapOffset, type Replacement } from '../../server/core/edit.ts';
import { readNextEdit } from '../../server/core/next-edit/answer.ts';
import { nextEdits } from '../../server/core/next-edit/hunks.ts';
import { regionAt } from '../../server/core/next-edit/places.ts';
import { toText } from '../../server/core/text.ts';
import { type Print, quantile } from './statistics.ts';

const pieceLength = 4;
const mostChanges = 400;

export async function benchNextEdit(print: Print, data: string | undefined): Promise<void> {
  if (data === undefined) {
    print('next-edit: needs --data FILE, a corpus of real changes (test/corpus/build.mjs makes one)');
    return;
  }
  let exact = 0;
  let asked = 0;
  const shares: number[] = [];
  /** Where the stream has written all of the first hunk: nothing can be certain before. */
  const ends: number[] = [];
  const times: number[] = [];
  for (const line of readFileSync(data, 'utf8').split('\n')) {
    if (line === '' || asked >= mostChanges) continue;
    const { before, after } = JSON.parse(line) as { readonly before: string; readonly after: string };
    const [first, ...rest] = nextEdits(toText(before), diff(before, after));
    if (!first || rest.length === 0) continue;
    const text = toText(apply(before, [first]));
    const region = regionAt(text, first.start + first.text.length);
    const left = rest.map((hunk) => ({
      ...hunk,
      start: mapOffset([first], hunk.start),
      end: mapOffset([first], hunk.end),
    }));
    const wanted = left.filter(({ start, end }) => region && start >= region.start && end <= region.end);
    if (!region || wanted.length === 0) continue;
    asked++;
    const goal = apply(text.value, wanted);
    const tail = text.value.length - region.end;
    const answer = `${goal.slice(region.start, goal.length - tail)}\n`;
    const [next] = wanted;
    if (next) ends.push((next.start + next.text.length - region.start) / answer.length);
    const began = process.cpuUsage();
    const reader = readNextEdit(text, region);
    const found: Replacement[] = [];
    let share = 1;
    for (let at = 0; at < answer.length; at += pieceLength) {
      found.push(...reader.push(answer.slice(at, at + pieceLength)));
      if (found.length > 0 && share === 1) share = Math.min(1, (at + pieceLength) / answer.length);
    }
    found.push(...reader.finish({ outcome: 'completed' }));
    times.push(process.cpuUsage(began).user / 1000);
    shares.push(share);
    if (apply(text.value, found) === goal) exact++;
  }
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  print(
    `next-edit: ${asked} real changes, the model's text reached by the hunks suggested: ${percent(exact / asked)}`,
  );
  print(
    `next-edit: first hunk certain at ${percent(quantile(shares, 0.5))} of the stream, written at ${percent(quantile(ends, 0.5))} (medians)`,
  );
  print(`next-edit: processor time to read an answer, p50 ${quantile(times, 0.5).toFixed(2)} ms`);
}
