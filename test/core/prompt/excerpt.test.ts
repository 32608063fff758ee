/** Where a file that does not fit is cut: whole lines, whole functions where there is a choice, never beside the cursor. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt, header, nearest } from '../../../server/core/prompt/excerpt.ts';
import { toText } from '../../../server/core/text.ts';
import { atCursor, drawnRange } from '../../support/markers.ts';
import { codeLikeText } from '../../support/texts.ts';

/** The part shown around the cursor where `room` code units fit. */
function check(source: string, room: number, expected: string): void {
  const { text, cursor } = atCursor(source);
  expect(drawnRange(text, excerpt(text, { start: cursor, end: cursor }, room))).toBe(expected);
}

const a = 'function a() {\n  return 1;\n}\n';
const b = 'function b() {\n  return 2;\n}\n';
const c = 'function c() {\n  return 3;\n}\n';

describe('borders', () => {
  test('whole functions before and behind', () => {
    const own = 'function x() {\n  const y = 1;\n  █\n  return y;\n}\n';
    const plain = own.replace('█', '');
    check(`${a}\n${b}\n${own}\n${c}\n${a}`, 130, `${a}\n«${b}\n${plain}\n»${c}\n${a}`);
  });

  test('no function is begun that is not there in full, while it costs no more than two thirds', () => {
    const { text, cursor } = atCursor(`${a}${b}${c}x();\n█\n${a}${b}${c}`);
    for (let room = 140; room < text.length; room++) {
      const { start, end } = excerpt(text, { start: cursor, end: cursor }, room);
      expect([text.slice(start).startsWith('function'), text.slice(start).startsWith('x()')]).toContain(true);
      expect(text.slice(0, end)).toMatch(/(?:^|\n)(?:\}\n|x\(\);\n\n?)$/);
    }
  });

  test('methods, where there is only one class', () => {
    const method = (name: string) => `  ${name}() {\n    return 1;\n  }\n\n`;
    const own = '  x() {\n    █\n  }\n\n';
    const plain = own.replace('█', '');
    check(
      `class A {\n${method('a')}${method('b')}${own}${method('c')}}\n`,
      100,
      `class A {\n${method('a')}«${method('b')}${plain}${method('c')}»}\n`,
    );
  });

  test('Python, by blank lines', () => {
    const own = 'def x():\n    █\n\n\n';
    const plain = own.replace('█', '');
    const def = (name: string) => `def ${name}():\n    return 1\n\n\n`;
    check(
      `${def('a')}${def('b')}${own}${def('c')}${def('d')}`,
      90,
      `${def('a')}«${def('b')}${plain}${def('c')}»${def('d')}`,
    );
  });
});

describe('header', () => {
  test.each([
    ['TypeScript', "import a from 'a';\nimport {\n  b,\n} from 'b';\n", '\nf();\n'],
    ['comments first', '#!/usr/bin/env node\n/*\nCopyright\n*/\nimport a from "a";\n', '\nf();\n'],
    ['docstring first', '"""A module.\n\nIt does.\n"""\nimport a\n', '\nf()\n'],
    ['comment first', "// License\n\nimport a from 'a';\n", '\nconst b = 1;\n'],
    ['Python', 'import os\nfrom a import (\n    b,\n)\n', '\ndef f():\n    pass\n'],
    ['Go', 'package main\n\nimport (\n\t"fmt"\n)\n', '\nfunc main() {}\n'],
    ['Rust', 'use std::fs;\nuse a::{\n    b,\n};\n', '\nfn main() {}\n'],
    ['C', '#include <stdio.h>\n# include "a.h"\n', '\nint main() {}\n'],
    ['Lua', "local a = require('a')\n", '\nreturn {}\n'],
    ['none', '', 'f();\nimport("a");\n'],
  ])('%s', (_, first, rest) => {
    expect((first + rest).slice(0, header(first + rest, 10_000).end)).toBe(first);
  });

  test('as much of it as there is room for', () => {
    expect(header("import a from 'a';\nimport b from 'b';\n", 160).end).toBe(19);
    expect(header("import a from 'a';\nimport b from 'b';\n", 80).end).toBe(0);
  });
});

test('the room is kept, lines are whole, and a good part of what fits stands on each side of the cursor', () => {
  const text = fc.array(codeLikeText(), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('\n'));
  fc.assert(
    fc.property(text, fc.nat(), fc.nat({ max: 400 }), (value, at, room) => {
      const cursor = at % (value.length + 1);
      const { start, end } = excerpt(value, { start: cursor, end: cursor }, room);
      expect(start <= cursor && cursor <= end && end - start <= room).toBe(true);
      const longest = Math.max(...value.split('\n').map((line) => line.length + 1));
      if (start > 0) expect(cursor - start).toBeGreaterThanOrEqual(Math.min(room, cursor) / 6 - longest);
      expect(header(value, room).end).toBeLessThanOrEqual(room);
    }),
  );
});

describe('nearest', () => {
  test('holds what is next to the place, within its room, and whole lines where they fit', () => {
    fc.assert(
      fc.property(codeLikeText(), fc.nat(200), fc.nat(60), fc.nat(60), (text, offset, before, behind) => {
        const place = Math.min(offset, text.length);
        const { start, end } = nearest(
          toText(text),
          { start: 0, end: text.length },
          { place, before, behind },
        );
        expect(start).toBeLessThanOrEqual(place);
        expect(end).toBeGreaterThanOrEqual(place);
        expect(place - start).toBeLessThanOrEqual(before);
        expect(end - place).toBeLessThanOrEqual(behind);
        const own = { start: text.lastIndexOf('\n', place - 1) + 1, end: text.indexOf('\n', place) };
        if (place > 0 && own.start > place - before) expect(start).toBeLessThanOrEqual(own.start);
        if (own.end !== -1 && own.end < place + behind) expect(end).toBeGreaterThan(own.end);
        if (start > 0 && start < own.start) expect(text[start - 1]).toBe('\n');
      }),
    );
  });

  test('of one long line what is near, and no half of a character', () => {
    const line = '😀'.repeat(50);
    const at = { place: 50, before: 11, behind: 11 };
    expect(nearest(toText(line), { start: 0, end: line.length }, at)).toEqual({ start: 40, end: 60 });
  });
});
