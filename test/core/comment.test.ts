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
  alone('coq', '(* whittle: use a Map *)');
  alone('elm', '{- whittle: use a Map -}');
  alone('julia', '#= whittle: use a Map =#');
  alone('lean', '/- whittle: use a Map -/');
  alone('pascal', '{ whittle: use a Map }');
  alone('fortran', '! whittle: use a Map');
  alone('asm', '# whittle: use a Map');
  alone('ini', '# whittle: use a Map');
  alone('ini', '; whittle: use a Map');
  alone('pug', '//- whittle: use a Map');
  alone('restructuredtext', '.. whittle: use a Map');
});

describe('in a template, with all of its marks', () => {
  const alone = (languageId: string, comment: string) =>
    test(comment, () => check(languageId, `a\n❰  ${comment}\n↦❱b\n`, 'use a Map'));
  alone('jinja', '{# whittle: use a Map #}');
  alone('html', '{#- whittle: use a Map -#}');
  alone('liquid', '{% comment %} whittle: use a Map {% endcomment %}');
  alone('handlebars', '{{!-- whittle: use a Map --}}');
  alone('handlebars', '{{! whittle: use a Map }}');
  alone('blade', '{{-- whittle: use a Map --}}');
  alone('helm', '{{/* whittle: use a Map */}}');
  alone('yaml', '{{- /* whittle: use a Map */ -}}');
  alone('eruby', '<%# whittle: use a Map %>');
  alone('heex', '<%!-- whittle: use a Map --%>');
  alone('jsp', '<%-- whittle: use a Map --%>');
  alone('freemarker', '<#-- whittle: use a Map -->');
  alone('razor', '@* whittle: use a Map *@');
  alone('smarty', '{* whittle: use a Map *}');
  test('between others', () =>
    check('jinja', '{# a #}\n❰{# whittle: use a Map #}\n↦❱{# b #}\n', 'use a Map'));
  test('in a line', () => check('jinja', '<p>❰{# whittle: use a Map #}↦❱</p>\n', 'use a Map'));
});

describe('in JSX the braces are the comment’s', () => {
  test('on a line of its own', () =>
    check('javascriptreact', '<div>\n❰  {/* whittle: use b */}\n↦❱  <A />\n</div>\n', 'use b'));
  test('below what is computed', () =>
    check('typescriptreact', '<b />{c}\n❰{/* whittle: use b */}\n↦❱', 'use b'));
  test('on several lines', () => check('mdx', '# A\n\n❰{/*\n  whittle: use b\n*/}\n↦❱text\n', 'use b'));
  test('before a tag', () => check('javascript', '  ❰{/* whittle: use b */} ↦❱<A />\n', 'use b'));
  test('between tags', () => check('javascript', '<p>❰{/* whittle: use b */}↦❱</p>\n', 'use b'));
  test('not those of a function', () => {
    check('javascript', 'f = () => {❰/* whittle: use b */↦❱}\n', 'use b');
    check('javascript', 'function f() {❰/* whittle: use b */↦❱}\n', 'use b');
    check('typescriptreact', 'function f()\n{❰/* whittle: use b */↦❱}\n', 'use b');
    check('typescript', '{❰/* whittle: use b */↦❱}\n', 'use b');
  });
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
  test.each([
    ['typescript', '/*\n * whittle: use b\n * at once\n */\n', 'a();\n'],
    ['javascriptreact', '{/*\n  whittle: use b\n  at once\n*/}\n', '<A />\n'],
    ['python', '# whittle: use b\n# at once\n', 'a()\n'],
  ])('%s: around the cursor, on whichever of its lines that is', (languageId, comment, code) => {
    for (let at = 0; at < comment.length; at++) {
      const found = instructionComments(toText(comment + code), languageId, { start: at, end: at });
      expect(found).toMatchObject([
        { instruction: 'use b at once', removes: { start: 0, end: comment.length } },
      ]);
    }
  });
  test('right above the cursor, of several lines', () =>
    check('typescript', '❰// whittle: use b\n// at once\n↦❱a█();\n', 'use b at once'));
  test('of several lines, far above the cursor', () =>
    check('typescript', '/*\n * whittle: use b\n */\na();\nb█();\n', 'none'));
  test('far above the cursor', () => check('typescript', '// whittle: use b\na();\nb();\nc█();\n', 'none'));
});

