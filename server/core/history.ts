/**
 * History: what was changed of late, as a few coalesced pieces, for a model and for "repeat my last edit".
 *
 * Laws
 * - A History is a value; `record` makes the next one.
 * - Changes of one document within `mergeMs` and `mergeLines` of each other are one entry, so a word typed
 *   letter by letter is one change. An entry that ends up changing nothing is not told. A long one ends with its
 *   line, so that what a key costs does not grow with all that was typed before it.
 * - Entries hold whole lines: what is recognised line by line (secrets) is recognised in them as well.
 * - `repeatable` of the newest entry is exact while it grows, because it keeps the text it began with; older
 *   entries keep only what they need, never a whole document.
 * Offsets are UTF-16 code units; `now` is milliseconds of any clock that only grows.
 */

import type { RecentChange } from './ask.ts';
import { compose, type Edit, lengthDelta, normalise, placesAfter } from './edit.ts';
import { detached, lineAt, lineCount, lineFullEnd, lineStart, sliceOf, type Text } from './text.ts';

export interface Recorded {
  readonly uri: string;
  /** As an Ask names it. */
  readonly path: string;
  readonly before: Text;
  readonly after: Text;
  readonly edit: Edit;
}

/** One replacement worth repeating, whole words. `start` is where `after` stands in the text the entry ended with. */
export interface RepeatableEdit {
  readonly uri: string;
  readonly before: string;
  readonly after: string;
  readonly start: number;
  /** How many places the user changed this way by himself. */
  readonly places: number;
}

export interface History {
  /** Oldest first. */
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly uri: string;
  readonly path: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  readonly afterLines: number;
  readonly time: number;
  readonly repeatable: RepeatableEdit | undefined;
  /** Of the newest entry only. */
  readonly growing?: { readonly base: Text; readonly edit: Edit };
}

/** A pause as long as this begins a new thought; typing a line with thought takes less. */
const mergeMs = 4000;
const mergeLines = 2;
/** Code units before and after from which on a new line begins a new entry. */
const longLength = 500;
const maxEntries = 24;
/** A change larger than this (a paste, a formatter) tells a model nothing about what comes next. */
const maxEntryLength = 6000;

export const noHistory: History = { entries: [] };

export function record(history: History, change: Recorded, now: number): History {
  const { before, after, edit } = change;
  const first = edit[0];
  const last = edit.at(-1);
  if (!first || !last) return history;
  const oldLines = { from: lineAt(before, first.start), to: lineAt(before, last.end) + 1 };
  const newTo = lineAt(after, last.end + lengthDelta(edit)) + 1;
  const touched = { oldLines, newTo, now };
  const newest = history.entries.at(-1);
  const joined = newest !== undefined && joins(newest, change, touched);
  const entry = joined ? merged(newest, change, touched) : fresh(change, touched);
  const earlier = joined ? history.entries.slice(0, -1) : sealed(history.entries);
  const shift = newTo - oldLines.to;
  const moved = earlier.map((each) =>
    each.uri === change.uri && each.line >= oldLines.to && shift !== 0
      ? { ...each, line: each.line + shift }
      : each,
  );
  return { entries: [...moved, entry].slice(-maxEntries) };
}

/** Oldest first, at most `count`, without what changed nothing or too much. */
export function recentChanges(history: History, count: number): readonly RecentChange[] {
  const changes: RecentChange[] = [];
  for (let i = history.entries.length - 1; i >= 0 && changes.length < count; i--) {
    const entry = history.entries[i] as Entry;
    const { before, after } = entry;
    if (before === after || before.length + after.length > maxEntryLength) continue;
    let told = toldAs.get(entry);
    if (!told) {
      told = changeOf(entry);
      toldAs.set(entry, told);
    }
    changes.push(told);
  }
  return changes.reverse();
}

/** All but the newest are told again and again. */
const toldAs = new WeakMap<Entry, RecentChange>();

function changeOf({ path, line, before, after }: Entry): RecentChange {
  const head = commonLines(before, after);
  const rest = { before: before.slice(head.length), after: after.slice(head.length) };
  const tail = commonTail(rest.before, rest.after);
  return {
    path,
    before: rest.before.slice(0, rest.before.length - tail),
    after: rest.after.slice(0, rest.after.length - tail),
    line: line + head.lines,
  };
}

/** The newest change that is one and the same replacement wherever it was made. */
export function lastEdit(history: History): RepeatableEdit | undefined {
  return history.entries.findLast(({ before, after }) => before !== after)?.repeatable;
}

/** What is said of a document no longer holds when it is closed and opened from disk anew. */
export function forget(history: History, uri: string): History {
  return { entries: history.entries.filter((entry) => entry.uri !== uri) };
}

