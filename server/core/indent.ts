/** Indentation: what a file indents with, and lines moved from one style to another. */

import { lineCount, lineStart, sliceOf, type Text } from './text.ts';

export interface IndentUnit {
  readonly kind: 'tabs' | 'spaces';
  /** Columns of one step; of a tab it is only how wide others draw it. */
  readonly width: number;
}

/** Lines looked at: style is settled early in a file. */
const maxLines = 400;
export const defaultUnit: IndentUnit = { kind: 'spaces', width: 2 };
const tabWidth = 4;
/** Share of lines at whole steps. */
const mostAligned = 0.6;

/** What all files of a language are indented with, whatever its strings hold. */
export function usualUnit(languageId: string | undefined): IndentUnit | undefined {
  return languageId === 'go' ? { kind: 'tabs', width: tabWidth } : undefined;
}

/** What the file indents with; two spaces where nothing in it is indented. */
export function indentUnit(text: Text): IndentUnit {
  return statedUnit(text) ?? defaultUnit;
}

/** What the file itself indents with, if anything in it is indented. */
export function statedUnit(text: Text): IndentUnit | undefined {
  const lines: string[] = [];
  const head = sliceOf(text, 0, lineStart(text, maxLines));
  for (let line = 0; line < lineCount(text) && lines.length < maxLines; line++) {
    const start = lineStart(text, line);
    lines.push(head.slice(start, endOfIndent(head, start) + 1));
  }
  return unitOf(lines);
}

/** What these lines indent with, if any of them does. */
export function unitOf(lines: readonly string[]): IndentUnit | undefined {
  let tabs = 0;
  let spaces = 0;
  let previous = 0;
  const steps = new Map<number, number>();
  const widths: number[] = [];
  for (const line of lines) {
    const indent = indentOf(line);
    if (indent.length >= line.trimEnd().length) continue; // blank
    if (indent.startsWith('\t')) tabs++;
    else if (indent.length > 1) spaces++;
    const step = indent.length - previous;
    // Only deeper steps tell: ` * ` of a comment and aligned continuations are odd or large.
    if (!indent.includes('\t') && step > 1 && step <= 8) steps.set(step, (steps.get(step) ?? 0) + 1);
    if (line.charAt(indent.length) === '*') continue;
    previous = indent.length;
    if (indent.length > 1 && !indent.includes('\t')) widths.push(indent.length);
  }
  if (tabs > spaces) return { kind: 'tabs', width: tabWidth };
  if (spaces === 0) return undefined;
  const likely = [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([step]) => step);
  const [first = defaultUnit.width] = likely;
  const other = (step: number) => step % 2 === 0 && fits(step, widths);
  return { kind: 'spaces', width: fits(first, widths) ? first : ([...likely, 4, 2].find(other) ?? first) };
}

/** How much deeper than the line before most lines stand that are deeper at all. */
export function commonStep(lines: readonly string[]): number | undefined {
  const steps = new Map<number, number>();
  let previous = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const depth = columnsOf(indentOf(line));
    const step = depth - previous;
    if (step > 1) steps.set(step, (steps.get(step) ?? 0) + 1);
    previous = depth;
  }
  return [...steps].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Whether most lines stand at steps of this width: those that are aligned make steps of others. */
function fits(step: number, widths: readonly number[]): boolean {
  return widths.filter((width) => width % step === 0).length >= widths.length * mostAligned;
}

/** The blanks a line begins with. */
export function indentOf(line: string): string {
  return line.slice(0, endOfIndent(line, 0));
}

const unusual = /^[ \t]*[\u00a0\u2002-\u200b\u202f\u205f\ufeff]/;

/** Lines with the blanks that keyboards have in front, where the text holds no others: models copy those from elsewhere. */
export function plainIndents(text: Text): (lines: readonly string[]) => readonly string[] {
  let isKept: boolean | undefined;
  return (lines) => {
    if (!lines.some((line) => unusual.test(line))) return lines;
    isKept ??= /[\u00a0\u2002-\u200b\u202f\u205f]/.test(text.value);
    if (isKept) return lines;
    return lines.map((line) =>
      line.replace(/^[ \t\u00a0\u2002-\u200b\u202f\u205f\ufeff]+/, (blanks) =>
        blanks.replace(/[\u200b\ufeff]/g, '').replace(/[^ \t]/g, ' '),
      ),
    );
  };
}

/** The indentation in the file's own signs: whole steps of `from` become steps of `to`, the rest stays spaces. */
export function converted(indent: string, from: IndentUnit, to: IndentUnit): string {
  if (from.kind === to.kind && (from.kind === 'tabs' || from.width === to.width)) return indent;
  const columns = columnsOf(indent, from.kind === 'tabs' ? from.width : tabWidth);
  const fromWidth = from.width;
  const steps = Math.floor(columns / fromWidth);
  const left = columns % fromWidth;
  return (to.kind === 'tabs' ? '\t'.repeat(steps) : ' '.repeat(steps * to.width)) + ' '.repeat(left);
}

/** Columns with tab stops at every `width`. */
export function columnsOf(indent: string, width = tabWidth): number {
  let columns = 0;
  for (const sign of indent) columns += sign === '\t' ? width - (columns % width) : 1;
  return columns;
}

function endOfIndent(value: string, start: number): number {
  let at = start;
  while (value.charAt(at) === ' ' || value.charAt(at) === '\t') at++;
  return at;
}
