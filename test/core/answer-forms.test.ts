import { describe, expect, test } from 'vitest';
import { createAnswer } from '../../server/core/answer.ts';
import { apply } from '../../server/core/edit.ts';
import { toText } from '../../server/core/text.ts';

interface Asked {
  readonly path?: string;
  /** The part of the text that was asked about. */
  readonly region?: string;
}

/** The text as the answer leaves it, or the reason why it does not; the same however the answer is chopped. */
function landed(text: string, answer: string, { path = 'src/a.ts', region }: Asked = {}): string {
  const start = region === undefined ? 0 : text.indexOf(region);
  const at = region === undefined ? {} : { region: { start, end: start + region.length } };
  const read = (chunks: Iterable<string>) => {
    const reader = createAnswer({ text: toText(text), path, others: 'collected', ...at });
    for (const chunk of chunks) reader.push(chunk);
    const result = reader.finish();
    if (result.kind === 'failed') return result.reason;
    return result.elsewhere ? 'another file' : apply(text, result.edit);
  };
  expect(read(answer)).toBe(read([answer]));
  return read([answer]);
}

function block(search: string, replace: string): string {
  return `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}

function fenced(code: string, language = ''): string {
  return `\`\`\`${language}\n${code}\n\`\`\`\n`;
}

describe('names that begin with a sign of emphasis', () => {
  for (const path of ['__init__.py', 'pages/_app.tsx', '_app.tsx', '__tests__/a_.ts', '_a/_b.scss'])
    test(path, () => {
      for (const line of [path, `**${path}**`, `### ${path}`, `\`${path}\`:`])
        expect(landed('a\nb\n', `${line}\n${block('a', 'c')}`, { path })).toBe('c\nb\n');
    });
});

test('a list of files before the blocks names none of them', () => {
  const list = 'Changed:\n\n- src/a.ts\n- src/b.ts\n\nHere it is:\n\n';
  expect(landed('a\nb\n', `${list}${block('a', 'c')}`)).toBe('c\nb\n');
  expect(landed('a\nb\n', `- src/a.ts\n- src/b.ts\n${block('a', 'c')}`)).toBe('another file');
});

describe('lines that look like marks, in a block', () => {
  test('of a session in Python', () => {
    for (const line of ['>>> new', '>>> updated', '>>> after()', '<<<OLD', '<<< before'])
      expect(landed('a\nb\n', block('a', `c\n${line}\nd`))).toBe(`c\n${line}\nd\nb\n`);
  });
  test('headings of a wiki', () => {
    for (const line of ['====== New ======', '===== After', '<<<<< updated'])
      expect(landed('a\nb\n', block('a', `c\n${line}\nd`))).toBe(`c\n${line}\nd\nb\n`);
  });
  test('marks in strings', () => {
    expect(landed('a\nb\n', block('a', "[\n  '>>>>>>> REPLACE',\n]"))).toBe(
      "[\n  '>>>>>>> REPLACE',\n]\nb\n",
    );
  });
  test('an end mark behind a line is not the end where another follows', () => {
    const line = 'ends with >>>>>>> REPLACE';
    expect(landed('a\nb\n', block('a', `${line}\nd`))).toBe(`${line}\nd\nb\n`);
  });
  test('a file named behind an end mark of another form', () => {
    for (const end of ['c;>>>>>>> REPLACE', 'c;\n>>>>>>> END']) {
      const first = `<<<<<<< SEARCH\na;\n=======\n${end}\n\nsrc/b.ts\n`;
      expect(landed('a;\nb;\n', `${first}${block('b;', 'd;')}`)).toBe('another file');
    }
  });
});

describe('comments that are no elision, where there are fewer lines', () => {
  for (const comment of [
    '// keep existing values where the user has set some',
    '// 既存ユーザーを更新する',
    '// 残り時間',
    '// 기존 데이터 삭제',
    '# 省略可能',
    '// bestehende Einträge löschen',
    '// существующий пользователь',
    '// usuario existente',
  ])
    test(comment, () => expect(landed('a\nb\nc\n', block('a\nb', comment))).toBe(`${comment}\nc\n`));
});

