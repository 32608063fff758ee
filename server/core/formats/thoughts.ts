/**
 * Thoughts at the beginning of an answer, from a server that does not tell them apart. What is tried out in them is no
 * part of the answer.
 */

import { thoughtMarks } from '../thought-marks.ts';

export interface WithoutThoughts {
  /** What of the answer is known to be none. */
  push(chunk: string): string;
  /** The rest; nothing where the answer ends while its model still thinks. */
  finish(): string | undefined;
}

/** Blanks before them, in UTF-16 code units. */
const mostBlanks = 100;

/** Those that stand in the text are its own. */
export function withoutThoughts(text: string): WithoutThoughts {
  const known = thoughtMarks.filter(({ open }) => !text.includes(open));
  let state: 'begins' | 'thinks' | 'answers' = known.length === 0 ? 'answers' : 'begins';
  let close = '';
  let held = '';

  return {
    push(chunk) {
      if (state === 'answers') return chunk;
      held += chunk;
      if (state === 'begins') {
        const begun = held.trimStart();
        const mark = known.find(({ open }) => begun.startsWith(open));
        if (!mark && held.length < mostBlanks && known.some(({ open }) => open.startsWith(begun))) return '';
        state = mark ? 'thinks' : 'answers';
        close = mark?.close ?? '';
      }
      const end = state === 'thinks' ? held.indexOf(close) : 0;
      if (end === -1) {
        held = held.slice(-close.length);
        return '';
      }
      const answer = state === 'thinks' ? held.slice(end + close.length).replace(/^\s*\n/, '') : held;
      state = 'answers';
      held = '';
      return answer;
    },
    finish() {
      const rest = held;
      held = '';
      return state === 'thinks' ? undefined : rest;
    },
  };
}
