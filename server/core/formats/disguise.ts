/**
 * Disguise: what models put over lines that they copy. The numbers they were shown with, HTML's entities for signs,
 * backslashes as in a string, a fence around them, the signs of a diff.
 *
 * Nothing tells a disguise from lines that look so: a block is read without it only where its lines are not in the
 * document as they are, and are there without it.
 */

import type { Block } from './block.ts';

interface Bare {
  readonly search: readonly string[];
  readonly replace: readonly string[];
  readonly line?: number;
}

/** The block without each disguise that it may wear, and without all of them; none where it wears none. */
export function undisguised(block: Block): readonly Block[] {
  const readings: Block[] = [];
  let all: Block = block;
  for (const undo of [unfenced, unnumbered, withSigns, unsigned, unescaped]) {
    const alone = undo(block);
    if (!alone) continue;
    readings.push({ ...block, ...alone });
    const further = undo(all);
    if (further) all = { ...all, ...further };
  }
  if (readings.length > 1) readings.push(all);
  return readings;
}

const fence = /^\s*(`{3,}|~{3,})/;

/** What stands in a fence, where one is around all of the lines. */
export function insideFence(lines: readonly string[]): readonly string[] | undefined {
  const start = lines.findIndex((line) => line.trim() !== '');
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const [, marks] = fence.exec(lines[start] ?? '') ?? [];
  if (marks === undefined) return undefined;
  const closes = (line: string, i: number) =>
    i > start && line.trim().startsWith(marks) && /^\s*(.)\1*\s*$/.test(line);
  return lines.findIndex(closes) === end ? lines.slice(start + 1, end) : undefined;
}

function unfenced({ search, replace }: Bare): Bare | undefined {
  const inside = insideFence(search);
  return inside && { search: inside, replace: insideFence(replace) ?? replace };
}

/** `4 | a`, `4: a`, `4→a`, `L4: a`, and a tab behind the number. */
const numbered = /^\s{0,12}(?:L|line )?(\d{1,7})(?:\s?[|│┃→:]|\t|\s*$)/i;

/** The number of a line, and what stands behind it. */
function numberOf(line: string): readonly [number, string] | undefined {
  const found = numbered.exec(line);
  return found ? [Number(found[1]), line.slice(found[0].length)] : undefined;
}

interface Unnumbered {
  readonly lines: readonly string[];
  /** The first number, and the last. */
  readonly first: number;
  readonly last: number;
  /** Blanks that stand between each number and its line. */
  readonly gap: number;
}

/** The lines without their numbers, which grow from line to line; nothing where one has none. */
export function withoutNumbers(lines: readonly string[]): Unnumbered | undefined {
  let last = -1;
  let first = -1;
  const bare: string[] = [];
  for (const line of lines) {
    const found = numberOf(line);
    if (found ? found[0] <= last : line.trim() !== '') return undefined;
    if (found) {
      if (first === -1) first = found[0];
      last = found[0];
    }
    bare.push(found ? found[1] : '');
  }
  if (first === -1) return undefined;
  const gap = bare.every((line) => line === '' || line.startsWith(' ')) ? 1 : 0;
  return { lines: bare.map((line) => line.slice(gap)), first, last, gap };
}

function unnumbered({ search, replace }: Bare): Bare | undefined {
  const bare = withoutNumbers(search);
  if (!bare) return undefined;
  // Lines that are new may have no number, or one that was made up.
  const isOwn = (number: number) => number >= bare.first && number <= bare.last + replace.length;
  return {
    search: bare.lines,
    replace: replace.map((line) => {
      const [number = -1, rest = ''] = numberOf(line) ?? [];
      return isOwn(number) ? rest.slice(rest.startsWith(' ') ? bare.gap : 0) : line;
    }),
    line: Math.max(0, bare.first - 1),
  };
}

const entity = /&(?:lt|gt|amp|quot|apos|nbsp|#0?39|#x27|#34);/g;
const signs: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': ' ',
  '&#39;': "'",
  '&#039;': "'",
  '&#x27;': "'",
  '&#34;': '"',
};

/** With the signs that HTML's entities stand for. */
export function withoutEntities(line: string): string {
  return line.includes('&') ? line.replace(entity, (name) => signs[name] ?? name) : line;
}

function withSigns({ search, replace }: Bare): Bare | undefined {
  const bare = search.map(withoutEntities);
  return bare.every((line, i) => line === search[i])
    ? undefined
    : { search: bare, replace: replace.map(withoutEntities) };
}

/** Signs that models escape as in a string or in Markdown. */
const escaped = /\\([\\"'`$_*<>#[\](){}])/g;

function unescaped({ search, replace }: Bare): Bare | undefined {
  const bare = search.map((line) => line.replace(escaped, '$1'));
  return bare.every((line, i) => line === search[i])
    ? undefined
    : { search: bare, replace: replace.map((line) => line.replace(escaped, '$1')) };
}

/** Each half with the sign that a diff gives its lines. */
function unsigned({ search, replace }: Bare): Bare | undefined {
  const isSigned = (lines: readonly string[], sign: string) =>
    lines.every((line) => line === '' || line.startsWith(' ') || line.startsWith(sign)) &&
    lines.some((line) => line.startsWith(sign));
  if (!isSigned(search, '-') || (replace.length > 0 && !isSigned(replace, '+'))) return undefined;
  const bare = (lines: readonly string[]) => lines.map((line) => line.slice(1));
  return { search: bare(search), replace: bare(replace) };
}

/** Lines of code in place of a text's own, without what is over all of them. */
export function undisguisedLines(lines: readonly string[], text: string): readonly string[] {
  const bare = withoutNumbers(lines);
  if (bare && lines.length > 1) {
    const known = new Set(text.split(/\r\n|\n|\r/).map((line) => line.trim()));
    const stands = (all: readonly string[]) =>
      all.filter((line) => line.trim() !== '' && known.has(line.trim())).length;
    if (stands(bare.lines) > stands(lines)) return undisguisedLines(bare.lines, text);
  }
  return isAllEntities(lines, text) ? lines.map(withoutEntities) : lines;
}

/** Whether every sign that HTML has entities for is written so, where the text has signs and no entities. */
function isAllEntities(lines: readonly string[], text: string): boolean {
  const has = (value: string, sign: RegExp) => value.search(sign) !== -1;
  return (
    lines.some((line) => has(line, entity)) &&
    lines.every((line) => !has(line.replace(entity, ''), /[<>&]/)) &&
    has(text, /[<>&]/) &&
    !has(text, entity)
  );
}