describe('entities and escapes that are meant', () => {
  test('in a text with tags', () => {
    const text = '<body>\n<p>\nFish & chips\n</p>\n</body>\n';
    const region = 'Fish & chips\n';
    expect(landed(text, fenced('Fish &amp; chips'), { path: 'a.html', region })).toContain(
      'Fish &amp; chips',
    );
  });
  test('in lines that are no other ones', () => {
    const text = 'if (a < b) f();\nconst gap = " ";\n';
    const region = 'const gap = " ";\n';
    expect(landed(text, fenced('const gap = "&lt;&nbsp;";'), { region })).toContain('"&lt;&nbsp;"');
    expect(landed('a & b\nc\n', fenced('a &amp; b\nc'), { path: 'a.txt' })).toBe('a &amp; b\nc\n');
  });
  test('of a regexp beside a quote that was escaped', () => {
    const answer = block("f('it\\'s $x');\ng();", "f('it\\'s $x');\ng(/\\(\\[/);");
    expect(landed('f("it\'s $x");\ng();\n', answer.replaceAll("'it\\'s $x'", '"it\\\'s $x"'))).toBe(
      'f("it\'s $x");\ng(/\\(\\[/);\n',
    );
  });
  test('lines that get numbers', () => {
    expect(landed('one\ntwo\n', fenced('1: one\n2: two'), { path: 'a.txt' })).toBe('1: one\n2: two\n');
  });
});

describe('what stands around code and is meant', () => {
  test('text that is struck out', () => {
    expect(landed('a\nold price\nb\n', '<s>old price</s>', { path: 'a.md', region: 'old price\n' })).toBe(
      'a\n<s>old price</s>\nb\n',
    );
  });
  test('quotes that make it code', () => {
    expect(landed('a\nnpm install\nb\n', '`npm install`', { path: 'a.md', region: 'npm install\n' })).toBe(
      'a\n`npm install`\nb\n',
    );
  });
  test('an element around lines without tags', () => {
    const text = '<p>\n  {total}\n</p>\n';
    const answer = '<output>\n  {total}\n</output>\n';
    expect(landed(text, answer, { region: '  {total}\n' })).not.toBe('nothing-to-change');
  });
  test('a fence around commands, in files that hold them', () => {
    const text = 'export A=1\nalias b=c\nexport D=2\n';
    for (const path of ['.bashrc', '.zshrc', 'env.example', 'a.bats', 'a.sh.j2'])
      expect(landed(text, fenced('export A=2\nalias b=c\nexport D=2', 'bash'), { path })).toBe(
        'export A=2\nalias b=c\nexport D=2\n',
      );
  });
});

describe('no call and no diff', () => {
  test('keys of a file in JSON', () => {
    const text = '{\n  "search": "Search",\n  "title": "A"\n}\n';
    const code = '{\n  "search": "Suchen",\n  "replace": "Ersetzen",\n  "title": "A"\n}';
    expect(landed(text, fenced(code, 'json'), { path: 'de.json' })).toBe(`${code}\n`);
  });
  test('lines that become a list', () => {
    const answer = fenced('# Use\n\n-   first thing\n-   second thing');
    expect(landed('# Use\n\nfirst thing\nsecond thing\n', answer, { path: 'a.md' })).toBe(
      '# Use\n\n-   first thing\n-   second thing\n',
    );
  });
  test('a text that says where it ends', () => {
    const hunk = '@@\n-a\n+c\n *** END OF FILE ***\n a';
    const patch = `*** Begin Patch\n*** Update File: src/a.ts\n${hunk}\n*** End Patch\n`;
    expect(landed('a\n*** END OF FILE ***\na\n', patch)).toBe('c\n*** END OF FILE ***\na\n');
  });
  test('a hunk in a text that is indented', () => {
    const code = 'const text = [\n  `\n  @@ -1 +1 @@\n  `,\n];';
    expect(landed('const text = [\n  ``,\n];\n', fenced(code))).toBe(`${code}\n`);
  });
});

