import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswer } from '../../server/core/answer.ts';
import { diff } from '../../server/core/diff/diff.ts';
import { apply, toEdit } from '../../server/core/edit.ts';
import { writeApplyPatch } from '../../server/core/formats/apply-patch.ts';
import { type Block, blocksOf } from '../../server/core/formats/block.ts';
import { writeRewrite } from '../../server/core/formats/rewrite.ts';
import { writeSearchReplace } from '../../server/core/formats/search-replace.ts';
import { writeUnifiedDiff } from '../../server/core/formats/unified-diff.ts';
import { toText } from '../../server/core/text.ts';
import { thoughtMarks } from '../../server/core/thought-marks.ts';
import { chopped, damaged } from '../support/chunks.ts';
import { drawn, marked } from '../support/markers.ts';
import { codeLikeText, editOf } from '../support/texts.ts';

/** One block: what is looked for and what it becomes, as lines. */
type Pair = readonly [string, string];

function answerOf(...pairs: readonly Pair[]): string {
  return writeSearchReplace(
    pairs.map(([search, replace]) => ({ search: lines(search), replace: lines(replace) })),
  );
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

/** The document with the edit drawn in, or the reason; a range in it is the region. */
function check(expected: string, answer: string, reason?: string): void {
  const { text, ranges } = marked(expected);
  const [region] = ranges;
  const reader = createAnswer({ text: toText(text), ...(region ? { region } : {}) });
  reader.push(answer);
  const result = reader.finish();
  const plain = expected.replace(/[«»]/g, '');
  if (reason === undefined) expect(result.kind === 'edit' ? drawn(text, result.edit) : result).toBe(plain);
  else expect(result.kind === 'failed' ? result.reason : drawn(text, result.edit)).toBe(reason);
}

describe('minimal', () => {
  test('a word of a line', () => check('a\nlet ❰b↦c❱ = 1;\nd\n', answerOf(['let b = 1;', 'let c = 1;'])));
  test('context is not touched', () => check('a\n❰b↦x❱\nc\n', answerOf(['a\nb\nc', 'a\nx\nc'])));
  test('a line more', () => check('a\n❰↦b\n❱c\n', answerOf(['a\nc', 'a\nb\nc'])));
  test('a line less', () => check('a\n❰b\n↦❱c\n', answerOf(['a\nb\nc', 'a\nc'])));
  test('two blocks', () => check('❰a↦x❱\nb\nc\n❰d↦y❱\n', answerOf(['a', 'x'], ['d', 'y'])));
  test('blocks in another order', () => check('❰a↦x❱\nb\nc\n❰d↦y❱\n', answerOf(['d', 'y'], ['a', 'x'])));
  test('the same said twice', () => check('❰a↦x❱\nb\n', answerOf(['a', 'x'], ['a', 'x'])));
  test('a block that builds on another', () => {
    check('❰a↦y❱\nb\n', answerOf(['a', 'x'], ['x\nb', 'y\nb']));
    // In its numbers, or for a part of a line.
    check('❰a↦x❱();\n❰b↦y❱();\n', answerOf(['a();', 'x();'], ['1 | x();\n2 | b();', '1 | x();\n2 | y();']));
    check(
      'if (q) return ❰total↦sum❱(❰price↦item❱s);\n',
      answerOf(
        ['if (q) return total(prices);', 'if (q) return sum(prices);'],
        ['return sum(prices)', 'return sum(items)'],
      ),
    );
  });
  test('an empty document', () => check('❰↦a\nb\n❱', answerOf(['', 'a\nb'])));
  test('an empty line, which is how an editor gives an empty file', () => {
    check('❰↦a\nb❱\n', answerOf(['', 'a\nb']));
    check('❰↦a\r\nb❱\r\n', answerOf(['', 'a\nb']));
    check('❰↦a❱\n', '*** Begin Patch\n*** Add File: a.ts\n+a\n*** End Patch\n');
    check('❰↦a❱\n', '--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+a\n');
    check('❰↦a❱\n', '*** Begin Patch\n*** Update File: a.ts\n@@\n+a\n*** End Patch\n');
  });
  test('nothing but blanks', () => check('❰  \n↦a❱\n', answerOf(['', 'a'])));
});

describe('what is not ours stays', () => {
  test('CRLF', () => check('a\r\n❰b↦x❱\r\n❰↦y\r\n❱c\r\n', answerOf(['a\nb\nc', 'a\nx\ny\nc'])));
  test('a terminator of its own kind', () => check('a\r\nb\n❰↦x\n❱c\r\n', answerOf(['b\nc', 'b\nx\nc'])));
  test('no newline at the end', () => check('a\nb❰↦\nc❱', answerOf(['b', 'b\nc'])));
  test('a last line goes', () => check('a❰\nb↦❱', answerOf(['a\nb', 'a'])));
  test('all of a last line goes', () => check('a❰\nb↦❱', answerOf(['b', ''])));
  test('a byte order mark', () => {
    check('\ufeff❰a↦x❱();\nb();\n', answerOf(['a();', 'x();']));
    check('\ufeff❰a↦x❱();\nb();\n', '```\nx();\nb();\n```\n');
    check('\ufeff❰↦x();\n❱a();\nb();\n', '```\nx();\na();\nb();\n```\n');
  });
  test('blanks at line ends', () => check('a  \nb\t\n❰c↦x❱\n', answerOf(['a\nb\nc', 'a\nb\nx'])));
  test('blanks at the end of a line that is changed', () => {
    check('a  \nline ❰two↦2❱  \nend\n', answerOf(['line two', 'line 2']));
    check('a  \n❰le↦cons❱t y = 1;\t\nend\n', answerOf(['a\nlet y = 1;', 'a\nconst y = 1;']));
    check('  a  \n  ❰b↦x❱  \n', answerOf(['a\nb', 'a\nx']));
    check('a  \n', answerOf(['a', 'a']), 'nothing-to-change');
    // What the model saw, it may change.
    check('a❰  ↦❱\n', answerOf(['a  ', 'a']));
    check('line ❰two  ↦2❱\n', answerOf(['line two  ', 'line 2']));
    check('- a\n- b❰↦  ❱\n', answerOf(['- b', '- b  ']));
    check('line ❰two ↦2❱\n❰↦three\n❱', answerOf(['line two', 'line 2\nthree']));
  });
  test('typographic signs of a line that is changed', () => {
    check('it’s “❰one↦two❱” — a…\n', answerOf(['it\'s "one" - a...', 'it\'s "two" - a...']));
    check('  it’s ❰one↦two❱  \n', answerOf(["it's one", "it's two"]));
    check('it❰’↦ i❱s one\n', answerOf(["it's one", 'it is one']));
  });
  test('typographic signs', () => check('// it’s so\n❰a↦b❱\n', answerOf(["// it's so\na", "// it's so\nb"])));
  test('empty lines the model left out', () =>
    check('a();\n\n❰b↦c❱();\n', answerOf(['a();\nb();', 'a();\nc();'])));
  test('an empty line the model made up', () =>
    check('a();\n❰b↦c❱();\n', answerOf(['a();\n\nb();', 'a();\n\nc();'])));
  test('a line the model misread', () => {
    check(
      'const total = sum(prices, rate❰↦, tax❱);\nreturn total;\n',
      answerOf([
        'const total = sum(price, rate);\nreturn total;',
        'const total = sum(price, rate, tax);\nreturn total;',
      ]),
    );
    check(
      'const total = sum(prices);\nreturn ❰total↦0❱;\n',
      answerOf(['const total = sum(price);\nreturn total;', 'const total = sum(price);\nreturn 0;']),
    );
  });
});

describe('what models put over the lines they copy', () => {
  test('line numbers', () => {
    for (const sign of [' | ', ': ', '\t', '→']) {
      const numbered = (from: number, ...all: string[]) =>
        all.map((line, i) => `${from + i}${sign}${line}`).join('\n');
      check(
        'a();\nb();\n  ❰c↦d❱();\n',
        answerOf([numbered(2, 'b();', '  c();'), numbered(2, 'b();', '  d();')]),
      );
      check('a();\nb();\n  ❰c↦d❱();\n', answerOf([numbered(2, 'b();', '  c();'), 'b();\n  d();']));
    }
  });
  test('line numbers tell equal places apart', () => {
    check('a\nb\nc\na\n❰b↦x❱\nd\n', answerOf(['4 | a\n5 | b', '4 | a\n5 | x']));
  });
  test('lines that stand there twice as they are', () => {
    check('1: a\nb\n1: a\na\n', answerOf(['1: a', '1: x']), 'ambiguous');
  });
  test('lines that begin with numbers stay', () => {
    check('1: a\n2: ❰b↦c❱\n', answerOf(['1: a\n2: b', '1: a\n2: c']));
  });
  test('entities', () => {
    check(
      'a();\nif (b < ❰2↦3❱ && c)\n',
      answerOf(['a();\nif (b &lt; 2 &amp;&amp; c)', 'a();\nif (b &lt; 3 &amp;&amp; c)']),
    );
    check('<p>a &❰l↦g❱t; b</p>\n', answerOf(['<p>a &lt; b</p>', '<p>a &gt; b</p>']));
  });
  test('entities in lines that are similar', () => {
    const long = 'const isLongEnough = total < minimum;';
    const written = 'const isLongEnough = total &lt; minimum';
    check(`${long.slice(0, -1)}❰↦ + 1❱;\n`, answerOf([`${written};`, `${written} + 1;`]));
  });
  test('backslashes', () => {
    check('say("❰a↦b❱");\n', answerOf(['say(\\"a\\");', 'say(\\"b\\");']));
    check('let a_b = ❰c↦d❱;\n', answerOf(['let a\\_b = c;', 'let a\\_b = d;']));
    check('say("a"❰↦, /\\\\d/❱);\n', answerOf(['say(\\"a\\");', 'say(\\"a\\", /\\\\\\\\d/);']));
    check("a_b = c❰↦ + '\\\\d'❱;\n", answerOf(['a\\_b = c;', "a\\_b = c + '\\\\d';"]));
  });
  test('fences', () => {
    check('a();\n❰b↦c❱();\n', answerOf(['```ts\na();\nb();\n```', '```ts\na();\nc();\n```']));
  });
  test('the signs of a diff', () => {
    check('a();\n  ❰b↦c❱();\n', answerOf(['-  b();', '+  c();']));
    check('a();\n\n❰b↦c❱();\n', answerOf([' a();\n\n-b();', ' a();\n\n+c();']));
  });
  test('one thing over another', () => {
    check('a();\nif (b < ❰2↦3❱)\n', answerOf(['1 | a();\n2 | if (b &lt; 2)', '1 | a();\n2 | if (b &lt; 3)']));
    check('f(x < 1);\ng("❰a↦b❱");\n', answerOf(['f(x &lt; 1);\ng(\\"a\\");', 'f(x &lt; 1);\ng(\\"b\\");']));
  });
  test('blanks that only look so', () => {
    const odd = '\u00a0\u00a0';
    check('  a();\n❰↦  b();\n❱', answerOf([`${odd}a();`, `${odd}a();\n${odd}b();`]));
  });
});

describe('a part of a line', () => {
  test('that stands there once', () => {
    check(
      'a();\nif (x) return ❰total↦sum❱(prices);\n',
      answerOf(['return total(prices)', 'return sum(prices)']),
    );
    check('a(\r\n  first, ❰second↦other❱);\r\n', answerOf(['a(\n  first, second', 'a(\n  first, other']));
  });
  test('that stands there twice', () => {
    check('f(return_a);\ng(return_a);\n', answerOf(['return_a', 'return_b']), 'not-found');
  });
  test('of a word', () => check('const subtotal = 3;\n', answerOf(['total = 3', 'all = 3']), 'not-found'));
  test('with a line more, or all of it gone', () => {
    check('if (x) return total;\n', answerOf(['return total;', 'log();\nreturn total;']), 'not-found');
    check('if (x) return total;\n', answerOf(['return total;', '']), 'not-found');
  });
});

describe('indentation of the place', () => {
  test('begun at column 0', () => {
    check(
      '    if (a) {\n      ❰b↦c❱();\n❰↦      d();\n❱    }\n',
      answerOf(['if (a) {\n  b();\n}', 'if (a) {\n  c();\n  d();\n}']),
    );
  });
  test('the first line alone begun at column 0', () => {
    check(
      'class A:\n    def f(self):\n        x = ❰1↦2❱\n        return x\n❰↦\n    def g(self):\n        pass\n❱',
      answerOf([
        'def f(self):\n        x = 1\n        return x',
        'def f(self):\n        x = 2\n        return x\n\n    def g(self):\n        pass',
      ]),
    );
  });
  test('too deep', () =>
    check('a();\n❰↦b();\n❱c();\n', answerOf(['  a();\n  c();', '  a();\n  b();\n  c();'])));
  test('tabs', () => {
    check(
      '\tif (a) {\n\t\tb();\n❰↦\t\tif (c) {\n\t\t\td();\n\t\t}\n❱\t}\n',
      answerOf(['if (a) {\n  b();\n}', 'if (a) {\n  b();\n  if (c) {\n    d();\n  }\n}']),
    );
  });
  test('four for two', () => {
    check(
      'a {\n    b {\n        c();\n❰↦        d();\n❱    }\n}\n',
      answerOf(['a {\n  b {\n    c();\n  }\n}', 'a {\n  b {\n    c();\n    d();\n  }\n}']),
    );
  });
  test('further out than what was looked for', () => {
    check(
      '  a {\n    b();\n❰↦  } else {\n    c();\n❱  }\n',
      answerOf(['    b();\n  }', '    b();\n  } else {\n    c();\n  }']),
    );
  });
});

describe('reasons', () => {
  test('not there', () => check('a\n', answerOf(['b', 'c']), 'not-found'));
  test('all or nothing', () => check('a\n', answerOf(['a', 'x'], ['b', 'c']), 'not-found'));
  test('two places', () => check('a\nb\na\n', answerOf(['a', 'x']), 'ambiguous'));
  test('two places, two blocks', () => check('❰a↦x❱\nb\n❰a↦x❱\n', answerOf(['a', 'x'], ['a', 'x'])));
  test('two places, one in the region', () => check('a\nb\n«❰a↦x❱»\n', answerOf(['a', 'x'])));
  test('nothing changes', () => check('a\n', answerOf(['a', 'a']), 'nothing-to-change'));
  test('an empty answer', () => check('a\n', '', 'nothing-to-change'));
  test('no change, in words', () => check('a\n', 'No changes are needed.', 'nothing-to-change'));
  test('a sentence says why', () => {
    const reader = createAnswer({ text: toText('a\n') });
    reader.push('This cannot be done here:\u001b[31m there is no such function.\n');
    expect(reader.finish()).toEqual({
      kind: 'failed',
      reason: 'refused',
      message: 'This cannot be done here: [31m there is no such function.',
    });
  });
  test('a long one is cut', () => {
    const reader = createAnswer({ text: toText('a\n') });
    reader.push(`It cannot be ${'really '.repeat(100)}done.`);
    const result = reader.finish();
    expect(result).toMatchObject({ kind: 'failed', reason: 'refused' });
    if (result.kind === 'failed') expect(result.message).toHaveLength(300);
  });
  test('more words are none', () =>
    check('a\n', 'First, I look. Then I think. Then I rename it.', 'malformed'));
  test('half a sentence is none', () => {
    const reader = createAnswer({ text: toText('a\n') });
    reader.push('This cannot be');
    expect(reader.finish('cut')).toMatchObject({ reason: 'malformed' });
  });
  test('half a block', () => check('a\n', '<<<<<<< SEARCH\na', 'malformed'));
  test('half a replacement', () => check('x\n', '<<<<<<< SEARCH\nx\n=======\nhalf', 'malformed'));
  test('a replacement without end mark', () => {
    check('x\n', '<<<<<<< SEARCH\nx\n=======\nhalf\n', 'malformed');
    check('x\n', '```\n<<<<<<< SEARCH\nx\n=======\nhalf\n```\n', 'malformed');
  });
  test('a whole block, then half a one', () => {
    check('a\nx\n', `${answerOf(['a', 'b'])}<<<<<<< SEARCH\nx\n=======\n`, 'malformed');
  });
  test('another file', () => {
    const reader = createAnswer({ text: toText('a\n'), path: 'src/a.ts' });
    reader.push(`src/b.ts\n${answerOf(['a', 'b'])}`);
    expect(reader.finish()).toMatchObject({ kind: 'failed', reason: 'not-found' });
  });
});

describe('other formats', () => {
  test('apply_patch', () => {
    check(
      'class A {\n  f() {\n    a();\n  }\n}\nclass B {\n  f() {\n    ❰a↦b❱();\n  }\n}\n',
      '*** Begin Patch\n*** Update File: x.ts\n@@ class B {\n@@   f() {\n-    a();\n+    b();\n*** End Patch\n',
    );
  });
  test('apply_patch, new lines under a heading', () => {
    check(
      'a();\nf() {\n❰↦  b();\n❱}\n',
      '*** Begin Patch\n*** Update File: x.ts\n@@ f() {\n+  b();\n*** End Patch\n',
    );
  });
  test('apply_patch, new lines at the end', () => {
    check(
      'a();\n❰↦b();\n❱',
      '*** Begin Patch\n*** Update File: x.ts\n@@\n+b();\n*** End of File\n*** End Patch\n',
    );
  });
  test('apply_patch, new lines anywhere', () => {
    check('a();\n', '*** Begin Patch\n*** Update File: x.ts\n@@\n+b();\n*** End Patch\n', 'not-found');
  });
  test('a hunk without names or numbers', () => {
    const hunk = '@@ class B\n-  b();\n+  c();\n';
    check('class A\n  b();\nclass B\n  ❰b↦c❱();\n', `\`\`\`diff\n${hunk}\`\`\`\n`);
  });
  test('marks of a conflict, where the document holds none', () => {
    const conflict = '<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> new\n';
    check('a\n❰b↦c❱\n', conflict);
    check(
      '# Conflicts\n\nAn example:\n❰↦\n```\n<<<<<<< HEAD\n```\n❱',
      '# Conflicts\n\nAn example:\n\n```\n<<<<<<< HEAD\n```\n',
    );
  });
  test('a unified diff, by its line numbers', () => {
    check('a\nb\na\nb\n❰a↦c❱\nb\n', '--- a/x\n+++ b/x\n@@ -5,2 +5,2 @@\n-a\n+c\n b\n');
  });
  test('a unified diff with wrong line numbers', () => {
    check('a\n❰b↦c❱\n', '--- a/x\n+++ b/x\n@@ -90,2 +90,2 @@\n a\n-b\n+c\n');
  });
});

describe('as models really write', () => {
  const patch = (body: string) => `*** Begin Patch\n*** Update File: x.ts\n${body}*** End Patch\n`;
  const fenced = (text: string) => `\`\`\`ts\n${text}\n\`\`\`\n`;

  test('apply_patch with line numbers for a heading', () =>
    check('a();\n❰b↦c❱();\nd();\n', patch('@@ -1,3 +1,3 @@\n a();\n-b();\n+c();\n d();\n')));
  test('a patch in a fence inside of words', () =>
    check('a();\n❰b↦c❱();\n', `Sure!\n\`\`\`diff\n${patch('@@\n-b();\n+c();\n')}\`\`\`\nIt is done.\n`));
  test('a patch with CRLF for a file without', () =>
    check('a();\n❰b↦c❱();\n', patch('@@\n-b();\n+c();\n').replaceAll('\n', '\r\n')));
  test('a diff with headers of git', () => {
    const head =
      'diff --git a/src/x.ts b/src/x.ts\nindex 1234567..89abcde 100644\n--- a/src/x.ts\n+++ b/src/x.ts\n';
    check('a();\n❰b↦c❱();\n', `${head}@@ -1,2 +1,2 @@ function f() {\n a();\n-b();\n+c();\n`);
  });
  test('a diff of a file without a last newline', () => {
    const eof = '\\ No newline at end of file\n';
    check('a();\n❰b↦c❱();', `--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a();\n-b();\n${eof}+c();\n${eof}`);
  });
  test('lines of the file that look like the divider', () => {
    const block = (search: string, replace: string) =>
      `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
    check('❰One↦Two❱\n=======\ntext\n', block('One\n=======\ntext', 'Two\n=======\ntext'));
    check('One\n=======\n❰text↦words❱\n', block('One\n=======\ntext', 'One\n=======\nwords'));
    check('❰a↦A❱\n❰↦=======\n❱b\n', block('a', 'A\n======='));
  });
  test('the path before a fence, in a fence of four', () =>
    check('a();\n❰b↦c❱();\nd();\n', '**src/x.ts**\n````ts\na();\nc();\nd();\n````\n'));
  test('tags around', () => {
    check('a();\n❰b↦c❱();\nd();\n', '<file path="x.ts">\na();\nc();\nd();\n</file>\n');
    check('<file>\n❰b↦c❱\n</file>\n', '<file>\nc\n</file>\n');
  });
  test('CRLF for a file without', () =>
    check('a();\n❰b↦c❱();\nd();\n', fenced('a();\nc();\nd();').replaceAll('\n', '\r\n')));
  test('a file with CRLF and no last newline', () =>
    check('a();\r\n❰b↦c❱();\r\nd();', fenced('a();\nc();\nd();')));
  test('a file of one line', () => check('❰b↦c❱();', fenced('c();')));
  test('an empty file', () => check('❰↦a();\n❱', fenced('a();')));

  describe('what stands for other lines is never in the document', () => {
    const before = 'a();\nb();\nc();\nd();\n';
    test.each([
      '// ... existing code ...',
      '// …rest of the code',
      '// rest of the code remains unchanged',
      '# ... (other methods unchanged)',
      '/* existing code here */',
      '{/* ... rest of component ... */}',
      '<!-- ... existing code ... -->',
      '... rest of the file ...',
      '// The rest of the function stays the same.',
      '# existing code',
      '-- ... same as before',
    ])('%s', (elision) => {
      const anew = `a();\n${elision}\nx();\ny();\nz();\nc();\nd();`;
      check(before, fenced(anew), 'malformed');
      check(`«${before}»e();\n`, `${anew}\n`, 'malformed');
      check(before, answerOf(['b();', `x();\n${elision}`]), 'malformed');
      check(before, patch(`@@\n-b();\n+x();\n+${elision}\n`), 'malformed');
    });
    test('unless it stood there', () =>
      check('a();\n// ... existing code ...\n❰b↦c❱();\n', fenced('a();\n// ... existing code ...\nc();')));
    test('and what is only spread does not', () => {
      check('f({\n  a,\n❰↦  ...rest,\n❱});\n', answerOf(['  a,\n});', '  a,\n  ...rest,\n});']));
      check('f({\n  a,\n❰↦  ...existing,\n❱});\n', fenced('f({\n  a,\n  ...existing,\n});'));
      check(
        'a();\n❰↦// the rest of the line is a comment\n❱b();\n',
        answerOf(['b();', '// the rest of the line is a comment\nb();']),
      );
    });
  });
});

describe('written anew', () => {
  const fence = (text: string) => `Here:\n\`\`\`ts\n${text}\n\`\`\`\nDone.\n`;
  test('the document', () => check('a();\n❰b↦c❱();\nd();\n', fence('a();\nc();\nd();')));
  test('the region', () => check('a();\n«❰b↦c❱();»\nd();\n', fence('c();')));
  test('a region of whole lines', () => check('a();\n«❰b↦c❱();\n»d();\n', fence('c();')));
  test('the region with lines around it', () => check('a();\n«❰b↦c❱();»\nd();\n', fence('a();\nc();\nd();')));
  test('the document, though a region was asked about', () => {
    check(
      '❰import a;\n↦import z;\n❱one();\n«two();»\nthree();\nfour();\n'.replace(
        '❰import a;\n↦import z;\n❱',
        'import ❰a↦z❱;\n',
      ),
      fence('import z;\none();\ntwo();\nthree();\nfour();'),
    );
  });
  test('the region, begun at column 0', () => {
    check(
      'f() {\n«  if (a) {\n    ❰b↦c❱();\n  }»\n}\n',
      fence('if (a) {\n  c();\n}').replace(/\n {2}c/, '\n  c'),
    );
  });
  test('CRLF', () => check('a();\r\n❰↦b();\r\n❱c();\r\n', fence('a();\nb();\nc();')));
  test('without a fence', () => check('a();\n❰b↦c❱();\nd();\n', 'a();\nc();\nd();\n'));
  test('nothing new', () => check('a();\nb();\n', fence('a();\nb();'), 'nothing-to-change'));
  test('with lines left out', () =>
    check('a();\nb();\nc();\n', fence('a();\n// ... existing code ...\nd();'), 'malformed'));
  test('a piece of a large document', () => {
    check(Array.from({ length: 30 }, (_, i) => `line${i}();\n`).join(''), fence('other();'), 'malformed');
  });
  test('with empty lines where the model put them', () => {
    check('a();\nb();\n❰↦\n❱', fence('a();\nb();\n'));
    check('«a();\n\n❰b↦c❱();\n»d();\n', fence('a();\n\nc();'));
  });
  test('a region at whose end an empty line stands', () => {
    check('«\n❰b↦c❱();\n\n»d();\n', fence('\nc();\n'));
  });
  test('a fence inside', () => {
    check('# A\n```\n❰b↦c❱();\n```\nend.\n', '````md\n# A\n```\nc();\n```\nend.\n````\n');
    check('# A\n```\n❰b↦c❱();\n```\nend.\n', '```md\n# A\n```\nc();\n```\nend.\n```\n');
    check('# A\n```\n❰b↦c❱();\n```\nend.\n', '# A\n```\nc();\n```\nend.\n');
  });
  test('marks of other formats inside', () => {
    check('--- a comment\n❰b↦c❱()\nd()\n', fence('--- a comment\nc()\nd()'));
    const marks = '<<<<<<< SEARCH\n';
    check(`a();\n${marks}❰b↦c❱();\n`, fence(`a();\n${marks}c();`));
  });
  test('a region that is nearly all of the document, its first line changed', () => {
    check('«❰old↦new❱();\nb();\nreturn;\n}\n»return;\n}\n', fence('new();\nb();\nreturn;\n}'));
  });
  test('a fence that the window begins to hold, behind new lines', () => {
    check('x\n«# A\n```\nb();\n```\n❰↦C.\n```\nd();\n```\n❱»', '# A\n```\nb();\n```\nC.\n```\nd();\n```\n');
  });
  test('without a fence, most of it new', () => {
    check(
      'a();\n«b();\n❰↦x();\ny();\nz();\nw();\nv();\n❱c();\nd();\n»e();\n',
      'b();\nx();\ny();\nz();\nw();\nv();\nc();\nd();\n',
    );
  });
  test('without a fence, its first line as before', () => {
    check('# One\n\na: [b❰↦, c❱]\n❰↦d: # d\n❱', '# One\n\na: [b, c]\nd: # d\n');
    const words = 'a();\nThis calls the function a.\nNothing more is needed here.\n';
    check('a();\nb();\nd();\n', words, 'malformed');
  });
  test('all but the first line: it may be meant to go, or left out', () => {
    check('a();\nb();\nc();\nd();\ne();\nf();\ng();\n', fence('b();\nx();\nf();\ng();'), 'malformed');
  });
  test('in a fence that is not closed', () => {
    check('a();\n❰b↦c❱();\nd();\n', '```\na();\nc();\nd();\n');
    check('a();\nb();\nd();\n', '```\na();\nc();\n', 'malformed');
  });
  test('cut off', () => {
    const reader = createAnswer({ text: toText('a();\nb();\n') });
    reader.push('```\na();\nc();');
    expect(reader.finish('cut')).toMatchObject({ kind: 'failed', reason: 'malformed' });
  });
});

describe('a snippet of what was asked about', () => {
  const fence = (text: string) => `Here:\n\`\`\`ts\n${text}\n\`\`\`\nDone.\n`;
  const values = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `const v${from + i} = ${from + i};\n`).join('');
  const many = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => `  ${name}${i}(${i});\n`).join('');
  const method = (name: string, value: string) => `  ${name}() {\n    return ${value};\n  }\n`;
  const methods = ['b', 'c', 'd', 'e', 'f'].map((name) => method(name, `this.${name}1`)).join('');

  test('one line of a document', () => {
    check(`${values(1, 2)}const v3 = 3❰↦3❱;\n${values(4, 60)}`, fence('const v3 = 33;'));
  });
  test('one line of a region of all lines', () => {
    check(`«${values(1, 2)}const v3 = 3❰↦3❱;\n${values(4, 60)}»`, fence('const v3 = 33;'));
  });
  test('one line of three', () => check('a = 1;\nb = ❰2↦5❱;\nc = 3;\n', fence('b = 5;')));
  test('one line with its neighbours', () => {
    check(
      `${values(1, 2)}const v3 = 3❰↦3❱;\n${values(4, 60)}`,
      fence('const v2 = 2;\nconst v3 = 33;\nconst v4 = 4;'),
    );
  });
  test('a line of a region, begun at column 0', () => {
    check(`f() {\n«${many('a', 30)}  b = ❰1↦2❱;\n${many('c', 30)}»}\n`, fence('b = 2;'));
  });
  test('a method of a class', () => {
    check(
      `class A {\n${method('a', '❰1↦2❱')}${methods}}\n`,
      fence(method('a', '2').replace(/^ {2}/gm, '').trimEnd()),
    );
  });
  test('a class with one of its methods', () => {
    check(
      `class A {\n${method('a', '1')}${methods}}\n`,
      fence(`class A {\n${method('a', '2')}}`),
      'malformed',
    );
  });
  test('a property in the braces of its document', () => {
    check(`{\n${many('"a": ', 20)}  "b": 1\n}\n`, fence('{\n  "b": 2\n}'), 'malformed');
  });
  test('a new line', () => check(values(1, 60), fence('const v61 = 61;'), 'malformed'));
  test('a new line much like another', () => {
    check(`${values(1, 20)}const total = 5;\n`, fence('const total2 = 5;'), 'malformed');
  });
  test('a line that is there twice', () => {
    check(`${values(1, 20)}log(a, b);\n${values(21, 40)}log(a, b);\n`, fence('log(a, bb);'), 'malformed');
  });
  test('lines as they are', () => check(values(1, 60), fence('const v3 = 3;'), 'malformed'));
  test('the first and the last line', () => {
    check(values(1, 60), fence('const v1 = 0;\nconst v60 = 60;'), 'malformed');
  });
  test('a function of several, first and with all of its lines changed', () => {
    check(
      `function a() {\n  ❰one↦two❱();\n}\n${many('x', 30).replace(/^ {2}/gm, '')}function z() {\n  last();\n}\n`,
      fence('function a() {\n  two();\n}'),
    );
  });
  test('part of a function', () => {
    check(
      `«function f() {\n${many('a', 30)}  b = 1;\n}»\n`,
      fence('function f() {\n  a0(0);\n  a1(1);\n  b = 2;\n}'),
      'malformed',
    );
  });
});

describe('the whole, with fewer lines', () => {
  const fence = (text: string) => `\`\`\`ts\n${text}\n\`\`\`\n`;
  const read = (before: string, answer: string) => {
    const { text, ranges } = marked(before);
    const [region] = ranges;
    const reader = createAnswer({ text: toText(text), ...(region ? { region } : {}) });
    reader.push(answer);
    const result = reader.finish();
    return result.kind === 'edit' ? apply(text, result.edit) : result;
  };
  const calls = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `  call${from + i}();\n`).join('');

  test('five lines as two', () => {
    expect(read('x();\n«a();\nb();\nc();\nd();\ne();\n»y();\n', fence('all();\nrest();'))).toBe(
      'x();\nall();\nrest();\ny();\n',
    );
  });
  test('a block taken apart', () => {
    expect(read('«if (a) {\n  send(b);\n} else {\n  stop(c);\n}\n»', fence('send(b2);'))).toBe('send(b2);\n');
  });
  test('a function in other words', () => {
    expect(
      read(`«function f(a) {\n${calls(0, 40)}}\n»end();\n`, fence('function f(a, b) {\n  return b;\n}')),
    ).toBe('function f(a, b) {\n  return b;\n}\nend();\n');
  });
  test('a fifth of the lines gone', () => {
    expect(read(`«${calls(0, 30)}»end();\n`, fence(calls(6, 30).trimEnd()))).toBe(`${calls(6, 30)}end();\n`);
  });
  test('a third of the lines gone, with the first', () => {
    expect(read(`«${calls(0, 30)}»end();\n`, fence(calls(10, 30).trimEnd()))).toMatchObject({
      reason: 'malformed',
    });
  });
  test('most lines gone, between the first and the last', () => {
    const few = `${calls(0, 2)}${calls(28, 30)}`;
    expect(read(`«${calls(0, 30)}»end();\n`, fence(few.trimEnd()))).toBe(`${few}end();\n`);
    expect(read(`«${calls(0, 30)}»end();\n`, few)).toBe(`${few}end();\n`);
  });
  test('most lines gone, between the lines around', () => {
    expect(read(`begin();\n«${calls(0, 30)}»end();\n`, fence('begin();\n  call3();\nend();'))).toBe(
      'begin();\n  call3();\nend();\n',
    );
  });
  test('as many lines, all of them new', () => {
    expect(read(`«${calls(0, 30)}»end();\n`, fence(calls(50, 80).trimEnd()))).toBe(
      `${calls(50, 80)}end();\n`,
    );
  });
});

