/**
 * The format `chat/5`: any instructed model, asked in words. Here are the instructions, which are the same for every
 * task and document, and the words of each task.
 *
 * Laws
 * - The lines to continue or edit stand whole in the task, of long ones to continue what is nearest to the cursor, and
 *   are said to be the newest: what was told of the file before may be older. Only where nothing changed since may a task about the whole file refer to it.
 * - A mark in the lines is one that the document does not hold.
 */

import {
  type Ask,
  type CompleteAsk,
  type Diagnostic,
  type EditAsk,
  type FixAsk,
  type NextEditAsk,
  type Region,
  type RelatedPlace,
  type ReviewAsk,
  textOf,
} from '../ask.ts';
import { importLines } from '../imports.ts';
import { sliceOf, toText } from '../text.ts';
import { linesAround, nearest } from './excerpt.ts';
import { charactersFor } from './prompt.ts';
import { historyText } from './told.ts';

/** How a model says that no edit follows. */
const noNextEdit = 'NO_CHANGE';

export const chatInstructions = `You write code inside an editor. You are given a file and then a task.
The file is as it was when it was read; what comes after it is newer, and the lines that a task shows are as they \
stand now. Each task stands for itself: earlier tasks and answers were only suggestions.
Answer with nothing but what the task asks for: no explanation, no greeting, no Markdown fence around it.

Task "complete": answer with exactly the text to insert at the cursor mark in the lines shown, starting right after \
the mark and fitting what stands behind it. Never repeat text that stands before or behind the mark. Keep the file's \
indentation, quotes and naming. Prefer the shortest text that completes the thought. Answer with nothing where \
nothing is missing.

Task "edit" and task "fix": answer with one block for each place that changes:
<<<<<<< SEARCH
lines of the file as they stand now, copied exactly, just enough of them to be found only once
=======
the lines that replace them
>>>>>>> REPLACE
Where another file has to change with it, the line before such a block is that file's path alone. Change nothing \
that the task does not ask for: no restyling, no renaming, no reordering. Where the task cannot be \
done, answer with one sentence that says why, and no block.

Task "review": answer with one block for each real problem (a bug, a failure nobody handles, a leak, a wrong \
result), the worst first and none for matters of taste; with nothing where nothing is wrong:
<<<<<<< error: one sentence that says what is wrong and when it shows ("warning" or "hint" where it is less)
lines of the file as they stand now, copied exactly, just enough of them to be found only once
=======
the lines that put it right, or nothing
>>>>>>>

Task "next": recent changes show what the user is doing. Answer with all the lines shown, from the first to the last, \
as they will be after the user's next edit. Copy every line that this edit does not need exactly: no restyling, no \
improving, and nothing back to what it was before a recent change. Where no edit follows from the changes, answer \
with ${noNextEdit} alone.`;

/** Lines a completion shows at most before and behind the cursor's own: the file itself was told before. */
export const mostLinesShown = { before: 4, behind: 2 } as const;
/** The same in UTF-16 code units: minified files have lines of any length. */
const mostBefore = 3000;
const mostBehind = 1000;

/** Of an answer that was begun: where it was when it was redirected, in UTF-16 code units. */
const mostStreamed = 4000;

/** Of the imports of a file whose beginning was not told, in UTF-16 code units. */
const mostImports = 2000;
/** Of one problem. */
const mostRelated = 5;
/** Changes told with the lines to be changed next, in UTF-16 code units: the newest, and no more than tell a thought. */
const mostNewest = 3000;
const mostProblems = 5;
/** A completion is told few, and the beginning of each in UTF-16 code units: it is asked at many keys. */
const mostErrors = 3;
const mostOfError = 300;

/** The lines an ask is about. */
export function focusOf(ask: Ask): Region {
  return ask.task === 'complete' ? { start: ask.cursor, end: ask.cursor } : ask.region;
}

