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
function withoutNumbers(lines: readonly string[]): Unnumbered | undefined {
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

/** Of the replacement those that were escaped in what is looked for: others may be meant, as in a regexp. */
function unescaped({ search, replace }: Bare): Bare | undefined {
  const found = new Set(search.flatMap((line) => [...line.matchAll(escaped)].map(([, sign]) => sign)));
  if (found.size === 0) return undefined;
  // In a string both are.
  if (found.has('"') && !replace.some((line) => /(?<!\\)"/.test(line))) found.add('\\');
  const bare = (line: string) =>
    line.replace(escaped, (whole, sign: string) => (found.has(sign) ? sign : whole));
  return { search: search.map(bare), replace: replace.map(bare) };
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

/**
 * Lines of code in place of a text's own, without what is over all of them; as they are where nothing would be left to
 * change of `asked`, which stood there.
 */
export function undisguisedLines(
  lines: readonly string[],
  text: string,
  asked: readonly string[],
): readonly string[] {
  const bare = withHalves(withoutSigns(withoutOwnNumbers(lines, text), text), asked);
  return bare !== lines && trimmed(bare) === trimmed(asked) ? lines : bare;
}

const replaced = /\ufffd/g;
const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * With the halves of surrogate pairs that the text has, for which a model was shown U+FFFD: in their order, where it
 * wrote as many; else in the lines that it left as they are.
 */
function withHalves(lines: readonly string[], asked: readonly string[]): readonly string[] {
  const own = asked.filter((line) => !line.isWellFormed());
  if (own.length === 0 || asked.some((line) => line.includes('\ufffd'))) return lines;
  const left = own.flatMap((line) => line.match(halves) ?? []);
  const count = lines.reduce((sum, line) => sum + (line.match(replaced)?.length ?? 0), 0);
  if (count === left.length)
    return lines.map((line) => line.replace(replaced, (sign) => left.shift() ?? sign));
  return lines.map((line) => own.find((each) => each.toWellFormed() === line) ?? line);
}

function trimmed(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

function withoutOwnNumbers(lines: readonly string[], text: string): readonly string[] {
  const bare = lines.length > 1 ? withoutNumbers(lines) : undefined;
  if (!bare) return lines;
  const known = new Set(text.split(/\r\n|\n|\r/).map((line) => line.trim()));
  const stands = (all: readonly string[]) =>
    all.filter((line) => line.trim() !== '' && known.has(line.trim())).length;
  return stands(bare.lines) > stands(lines) ? withoutOwnNumbers(bare.lines, text) : lines;
}

/**
 * Without entities, where every sign that HTML has some for is written so, the text has signs and no entities, and a
 * line has signs as one of the text's has them. In a text with tags entities are meant.
 */
function withoutSigns(lines: readonly string[], text: string): readonly string[] {
  const has = (value: string, sign: RegExp) => value.search(sign) !== -1;
  const written = lines.filter((line) => has(line, entity));
  if (written.length === 0 || lines.some((line) => has(line.replace(entity, ''), /[<>&]/))) return lines;
  if (has(text, entity) || text.includes('</')) return lines;
  const signsOf = (line: string) => line.replace(/[\w\s]+/g, '');
  const known = new Set(
    text
      .split(/\r\n|\n|\r/)
      .filter((line) => has(line, /[<>&]/))
      .map(signsOf),
  );
  return written.some((line) => known.has(signsOf(withoutEntities(line))))
    ? lines.map(withoutEntities)
    : lines;
}
