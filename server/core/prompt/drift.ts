/**
 * Drift: what has changed in a file since a model was told of it, in words.
 *
 * Laws
 * - Changes inside the lines a task shows are not told: those lines stand there as they are now.
 * - Nor are changes outside the part of the file that the model was told.
 */

import type { Region } from '../ask.ts';
import { diff } from '../diff/diff.ts';
import { type Hunk, hunks } from '../diff/hunks.ts';
import { type Edit, mapOffset } from '../edit.ts';
import { lineStart, lineText, type Text } from '../text.ts';
import { marked } from './told.ts';

export interface Drift {
  /** Every change, with the lines it takes up in the new text. */
  readonly changes: readonly Change[];
  /** Where the part that was told stands in the new text. */
  readonly told: Region;
}

export interface Change extends Region {
  readonly hunk: Hunk;
}

/** Steps a comparison may take: a coarser one only tells more lines than have changed. */
const diffSteps = 200_000;
/** Removed lines are named by their first and last ones where there are more. */
const mostRemovedLines = 6;

/** What changed between two texts, found by comparing them whole. */
export function changesBetween(before: Text, now: string): Edit {
  return diff(before.value, now, { steps: diffSteps });
}

/** `since`, where it is known, is the edit from `before` to `now`; else the texts are compared. */
export function driftOf(
  before: Text,
  now: string,
  { told, since }: { readonly told: Region; readonly since: Edit | undefined },
): Drift {
  const edit = since ?? changesBetween(before, now);
  let moved = 0;
  const changes = hunks(before, edit).flatMap((hunk): readonly Change[] => {
    const start = lineStart(before, hunk.startLine) + moved;
    moved += hunk.after.length - hunk.before.length;
    // What was typed and taken back is in the edit, and no change.
    return hunk.before === hunk.after ? [] : [{ hunk, start, end: start + hunk.after.length }];
  });
  return {
    changes,
    told: { start: mapOffset(edit, told.start, 'before'), end: mapOffset(edit, told.end, 'after') },
  };
}

/**
 * `shown` and every change that it touches: a change is told either by these lines or by its own words, and one that
 * is longer than `most` code units by its own.
 */
export function withTouching({ changes }: Drift, shown: Region, most: number): Region {
  let { start, end } = shown;
  for (const change of changes) {
    if (change.end < start || change.start > end || change.end - change.start > most) continue;
    start = Math.min(start, change.start);
    end = Math.max(end, change.end);
  }
  return { start, end };
}

/** The changes that a task which shows these lines leaves to be told; empty where there are none. */
export function driftText(before: Text, { changes, told }: Drift, shown: Region): string {
  const left = changes.filter(
    (change) => !isInside(change, shown) && change.start <= told.end && change.end >= told.start,
  );
  if (left.length === 0) return '';
  return `These lines of the file have changed since:\n${left.map(({ hunk }) => changeText(before, hunk)).join('')}`;
}

/** Lines removed at the edge of others leave no trace in them. */
function isInside({ start, end }: Region, shown: Region): boolean {
  if (start === end) return start > shown.start && end < shown.end;
  return start >= shown.start && end <= shown.end;
}

function changeText(text: Text, { startLine, before, after }: Hunk): string {
  // Lines that are only new have no old ones to be found by.
  const anchor = before === '' && startLine > 0 ? marked(' ', lineText(text, startLine - 1)) : '';
  return `@@ line ${startLine + 1}\n${anchor}${removedText(before)}${marked('+', after)}`;
}

function removedText(before: string): string {
  const removed = before.replace(/\n$/, '').split('\n');
  if (removed.length <= mostRemovedLines) return marked('-', before);
  const half = mostRemovedLines / 2;
  const left = removed.length - mostRemovedLines;
  return `${marked('-', removed.slice(0, half).join('\n'))}-[… ${left} lines …]\n${marked('-', removed.slice(-half).join('\n'))}`;
}