describe('a line comment goes on in the line below', () => {
  const goesOn = (languageId: string, first: string, second: string, instruction: string) =>
    test(`${languageId}: ${second}`, () =>
      check(languageId, `a\n❰${first}\n${second}\n↦❱b\n`, instruction, 'b'));
  describe('indented deeper behind the marker', () => {
    goesOn('typescript', '// whittle: Use a Map.', '//   Keep the order.', 'Use a Map. Keep the order.');
    goesOn('typescript', '//whittle: use a Map:', '//  Not an object', 'use a Map: Not an object');
    goesOn('python', '# whittle: Use a dict.', '#   Keep the order.', 'Use a dict. Keep the order.');
    goesOn('lua', '-- whittle: use a set:', '--\tNo duplicates', 'use a set: No duplicates');
    goesOn('clojure', ';; whittle: use a map!', ';;   Really', 'use a map! Really');
    goesOn('rust', '/// whittle: use a Vec.', '///   `Box` is slow.', 'use a Vec. `Box` is slow.');
  });
  describe('in the middle of a sentence', () => {
    goesOn(
      'typescript',
      '  // whittle: use a Map',
      '  // instead of an object',
      'use a Map instead of an object',
    );
    goesOn('python', '# whittle: retry at most', '# 3 times', 'retry at most 3 times');
    goesOn('sql', '-- whittle: join the tables', '-- (left outer)', 'join the tables (left outer)');
    goesOn('ruby', '# whittle: call it', '# "total"', 'call it "total"');
    goesOn('haskell', '-- whittle: zähle nur', '-- äußere Klammern', 'zähle nur äußere Klammern');
    goesOn('latex', '% whittle: number only', '% [starred] sections', 'number only [starred] sections');
    goesOn('bat', 'REM whittle: copy only', 'REM newer files', 'copy only newer files');
    goesOn('typescript', '// whittle:', '// use a Map', 'use a Map');
  });
  test('and the one below that', () =>
    check(
      'go',
      '❰// whittle: return an error\n// instead of a panic,\n// wrapped.\n↦❱// add adds.\nf()\n',
      'return an error instead of a panic, wrapped.',
    ));
  test('indented all of them, measured against the first', () =>
    check('python', '❰# whittle: do.\n#   One.\n#   Two.\n↦❱# Three.\n', 'do. One. Two.'));
  test('CRLF', () => check('typescript', '❰// whittle: use a Map\r\n// here\r\n↦❱c\r\n', 'use a Map here'));
});

describe('a comment of its own below stays', () => {
  const stays = (languageId: string, first: string, second: string) =>
    test(`${languageId}: ${second}`, () => check(languageId, `a\n❰${first}\n↦❱${second}\nb\n`, 'use a Map'));
  describe('that begins a sentence', () => {
    stays('typescript', '// whittle: use a Map', '// The prices, by name.');
    stays('python', '# whittle: use a Map', '# Prices by name');
    stays('lua', '-- whittle: use a Map', '-- Prices by name');
    stays('vb', "' whittle: use a Map", "' Prices by name");
    stays('erlang', '%% whittle: use a Map', '%% Prices by name');
    stays('csharp', '// whittle: use a Map', '/// <summary>Prices</summary>');
    stays('typescript', '// whittle: use a Map', '// TODO sort');
    stays('typescript', '// whittle: use a Map', '// @ts-expect-error');
    stays('typescript', '// whittle: use a Map', '//  Prices by name');
    stays('typescript', '// whittle: use a Map', '// - a list');
  });
  describe('that tells a tool what to do', () => {
    stays('typescript', '// whittle: use a Map', '// eslint-disable-next-line no-console');
    stays('typescript', '// whittle: use a Map', '// biome-ignore lint: why');
    stays('python', '# whittle: use a Map', '# type: ignore');
    stays('python', '# whittle: use a Map', '# noqa');
    stays('go', '// whittle: use a Map', '//go:generate stringer');
    stays('shellscript', '# whittle: use a Map', '# shellcheck disable=SC2086');
  });
  describe('of another indentation or marker', () => {
    stays('typescript', '// whittle: use a Map', '  // by name');
    stays('php', '// whittle: use a Map', '# by name');
    stays('typescript', '// whittle: use a Map', '/* by name */');
  });
  test.each(['.', '!', '?', ':', '.)', '."'])('behind a sentence that ends with %s', (end) =>
    check('typescript', `❰// whittle: use a Map${end}\n↦❱// prices by name\n`, `use a Map${end}`),
  );
  test('behind an empty comment', () =>
    check('python', '❰# whittle: use a Map\n↦❱#\n# by name\n', 'use a Map'));
  test('below code', () =>
    check(
      'typescript',
      'a();❰ // whittle: use a Map↦❱\n// by name\n',
      'use a Map',
      'a(); // whittle: use a Map',
    ));
  test('below a block', () => check('typescript', '❰/* whittle: use a Map */\n↦❱// by name\n', 'use a Map'));
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

describe('inside a string of several lines', () => {
  const none = (languageId: string, source: string) =>
    test(`${languageId}: ${source}`, () => check(languageId, source, 'none'));
  none('javascript', 'let a = `\n// whittle: use a Map\n`;\n');
  none('typescript', `let a = \`\${b}\n  /* whittle: use a Map */\n\${c}\`;\n`);
  none('typescript', `let a = \`\${b}\n// whittle: use a Map\n\`;\n`);
  none('go', 'a := `\n// whittle: use a Map\n`\n');
  none('python', 'a = """\n# whittle: use a Map\n"""\n');
  none('python', "a = '''x\n# whittle: use a Map'''\n");
  const some = (languageId: string, source: string) =>
    test(`${languageId}, not: ${source}`, () => check(languageId, source, 'use a Map'));
  some('javascript', 'let a = `\nb`;\n❰// whittle: use a Map\n↦❱let c = `\n`;\n');
  some('javascript', `let a = \`\${\n❰// whittle: use a Map\n↦❱b}\`;\n`);
  some('javascript', "// don't `\n❰// whittle: use a Map\n↦❱let a = `b`;\n");
  some('javascript', 'let a = `\n❰// whittle: use a Map\n↦❱let b;\n');
  some('python', 'a = """b"""\n❰# whittle: use a Map\n↦❱c = """\n"""\n');
  some('markdown', '```js\n❰<!-- whittle: use a Map -->\n↦❱```\n');
  some('shellscript', "echo 'a\n❰# whittle: use a Map\n↦❱b'\n");
});