/** The lines that a task is about: whole, unless a completion's are long. Of these a completion may show fewer. */
export function shownBy(ask: Ask): Region {
  const text = textOf(ask.document);
  const focus = focusOf(ask);
  if (ask.task !== 'complete') return linesAround(text, focus, 0);
  const { start } = linesAround(text, focus, mostLinesShown.before);
  const lines = { start, end: linesAround(text, focus, mostLinesShown.behind).end };
  const room = Math.max(0, charactersFor(ask.contextTokens) - chatInstructions.length);
  const before = Math.floor(Math.min(mostBefore, room / 2));
  return nearest(text, lines, {
    place: ask.cursor,
    before,
    behind: Math.floor(Math.min(mostBehind, before / 3)),
  });
}

export interface TaskOptions {
  /** The lines to show. */
  readonly shown: Region;
  /** Whether the file was told as it stands now, and whole. */
  readonly known: boolean;
  /** Whether what was told of it begins with its first line. */
  readonly fromStart: boolean;
  /** Whether the document may hold what a cursor mark begins with. */
  readonly mayHoldMark: boolean;
}

export function taskText(ask: Ask, options: TaskOptions): string {
  switch (ask.task) {
    case 'complete':
      return completeText(ask, options);
    case 'edit':
      return editText(ask, options);
    case 'fix':
      return fixText(ask, options);
    case 'review':
      return reviewText(ask, options);
    case 'nextEdit':
      return nextEditText(ask);
    default:
      return ask satisfies never;
  }
}

function completeText(ask: CompleteAsk, { shown: { start, end }, mayHoldMark }: TaskOptions): string {
  const text = textOf(ask.document);
  const mark = mayHoldMark ? markFor(ask.document.text) : cursorMark;
  const selected = ask.selected
    ? `. The text must begin with ${JSON.stringify(ask.selected.text)}, which takes the place of ${JSON.stringify(sliceOf(text, ask.selected.start, ask.selected.end))} before the mark:`
    : ':';
  return `${reportedText(ask, { start, end })}Task "complete", at most ${ask.maxLines} lines, at ${mark}${selected}
${sliceOf(text, start, ask.cursor)}${mark}${sliceOf(text, ask.cursor, end)}`;
}

/** Errors in the lines shown. What is reported of the very text at the cursor says only that it is not finished. */
function reportedText({ diagnostics, document, cursor }: CompleteAsk, shown: Region): string {
  const near = diagnostics
    .filter(({ severity, start, end }) => severity === 'error' && start < shown.end && end > shown.start)
    .filter(({ start, end }) => end < cursor || start > cursor)
    .slice(0, mostErrors)
    .map(({ related: _, ...each }) => ({ ...each, message: each.message.slice(0, mostOfError) }));
  return near.length === 0 ? '' : `The editor reports in these lines:${problems(near, document.text)}\n`;
}

function editText(ask: EditAsk, options: TaskOptions): string {
  return `Task "edit" in ${ask.document.path}: ${ask.instruction}
${begunText(ask.streamed)}${regionText(ask, options)}${boundText(ask, options)}${problemText(ask.diagnostics, ask)}`;
}

function fixText(ask: FixAsk, options: TaskOptions): string {
  return `Task "fix" in ${ask.document.path}.
${importText(ask, options)}${regionText(ask, options)}
Fix only ${ask.targets.length === 1 ? 'this problem' : 'these problems'}:${problems(ask.targets, ask.document.text)}`;
}

function reviewText(ask: ReviewAsk, options: TaskOptions): string {
  const { text, path } = ask.document;
  const changed = ask.changes?.map(({ start, end }) => `\n${text.slice(start, end)}`).join('\n…') ?? '';
  const only =
    changed === '' ? '' : `\nJudge only what these lines of it, which are new, bring about:${changed}`;
  return `Task "review" in ${path}.\n${regionText(ask, options)}${only}`;
}

