import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BracketOptions, quoting } from '../../server/core/brackets.ts';
import { splits } from '../../server/core/edit.ts';
import { surplusIn } from '../../server/core/shape/surplus.ts';
import { type Shaped, type ShapeWish, shape } from '../../server/core/shape.ts';
import { lineAt, toText } from '../../server/core/text.ts';
import { type ShapingCase, shapingCases } from '../support/shaping.ts';
import { awkwardText, codeLikeText } from '../support/texts.ts';

const cases = (table: readonly ShapingCase[]) => shapingCases(undefined, table);

describe('plain', () => {
  cases([
    ['the rest of a line', 'const a = █', '1;', 'const a = █❰↦1;❱'],
    ['the rest of a word', 'con█', 'st a = 1;', 'con█❰↦st a = 1;❱'],
    ['several lines', 'function f() {█', '\n  return 1;\n}', 'function f() {█❰↦\n  return 1;\n}❱'],
    ['on an empty line', 'f() {\n  █\n}', 'return 1;', 'f() {\n  █❰↦return 1;❱\n}'],
    ['nothing', 'a█', '', 'nothing-to-say'],
    ['blanks', 'a█', '  \n\n ', 'nothing-to-say'],
    ['trailing blanks', 'a = █', '1;  \n\n', 'a = █❰↦1;❱'],
    ['blanks at line ends', 'f() {█', '  \n  a();  \n}', 'f() {█❰↦\n  a();\n}❱'],
    ['at the end of a file without newline', 'x\n█', 'y', 'x\n█❰↦y❱'],
  ]);
});

describe('stop marks, fences and prose', () => {
  cases([
    ['end of text', 'a = █', '1;<|endoftext|>junk', 'a = █❰↦1;❱'],
    ['an infill token', 'a = █', '1;<|fim_middle|>', 'a = █❰↦1;❱'],
    ['another family', 'a = █', '1; <EOT>', 'a = █❰↦1;❱'],
    ['only a stop mark', 'a = █', '<|im_end|>', 'nothing-to-say'],
    ['the mark of the cursor, said again', 'a = █', '<|cursor|>1;', 'a = █❰↦1;❱'],
    ['the line with the mark in it', 'a = █', 'a = <|cursor|>1;', 'a = █❰↦1;❱'],
    [
      'lines with the mark, in a fence',
      'b();\na = █',
      '```ts\nb();\na = <|cursor|>1;\n```',
      'b();\na = █❰↦1;❱',
    ],
    ['a mark behind what is new', 'a = █', '1;<|cursor|>2;', 'a = █❰↦1;❱'],
    ['the end of a sentence', 'a = █', '1;</s>', 'a = █❰↦1;❱'],
    [
      'a tag that looks so',
      '<p>\n  <s>old█\n</p>',
      ' price</s> new',
      '<p>\n  <s>old█❰↦ price</s> new❱\n</p>',
      { languageId: 'html' },
    ],
    ['a fence', 'a = █', '```ts\n1;\n```\nDone.', 'a = █❰↦1;❱'],
    ['a fence behind words', 'a = █', 'Here it is:\n```\n1;\n```', 'a = █❰↦1;❱'],
    ['a fence at the end', 'a = █', '1;\n```', 'a = █❰↦1;❱'],
    ['a fence that is not closed', 'a = █', '```js\n1;', 'a = █❰↦1;❱'],
    [
      'Markdown keeps its fences',
      'Run:\n█',
      '```sh\nnpm i\n```',
      'Run:\n█❰↦```sh\nnpm i\n```❱',
      { languageId: 'markdown' },
    ],
    ['half a surrogate pair', "x = '█", 'a\ud83d', "x = '█❰↦a❱"],
  ]);
});

describe('echo of what stands before', () => {
  cases([
    ['the line', '  const total = █', 'const total = sum(a);', '  const total = █❰↦sum(a);❱'],
    [
      'the line with its indentation',
      '  const total = █',
      '  const total = sum(a);',
      '  const total = █❰↦sum(a);❱',
    ],
    ['the word', 'x = consol█', 'console.log(1)', 'x = consol█❰↦e.log(1)❱'],
    ['the whole word', 'return foo█', 'foo(1)', 'return foo█❰↦(1)❱'],
    ['the lines above', 'a();\nb();\nc(█', 'a();\nb();\nc(1);', 'a();\nb();\nc(█❰↦1);❱'],
    ['nothing but the line', '  const total =█', 'const total =', 'repeats-text'],
    ['one letter is no echo', 'a█', 'as', 'a█❰↦as❱'],
    ['a blank that stands there', 'return █', ' 1;', 'return █❰↦1;❱'],
    ['a blank that does not', 'return█', ' 1;', 'return█❰↦ 1;❱'],
    ['indentation that stands there', 'f() {\n    █', '    return 1;', 'f() {\n    █❰↦return 1;❱'],
    ['indentation that does not', 'f() {\n█', '  return 1;\n}', 'f() {\n█❰↦  return 1;\n}❱'],
    ['an empty line too many', 'f();\n█', '\n\ng();', 'f();\n█❰↦g();❱'],
    [
      'an empty line below a block',
      'f() {\n  a();\n}\n█',
      '\ng() {\n  b();\n}',
      'f() {\n  a();\n}\n█❰↦\ng() {\n  b();\n}❱',
    ],
    [
      'an empty line between methods',
      'class A {\n  f() {\n  }\n█\n}\n',
      '\n  g() {\n  }',
      'class A {\n  f() {\n  }\n█❰↦\n  g() {\n  }❱\n}\n',
    ],
  ]);
});

