/**
 * Instructions that can be followed to the letter, without understanding the program. Everything else gets one
 * clear sentence: an embedded engine that guesses at an edit would be worse than none.
 */

import type { EditAsk, Region } from '../../core/ask.ts';
import { type Edit, normalise, toEdit } from '../../core/edit.ts';
import type { ExportSite } from '../../core/fix/spelled.ts';
import { lineCount, lineEnd, lineStart, toText } from '../../core/text.ts';
import type { EngineAnswer } from '../engine.ts';
import { lineInstructions } from './lines.ts';
import { problemInstructions } from './problems.ts';
import { replaceInstructions } from './replace.ts';
import { writingInstructions } from './writing.ts';

export interface Task {
  readonly ask: EditAsk;
  readonly text: string;
  /** Where to work; the whole document when nothing is selected. */
  readonly start: number;
  readonly end: number;
  /** Whether the user selected something. */
  readonly selected: boolean;
  /** The document's path as the workspace knows it. */
  readonly path: string;
  readonly exportsOf: (name: string) => readonly ExportSite[];
}

/** What an instruction did, or a sentence that says why it could not be done. */
export type Outcome =
  | { readonly edit: Edit; readonly summary: string }
  | { readonly cannot: string; readonly reason?: 'not-found' };

export interface Instruction {
  /** Matched against the instruction without politeness and final marks, ignoring case. */
  readonly pattern: RegExp;
  follow(task: Task, match: RegExpExecArray): Outcome | undefined;
}

const instructions: readonly Instruction[] = [
  ...problemInstructions,
  ...lineInstructions,
  ...writingInstructions,
  ...replaceInstructions,
];

export function follow(ask: EditAsk, knowledge: Pick<Task, 'path' | 'exportsOf'>): EngineAnswer {
  const { text } = ask.document;
  const start = Math.max(0, Math.min(ask.region.start, text.length));
  const end = Math.max(start, Math.min(ask.region.end, text.length));
  const selected = end > start;
  const said = plain(ask.instruction);
  const numbered = numberedLines(text, said);
  if (numbered === 'none')
    return {
      kind: 'cannot',
      message: `There is no such line: the document has ${lineCount(toText(text))}.`,
      reason: 'not-found',
    };
  const wish = numbered?.wish ?? said;
  const task: Task = {
    ask: numbered ? { ...ask, instruction: wish } : ask,
    text,
    start: numbered?.start ?? (selected ? start : 0),
    end: numbered?.end ?? (selected ? end : text.length),
    selected: selected || numbered !== undefined,
    ...knowledge,
  };
  for (const instruction of wish.length > longestMechanical ? [] : instructions) {
    const match = instruction.pattern.exec(wish);
    const outcome = match && instruction.follow(task, match);
    if (!outcome) continue;
    if ('cannot' in outcome) {
      const { cannot: message, reason } = outcome;
      return { kind: 'cannot', message, ...(reason && { reason }) };
    }
    const joined = toEdit(outcome.edit);
    const edit = joined && normalise(text, joined);
    if (!edit || edit.length === 0)
      return {
        kind: 'cannot',
        message: `There is nothing to change for "${shortened(wish)}".`,
        reason: 'nothing-to-change',
      };
    return { kind: 'edit', edit, summary: outcome.summary };
  }
  return {
    kind: 'cannot',
    message: `The embedded engine follows only mechanical instructions like "rename a to b", "replace a with b", "sort lines", "remove line 2", "comment out lines 2-4", "use single quotes" or "uppercase a", not "${shortened(said)}"; set model.url to a model that can.`,
  };
}

/** "remove lines 2-4" is "remove the lines" with these selected, counted from 1; `none` where the text has no such lines. */
function numberedLines(
  text: string,
  wish: string,
): (Region & { readonly wish: string }) | 'none' | undefined {
  const match = /\blines?\s+(\d+)(?:\s*(?:-|–|to|through|until)\s*(\d+))?$/i.exec(wish);
  if (!match) return undefined;
  const lines = toText(text);
  const first = Number(match[1]) - 1;
  const last = Number(match[2] ?? match[1]) - 1;
  if (first < 0 || last < first || last >= lineCount(lines)) return 'none';
  return {
    wish: `${wish.slice(0, match.index)}the lines`,
    start: lineStart(lines, first),
    end: last + 1 < lineCount(lines) ? lineStart(lines, last + 1) : lineEnd(lines, last),
  };
}

/** What is longer says more than a mechanical change. */
const longestMechanical = 600;

function plain(instruction: string): string {
  return instruction
    .trim()
    .replace(/^(?:please|kindly|(?:can|could|would) you)\s+/i, '')
    .replace(/(?<![.!?])[.!?]+$/, '')
    .replace(/(?<![,\s])(?:\s*,)?\s*\bplease$/i, '')
    .trimEnd();
}

function shortened(wish: string): string {
  const line = wish.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