test('changes of a block leave before its end mark, once a kept line stands behind them', () => {
  const reader = createAnswer({ text: toText('first();\nsecond();\nthird();\nfourth();\n') });
  const search = 'first();\nsecond();\nthird();\nfourth();\n';
  expect(reader.push(`<<<<<<< SEARCH\n${search}=======\nfirst();\nother();\n`)).toEqual([]);
  expect(reader.push('third();\n')).toEqual([{ start: 9, end: 15, text: 'other' }]);
  expect(reader.push('fourth();\n>>>>>>> REPLACE\n')).toEqual([]);
  expect(reader.finish()).toEqual({ kind: 'edit', edit: [{ start: 9, end: 15, text: 'other' }] });
});

test('replacements leave as soon as their block is complete', () => {
  const reader = createAnswer({ text: toText('a\nb\n') });
  expect(reader.push('<<<<<<< SEARCH\na\n=======\nx\n')).toEqual([]);
  expect(reader.push('>>>>>>> REPLACE\n')).toEqual([{ start: 0, end: 1, text: 'x' }]);
});

test('changes leave before their hunk ends, once a kept line stands behind them', () => {
  const reader = createAnswer({ text: toText('a\nb\nc\nd\ne\n') });
  expect(reader.push('*** Begin Patch\n*** Update File: x\n@@\n a\n-b\n+x\n')).toEqual([]);
  // One blank says that no change follows.
  expect(reader.push(' ')).toEqual([{ start: 2, end: 3, text: 'x' }]);
  expect(reader.push('c\n')).toEqual([]);
  expect(reader.push('-d\n+y\n e\n')).toEqual([{ start: 6, end: 7, text: 'y' }]);
  expect(reader.push('*** End Patch\n')).toEqual([]);
  expect(reader.finish()).toMatchObject({ kind: 'edit', edit: [{ start: 2 }, { start: 6 }] });
});