describe('echo of what follows', () => {
  cases([
    ['the next line', 'a();\n█\nc();\n', 'b();\nc();', 'a();\n█❰↦b();❱\nc();\n'],
    ['the next lines', 'a();\n█\nc();\nd();\n', 'b();\nc();\nd();\ne();', 'a();\n█❰↦b();❱\nc();\nd();\n'],
    ['only the next line', 'a();\n█\nc();\n', 'c();', 'repeats-text'],
    [
      'a next line that was cut',
      'a();\n█\nreturn value + 1;\n',
      'b();\nreturn va',
      'a();\n█❰↦b();❱\nreturn value + 1;\n',
    ],
    ["the block's end", 'f() {\n  █\n}\n', 'return 1;\n}', 'f() {\n  █❰↦return 1;❱\n}\n'],
    [
      "a block's end of its own",
      'f() {\n  █\n}\n',
      'if (a) {\n    b();\n  }',
      'f() {\n  █❰↦if (a) {\n    b();\n  }❱\n}\n',
    ],
    [
      'the end and what is behind it',
      'f() {\n  █\n}\n\ng();\n',
      'return 1;\n}\n\ng();',
      'f() {\n  █❰↦return 1;❱\n}\n\ng();\n',
    ],
    [
      'Python',
      'def f():\n    █\n    return x\n',
      'x = 1\n    return x',
      'def f():\n    █❰↦x = 1❱\n    return x\n',
    ],
    [
      'the same word elsewhere is no echo',
      'f() {\n  █\n}\nreturn;\n',
      'return 1;',
      'f() {\n  █❰↦return 1;❱\n}\nreturn;\n',
    ],
  ]);
});

describe('closers on the line', () => {
  cases([
    ['a bracket it brings', 'f(█)', 'a, b)', 'f(█❰)↦a, b)❱'],
    ['a bracket it does not bring', 'f(█)', 'a, b', 'f(█❰↦a, b❱)'],
    ['a bracket and a semicolon', 'f(█);', 'a);', 'f(█❰);↦a);❱'],
    ['a bracket, then a semicolon of its own', 'f(█)', 'a);', 'f(█❰)↦a);❱'],
    ['a bracket of its own', 'f(█)', 'g(a)', 'f(█❰↦g(a)❱)'],
    ['its own and the one there', 'f(█)', 'g(a))', 'f(█❰)↦g(a))❱'],
    ['two', 'f([█])', '1, 2])', 'f([█❰])↦1, 2])❱'],
    ['a callback', 'on(█)', '() => {\n  go();\n})', 'on(█❰)↦() => {\n  go();\n})❱'],
    ['and going on', 'f(█)', 'a).then(b)', 'f(█❰)↦a).then(b)❱'],
    ['a quote', "import a from '█'", "./a'", "import a from '█❰'↦./a'❱"],
    ['a quote and a semicolon', "import a from '█';", "./a';", "import a from '█❰';↦./a';❱"],
    ['a double quote, not brought', 'x = "█"', 'abc', 'x = "█❰↦abc❱"'],
    ['a quote and a bracket', 'log("█")', 'done")', 'log("█❰")↦done")❱'],
    ['a brace', 'if (a) {█}', ' b(); }', 'if (a) {█❰}↦ b(); }❱'],
    ['a brace with lines', 'f() {█}', '\n  a();\n}', 'f() {█❰}↦\n  a();\n}❱'],
    ['a semicolon', 'a = █;', '1;', 'a = █❰;↦1;❱'],
    ['a comma', 'a: █,', '1,', 'a: █❰,↦1,❱'],
    ['a bracket inside a string is none', 'f(█)', '")"', 'f(█❰↦")"❱)'],
    ['Python', 'print(f"█")', '{x}")', 'print(f"█❰")↦{x}")❱'],
    [
      'one that only a line which is cut off makes room for',
      'a\nb█\n)',
      ')\n(;',
      'unclosed',
      { languageId: 'go' },
    ],
    ['signs that are the same in their first half', 'a█)😀', 'b)👨', 'a█❰)↦b)👨❱😀'],
    ['Rust lifetimes are no strings', 'fn f(█) {}', "a: &'a str", "fn f(█❰↦a: &'a str❱) {}"],
  ]);
});