/** As long as an answer may be: what takes steps with the square of a line would not come to an end. */
describe('a diff whose context lacks the blank that is its sign', () => {
  const text = 'import os\n\ndef a():\n    x = 1\n    y = 2\n\n\ndef b():\n    return 2\n';
  const diff = (hunks: string) => `--- a/src/a.ts\n+++ b/src/a.ts\n${hunks}`;

  test('before the change', () => {
    const answer = diff('@@ -3,3 +3,3 @@\ndef a():\n    x = 1\n-    y = 2\n+    y = 3\n');
    expect(landed(text, answer)).toBe(text.replace('y = 2', 'y = 3'));
  });
  test('between two changes, of which neither is left out', () => {
    const answer = diff(
      '@@ -5,5 +5,5 @@\n-    y = 2\n+    y = 3\n\n\ndef b():\n-    return 2\n+    return 3\n',
    );
    expect(landed(text, answer)).toBe(text.replace('y = 2', 'y = 3').replace('return 2', 'return 3'));
  });
  test('in one hunk of two', () => {
    const answer = diff(
      '@@ -5 +5 @@\n-    y = 2\n+    y = 3\n@@ -8,2 +8,2 @@\ndef b():\n-    return 2\n+    return 3\n',
    );
    expect(landed(text, answer)).toBe(text.replace('y = 2', 'y = 3').replace('return 2', 'return 3'));
  });
  test('new lines stand where they are written', () => {
    const answer = diff('@@ -4,2 +4,3 @@\n    x = 1\n+    z = 3\n    y = 2\n');
    expect(landed(text, answer)).toBe(text.replace('    y', '    z = 3\n    y'));
    const code = 'function f() {\n  if (a) {\n    b();\n  }\n}\n';
    const deeper = diff('@@ -2,2 +2,4 @@\n  if (a) {\n+    if (c) {\n+      d();\n+    }\n    b();\n');
    expect(landed(code, deeper)).toBe(code.replace('    b', '    if (c) {\n      d();\n    }\n    b'));
  });
  test('that is not in the document fails all of it', () => {
    const answer = diff(
      '@@\n-    y = 2\n+    y = 3\nclass Unknown(Base):\n-    limit = measured()\n+    return 3\n',
    );
    expect(landed(text, answer)).toBe('not-found');
  });
  test('dots between two hunks', () => {
    const answer = diff('@@\n-    y = 2\n+    y = 3\n...\n-    return 2\n+    return 3\n');
    expect(landed(text, answer)).toBe(text.replace('y = 2', 'y = 3').replace('return 2', 'return 3'));
  });
  test('words and a list behind it are none', () => {
    const list = '\nWhat it does:\n- y is three\n\nAnd not:\n- anything else\n';
    const answer = diff(`@@ -5 +5 @@\n-    y = 2\n+    y = 3\n${list}`);
    expect(landed(text, answer)).toBe(text.replace('y = 2', 'y = 3'));
    const both = diff(
      `@@ -5,5 +5,5 @@\n-    y = 2\n+    y = 3\n\n\ndef b():\n-    return 2\n+    return 3\n${list}`,
    );
    expect(landed(text, both)).toBe(text.replace('y = 2', 'y = 3').replace('return 2', 'return 3'));
  });
});

describe('an answer in more than one form', () => {
  const text = 'function one() {\n  return first;\n}\n\nfunction two() {\n  return second;\n}\n';
  const both = text.replace('first', '1').replace('second', '2');
  const one = block('  return first;', '  return 1;');
  const two = block('  return second;', '  return 2;');
  const header = '--- a/src/a.ts\n+++ b/src/a.ts\n';
  const diffOne = '@@ -2 +2 @@\n-  return first;\n+  return 1;\n';
  const diffTwo = '@@ -6 +6 @@\n-  return second;\n+  return 2;\n';
  const patch = (from: string, to: string) =>
    `*** Begin Patch\n*** Update File: src/a.ts\n@@\n-  return ${from};\n+  return ${to};\n*** End Patch\n`;

  test.each([
    ['a block and a diff', one + header + diffTwo],
    ['a block and a diff, each in a fence', fenced(one) + fenced(header + diffTwo, 'diff')],
    ['a block and a hunk', `${one}\n${diffTwo}`],
    ['a block and a patch', one + patch('second', '2')],
    ['a diff and a block', header + diffOne + two],
    ['a diff and a block, each in a fence', fenced(header + diffOne, 'diff') + fenced(two)],
    ['a patch and a diff', patch('first', '1') + header + diffTwo],
    ['a patch and a block', patch('first', '1') + two],
  ])('%s: both land', (_, answer) => expect(landed(text, answer)).toBe(both));

  test.each([
    ['quoted marks', one + two.replace(/^/gm, '> ')],
    ['words for marks', `${one}SEARCH:\n  return second;\nREPLACE:\n  return 2;\n`],
    ['tags', `${one}<search>\n  return second;\n</search>\n<replace>\n  return 2;\n</replace>\n`],
    ['a divider and an end alone', `${one}  return second;\n=======\n  return 2;\n>>>>>>> REPLACE\n`],
    ['a diff without a heading', one + fenced('-  return second;\n+  return 2;', 'diff')],
    ['an end and an opening mark in one line', `${one.trimEnd()} ${two}`],
  ])('%s: no half of it lands', (_, answer) => expect(landed(text, answer)).toBe('malformed'));

  test.each([
    ['a diff', header + diffOne],
    ['a diff without a heading', fenced('-  return first;\n+  return 1;', 'diff')],
    ['the new code', fenced('function one() {\n  return 1;\n}', 'ts')],
    ['an end mark', '>>>>>>> REPLACE\n'],
    ['words', 'It does:\n- return 1 from one\n+ nothing else\n'],
  ])('%s that says the change once more is none', (_, again) =>
    expect(landed(text, `${one}\n${again}`)).toBe(text.replace('first', '1')),
  );
});

