/** Texts, answers and chunks to fuzz with: like code, like what models write, and damaged. */

import type { Edit, Replacement } from '../../server/core/edit.ts';

export type Random = () => number;

const words = [
  'foo',
  'bar',
  'return',
  'x',
  '1',
  '"s"',
  '{',
  '}',
  '(',
  ')',
  '[',
  ' ',
  '  ',
  '\t',
  '=',
  ';',
  ',',
  '//',
  '#',
  'größe',
  '😀',
  'e\u0301',
  '\ud83d',
  '\u2060',
  '\ufeff',
  '\u00a0',
  '“',
  '—',
  '$',
  '`',
  'if (a) {',
  'function f(',
  'class A {',
];
const marks = [
  '<<<<<<< SEARCH',
  '=======',
  '>>>>>>> REPLACE',
  '------- SEARCH',
  '+++++++ REPLACE',
  '*** Begin Patch',
  '*** End Patch',
  '*** Update File: a.ts',
  '*** Delete File: a',
  '*** End of File',
  '@@',
  '@@ class A',
  '@@ -1,2 +1,2 @@',
  '@@ -9 +9 @@',
  '--- a/a.ts',
  '+++ b/a.ts',
  'diff --git a/a b/a',
  '```',
  '```ts',
  '~~~',
  '````',
  '...',
  '// ... existing code ...',
  '\\ No newline at end of file',
  'NO_EDITS',
  'None',
  '<|marker_1|>',
  '<|marker_2|>',
  '<|marker_9|>',
  '<[end▁of▁sentence]>',
  '>>>>>>> UPDATED',
  '<|file_sep|>',
  '<|user_cursor|>',
  '<|editable_region_start|>',
  'Here is the code:',
  'src/a.ts',
  '',
];

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

export function upTo(random: Random, most: number): number {
  return Math.floor(random() * (most + 1));
}

export function line(random: Random): string {
  const indent = pick(random, ['', '', '  ', '    ', '\t', '\t\t']);
  return (
    indent + Array.from({ length: upTo(random, 5) }, () => pick(random, words)).join(pick(random, ['', ' ']))
  );
}

export function text(random: Random, mostLines = 24): string {
  const eol = pick(random, ['\n', '\n', '\n', '\r\n', '\r']);
  const kinds = Array.from({ length: 1 + upTo(random, 8) }, () => line(random));
  const lines = Array.from({ length: upTo(random, mostLines) }, () =>
    random() < 0.5 ? pick(random, kinds) : line(random),
  );
  const mixed = random() < 0.1;
  return (
    lines.map((each) => each + (mixed ? pick(random, ['\n', '\r\n', '\r']) : eol)).join('') +
    (random() < 0.3 ? line(random) : '')
  );
}

/** The text with some lines changed, added, taken away or moved. */
export function changedText(random: Random, value: string): string {
  const lines = value.split(/(?<=\n)/);
  for (let i = upTo(random, 4); i > 0; i--) {
    const at = upTo(random, lines.length);
    const kind = upTo(random, 3);
    if (kind === 0) lines.splice(at, upTo(random, 3));
    else if (kind === 1) lines.splice(at, 0, `${line(random)}\n`);
    else if (kind === 2) lines[at] = `${line(random)}\n`;
    else lines.splice(at, 0, ...lines.splice(upTo(random, lines.length), upTo(random, 4)));
  }
  return lines.join('');
}

/** An answer as it is, with damaged lines, with marks of other formats, cut off, or with words around it. */
export function damaged(random: Random, answer: string): string {
  const lines = answer.split('\n');
  for (let i = random() < 0.3 ? 0 : upTo(random, 5); i > 0; i--) {
    const at = upTo(random, lines.length);
    const kind = upTo(random, 5);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, lines[at] ?? '');
    else if (kind === 2) lines[at] = (lines[at] ?? '').slice(0, upTo(random, 10));
    else if (kind === 3) lines.splice(at, 0, pick(random, marks));
    else if (kind === 4) lines[at] = ` ${lines[at] ?? ''}`;
    else lines.splice(at, 0, line(random));
  }
  const whole = lines.join(random() < 0.1 ? '\r\n' : '\n');
  return random() < 0.2 ? whole.slice(0, upTo(random, whole.length)) : whole;
}

/** Nothing but marks and lines, in any order. */
export function scrambled(random: Random): string {
  return Array.from({ length: upTo(random, 16) }, () =>
    random() < 0.6 ? pick(random, marks) : line(random),
  ).join('\n');
}

export function chopped(random: Random, value: string): readonly string[] {
  const chunks: string[] = [];
  const most = pick(random, [1, 3, 20, 200]);
  for (let at = 0; at < value.length; ) {
    const size = 1 + upTo(random, most);
    chunks.push(value.slice(at, at + size));
    at += size;
  }
  return chunks;
}

/** Replacements that do not touch, anywhere in a text of this length. */
export function edit(random: Random, length: number): Edit {
  const result: Replacement[] = [];
  let at = upTo(random, Math.min(length, 20));
  for (let i = upTo(random, 4); i > 0 && at <= length; i--) {
    const end = Math.min(length, at + upTo(random, 6));
    result.push({ start: at, end, text: random() < 0.3 ? '' : line(random) });
    at = end + 1 + upTo(random, 20);
  }
  return result;
}