describe('in the middle of a line', () => {
  cases([
    ['one line', 'const █ = 1;', 'a\nconst b', 'const █❰↦a❱ = 1;'],
    ['the whole rest again', 'const █ = 1;', 'a = 1;', 'const █❰↦a❱ = 1;'],
    ['some of the rest again', 'const █ = 1;', 'a =', 'const █❰↦a❱ = 1;'],
    ['the rest anew', 'const █ = f(1);', 'a = await f(1);', 'const █❰ = f(1);↦a = await f(1);❱'],
    ['a bracket before more', 'f(█) + 1', 'a)', 'f(█❰)↦a)❱ + 1'],
    ['inside a word', 'fo█bar', 'x', 'middle-of-word'],
    ['a word before a word', '█function f() {}', 'async ', '█❰↦async ❱function f() {}'],
    ['before a word without a blank', '█function f() {}', 'async', 'middle-of-word'],
    ['the operator there', 'const a █=', '= f(1);', 'const a █❰=↦= f(1);❱'],
    ['the operator there and a blank', 'const a █= ', '= f(1);', 'const a █❰=↦= f(1);❱ '],
    ['another operator', 'a █=', '+ b', 'a █❰↦+ b❱='],
    ['the opening bracket there', 'f█(', '(a);', 'f█❰(↦(a);❱'],
    ['the operator alone', 'const a █=', '=', 'repeats-text'],
    ['the blanks at the end of the line', 'const█ \nb();\n', ' a = 1;', 'const█❰ ↦ a = 1;❱\nb();\n'],
    ['no such blanks', 'const █  \nb();\n', 'a = 1;', 'const █❰↦a = 1;❱  \nb();\n'],
    ['an argument before others', 'f(█, b)', 'a', 'f(█❰↦a❱, b)'],
  ]);
});

describe('indentation and line ends', () => {
  cases([
    [
      'tabs for spaces',
      'a {\n\tb {\n\t\tc();\n\t}\n\tif (x) {█\n}',
      '\n    y();\n  }',
      'a {\n\tb {\n\t\tc();\n\t}\n\tif (x) {█❰↦\n\t\ty();\n\t}❱\n}',
    ],
    [
      'spaces for tabs',
      'a {\n  b {\n    c();\n  }\n  if (x) {█\n}',
      '\n\t\ty();\n\t}',
      'a {\n  b {\n    c();\n  }\n  if (x) {█❰↦\n    y();\n  }❱\n}',
    ],
    [
      'four spaces in a file of tabs',
      'a {\n\tb();\n\tif (x) {█',
      '\n        y();\n    }',
      'a {\n\tb();\n\tif (x) {█❰↦\n\t\ty();\n\t}❱',
    ],
    [
      'begun at column 0',
      'class A:\n    def f(self):\n        █',
      'if a:\n    return 1\nreturn 2',
      'class A:\n    def f(self):\n        █❰↦if a:\n            return 1\n        return 2❱',
    ],
    ['CRLF', 'f() {█\r\n\r\n', '\n  a();\n}', 'f() {█❰↦\r\n  a();\r\n}❱\r\n\r\n'],
    ['CRLF from the model', 'f() {█\n', '\r\n  a();\r\n}', 'f() {█❰↦\n  a();\n}❱\n'],
    ['blank lines hold no blanks', 'f() {█', '\n  a();\n  \n  b();\n}', 'f() {█❰↦\n  a();\n\n  b();\n}❱'],
  ]);
});

describe('limits', () => {
  cases([
    ['lines', 'f() {█', '\n  a();\n  b();\n  c();', 'f() {█❰↦\n  a();\n  b();❱', { maxLines: 3 }],
    ['one line', 'a = █', '1;\nb = 2;', 'a = █❰↦1;❱', { maxLines: 1 }],
    ['equal lines', '█', 'a();\nb();\nb();\nb();\nb();', '█❰↦a();\nb();❱'],
    ['equal blocks', '█', 'a();\nb();\na();\nb();\na();\nb();\n', '█❰↦a();\nb();❱'],
    ['equal words', 'x = █', `y ${'and so on '.repeat(9)}`, 'x = █❰↦y and so on❱'],
    ['rules of signs are no loop', '# █', '='.repeat(60), `# █❰↦${'='.repeat(60)}❱`],
    ['braces are no loop', 'x█', ' {\n{\n{\n{', 'x█❰↦ {\n{\n{\n{❱'],
  ]);
});