describe('a block that leaves lines out on both sides', () => {
  const text =
    'function one() {\n  const a = b;\n  if (a) {\n    c();\n  }\n  return a;\n}\n\nfunction two() {\n  const a = b;\n  return a;\n}\n';
  const check = (search: string, replace: string, expected: string) =>
    expect(landed(text, block(search, replace))).toBe(expected);

  for (const dots of ['...', '  ...', '  // ...', '  // ... existing code ...', '  …'])
    test(`${dots}: each part lands where it stands`, () => {
      check(
        `function two() {\n${dots}\n  return a;`,
        `function two() {\n${dots}\n  return 2;`,
        text.replace(/return a(?=;\n}\n$)/, 'return 2'),
      );
      check(
        `function one() {\n${dots}\n    c();\n${dots}\n}`,
        `function one() {\n${dots}\n    d();\n${dots}\n  e();\n}`,
        text.replace('c()', 'd()').replace('  return a;\n}', '  return a;\n  e();\n}'),
      );
    });
  test('a heading alone: the lines below it stay', () =>
    check('function two() {\n  ...', 'function second() {\n  ...', text.replace('two', 'second')));
  test('in a diff', () => {
    const hunk = '@@ -8,4 +8,4 @@\n function two() {\n // ...\n-  return a;\n+  return 2;\n }\n';
    expect(landed(text, `--- a/src/a.ts\n+++ b/src/a.ts\n${hunk}`)).toBe(
      text.replace(/return a(?=;\n}\n$)/, 'return 2'),
    );
  });
  test('not where they differ', () => {
    check('function two() {\n  ...\n  return a;', 'function two() {\n  return 2;', 'not-found');
    check('function two() {\n  ...\n', 'function two() {\n  d();\n', 'not-found');
  });
  test('not by a bracket that stands elsewhere', () =>
    check('function two() {\n  ...\n    }', 'function two() {\n  ...\n    d();\n    }', 'not-found'));
  test('dots of the file are code', () => {
    const python = 'def a():\n    ...\n\ndef b():\n    ...\n';
    expect(landed(python, block('def b():\n    ...', 'def c():\n    ...'))).toBe(python.replace('b', 'c'));
  });
});

describe('for an empty file, without a fence', () => {
  test.each([
    'export const a = 1;\n',
    "def main():\n    print('hello')\n\n\nmain()\n",
    '# This says hello to the world.\nprint("hi")\n',
    '<p>Hello</p>\n',
    '{\n  "a": 1\n}\n',
  ])('%j is code', (answer) => {
    expect(landed('', answer)).toBe(answer);
    expect(landed('\n', answer)).toBe(answer);
  });
  test.each([
    'Done.',
    'The file is empty; there is nothing that I can change.',
    'Sure! Use a = b;',
    'Which of `f(a)` and `g(a)` is meant?',
    'Here is the file:\n\nprint("hi")\n',
    'print("hi")\n\nThis prints hi.\n',
  ])('%j is words', (answer) => expect(landed('', answer)).toMatch(/^(?:malformed|refused)$/));
});

