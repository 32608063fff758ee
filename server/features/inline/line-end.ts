/**
 * Line ends: where a line looks finished, many models say nothing, and what the user wants is the next line. Whoever
 * knows that of a model need not wait for it to say so again.
 *
 *   foo();█        asked, nothing said yet
 *   foo();⏎  █     a model that goes on there would say `⏎  bar();`; one that says nothing is asked anew at once
 *
 * Law: what a model does is taken from its last answers at such places; until there are some, it goes on there.
 */

import { lineAt, lineEnd, lineStart, sliceOf, type Text } from '../../core/text.ts';
import type { Plan } from './expectation.ts';

export interface LineEnds {
  /** The model has answered, maybe at such a place. */
  answered(plan: Pick<Plan, 'ask' | 'text'>, said: string): void;
  /** Whether it says nothing there, as a rule. */
  areSilent(): boolean;
  clear(): void;
}

/** Answers remembered. */
const most = 8;
const fewest = 3;
const rule = 0.75;

export function createLineEnds(): LineEnds {
  /** Whether nothing was said, newest first. */
  let silent: readonly boolean[] = [];
  return {
    answered({ ask, text }, said) {
      if (ask.candidates > 1 || !isAtLineEnd(text, ask.cursor)) return;
      silent = [said.trim() === '', ...silent].slice(0, most);
    },
    areSilent: () => silent.length >= fewest && silent.filter(Boolean).length >= rule * silent.length,
    clear() {
      silent = [];
    },
  };
}

/** By the sign before the cursor: behind a word or an operator the line may go on. */
export function isAtLineEnd(text: Text, cursor: number): boolean {
  const line = lineAt(text, cursor);
  const behind = sliceOf(text, cursor, lineEnd(text, line));
  return behind.trim() === '' && /[;{}()[\],:>"'`]$/.test(sliceOf(text, lineStart(text, line), cursor));
}