test('a line that goes from the end of a file may still be one that another takes the place of', () => {
  const reader = createAnswer({ text: toText('a\nb') });
  expect(reader.push('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline')).toEqual([]);
  expect(reader.push(' at end of file\n+c\n')).toEqual([]);
  expect(reader.push('\\ No newline at end of file\n')).toEqual([]);
  expect(reader.finish()).toEqual({ kind: 'edit', edit: [{ start: 2, end: 3, text: 'c' }] });
});

test('a rewritten document gives its replacements while it streams', () => {
  const reader = createAnswer({ text: toText('first();\nsecond();\nthird();\nfourth();\n') });
  expect(reader.push('```\nfirst();\nother();\n')).toEqual([]);
  expect(reader.push('third();\n')).toEqual([{ start: 9, end: 15, text: 'other' }]);
  reader.push('fourth();\n```\n');
  expect(reader.finish()).toEqual({ kind: 'edit', edit: [{ start: 9, end: 15, text: 'other' }] });
});

test('a rewritten region does so without a fence too', () => {
  const value = 'zero();\nfirst();\nsecond();\nthird();\nfourth();\nend();\n';
  const reader = createAnswer({ text: toText(value), region: { start: 8, end: 45 } });
  expect(reader.push('first();\nother();\nthird();\n')).toEqual([{ start: 17, end: 23, text: 'other' }]);
  reader.push('fourth();\n');
  expect(reader.finish()).toEqual({ kind: 'edit', edit: [{ start: 17, end: 23, text: 'other' }] });
});

