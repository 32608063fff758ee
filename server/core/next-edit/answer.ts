/**
 * A model's answer to the question for the next edit, read while it streams: the region written anew, or, by who knows
 * the exact document, replacements in offsets. Each hunk is given as soon as what follows it is as it was.
 *
 * Laws
 * - What `push` gave is not taken back; `finish` gives what is left behind it, or why there is nothing.
 * - Words change nothing outside of the region; offsets may.
 */

import { createAnswer } from '../answer.ts';
import type { Region } from '../ask.ts';
import { type Edit, noEdit, type Replacement } from '../edit.ts';
import { lineReader } from '../formats/lines.ts';
import { offsetsFormat, takeOffsets } from '../formats/offsets.ts';
import type { LineRange } from '../place.ts';
import { rewriteProgress } from '../rewrite-progress.ts';
import { lineAt, lineCount, lineFullEnd, lineStart, lineText, type Text } from '../text.ts';
import { nextEdits } from './hunks.ts';
import { restOf } from './rest.ts';

export interface NextEditAnswer {
  push(chunk: string): readonly Replacement[];
  /** `format`: as the answer's end names it. */
  finish(end: {
    readonly outcome: 'completed' | 'incomplete';
    readonly format?: string | undefined;
  }): readonly Replacement[];
}

export function readNextEdit(text: Text, region: Region): NextEditAnswer {
  const lines = lineReader();
  const window = windowOf(text, region);
  const end = lineFullEnd(text, window.endLine - 1);
  const progress = rewriteProgress(text, window, 'region');
  // All of the last line's terminator: where that line is empty, the region would seem to end before it.
  const whole = { start: lineStart(text, window.startLine), end };
  const words = createAnswer({ text, region: whole, only: 'region' });
  /** A region that begins like them could be mistaken for offsets. */
  const mayBeOffsets = !isOffsets(lineText(text, window.startLine));
  let unread = '';
  let begun = '';
  let said: Edit = noEdit;

  function certain(edit: Edit): readonly Replacement[] {
    const until = said.at(-1)?.end ?? -1;
    // Lines that were moved up could be found again further down; nothing goes back.
    const fresh = edit.filter((each) => each.start > until && each.end <= text.value.length);
    said = [...said, ...fresh];
    return nextEdits(text, fresh);
  }

  return {
    push(chunk) {
      if (begun.length < offsetsStart.length) begun += chunk;
      if (mayBeOffsets && isOffsets(begun)) {
        const { replacements, rest } = takeOffsets(unread + chunk);
        unread = rest;
        return certain(replacements);
      }
      unread += chunk;
      words.push(chunk);
      return certain(lines.push(chunk).flatMap(progress));
    },
    finish({ outcome, format }) {
      if (format === offsetsFormat) return certain(takeOffsets(`${unread}\n`).replacements);
      const result = words.finish(outcome === 'completed' ? 'completed' : 'cut');
      if (result.kind === 'failed') return [];
      const isInside = result.edit.every((each) => each.start >= whole.start && each.end <= whole.end);
      return isInside ? certain(restOf(text.value, said, result.edit)) : [];
    },
  };
}

/** The whole lines that are written anew; the empty one behind a final terminator is nobody's to write. */
function windowOf(text: Text, { start, end }: Region): LineRange {
  const startLine = lineAt(text, start);
  const last = lineAt(text, end);
  const isNothing = last > startLine && last === lineCount(text) - 1 && lineText(text, last) === '';
  return { startLine, endLine: isNothing ? last : last + 1 };
}

const offsetsStart = '{"start":';

function isOffsets(answer: string): boolean {
  return answer.trimStart().startsWith(offsetsStart);
}
