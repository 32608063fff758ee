/**
 * Reading a window that a model writes anew, line by line, while it streams. What a line of an answer means is the
 * format's to say.
 *
 * Laws
 * - Total, and the result does not depend on how the stream is chopped.
 * - All or nothing: a stream that was cut is no edit, since half a window reads as a deletion of the other half.
 */

import { apply, type Edit, noEdit, type Replacement } from '../../edit.ts';
import { type LineRange, rewritten } from '../../place.ts';
import { type StreamDiff, streamDiff } from '../../stream.ts';
import { lineText, type Text } from '../../text.ts';
import { shortens } from '../elision.ts';
import { lineReader } from '../lines.ts';
import { type AnswerReader, answerFailure, elidedAnswer } from '../reader.ts';
import { linesIn } from './window.ts';

export type LineMeaning =
  /** New lines of the window; with `startLine` it is written from there on, and what stands before stays. */
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly startLine?: number }
  /** The last of them; with `endLine` what stands from there on stays. */
  | {
      readonly kind: 'end';
      readonly lines: readonly string[];
      readonly startLine?: number;
      readonly endLine?: number;
    }
  | { readonly kind: 'no-change' }
  | { readonly kind: 'malformed' };

export interface WindowGrammar {
  /** The next line; `isFirst` until one belonged to the window. */
  readonly mean: (line: string, isFirst: boolean) => LineMeaning;
  /** The stream is complete, and no line of it was the end. */
  readonly end: () => LineMeaning;
}

export function readWindow(text: Text, window: LineRange, grammar: WindowGrammar): AnswerReader {
  const reader = lineReader();
  const written: string[] = [];
  let start = window.startLine;
  let stream: StreamDiff | undefined;
  let state: 'open' | 'ended' | 'unchanged' | 'malformed' = 'open';
  let isFirst = true;

  function take(meaning: LineMeaning): Edit {
    if (state !== 'open') return noEdit;
    if ('startLine' in meaning && meaning.startLine !== undefined) start = meaning.startLine;
    switch (meaning.kind) {
      case 'lines':
        return meaning.lines.flatMap(add);
      case 'end': {
        const edit: Replacement[] = meaning.lines.flatMap(add);
        // What is not written again is as if it were.
        for (let line = meaning.endLine ?? window.endLine; line < window.endLine; line++)
          edit.push(...add(lineText(text, line)));
        state = 'ended';
        return edit;
      }
      case 'no-change':
        state = 'unchanged';
        return noEdit;
      case 'malformed':
        state = 'malformed';
        return noEdit;
      default:
        return meaning satisfies never;
    }
  }

  function add(line: string): Edit {
    isFirst = false;
    stream ??= streamDiff(text, { startLine: start, endLine: window.endLine });
    written.push(line);
    return stream.push(line);
  }

  const unchanged = () => answerFailure('nothing-to-change', 'The model sees nothing to change here.');

  return {
    push: (chunk) => reader.push(chunk).flatMap((line) => take(grammar.mean(line, isFirst))),
    finish(outcome = 'completed') {
      for (const line of reader.finish()) take(grammar.mean(line, isFirst));
      if (outcome === 'completed') take(grammar.end());
      if (state === 'unchanged') return unchanged();
      if (state !== 'ended') {
        return answerFailure(
          'malformed',
          'The model stopped before the code was written; nothing was changed, ask again.',
        );
      }
      const range = { startLine: start, endLine: window.endLine };
      if (shortens(written, linesIn(text, range), (line) => text.value.includes(line.trim())))
        return elidedAnswer;
      const edit = rewritten(text, range, written);
      return apply(text.value, edit) === text.value ? unchanged() : { kind: 'edit', edit };
    },
  };
}

/** A window in which no mark tells where it ends: with or without a fence around it. */
export function plainGrammar(
  text: Text,
  window: LineRange,
  { ignored, restore }: { readonly ignored: RegExp; readonly restore: (line: string) => string },
): WindowGrammar {
  let fence: string | undefined;
  let count = 0;
  /** Empty lines so far that the window does not begin with: a fence behind them is one around the answer too. */
  let empty = 0;
  const own = lineText(text, window.startLine);
  return {
    mean(line, isFirst) {
      const shown = line.replace(ignored, '');
      if (shown === '' && line !== '') return { kind: 'lines', lines: [] };
      const marks = /^\s*(`{3,}|~{3,})/.exec(shown)?.[1];
      if (fence !== undefined && shown.trim() === fence) return { kind: 'end', lines: [] };
      if (isFirst && fence === undefined && marks !== undefined && shown !== own) {
        fence = marks;
        empty = 0;
        return { kind: 'lines', lines: [] };
      }
      if (isFirst && fence === undefined && shown === '' && own !== '') {
        empty++;
        return { kind: 'lines', lines: [] };
      }
      count++;
      const before = Array.from({ length: empty }, () => '');
      empty = 0;
      return { kind: 'lines', lines: [...before, restore(shown)] };
    },
    // Not a word is no deletion.
    end: () => (count === 0 ? { kind: 'no-change' } : { kind: 'end', lines: [] }),
  };
}