describe('a method that was asked about, with what stands around it', () => {
  const method = (name: string, result: string) => `  ${name}() {\n    return ${result};\n  }\n`;
  const text = `class A {\n${[method('one', 'a'), method('two', 'b'), method('three', 'c')].join('\n')}}\n`;
  const region = method('two', 'b');
  const check = (code: string, expected = text.replace('b;', '2;')) =>
    expect(landed(text, fenced(code.trimEnd(), 'ts'), { region })).toBe(expected);

  test('the one before', () => check(`${method('one', 'a')}\n${method('two', '2')}`));
  test('the one behind', () => check(`${method('two', '2')}\n${method('three', 'c')}`));
  test('both', () => check([method('one', 'a'), method('two', '2'), method('three', 'c')].join('\n')));
  test('the class, and dots for the others', () => {
    check(`class A {\n${method('two', '2')}}`);
    check(`class A {\n  // ...\n\n${method('two', '2')}\n  // ...\n}`);
    check(`class A {\n  ...\n${method('two', '2')}`);
  });
  test('a class in a class', () => {
    const code = `${region}\n  three() {\n    return c;\n  }\n`.replace(/^(?=.)/gm, '  ');
    const nested = `namespace N {\n  class A {\n${code}  }\n}\n`;
    const answer = fenced(`namespace N {\n  class A {\n    two() {\n      return 2;\n    }\n  }\n}`);
    expect(landed(nested, answer, { region: code.split('\n\n')[0] ?? '' })).toBe(nested.replace('b;', '2;'));
  });
  test('all of the class', () => check(text.replace('b;', '2;').trimEnd()));
  test('a new one behind it is none of them', () => {
    const both = `${method('two', '2')}\n${method('more', 'd')}`;
    check(both, text.replace(region, both));
  });
  test('equal lines behind it are its own', () =>
    expect(
      landed('h();\na();\nb();\na();\nb();\nc();\n', fenced('x();\na();\nb();'), { region: 'a();\nb();\n' }),
    ).toBe('h();\nx();\na();\nb();\na();\nb();\nc();\n'));
});

describe('some functions of a file, written anew', () => {
  const fn = (name: string, result: string) =>
    `function ${name}() {\n  const v = ${name}Value;\n  return ${result};\n}\n`;
  const all = (one: string, two: string, three = 'v', more = '') =>
    [fn('one', one) + more, fn('two', two), fn('three', three), fn('four', 'v'), fn('five', 'v')].join('\n');
  const text = all('v', 'v');

  test('two that follow each other', () =>
    expect(landed(text, fenced(`${fn('one', '1')}\n${fn('two', '2')}`, 'ts'))).toBe(all('1', '2')));
  test('one, and one that is new', () => {
    const more = '\nfunction helper() {\n  return 2;\n}\n';
    expect(landed(text, fenced(`${fn('one', '1')}${more}`, 'ts'))).toBe(all('1', 'v', 'v', more));
  });
  test('what stands between two does not go', () => {
    const lines = (each: readonly string[]) => each.map((name) => `function ${name}() {\n  a${name}();\n}\n`);
    const short = lines(['one', 'two', 'three', 'four', 'five', 'six']).join('\n');
    const answer = fenced(lines(['one', 'three']).join('\n').replace('aone', 'b'), 'ts');
    expect(landed(short, answer)).toBe('malformed');
  });
  test('in a fence each: no fence gets into the file', () => {
    const short =
      'function one() {\n  a();\n}\n\nfunction two() {\n  b();\n}\n\nfunction three() {\n  c();\n}\n';
    const answer = `${fenced('function one() {\n  d();\n}', 'ts')}\n${fenced('function two() {\n  e();\n}', 'ts')}`;
    expect(landed(short, answer)).toBe('malformed');
    expect(landed(short, answer, { path: 'no-ending' })).toBe('malformed');
  });
});

test('headers of blanks cost no more than they are long', () => {
  const blanks = ' '.repeat(300_000);
  for (const answer of [
    `--- a${blanks}b\n+++ a${blanks}b\n@@\n-a\n+b\n`,
    `*** Begin Patch\n*** Update File: a${blanks}b\n-a\n+b\n*** End Patch\n`,
  ])
    expect(createAnswer({ text: toText('a\n') }).push(answer).length).toBeLessThanOrEqual(1);
});
