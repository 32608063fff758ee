import { describe, expect, test } from 'vitest';
import { instructionComments } from '../../server/core/comment.ts';
import { toText } from '../../server/core/text.ts';
import { drawn, marked } from '../support/markers.ts';

/** What goes is drawn as an edit, what it is about as the line it begins with; `█` is where the user is. */
function check(languageId: string, source: string, instruction: string, about?: string): void {
  const { text, cursor, edit } = marked(source);
  const at = cursor ?? 0;
  const [found, ...more] = instructionComments(toText(text), languageId, {
    start: at,
    end: cursor === undefined ? text.length : at,
  });
  expect(more).toEqual([]);
  expect(found?.instruction ?? 'none').toBe(instruction);
  if (!found) return;
  expect(drawn(text, [{ ...found.removes, text: '' }])).toBe(drawn(text, edit));
  if (about !== undefined) expect(text.slice(found.about.start, found.about.end)).toBe(about);
}

describe('in every language', () => {
  const alone = (languageId: string, comment: string) =>
    test(languageId, () => check(languageId, `a\n❰${comment}\n↦❱b\n`, 'use a Map'));
  alone('typescript', '// whittle: use a Map');
  alone('javascriptreact', '  // whittle: use a Map');
  alone('java', '/* whittle: use a Map */');
  alone('rust', '/// whittle: use a Map');
  alone('python', '# whittle: use a Map');
  alone('ruby', '## whittle: use a Map');
  alone('lua', '-- whittle: use a Map');
  alone('sql', '-- whittle: use a Map');
  alone('haskell', '{- whittle: use a Map -}');
  alone('ocaml', '(* whittle: use a Map *)');
  alone('clojure', ';; whittle: use a Map');
  alone('latex', '% whittle: use a Map');
  alone('html', '<!-- whittle: use a Map -->');
  alone('css', '/* whittle: use a Map */');
  alone('vim', '" whittle: use a Map');
  alone('vb', "' whittle: use a Map");
  alone('bat', 'REM whittle: use a Map');
  alone('powershell', '<# whittle: use a Map #>');
  alone('a-language-nobody-knows', '# whittle: use a Map');
});

describe('where it stands', () => {
  test('behind code', () =>
    check('typescript', 'a();❰ // whittle: use b↦❱\n', 'use b', 'a(); // whittle: use b'));
  test('before code', () => check('typescript', '❰/* whittle: use b */ ↦❱a();\n', 'use b'));
  test('between code', () => check('typescript', 'f(❰/* whittle: use b */ ↦❱a);\n', 'use b'));
  test('several lines', () =>
    check(
      'typescript',
      '❰// whittle: use a Map\n// instead of an object\n↦❱a\n',
      'use a Map instead of an object',
    ));
  test('a block of several lines', () =>
    check('typescript', '❰/*\n * whittle: use a Map\n * here\n */\n↦❱a\n', 'use a Map here'));
  test('on the last line', () => check('typescript', 'a❰\n// whittle: use b↦❱', 'use b'));
  test('CRLF', () => check('typescript', 'a\r\n❰// whittle: use b\r\n↦❱c\r\n', 'use b'));
  test('in capitals', () => check('typescript', '❰// Whittle:use b\n↦❱', 'use b'));
  test('right above the cursor', () => check('typescript', '❰// whittle: use b\n↦❱a█();\n', 'use b'));
  test('far above the cursor', () => check('typescript', '// whittle: use b\na();\nb();\nc█();\n', 'none'));
});

describe('what it is about', () => {
  test('the line below', () => check('typescript', '❰// whittle: do it\n↦❱a();\nb();\n', 'do it', 'a();'));
  test('the block below', () => {
    check(
      'typescript',
      '❰// whittle: do it\n↦❱function f() {\n  a();\n}\nb();\n',
      'do it',
      'function f() {\n  a();\n}',
    );
  });
  test('the block below, by indentation', () => {
    check(
      'python',
      '❰# whittle: do it\n↦❱def f():\n    a()\n\n    b()\nc()\n',
      'do it',
      'def f():\n    a()\n\n    b()',
    );
  });
});

describe('no instruction', () => {
  test.each([
    ['typescript', "const a = '// whittle: use b';"],
    ['typescript', '// whittle is a tool'],
    ['typescript', '// whittle:'],
    ['python', 'a = "# whittle: use b"'],
    ['typescript', 'whittle: for (;;) {}'],
  ])('%s: %s', (languageId, text) => check(languageId, text, 'none'));
});