test('a rewritten region that begins with an empty line does so too', () => {
  const value = 'zero();\n\nfirst();\nsecond();\nthird();\nend();\n';
  const reader = createAnswer({ text: toText(value), region: { start: 8, end: 37 } });
  expect(reader.push('\nfirst();\nother();\nthird();\n')).toEqual([{ start: 18, end: 24, text: 'other' }]);
});

describe('laws', () => {
  test('a document written anew gives exactly that, however it is chopped', () => {
    const whole = (inner: string) => `begin();\n${inner.replace(/\r\n?/g, '\n')}\nend();\n`;
    const streamed = codeLikeText().chain((inner) =>
      editOf(inner.length, codeLikeText(2)).chain((edit) => {
        const after = whole(apply(inner, edit));
        const answer = writeRewrite(after.slice(0, -1).split('\n'));
        return chopped(answer).map((chunks) => ({ before: whole(inner), after, chunks }));
      }),
    );
    fc.assert(
      fc.property(streamed, ({ before, after, chunks }) => {
        const reader = createAnswer({ text: toText(before) });
        for (const chunk of chunks) reader.push(chunk);
        const result = reader.finish();
        if (result.kind === 'edit') expect(apply(before, result.edit)).toBe(after);
        else expect(['nothing-to-change', 'malformed']).toContain(result.reason);
      }),
      { numRuns: 1000 },
    );
  });

  const change = codeLikeText().chain((before) =>
    editOf(before.length, codeLikeText(2)).map((edit) => ({ before, after: apply(before, edit) })),
  );

  test('what leaves while it streams never touches what left before, however it is chopped', () => {
    const writers = fc.constantFrom(
      (blocks: readonly Block[]) => writeSearchReplace(blocks),
      (blocks: readonly Block[]) => writeApplyPatch(blocks, 'a.ts'),
      (blocks: readonly Block[]) => writeUnifiedDiff(blocks, 'a.ts'),
    );
    const streamed = fc
      .tuple(change, writers)
      .chain(([{ before, after }, write]) =>
        damaged(write(blocksOf(before, diff(before, after)))).chain((answer) =>
          chopped(answer).map((chunks) => ({ before, chunks })),
        ),
      );
    let left = 0;
    fc.assert(
      fc.property(streamed, ({ before, chunks }) => {
        const reader = createAnswer({ text: toText(before) });
        const all = chunks.flatMap((chunk) => reader.push(chunk));
        left += all.length;
        expect(toEdit(all)).toHaveLength(all.length);
      }),
      { numRuns: 2000 },
    );
    expect(left).toBeGreaterThan(500);
  });

  test('an edit written as blocks is read as the smallest edit, however it is chopped', () => {
    let read = 0;
    const streamed = change.chain(({ before, after }) => {
      const answer = writeSearchReplace(blocksOf(before, diff(before, after)));
      return chopped(answer).map((chunks) => ({ before, after, chunks }));
    });
    fc.assert(
      fc.property(streamed, ({ before, after, chunks }) => {
        const reader = createAnswer({ text: toText(before) });
        for (const chunk of chunks) reader.push(chunk);
        const result = reader.finish();
        if (result.kind === 'failed') {
          expect(['ambiguous', 'nothing-to-change', 'not-found']).toContain(result.reason);
          return;
        }
        read++;
        // A block cannot say which terminator a line has: it is the place's.
        expect(apply(before, result.edit).replace(/\r\n|\r/g, '\n')).toBe(after.replace(/\r\n|\r/g, '\n'));
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(1000);
  });

  test('damaged answers give an edit or a reason', () => {
    const cases = change.chain(({ before, after }) =>
      damaged(writeSearchReplace(blocksOf(before, diff(before, after)))).map((answer) => ({
        before,
        answer,
      })),
    );
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('completed' as const, 'cut' as const),
        ({ before, answer }, outcome) => {
          const reader = createAnswer({ text: toText(before) });
          reader.push(answer);
          const result = reader.finish(outcome);
          if (result.kind === 'edit') apply(before, result.edit);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('changes in a form of their own', () => {
  const fence = (body: string, tag = 'ts') => `\`\`\`${tag}\n${body}\n\`\`\`\n`;
  const text = 'f() {\n  a();\n  b();\n}\ng();\n';
  const changed = 'f() {\n  a();\n  ❰b↦c❱();\n}\ng();\n';
  const region = 'f() {\n  a();\n  ❰b↦c❱();\n}';
  const inRegion = `«${region}»\ng();\n`;

  test('the signs of a diff alone', () => {
    for (const diff of [
      '-  b();\n+  c();',
      '   a();\n-  b();\n+  c();\n }',
      'f() {\n  a();\n-  b();\n+  c();\n}',
    ])
      for (const answer of [fence(diff, 'diff'), fence(diff), diff, `So:\n${fence(diff, 'diff')}\nDone.`]) {
        check(changed, answer);
        check(inRegion, answer);
      }
    check('a();\n❰↦x();\n❱b();\n', fence(' a();\n+x();\n b();', 'diff'));
  });
  test('a diff that goes wrong is no code', () => {
    check(text, fence('-  z();\n+  c();', 'diff'), 'not-found');
    check(`«${text}»`, fence('f() {\n  a();\n-  b();\n}'), 'malformed');
  });
  test('lists are no diffs', () => {
    check('# L\n\n❰↦- ❱a\n❰↦- ❱b\n', '# L\n\n- a\n- b\n');
    check('# L\n\na\n❰↦\n```diff\n-a\n+b\n```\n❱', '# L\n\na\n\n```diff\n-a\n+b\n```\n');
  });
  test('marks that cannot be read are no code', () => {
    for (const answer of [
      '**<<<<<<< SEARCH**\n  b();\n**=======**\n  c();\n**>>>>>>> REPLACE**',
      '\\<<<<<<< SEARCH\n  b();\n=======\n  c();\n>>>>>>> REPLACE',
      '&lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH\n  b();\n=======\n  c();\n&gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE',
      '<old_text>\n  b();\n</old_text>\n<new_text>\n  c();\n</new_text>',
    ])
      for (const each of [answer, fence(answer)]) check(`«${text}»`, each, 'malformed');
  });
  test('line numbers', () => {
    check(inRegion, fence('1 | f() {\n2 |   a();\n3 |   c();\n4 | }'));
    check(inRegion, fence('1\tf() {\n2\t  a();\n3\t  c();\n4\t}'));
    check('1: a\n2: ❰b↦c❱\n', fence('1: a\n2: c'));
  });
  test('entities', () => {
    check('if (a < ❰1↦2❱ && b)\n  c();\n', fence('if (a &lt; 2 &amp;&amp; b)\n  c();'));
    check('<p>a &lt; ❰b↦c❱</p>\n', fence('<p>a &lt; c</p>'));
    check("if (a < b)\n  c(❰↦'&lt;'❱);\n", fence("if (a < b)\n  c('&lt;');"));
  });
  test('blanks that only look so', () => {
    check('f() {\n  a();\n❰↦  b();\n❱}\n', fence('f() {\n\u00a0\u00a0a();\n\u00a0\u00a0b();\n}'));
  });
  test('a fence in a list, one that ends behind its last line, signs of code within a line', () => {
    check(inRegion, '1. So:\n\n   ```ts\n   f() {\n     a();\n     c();\n   }\n   ```\n');
    check(inRegion, '```ts\nf() {\n  a();\n  c();\n}```');
    check('a();\n«❰b↦c❱();»\nd();\n', '`c();`');
    check('a();\n«`❰b↦c❱`»\nd();\n', '`c`');
    check(inRegion, '<code>\nf() {\n  a();\n  c();\n}\n</code>');
  });
  test('the code as it was, and as it shall be', () => {
    const both = `Before:\n${fence('f() {\n  a();\n  b();\n}')}\nAfter:\n${fence('f() {\n  a();\n  c();\n}')}`;
    check(inRegion, both);
    const all = `${fence(text.trim())}\n${fence(text.trim().replace('b', 'c'))}`;
    check(inRegion, all);
  });
  test('ways to choose from', () => {
    const ways = `One:\n${fence('f() {\n  a();\n  c();\n}')}\nTwo:\n${fence('f() {\n  a();\n  d();\n}')}`;
    check(`«${text}»`, ways, 'malformed');
  });
  test('lines left out in quiet words, or in another language', () => {
    const three = 'f() {\n  a();\n  b();\n  d();\n}\n';
    for (const words of ['// same as before', '// 其余代码不变', '// ... (no changes)']) {
      check(`«${three}»`, fence(`f() {\n  x();\n  ${words}\n}`), 'malformed');
      check(three, answerOf([three.trim(), `f() {\n  x();\n  ${words}\n}`]), 'malformed');
    }
    check('a();\n// same as before\n❰b↦c❱();\nd();\n', fence('a();\n// same as before\nc();\nd();'));
  });
  test('code in one line is no reason', () => {
    check(`«${text}»`, 'function f() {\\n  a();\\n}', 'malformed');
  });
  test('nothing of it is shown as certain', () => {
    for (const answer of [
      fence('f() {\n  a();\n-  b();\n+  c();\n}\ng();', 'diff'),
      'f() {\n  a();\n-  b();\n+  c();\n}\ng();',
    ]) {
      const reader = createAnswer({ text: toText(text) });
      expect(reader.push(answer)).toEqual([]);
    }
  });
  test('several diffs, and several pieces', () => {
    const two = `First:\n${fence('-  a();\n+  x();', 'diff')}\nThen:\n${fence('-g();\n+h();', 'diff')}`;
    check('f() {\n  ❰a↦x❱();\n  b();\n}\n❰g↦h❱();\n', two);
    const many = Array.from({ length: 30 }, (_, i) => `v${i} = ${i};`).join('\n');
    check(`${many}\n`, `First:\n${fence('v3 = 0;')}\nThen:\n${fence('v9 = 0;')}`, 'malformed');
  });
  test('a command or a call of a tool is no code', () => {
    const reader = (answer: string, path: string) => {
      const opened = createAnswer({ text: toText('a();\nb();\n'), path });
      opened.push(answer);
      const result = opened.finish();
      return result.kind === 'failed' ? result.reason : 'edit';
    };
    for (const tag of ['bash', 'tool_code'])
      expect(reader(fence('sed -i s/b/c/ a.ts', tag), 'a.ts')).toBe('malformed');
    expect(reader(fence('a\nc', 'bash'), 'a.sh')).toBe('edit');
    expect(reader(fence('{"old_string": "b();", "new_string": "c();"}', 'json'), 'a.ts')).toBe('malformed');
    expect(reader(fence('[{"search":"b();","replace":"c();"}]', 'json'), 'a.ts')).toBe('malformed');
  });
  test('the document as a new file', () => {
    const adds = (body: string) => `*** Begin Patch\n*** Add File: a.ts\n${body}*** End Patch\n`;
    check('a();\n❰b↦c❱();\n', adds('+a();\n+c();\n'));
    check(text, adds('+f() {\n+  x();\n+  // ... rest of the code\n+}\n'), 'malformed');
    const more = '*** Update File: a.ts\n-b();\n+c();\n';
    check('a();\nb();\n', adds(`+a();\n+c();\n${more}`), 'malformed');
  });
  test('nothing is no document', () => {
    check('a();\nb();\n', '```ts\n```\n', 'malformed');
    check('«a();\nb();\n»', '```ts\n```\n', 'malformed');
    check('a();\n«❰b();\n↦❱»c();\n', '```ts\n```\n');
  });
  test('the mark that a chat ends with is no code', () => {
    for (const mark of ['<|im_end|>', '</s>', '<|eot_id|>\n', '\n<end_of_turn>']) {
      check('a();\n❰b↦c❱();\n', `a();\nc();${mark}`);
      check('a();\n❰b↦c❱();\n', `\`\`\`ts\na();\nc();\n\`\`\`${mark}`);
      check('a();\n❰b↦c❱();\n', `${answerOf(['b();', 'c();']).trimEnd()}${mark}`);
    }
    check('<s>\n❰a↦b❱\n</s>\n', '<s>\nb\n</s>');
  });
  test('thoughts at the beginning are no part of it', () => {
    const draft = answerOf(['g();', 'h();']);
    for (const { open, close } of thoughtMarks) {
      const thought = `\n${open}\n${draft}\n${close}\n\n`;
      for (const answer of [answerOf(['  b();', '  c();']), fence('f() {\n  a();\n  c();\n}\ng();')])
        for (const chunks of [[thought + answer], [...(thought + answer)]]) {
          const reader = createAnswer({ text: toText(text) });
          for (const chunk of chunks) reader.push(chunk);
          const result = reader.finish();
          expect(result.kind === 'edit' ? drawn(text, result.edit) : result).toBe(changed);
        }
      check(text, `${open}\n${draft}`, 'malformed');
    }
    check('<think>\n❰a↦b❱\n</think>\n', '<think>\nb\n</think>\n');
    check('<❰a↦b❱>\n', fence('<b>'));
    check('❰b↦<❱\n', '<');
  });
  test('a fence around all of a new text', () => {
    check('❰↦a();\n❱', answerOf(['', '```ts\na();\n```']));
    check('❰↦```\na\n```\nb\n```\nc\n```\n❱', answerOf(['', '```\na\n```\nb\n```\nc\n```']));
  });
});