// Every piece of a stream is shaped: what a minified line holds far away is not read each time.
test('of lines that go on for long what is near the cursor counts', () => {
  const said = 'Here is the completed code:';
  const far = 'b = 2; '.repeat(10_000);
  const check = (before: string, kind: Shaped['kind']) => {
    const wish = { text: toText(`${before}\n${far}`), cursor: before.length, suggestion: said, maxLines: 1 };
    expect(shape({ ...wish, languageId: 'typescript' }).kind).toBe(kind);
  };
  // A sentence belongs into a string or a comment, and nowhere else.
  check('a = "b = 2; ', 'shown');
  check(`a = "${far}`, 'silent');
  check(`/* b = 2;\nb = 2; `, 'shown');
  check(`/* ${far}\nb = 2; `, 'silent');
});

const any = fc.oneof(awkwardText(40), codeLikeText());
const short = fc.oneof(awkwardText(40, 'small'), codeLikeText(12, 'small'));
const languages = [undefined, 'typescript', 'python', 'html', 'markdown', 'go'];

/** Shapes what a model may have written anywhere; `look` is called for what is shown. */
function forAnyShown(
  look: (wish: ShapeWish, shown: Extract<Shaped, { kind: 'shown' }>) => void,
  texts: fc.Arbitrary<string> = any,
): void {
  let count = 0;
  fc.assert(
    fc.property(
      fc.tuple(texts, fc.nat(200), texts, fc.nat(4), fc.constantFrom(...languages)),
      ([value, at, suggestion, extra, languageId]) => {
        const wish = {
          text: toText(value),
          cursor: Math.min(at, value.length),
          suggestion,
          maxLines: 1 + extra,
          ...(languageId === undefined ? {} : { languageId }),
        };
        const shaped = shape(wish);
        if (shaped.kind === 'silent') return;
        count++;
        look(wish, shaped);
      },
    ),
    { numRuns: 6000 },
  );
  expect(count).toBeGreaterThan(600);
}

test('what is shown begins at the cursor, ends on its line, changes something and is not too long', () => {
  forAnyShown(({ text, cursor, maxLines }, shown) => {
    expect(shown.start).toBe(cursor);
    expect(lineAt(text, shown.end)).toBe(lineAt(text, cursor));
    for (const place of [shown.start, shown.end]) expect(splits(text.value, place)).toBe(false);
    expect(shown.text).not.toBe(text.value.slice(shown.start, shown.end));
    expect(shown.text.split(/\r\n|\n|\r/).length).toBeLessThanOrEqual(maxLines);
  });
});

test('what was read around the places of a text shapes each as a text never read', () => {
  forAnyShown((wish, shown) => {
    const { text } = wish;
    shape({ ...wish, cursor: Math.floor(wish.cursor / 2) });
    shape({ ...wish, languageId: 'plaintext' });
    expect(shape(wish)).toEqual(shown);
    expect(shape({ ...wish, text: toText(text.value) })).toEqual(shown);
  });
});

test('with it no more brackets close what nobody opened than without', () => {
  forAnyShown(({ text: { value }, languageId }, { start, end, text }) => {
    // Between apostrophes a sign of any kind may begin a string, or end a character.
    if (languageId === 'markdown' || !/[()[\]{}"'`]/.test(text)) return;
    const isKept = (options: BracketOptions) => {
      const surplus = (each: string) => surplusIn(each.replace(/\r\n?/g, '\n'), options);
      return surplus(value.slice(0, start) + text + value.slice(end)) <= surplus(value);
    };
    expect(isKept({}) || isKept(quoting(languageId))).toBe(true);
  });
});

// Of longer texts: what is taken off an end may be all that made a line another than the next, or told of its depth.
test('what was shown, written once more by the model, is shown as it was, but for what it says twice', () => {
  const said = (text: string) => text.replace(/\s+/g, '');
  const lines = (text: string) => text.trim().split(/\r\n|\n|\r/).length;
  forAnyShown((wish, shown) => {
    // What mixes both ways of indenting has none of its own.
    if (/\t/.test(wish.suggestion + wish.text.value)) return;
    const again = shape({ ...wish, suggestion: shown.text });
    if (again.kind !== 'shown') return;
    expect(said(shown.text)).toContain(said(again.text));
    // Blanks before it tell how deep its other lines are meant.
    const isPlain = !/^\s/.test(wish.suggestion) && lines(wish.suggestion) === lines(shown.text);
    if (isPlain) expect(shown.text).toContain(again.text);
  }, short);
});
