/**
 * Placing: the blocks of one file, put one after the other into its text.
 *
 * Laws
 * - What `take` gives is certain: the place was found and the lines are known, in offsets of the text.
 * - All or nothing: a block that has no place, or two, makes all of them fail. Blocks that build on earlier ones are
 *   found in the text those made.
 * - Work is counted in steps, for all blocks together. What is spent to find places is said; what is spent to make
 *   edits small makes them coarser, never wrong. What is shown ahead has steps of its own: how often it is asked for
 *   changes nothing.
 */

import { apart } from './apart.ts';
import type { Budget } from './diff/segment.ts';
import { apply, applyToText, compose, type Edit, map, noEdit, toEdit } from './edit.ts';
import type { Block } from './formats/block.ts';
import { insideFence, undisguised } from './formats/disguise.ts';
import { elidedParts } from './formats/elided.ts';
import { elides, leavesOut, mayElide } from './formats/elision.ts';
import { type AnswerFailure, answerFailure, elidedAnswer } from './formats/reader.ts';
import { plainIndents } from './indent.ts';
import { type LineIndex, lineIndex } from './line-index.ts';
import { lookFor, type PlaceOptions, placeIn } from './place.ts';
import { placeWithin } from './place-within.ts';
import type { Text } from './text.ts';
import { tells } from './window-ends.ts';

export interface Placing {
  take(block: Block): Edit;
  /** The first changes of a block that is still being read, once its lines up to there have one place. */
  lookAhead(block: Block): Edit;
  /** The edit of all of them; a `problem` of the stream is said only where no block has failed. */
  finish(problem?: string): Edit | AnswerFailure;
}

export interface PlacingOptions extends Pick<PlaceOptions, 'region'> {
  /** Steps to find all places, instead of `findingSteps`. */
  readonly steps?: number;
}

