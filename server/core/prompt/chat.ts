/**
 * The format `chat/1`: any instructed model, asked in words.
 *
 * Laws
 * - Instructions come first and are the same for every task and document, then the file, then what only this
 *   request says: whatever a provider keeps of earlier prompts stays usable as long as possible.
 * - The lines to continue or edit stand whole in the request and are said to be the newest: the file before
 *   them may be an older snapshot.
 * - The estimate of the whole prompt never exceeds `contextTokens`; what helps least is left out first. Only the
 *   lines asked about are never cut: where they alone are too many there is no prompt.
 */

import type {
  Ask,
  AskDocument,
  CompleteAsk,
  Diagnostic,
  EditAsk,
  FixAsk,
  RecentChange,
  Region,
  Snippet,
} from '../ask.ts';
import { excerpt, linesAround } from './excerpt.ts';
import { charactersFor, type PromptPart } from './prompt.ts';

export const chatInstructions = `You write code inside an editor. You are given a file and then a task.
Answer with nothing but what the task asks for: no explanation, no greeting, no Markdown fence around it.

Task "complete": answer with exactly the text to insert at the cursor mark, starting right after the mark and \
fitting what stands behind it. Never repeat text that stands before or behind the mark. Keep the file's \
indentation, quotes and naming. Prefer the shortest text that completes the thought. Answer with nothing where \
nothing is missing.

Task "edit" and task "fix": answer with one block for each place that changes:
<<<<<<< SEARCH
lines of the file as they stand now, copied exactly, just enough of them to be found only once
=======
the lines that replace them
>>>>>>> REPLACE
Change nothing that the task does not ask for: no restyling, no renaming, no reordering. Where the task cannot be \
done, answer with one sentence that says why, and no block.`;

/** Lines shown on each side of the cursor or region in the request itself. */
const nearbyLines = 12;

const historyShare = 0.1;
const snippetShare = 0.2;

/** Instructions and the file, or its part around `focus` that fits `characters`. */
export function chatBase(document: AskDocument, focus: Region, characters: number): readonly PromptPart[] {
  return [
    { role: 'system', text: chatInstructions },
    { role: 'user', text: fileText(document, focus, characters) },
  ];
}

/** What only this request says; nothing where the lines asked about alone exceed what fits. */
export function chatRequest(ask: Ask): readonly PromptPart[] | undefined {
  const room =
    charactersFor(ask.contextTokens) - chatInstructions.length - headOf(ask.document).length - signLength;
  const task = taskText(ask);
  if (task.length > room) return undefined;
  const spare = room - task.length;
  const snippets = snippetText(ask.snippets, Math.min(spare, room * snippetShare));
  const history = historyText(ask.history, Math.min(spare - snippets.length, room * historyShare));
  const known = [snippets, history].filter((text) => text !== '');
  return [{ role: 'user', text: [...known, task].join('\n\n') }];
}

/** The lines an ask is about. */
export function focusOf(ask: Ask): Region {
  return ask.task === 'complete' ? { start: ask.cursor, end: ask.cursor } : ask.region;
}

const earlierLeftOut = '[… earlier lines left out …]\n';
const laterLeftOut = '[… later lines left out …]\n';
/** Room for both signs, also where nothing else of the file fits. */
const signLength = earlierLeftOut.length + laterLeftOut.length;

function headOf(document: AskDocument): string {
  return `File ${document.path} (${document.languageId}):\n`;
}

function fileText(document: AskDocument, focus: Region, characters: number): string {
  const { text } = document;
  const head = headOf(document);
  const room = characters - head.length - signLength;
  const { start, end } = excerpt(text, focus, Math.max(0, room));
  if (text === '') return `${head}(empty)`;
  // The lines asked about stand in the request: where they alone fill the room, they need not stand here too.
  const shown = end - start > room ? '' : text.slice(start, end);
  return `${head}${start > 0 ? earlierLeftOut : ''}${shown}${end < text.length ? laterLeftOut : ''}`;
}

function taskText(ask: Ask): string {
  switch (ask.task) {
    case 'complete':
      return completeText(ask);
    case 'edit':
      return editText(ask);
    case 'fix':
      return fixText(ask);
    default:
      return ask satisfies never;
  }
}

function completeText(ask: CompleteAsk): string {
  const { text, path } = ask.document;
  const mark = markFor(text);
  const { start, end } = linesAround(text, { start: ask.cursor, end: ask.cursor }, nearbyLines);
  const selected = ask.selected
    ? `\nThe text must begin with ${JSON.stringify(ask.selected.text)}, which takes the place of ${JSON.stringify(text.slice(ask.selected.start, ask.selected.end))} before the mark.`
    : '';
  return `Task "complete", at most ${ask.maxLines} lines, at the mark ${mark} in ${path}.${selected} The lines around it are now:
${text.slice(start, ask.cursor)}${mark}${text.slice(ask.cursor, end)}`;
}

function editText(ask: EditAsk): string {
  return `Task "edit" in ${ask.document.path}: ${ask.instruction}
${regionText(ask.document.text, ask.region)}${problemText(ask.diagnostics, ask)}`;
}

function fixText(ask: FixAsk): string {
  return `Task "fix" in ${ask.document.path}.
${regionText(ask.document.text, ask.region)}
Fix only ${ask.targets.length === 1 ? 'this problem' : 'these problems'}:${problems(ask.targets, ask.document.text)}`;
}

function regionText(text: string, region: Region): string {
  const { start, end } = linesAround(text, region, 0);
  if (start === 0 && end === text.length) return `It is about the whole file, which is now:\n${text}`;
  return `It is about these lines, which are now:\n${text.slice(start, end)}`;
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
      ({ start, end, message, severity }) =>
        `\n- ${severity} at ${JSON.stringify(text.slice(start, Math.min(end, start + 80)))}: ${message}`,
    )
    .join('');
}

/** The newest changes that fit, oldest first. */
function historyText(history: readonly RecentChange[], characters: number): string {
  const fitting: string[] = [];
  let left = characters - 32;
  for (const change of history.toReversed()) {
    const text = `${change.path}, line ${change.line + 1}:\n${marked('-', change.before)}${marked('+', change.after)}`;
    left -= text.length;
    if (left < 0) break;
    fitting.unshift(text);
  }
  return fitting.length === 0 ? '' : `Recent changes, oldest first:\n${fitting.join('')}`;
}

function marked(mark: string, text: string): string {
  if (text === '') return '';
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark}${line}\n`)
    .join('');
}

/** The most helpful ones that fit. */
function snippetText(snippets: readonly Snippet[], characters: number): string {
  const fitting: string[] = [];
  let left = characters - 32;
  for (const { path, text } of snippets) {
    const shown = `From ${path}:\n${text.endsWith('\n') ? text : `${text}\n`}`;
    left -= shown.length;
    if (left < 0) break;
    fitting.push(shown);
  }
  return fitting.join('\n');
}

/** A cursor mark that the text does not hold. */
function markFor(text: string): string {
  let mark = '<|cursor|>';
  for (let i = 1; text.includes(mark); i++) mark = `<|cursor ${i}|>`;
  return mark;
}