interface Lines {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

interface Touched {
  readonly oldLines: Lines;
  readonly newTo: number;
  readonly now: number;
}

function joins(entry: Entry, change: Recorded, at: Touched): boolean {
  return (
    entry.uri === change.uri &&
    entry.growing !== undefined &&
    at.now - entry.time <= mergeMs &&
    (entry.before.length + entry.after.length < longLength || at.newTo <= at.oldLines.to) &&
    at.oldLines.from <= entry.line + entry.afterLines + mergeLines &&
    at.oldLines.to >= entry.line - mergeLines
  );
}

function fresh(change: Recorded, { oldLines, newTo, now }: Touched): Entry {
  const { uri, path, before, after, edit } = change;
  return {
    uri,
    path,
    line: oldLines.from,
    before: lines(before, oldLines.from, oldLines.to),
    after: lines(after, oldLines.from, newTo),
    afterLines: newTo - oldLines.from,
    time: now,
    repeatable: repeatable(uri, before, edit),
    growing: { base: before, edit },
  };
}

function merged(entry: Entry, change: Recorded, { oldLines, newTo, now }: Touched): Entry {
  const { uri, path, before, after, edit } = change;
  const end = entry.line + entry.afterLines;
  const from = Math.min(entry.line, oldLines.from);
  const to = Math.max(end, oldLines.to);
  const whole = compose(entry.growing?.edit ?? [], edit);
  const base = entry.growing?.base ?? before;
  return {
    uri,
    path,
    line: from,
    before: lines(before, from, entry.line) + entry.before + lines(before, end, to),
    after: lines(after, from, to + newTo - oldLines.to),
    afterLines: to + newTo - oldLines.to - from,
    time: now,
    repeatable: repeatable(uri, base, whole, edit),
    growing: { base, edit: whole },
  };
}

function sealed(entries: readonly Entry[]): readonly Entry[] {
  const newest = entries.at(-1);
  if (!newest?.growing) return entries;
  const { growing: _, ...rest } = newest;
  return [...entries.slice(0, -1), rest];
}

function lines(text: Text, from: number, to: number): string {
  if (to <= from) return '';
  const end = lineFullEnd(text, Math.min(to, lineCount(text)) - 1);
  return detached(sliceOf(text, lineStart(text, from), end));
}

const longestRepeatable = 400;

/** `newest` is what of the whole edit was made last, on the text with all the rest. */
function repeatable(uri: string, base: Text, edit: Edit, newest: Edit = []): RepeatableEdit | undefined {
  const replacements = normalise(base.value, edit);
  const places = replacements.map((replacement) => wholeWords(base.value, replacement));
  const first = places[0];
  if (!first) return undefined;
  const alike = places.every(({ before, after }) => before === first.before && after === first.after);
  const one = alike ? first : newestAlone(base, replacements, newest);
  if (!one || one.before.length + one.after.length > longestRepeatable) return undefined;
  const { before, after, start } = one;
  return { uri, before, after, start, places: alike ? places.length : 1 };
}

/** Of places that were changed each in its own way, the newest, where it has its lines to itself: another thought. */
function newestAlone(base: Text, edit: Edit, newest: Edit): ReturnType<typeof wholeWords> | undefined {
  const [typed] = newest;
  if (!typed || newest.length > 1) return undefined;
  const places = placesAfter(edit);
  const touched = ({ start, end }: { readonly start: number; readonly end: number }) =>
    start <= typed.start + typed.text.length && typed.start <= end;
  const at = places.findIndex(touched);
  const [last, place] = [edit[at], places[at]];
  if (!last || !place || places.slice(at + 1).some(touched)) return undefined;
  const [above, below] = [edit[at - 1], edit[at + 1]];
  if (above && lineAt(base, above.end) >= lineAt(base, last.start)) return undefined;
  if (below && lineAt(base, below.start) <= lineAt(base, last.end)) return undefined;
  const words = wholeWords(base.value, last);
  return { ...words, start: words.start + place.start - last.start };
}

/** Widened to the words it cuts, so that `fo` → `foo` inside `fox` is the change of a name, not of two letters. */
function wholeWords(
  value: string,
  { start, end, text }: Edit[number],
): { before: string; after: string; start: number } {
  let from = start;
  let to = end;
  const touchesWordAhead = isWord(value, start) || isWordUnit(text.charCodeAt(0));
  const touchesWordBehind = isWord(value, end - 1) || isWordUnit(text.charCodeAt(text.length - 1));
  if (touchesWordAhead) while (from > 0 && isWord(value, from - 1)) from--;
  if (touchesWordBehind) while (to < value.length && isWord(value, to)) to++;
  return {
    before: detached(value.slice(from, to)),
    after: detached(value.slice(from, start) + text + value.slice(end, to)),
    start: from,
  };
}

function isWord(value: string, at: number): boolean {
  return at >= 0 && at < value.length && isWordUnit(value.charCodeAt(at));
}

/** Letters, digits, `_`, `$`, and everything beyond ASCII, as most languages name things. */
function isWordUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 95 ||
    unit === 36 ||
    unit > 127
  );
}

function commonLines(a: string, b: string): { readonly length: number; readonly lines: number } {
  let length = 0;
  let count = 0;
  for (;;) {
    const next = a.indexOf('\n', length) + 1;
    if (next === 0 || a.slice(length, next) !== b.slice(length, next)) return { length, lines: count };
    length = next;
    count++;
  }
}

function commonTail(a: string, b: string): number {
  let length = 0;
  for (;;) {
    if (length === a.length || length === b.length) return length;
    const end = a.length - length;
    const from = end < 2 ? 0 : a.lastIndexOf('\n', end - 2) + 1;
    const line = a.slice(from, end);
    if (line.length === 0 || !b.slice(0, b.length - length).endsWith(line)) return length;
    const start = b.length - length - line.length;
    if (start > 0 && b[start - 1] !== '\n') return length;
    length += line.length;
  }
}