/** Without a fence around all of a text, and with blanks that are blanks at the beginning of lines. */
function plainly(text: Text, { search, replace, ...rest }: Block): Block {
  const plain = plainIndents(text);
  const isWhole = search.every((line) => line.trim() === '');
  const lines = (isWhole && insideFence(replace)) || replace;
  return { ...rest, search: plain(search), replace: plain(lines) };
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

const notFound = answerFailure(
  'not-found',
  'The model wants to change lines that are not in the document; ask again.',
);
const ambiguous = answerFailure(
  'ambiguous',
  'The model wants to change lines that occur more than once; select the place and ask again.',
);
const tooMuch = answerFailure(
  'not-found',
  'Finding the places that the model wants to change takes too long; nothing was changed, select less and ask again.',
);

/** Steps to find the places of all blocks of an answer: about 0.3 s where every one is spent. */
const findingSteps = 60_000_000;
/** Steps to make their edits small, and as many to show what is certain: about 0.3 s each. */
const shapingSteps = 24_000_000;
/** What looking at a line costs, in steps, where a text is made anew. */
const stepsPerLine = 8;
/** Of more equal places nobody names each. */
const mostPlaces = 1_000;

interface Waiting {
  readonly block: Block;
  readonly startLines: readonly number[];
  count: number;
}

export function createPlacing(text: Text, { region, steps = findingSteps }: PlacingOptions = {}): Placing {
  let placed = apart();
  const finding: Budget = { steps };
  const at = region ? { region } : {};
  const options: PlaceOptions = { ...at, budget: finding, shaping: { steps: shapingSteps } };
  const ahead: PlaceOptions = { ...at, budget: { steps }, shaping: { steps: shapingSteps } };
  /** Blocks that have more than one place, by what they say. */
  const waiting = new Map<string, Waiting>();
  let failed: AnswerFailure | undefined;
  let known: LineIndex | undefined;
  let edited: LineIndex | undefined;

  function original(): LineIndex {
    known ??= lineIndex(text);
    return known;
  }

  const stands = (line: string) => original().has('trimmed', line) || text.value.includes(line.trim());
  const isElided = ({ search, replace }: Block) =>
    elides(replace, stands) ||
    (replace.length < search.length && replace.some((line) => mayElide(line) && !stands(line)));

  /** The text as the blocks so far made it. */
  function current(): LineIndex {
    edited ??= after(original(), placed.edit);
    return edited;
  }

  function after(index: LineIndex, edit: Edit): LineIndex {
    finding.steps -= stepsPerLine * index.lines.length;
    return index.after(edit, applyToText(index.text, edit));
  }

  /** Of the ways to divide its lines the one that looks for the most, and is found. */
  function divided(given: Block): Block {
    const block = plainly(text, given);
    const found = block.others?.findLast((other) => lookFor(original(), other, options) === 'found');
    return found ?? block;
  }

  /** As it stands, or without what was put over the lines that were copied, where they are found only so. */
  function meant(given: Block, at: PlaceOptions): Block {
    const bare = undisguised(given);
    if (bare.length === 0) return given;
    const look = { ...at, isCopied: true };
    const isIn = (index: LineIndex, block: Block) => lookFor(index, block, look) === 'found';
    if (lookFor(original(), given, look) !== 'missing') return given;
    const found = bare.find((block) => isIn(original(), block));
    if (found || placed.edit.length === 0) return found ?? given;
    // Written for the text as the blocks before it left it.
    if (lookFor(current(), given, look) !== 'missing') return given;
    return bare.find((block) => isIn(current(), block)) ?? given;
  }

  function take(given: Block): Edit {
    // All or nothing: what comes behind a block that failed changes nothing.
    if (failed) return noEdit;
    const parts = isMissing(given) ? elidedParts(given) : undefined;
    const certain = parts?.every(saysWhere) ? parts.flatMap(taken) : taken(given);
    if (finding.steps < 0) failed ??= tooMuch;
    return failed ? noEdit : certain;
  }

  /** Looked for only where a line of it may stand for others: most blocks have none. */
  function isMissing(given: Block): boolean {
    if (!leavesOut(given.search)) return false;
    const isIn = (index: LineIndex) => lookFor(index, given, options) !== 'missing';
    return !isIn(original()) && !(placed.edit.length > 0 && isIn(current()));
  }

  /** A bracket alone is the one that is meant only where it stands as deep. */
  function saysWhere({ search }: Block): boolean {
    return search.every((line) => line.trim() === '' || tells(line) || original().has('exact', line));
  }

  function taken(given: Block): Edit {
    const block = meant(divided(given), options);
    if (isElided(block)) {
      failed = elidedAnswer;
      return noEdit;
    }
    const first = placeIn(original(), block, options);
    if (first.kind === 'placed') {
      // Said twice is done once.
      if (first.edit.every((each) => placed.has(each))) return noEdit;
      if (!placed.touches(first.edit)) {
        if (edited) edited = after(edited, map(first.edit, placed.edit) ?? noEdit);
        placed.add(first.edit);
        return first.edit;
      }
    }
    // Written for the text as the blocks before it left it.
    const later = placed.edit.length === 0 ? first : placeIn(current(), block, options);
    if (later.kind === 'placed') {
      edited = after(current(), later.edit);
      placed = apart(compose(placed.edit, later.edit));
    } else if (first.kind === 'ambiguous') wait(block, first.startLines);
    else if (later.kind === 'ambiguous') wait(block, later.startLines);
    else takeWithin(block);
    return noEdit;
  }

  /** The block looks for a part of lines. */
  function takeWithin(block: Block): void {
    finding.steps -= text.value.length >> 4;
    const first = placeWithin(text, block);
    if (first && !placed.touches(first)) {
      if (edited) edited = after(edited, map(first, placed.edit) ?? noEdit);
      placed.add(first);
      return;
    }
    const later = placed.edit.length === 0 ? undefined : placeWithin(current().text, block);
    if (!later) {
      failed = notFound;
      return;
    }
    edited = after(current(), later);
    placed = apart(compose(placed.edit, later));
  }

  function wait(block: Block, startLines: readonly number[]): void {
    const key = JSON.stringify([block.search, block.replace]);
    const same = waiting.get(key);
    if (same) same.count++;
    else waiting.set(key, { block, startLines: startLines.length > mostPlaces ? [] : startLines, count: 1 });
  }

  /** As many equal blocks as there are equal places: each has its own. */
  function settleWaiting(): void {
    for (const { block, startLines, count } of waiting.values()) {
      const places =
        startLines.length === count
          ? startLines.map((line) => placeIn(original(), { ...block, line }, options))
          : [];
      const found = places.flatMap((each) => (each.kind === 'placed' ? [each.edit] : []));
      const all = toEdit([...placed.edit, ...found.flat()]);
      if (found.length !== count || !all) {
        failed ??= ambiguous;
        return;
      }
      placed = apart(all);
      edited = undefined;
    }
    waiting.clear();
  }

  return {
    take,
    lookAhead(given) {
      if (failed || (ahead.budget?.steps ?? 0) < 0) return noEdit;
      const block = meant(given, ahead);
      if (isElided(block)) return noEdit;
      const first = placeIn(original(), block, ahead);
      return first.kind === 'placed' && !placed.touches(first.edit) ? first.edit : noEdit;
    },
    finish(problem) {
      if (!failed) settleWaiting();
      if (problem !== undefined) {
        failed ??= answerFailure(
          'malformed',
          `The model's answer holds ${problem}; nothing was changed, ask again.`,
        );
      }
      return failed ?? (apply(text.value, placed.edit) === text.value ? noEdit : placed.edit);
    },
  };
}
