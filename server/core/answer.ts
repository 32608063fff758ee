/**
 * Answer: what a model writes to change a document, read while it streams.
 *
 * Laws
 * - Total: any text in any chunks gives an edit or a reason; how the stream is chopped changes nothing.
 * - What `push` gives is certain: the place was found and the lines are known. Offsets are those of the text the
 *   model saw.
 * - All or nothing: a block that has no place, or two, makes the answer fail. Blocks that build on earlier ones
 *   are found in the text those made.
 */

import type { Region } from './ask.ts';
import { apply, applyToText, compose, type Edit, noEdit, type Replacement, toEdit } from './edit.ts';
import type { Block } from './formats/block.ts';
import { searchReplaceParser } from './formats/search-replace.ts';
import type { LocateOptions } from './locate.ts';
import { place } from './place.ts';
import { lineAt, type Text } from './text.ts';

export interface AnswerWish {
  readonly text: Text;
  /** What was to be edited: tells equal places apart. */
  readonly region?: Region;
  /** The document's path: a block that names another file is no edit of this one. */
  readonly path?: string;
}

export type AnswerProblem = 'nothing-to-change' | 'not-found' | 'ambiguous' | 'malformed';

export type AnswerResult =
  | { readonly kind: 'edit'; readonly edit: Edit }
  /** `message` is one sentence for the user and holds nothing of the document. */
  | { readonly kind: 'failed'; readonly reason: AnswerProblem; readonly message: string };

export interface AnswerReader {
  /** Replacements that became certain with this chunk. */
  push(chunk: string): readonly Replacement[];
  /** `cut` where the stream ended before the model was done. */
  finish(outcome?: 'completed' | 'cut'): AnswerResult;
}

/** How models say in words that there is nothing to do. */
const noChange =
  /\bno (?:changes?|edits?|modifications?)\b|\bnothing (?:to|needs?)\b|\balready\b|\bunchanged\b|NO_CHANGE/i;

export function createAnswer({ text, region, path }: AnswerWish): AnswerReader {
  const parser = searchReplaceParser();
  const options: LocateOptions = region ? { region: linesOf(text, region) } : {};
  let edit: Edit = noEdit;
  let blocks = 0;
  let words = '';
  const waiting: { readonly block: Block; readonly startLines: readonly number[] }[] = [];
  let failed: AnswerResult | undefined;

  function take(block: Block): readonly Replacement[] {
    blocks++;
    if (path !== undefined && block.path !== undefined && fileName(block.path) !== fileName(path)) {
      failed ??= failure(
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
      failed ??= failure(
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
        failed ??= failure(
          'ambiguous',
          'The model wants to change lines that occur more than once; select the place and ask again.',
        );
      }
    }
  }

  return {
    push(chunk) {
      if (blocks === 0 && words.length < 2_000) words += chunk;
      return parser.push(chunk).flatMap(take);
    },
    finish(outcome = 'completed') {
      const end = parser.finish(outcome);
      for (const block of end.blocks) take(block);
      settleWaiting();
      if (end.problem !== undefined) {
        failed ??= failure(
          'malformed',
          `The model's answer holds ${end.problem}; nothing was changed, ask again.`,
        );
      }
      if (failed) return failed;
      if (blocks === 0 && words.trim() !== '' && !noChange.test(words)) {
        return failure(
          'malformed',
          'The model answered with words instead of an edit; nothing was changed, ask again.',
        );
      }
      if (edit.length === 0 || apply(text.value, edit) === text.value) {
        return failure('nothing-to-change', 'The model sees nothing to change here.');
      }
      return { kind: 'edit', edit };
    },
  };
}

function failure(reason: AnswerProblem, message: string): AnswerResult {
  return { kind: 'failed', reason, message };
}

function linesOf(text: Text, region: Region): { startLine: number; endLine: number } {
  return { startLine: lineAt(text, region.start), endLine: lineAt(text, region.end) + 1 };
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
