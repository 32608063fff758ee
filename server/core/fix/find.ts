/** Finding what a diagnostic points at. Offsets are UTF-16 code units of the whole text. */

import type { Region } from '../ask.ts';
import type { Edit } from '../edit.ts';

export function isWordUnit(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) ||
    unit === 95 || unit === 36 || unit >= 128
  ); // biome-ignore format: one class a line
}

/** The one place where `word` stands whole inside the region, or the first one when the region starts with it. */
export function findWord(text: string, region: Region, word: string): Region | undefined {
  if (word === '') return undefined;
  const found: Region[] = [];
  const until = Math.max(region.end, region.start + word.length);
  for (
    let at = text.indexOf(word, region.start);
    at !== -1 && at + word.length <= until;
    at = text.indexOf(word, at + 1)
  ) {
    if (isWhole(text, at, at + word.length)) found.push({ start: at, end: at + word.length });
  }
  const first = found[0];
  return found.length === 1 || first?.start === region.start ? first : undefined;
}

export function isWhole(text: string, start: number, end: number): boolean {
  const before = start > 0 && isWordUnit(text.charCodeAt(start)) && isWordUnit(text.charCodeAt(start - 1));
  const after = end < text.length && isWordUnit(text.charCodeAt(end - 1)) && isWordUnit(text.charCodeAt(end));
  return !before && !after;
}

export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the terminator. */
export function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return at > offset && text.charAt(at - 1) === '\r' ? at - 1 : at;
}

/** The region grown to whole lines with their terminator, where nothing but blanks stands around it. */
export function wholeLines(text: string, region: Region): Region {
  const start = startOfLine(text, region.start);
  const end = endOfLine(text, region.end);
  if (text.slice(start, region.start).trim() !== '' || text.slice(region.end, end).trim() !== '')
    return region;
  if (end < text.length) return { start, end: text.startsWith('\r\n', end) ? end + 2 : end + 1 };
  return start > 0
    ? { start: text.startsWith('\r\n', start - 2) ? start - 2 : start - 1, end }
    : { start, end };
}

/** End of the last code before `offset`: blanks, line breaks and line comments are passed over. */
export function endOfCodeBefore(text: string, offset: number, lineComment: string): number {
  let at = offset;
  for (;;) {
    while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
    const start = startOfLine(text, at);
    const comment = text.slice(start, at).search(new RegExp(`(?:^|\\s)${lineComment}`));
    if (comment === -1 || at === start) return at;
    // A quote before the mark means it may stand in a string: then nobody knows where the code ends.
    if (/["'`]/.test(text.slice(start, start + comment))) return at;
    at = start + comment;
  }
}

/** Whether the statement there is all that `if (…)`, `else` or a loop without braces does: without it the next would be. */
export function isBody(text: string, offset: number): boolean {
  const at = endOfCodeBefore(text, offset, '//');
  const from = startOfLine(text, at);
  const head = text.slice(from, at);
  if (/(?:^|[^\w$.])(?:else|do)$/.test(head)) return true;
  if (!head.endsWith(')')) return false;
  const isDeeper = depthAt(text, startOfLine(text, offset)) > depthAt(text, from);
  const isSameLine = startOfLine(text, offset) === from;
  return isSameLine || isDeeper || /^\s*(?:\}\s*)?(?:else\s+)?(?:if|for|while|with)\b/.test(head);
}

function depthAt(text: string, lineStart: number): number {
  let at = lineStart;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
  return at - lineStart;
}

export function removal({ start, end }: Region): Edit {
  return [{ start, end, text: '' }];
}

export function isPython(path: string): boolean {
  return /\.pyi?$/.test(path);
}

export function isScript(path: string): boolean {
  return /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/.test(path);
}

export function lineCommentOf(path: string): string {
  return isPython(path) || /\.(?:rb|sh|bash|ya?ml|toml|r|pl)$/.test(path) ? '#' : '//';
}
