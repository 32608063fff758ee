/** Which lines a completion shows: few, and never such that a model could not tell where they stand. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompleteAsk, Region } from '../../../server/core/ask.ts';
import { apply } from '../../../server/core/edit.ts';
import { shownBy } from '../../../server/core/prompt/chat.ts';
import { driftOf } from '../../../server/core/prompt/drift.ts';
import { linesAround } from '../../../server/core/prompt/excerpt.ts';
import { shownOf } from '../../../server/core/prompt/shown.ts';
import { toText } from '../../../server/core/text.ts';
import { askDocument, completeAsk } from '../../support/asks.ts';
import { drawnRange, marked } from '../../support/markers.ts';

/** `told` is what the model was told, with what was changed since; `expected` is the file now, with the lines shown. */
function check(told: string, expected: string): void {
  const { text, edit } = marked(told);
  const ask = completeAsk(expected.replace(/[«»]/g, '')) as CompleteAsk;
  expect(apply(text, edit)).toBe(ask.document.text);
  expect(drawnRange(ask.document.text, shownIn(text, ask))).toBe(expected.replace('█', ''));
}

function shownIn(told: string, ask: CompleteAsk, of = toText(told)): Region {
  const whole = { start: 0, end: told.length };
  const drift = driftOf(of, ask.document.text, { told: whole, since: undefined });
  return shownOf(ask, { widest: shownBy(ask), drift, of, told });
}

const a = 'const first = await open(path);\n';
const b = 'const second = await read(first, { bytes: 4096 });\n';
const c = 'const third = second.split(separator).map(trim);\n';
const d = 'const fourth = third.filter((each) => each !== undefined);\n';
const e = 'close(first);\nreturn fourth.length === 0 ? undefined : fourth;\n';

describe('as many lines as tell where it is', () => {
  test('two of usual length before and one behind', () =>
    check(`${a}${b}${c}\n${d}${e}`, `${a}«${b}${c}█\n${d}»${e}`));

  test('four short ones before, two behind', () =>
    check('one;\ntwo;\n{\n\nx();\n\ny();\n}\n', 'one;\n«two;\n{\n\nx();\n█\ny();\n}\n»'));

  test('fewer beside a line that is long itself', () =>
    check(
      `${a}${b}${c}${d}${e}`,
      `${a}${b}«${c}const fourth = third.filter((each) => each !==█ undefined);\n${e}»`,
    ));
});

test('without lines that are long themselves', () => {
  const long = `${'x'.repeat(600)}\n`;
  check(`${a}${long}close();\n${long}${a}`, `${a}${long}«close();█\n»${long}${a}`);
});

describe('around what was typed since', () => {
  test('all of it, with a line before that was there', () =>
    check(
      `${a}${b}❰↦${c}${d}for (❱\n${e}`,
      `${a}«${b}${c}${d}for (█\nclose(first);\nreturn fourth.length === 0 ? undefined : fourth;\n»`,
    ));

  test('blank lines are no line that was there', () =>
    check(
      `${a}\n\n❰↦${c}${d}for (❱\n${e}`,
      `«${a}\n\n${c}${d}for (█\nclose(first);\nreturn fourth.length === 0 ? undefined : fourth;\n»`,
    ));
});

test('lines that are each there twice are enough where they stand together once', () => {
  const head = c + d;
  check(`${head}${b}${head}❰↦if (\n❱${e}${b}${e}`, `${head}${b}«${head}if (█\n${e}»${b}${e}`);
});

describe('where the few stand at several places there are more', () => {
  const twin =
    'if (input === undefined || input.length === 0) {\n  throw new TypeError("There is no input to read from.");\n\n}\n';
  const more = (name: string) => `${name}(\n);\n${twin}`;

  test('nothing changed', () => {
    const told = `${more('one')}${more('two')}`;
    const now = `${more('one')}«two(\n);\n${twin.replace('\n\n', '\n█\n')}»`;
    check(told, now);
  });

  test('while it is being typed', () =>
    check(
      `${more('one')}${more('two').replace('\n\n', '\n❰↦  ret❱\n')}`,
      `${more('one')}«two(\n);\n${twin.replace('\n\n', '\n  ret█\n')}»`,
    ));
});

const word = fc.constantFrom(
  '',
  '}',
  'a();',
  '  return b;',
  'const value = compute(input, options, 42);',
  'é😀',
);
const text = fc.array(word, { maxLength: 30 }).map((lines) => lines.map((line) => `${line}\n`).join(''));

test('the own line is shown whole, from the start of a line to the end of one, with something told on each side', () => {
  fc.assert(
    fc.property(text, text, fc.nat(), (told, now, at) => {
      const cursor = at % (now.length + 1);
      const ask = { ...completeAsk('█'), document: askDocument(now), cursor } as CompleteAsk;
      const { start, end } = shownIn(told, ask);
      const own = linesAround(toText(now), { start: cursor, end: cursor }, 0);
      expect(start <= own.start && end >= own.end).toBe(true);
      expect(start === 0 || now[start - 1] === '\n').toBe(true);
      expect(end === now.length || now[end - 1] === '\n').toBe(true);
      const before = now.slice(0, own.start).split('\n').slice(-5).join('').trim();
      if (before !== '') expect(now.slice(start, own.start).trim()).not.toBe('');
    }),
  );
});

test('whatever was asked before about the same text, the same lines are shown', () => {
  fc.assert(
    fc.property(text, fc.array(fc.tuple(text, fc.nat()), { maxLength: 12 }), (told, asked) => {
      const of = toText(told);
      for (const [now, at] of asked) {
        const ask = { ...completeAsk('█'), document: askDocument(now), cursor: at % (now.length + 1) };
        expect(shownIn(told, ask as CompleteAsk, of)).toEqual(shownIn(told, ask as CompleteAsk));
      }
    }),
  );
});
