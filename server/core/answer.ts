/**
 * Answer: what a model writes to change a document, read while it streams. SEARCH/REPLACE blocks, apply_patch
 * (also as a tool call's input) and unified diffs are recognised by their first marks; an answer without any is
 * the region, or the document, written anew.
 *
 * Laws
 * - Total: any text in any chunks gives an edit or a reason; how the stream is chopped changes nothing.
 * - What `push` gives is certain: the place was found and the lines are known. It is there to be shown while the
 *   model writes; what is to be done is the edit of `finish`. Offsets are those of the text the model saw.
 * - All or nothing: a block that has no place, or two, makes the answer fail. Blocks that build on earlier ones
 *   are found in the text those made.
 */

import type { Region } from './ask.ts';
import { apply, applyToText, compose, type Edit, noEdit, type Replacement, toEdit } from './edit.ts';
import type { Block, BlockParser } from './formats/block.ts';
import { lineReader } from './formats/lines.ts';
import { type AnswerReader, type AnswerResult, answerFailure } from './formats/reader.ts';
import { parserFor } from './formats/recognise.ts';
import type { LocateOptions } from './locate.ts';
import { type LineRange, place } from './place.ts';
import { rewriteOf } from './rewrite.ts';
import { rewriteProgress } from './rewrite-progress.ts';
import { lineAt, lineStart, lineText, type Text } from './text.ts';

export interface AnswerWish {
  readonly text: Text;
  /** What was to be edited: tells equal places apart. */
  readonly region?: Region;
  /** The document's path: a block that names another file is no edit of this one. */
  readonly path?: string;
}

/** How models say in words that there is nothing to do. */
const noChange =
  /\bno (?:changes?|edits?|modifications?)\b|\bnothing (?:to|needs?)\b|\balready\b|\bunchanged\b|NO_CHANGE/i;