/** The lines are the ask's own, to the sign: they are what is answered. No mark stands in them that could be copied. */
function nextEditText({ document, region, cursor, history, diagnostics }: NextEditAsk): string {
  const { text, path } = document;
  const { start, end } = linesAround(textOf(document), region, 0);
  const at = linesAround(textOf(document), { start: cursor, end: cursor }, 0);
  const before = text.slice(at.start, cursor).trimStart();
  const place = before === '' ? 'at the beginning of' : `behind ${JSON.stringify(before)} in`;
  const line = text.slice(0, at.start).split('\n').length - text.slice(0, start).split('\n').length + 1;
  const changes = historyText(history, mostNewest);
  const near = diagnostics
    .filter((each) => each.start <= region.end && each.end >= region.start)
    .slice(0, mostProblems);
  const reported = near.length === 0 ? '' : `The editor reports there:${problems(near, text)}\n`;
  return `Task "next" in ${path}.
${changes}${reported}The cursor is ${place} line ${line} of these lines, which are now:
${text.slice(start, end)}`;
}

/** What a redirected model had written: it need not think of it again, and sees what it is led away from. */
function begunText(streamed: string | undefined): string {
  if (streamed === undefined || streamed === '') return '';
  const shown = streamed.length > mostStreamed ? `[…]${streamed.slice(-mostStreamed)}` : streamed;
  return `Before the last line of this was said you had begun to answer; nothing of that was done:
${shown.endsWith('\n') ? shown : `${shown}\n`}`;
}

function regionText(
  ask: EditAsk | FixAsk | ReviewAsk,
  { shown: { start, end }, known }: TaskOptions,
): string {
  const { text } = ask.document;
  if (start > 0 || end < text.length)
    return `It is about these lines, which are now:\n${text.slice(start, end)}`;
  return known
    ? 'It is about the whole file, as it stands above.'
    : `It is about the whole file, which is now:\n${text}`;
}

function boundText({ bounded, region, document }: EditAsk, { shown }: TaskOptions): string {
  if (!bounded) return '';
  const { start, end } = linesAround(textOf(document), region, 0);
  if (shown.start === start && shown.end === end) return '\nOnly these lines may change.';
  return `\nOnly these lines may change:\n${document.text.slice(start, end)}`;
}

function problemText(diagnostics: readonly Diagnostic[], ask: EditAsk): string {
  const near = diagnostics
    .filter(({ start, end }) => start <= ask.region.end && end >= ask.region.start)
    .slice(0, 10);
  return near.length === 0 ? '' : `\nThe editor reports there:${problems(near, ask.document.text)}`;
}

function problems(diagnostics: readonly Diagnostic[], text: string): string {
  return diagnostics
    .map(
      ({ start, end, message, severity, code, source, related = [] }) =>
        `\n- ${severity}${named(source, code)} at ${JSON.stringify(text.slice(start, Math.min(end, start + 80)))}: ${message}${related.slice(0, mostRelated).map(relatedText).join('')}`,
    )
    .join('');
}

/** As compilers print it: ` [ts 2304]`. */
function named(source: string | undefined, code: string | undefined): string {
  const words = [source, code].filter((word) => word !== undefined && word !== '');
  return words.length === 0 ? '' : ` [${words.join(' ')}]`;
}

function relatedText({ path, line, message }: RelatedPlace): string {
  return `\n  see ${path}, line ${line + 1}: ${message}`;
}

/** The imports, where neither what was told of the file nor the lines shown hold them: a fix may have to add one. */
function importText({ document: { text } }: FixAsk, { shown, fromStart }: TaskOptions): string {
  if (fromStart || shown.start === 0) return '';
  const imports = importLines(toText(text.slice(0, mostImports * 2)));
  const value = imports ? text.slice(imports.start, Math.min(imports.end, imports.start + mostImports)) : '';
  return value === '' ? '' : `The file's imports are:\n${value.endsWith('\n') ? value : `${value}\n`}`;
}

const markBegin = '<|cursor';
const cursorMark = `${markBegin}|>`;

/** Whether the text holds what every cursor mark begins with. */
export function holdsMark(text: string): boolean {
  return text.includes(markBegin);
}

/** A cursor mark that the text does not hold. */
function markFor(text: string): string {
  let mark: string = cursorMark;
  for (let i = 1; text.includes(mark); i++) mark = `${markBegin} ${i}|>`;
  return mark;
}
