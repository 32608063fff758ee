/**
 * Placing: the blocks of one file, put one after the other into its text.
 *
 * Laws
 * - What `take` gives is certain: the place was found and the lines are known, in offsets of the text.
 * - All or nothing: a block that has no place, or two, makes all of them fail. Blocks that build on earlier ones are
 *   found in the text those made.
 */

import { apply, applyToText, compose, type Edit, noEdit, type Replacement, toEdit } from './edit.ts';
import type { Block } from './formats/block.ts';
import { elides } from './formats/elision.ts';
import { type AnswerFailure, answerFailure, elidedAnswer } from './formats/reader.ts';
import type { LocateOptions } from './locate.ts';
import { place } from './place.ts';
import type { Text } from './text.ts';

export interface Placing {
  take(block: Block): readonly Replacement[];
  /** The first changes of a block that is still being read, once its lines up to there have one place. */
  lookAhead(block: Block): readonly Replacement[];
  /** The edit of all of them; a `problem` of the stream is said only where no block has failed. */
  finish(problem?: string): Edit | AnswerFailure;
}

/** All blocks of a file at once. */
export function placeAll(text: Text, blocks: readonly Block[]): Edit | AnswerFailure {
  const placing = createPlacing(text);
  for (const block of blocks) placing.take(block);
  return placing.finish();
}

export function isAnswerFailure(value: Edit | AnswerFailure): value is AnswerFailure {
  return 'kind' in value;
}

/** Where nothing is left to do. */
export const nothingToChange = answerFailure('nothing-to-change', 'The model sees nothing to change here.');

export function createPlacing(text: Text, options: LocateOptions = {}): Placing {
  let edit: Edit = noEdit;
  const waiting: { readonly block: Block; readonly startLines: readonly number[] }[] = [];
  let failed: AnswerFailure | undefined;

  const isElided = ({ replace }: Block) => elides(replace, (line) => text.value.includes(line.trim()));

  /** Of the ways to divide its lines the one that looks for the most, and is found. */
  function divided(block: Block): Block {
    const found = block.others?.findLast((other) => place(text, other, options).kind === 'placed');
    return found ?? block;
  }

  function take(given: Block): Edit {
    const block = divided(given);
    if (isElided(block)) failed ??= elidedAnswer;
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

  return {
    take,
    lookAhead(block) {
      if (isElided(block)) return [];
      const placed = place(text, block, options);
      return placed.kind === 'placed' && !touching(edit, placed.edit) ? placed.edit : [];
    },
    finish(problem) {
      settleWaiting();
      if (problem !== undefined) {
        failed ??= answerFailure(
          'malformed',
          `The model's answer holds ${problem}; nothing was changed, ask again.`,
        );
      }
      return failed ?? (apply(text.value, edit) === text.value ? noEdit : edit);
    },
  };
}

function same(a: Replacement, b: Replacement): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

export function touching(a: readonly Replacement[], b: readonly Replacement[]): boolean {
  return a.some((one) => b.some((other) => one.start <= other.end && other.start <= one.end));
}