export function createAnswer({ text, region, path }: AnswerWish): AnswerReader {
  const lines = lineReader();
  let parser: BlockParser | undefined;
  let unread = '';
  const progress = rewriteProgress(text, region && linesOf(text, region));
  const options: LocateOptions = region ? { region: linesOf(text, region) } : {};
  let edit: Edit = noEdit;
  const waiting: { readonly block: Block; readonly startLines: readonly number[] }[] = [];
  let failed: AnswerResult | undefined;
  let previous = '';
  /** The answer began as the document or the region does. */
  let isRewrite: boolean | undefined;

  function take(block: Block): readonly Replacement[] {
    if (path !== undefined && block.path !== undefined && fileName(block.path) !== fileName(path)) {
      failed ??= answerFailure(
        'not-found',
        'The model wants to change another file; ask for that in the file itself.',
      );
      return [];
    }
    const placed = place(text, block, options);
    if (placed.kind === 'placed') {
      // Said twice is done once.
      if (placed.edit.every((each) => edit.some((known) => same(each, known)))) return [];
      const joined = toEdit([...edit, ...placed.edit]);
      if (joined && !touching(edit, placed.edit)) {
        edit = joined;
        return placed.edit;
      }
    }
    // Written for the text as the blocks before it left it.
    const later = edit.length === 0 ? placed : place(applyToText(text, edit), block, options);
    if (later.kind === 'placed') edit = compose(edit, later.edit);
    else if (placed.kind === 'ambiguous') waiting.push({ block, startLines: placed.startLines });
    else if (later.kind === 'ambiguous') waiting.push({ block, startLines: later.startLines });
    else
      failed ??= answerFailure(
        'not-found',
        'The model wants to change lines that are not in the document; ask again.',
      );
    return [];
  }

  /** As many equal blocks as there are equal places: each has its own. */
  function settleWaiting(): void {
    const groups = new Map<
      string,
      { readonly block: Block; readonly startLines: readonly number[]; count: number }
    >();
    for (const { block, startLines } of waiting) {
      const key = JSON.stringify([block.search, block.replace]);
      const group = groups.get(key);
      if (group) group.count++;
      else groups.set(key, { block, startLines, count: 1 });
    }
    for (const { block, startLines, count } of groups.values()) {
      const places =
        startLines.length === count ? startLines.map((line) => place(text, { ...block, line })) : [];
      const found = places.flatMap((each) => (each.kind === 'placed' ? [each.edit] : []));
      const all = toEdit([...edit, ...found.flat()]);
      if (found.length === count && all) edit = all;
      else {
        failed ??= answerFailure(
          'ambiguous',
          'The model wants to change lines that occur more than once; select the place and ask again.',
        );
      }
    }
  }

  function recognise(fresh: readonly string[]): readonly Block[] {
    for (const line of fresh) {
      // What follows a fence is looked at anew.
      isRewrite = isFence(line) ? undefined : (isRewrite ?? beginsLike(line));
      const found = parserFor(line, previous);
      previous = line;
      // A document may hold the marks of every format.
      if (!found || (isRewrite && text.value.includes(line))) continue;
      parser = found;
      const earlier = unread;
      unread = '';
      return parser.push(earlier);
    }
    return [];
  }

  return {
    push(chunk) {
      if (parser) return parser.push(chunk).flatMap(take);
      unread += chunk;
      const fresh = lines.push(chunk);
      const blocks = recognise(fresh);
      return parser ? blocks.flatMap(take) : fresh.flatMap(progress);
    },
    finish(outcome = 'completed') {
      if (!parser) recognise(lines.finish()).forEach(take);
      if (!parser) return asRewrite(unread, outcome);
      const end = parser.finish(outcome);
      for (const block of end.blocks) take(block);
      settleWaiting();
      if (end.problem !== undefined) {
        failed ??= answerFailure(
          'malformed',
          `The model's answer holds ${end.problem}; nothing was changed, ask again.`,
        );
      }
      return failed ?? asResult(edit);
    },
  };

  /** Whether the first line of an answer, or behind a fence, is that of the document or of the region. */
  function beginsLike(line: string): boolean | undefined {
    if (line.trim() === '') return undefined;
    const starts = [0, ...(region ? [linesOf(text, region).startLine] : [])];
    return starts.some((start) => lineText(text, start).trim() === line.trim());
  }

  function asResult(result: Edit): AnswerResult {
    return result.length === 0 || apply(text.value, result) === text.value
      ? answerFailure('nothing-to-change', 'The model sees nothing to change here.')
      : { kind: 'edit', edit: result };
  }

  function asRewrite(answer: string, outcome: 'completed' | 'cut'): AnswerResult {
    if (answer.trim() === '') return asResult(noEdit);
    const rewrite = rewriteOf(text, answer, region && linesOf(text, region));
    if (rewrite.kind === 'words' && noChange.test(answer)) return asResult(noEdit);
    if (rewrite.kind === 'rewrite' && outcome === 'completed') return asResult(rewrite.edit);
    return answerFailure('malformed', problems[rewrite.kind === 'rewrite' ? 'cut' : rewrite.kind]);
  }
}

const problems = {
  words: 'The model answered with words instead of an edit; nothing was changed, ask again.',
  elided: 'The model left lines out of the code it wrote; nothing was changed, ask again or select less.',
  piece:
    'The model wrote a piece of code that does not say where it belongs; select the place and ask again.',
  cut: 'The model stopped before the code was written; nothing was changed, select less and ask again.',
} as const;

function isFence(line: string): boolean {
  return /^\s*(?:`{3,}|~{3,})/.test(line);
}

function linesOf(text: Text, { start, end }: Region): LineRange {
  const last = lineAt(text, end);
  // A region of whole lines ends where the next line starts.
  const isWhole = end > start && end === lineStart(text, last);
  return { startLine: lineAt(text, start), endLine: isWhole ? last : last + 1 };
}

function same(a: Replacement, b: Replacement): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

function touching(a: Edit, b: Edit): boolean {
  return a.some((one) => b.some((other) => one.start <= other.end && other.start <= one.end));
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
