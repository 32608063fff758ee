import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchReplaceParser, writeSearchReplace } from '../../../server/core/formats/search-replace.ts';
import { chopped, damaged } from '../../support/chunks.ts';
import { awkwardText } from '../../support/texts.ts';

/** Blocks as `path: search → replace`, lines joined by `|`, and the problem where there is one. */
function read(chunks: readonly string[], outcome: 'completed' | 'cut' = 'completed'): readonly string[] {
  const parser = searchReplaceParser();
  const blocks = chunks.flatMap((chunk) => parser.push(chunk));
  const end = parser.finish(outcome);
  const shown = [...blocks, ...end.blocks].map(
    ({ path, line, search, replace }) =>
      `${path ? `${path}: ` : ''}${line === undefined ? '' : `@${line} `}${search.join('|')} → ${replace.join('|')}`,
  );
  return end.problem === undefined ? shown : [...shown, `problem: ${end.problem}`];
}

function check(answer: string, expected: readonly string[], outcome?: 'completed' | 'cut'): void {
  expect(read([answer], outcome)).toEqual(expected);
}

const block = '<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n';

describe('what models write', () => {
  test('one block', () => check(block, ['a → b']));
  test('without a last newline', () => check(block.trimEnd(), ['a → b']));
  test('CRLF', () => check(block.replaceAll('\n', '\r\n'), ['a → b']));
  test('two blocks', () => check(block + block, ['a → b', 'a → b']));
  test('prose around', () => check(`Sure!\n\n${block}\nThat does it.\n`, ['a → b']));
  test('a fence and a path', () => check(`src/a.ts\n\`\`\`ts\n${block}\`\`\``, ['src/a.ts: a → b']));
  test('a path inside the fence', () => check(`\`\`\`\nsrc/a.ts\n${block}\`\`\``, ['src/a.ts: a → b']));
  test('a decorated path', () => check(`### File: \`src/a.ts\`\n${block}`, ['src/a.ts: a → b']));
  test('a path, words, and the block', () => {
    check(`src/a.ts\n\nFirst:\n${block}\nThen, elsewhere:\n${block}`, ['src/a.ts: a → b', 'a → b']);
  });
  test('a path in the fence', () => check(`\`\`\`ts src/a.ts\n${block}\`\`\`\n`, ['src/a.ts: a → b']));
  test('prose is no path', () => check(`Change a.\n${block}`, ['a → b']));
  test('empty lines count', () => {
    check('<<<<<<< SEARCH\n\na\n\n=======\n\n>>>>>>> REPLACE\n', ['|a| → ']);
  });
  test('nothing looked for', () => check('<<<<<<< SEARCH\n=======\nb\n>>>>>>> REPLACE\n', [' → b']));
  test('nothing to put there', () => check('<<<<<<< SEARCH\na\n=======\n>>>>>>> REPLACE\n', ['a → ']));
  test('bare marks', () => check('<<<<<<<\na\n=======\nb\n>>>>>>>\n', ['a → b']));
  test('other lengths', () => check('<<<<<< SEARCH\na\n======\nb\n>>>>>> REPLACE\n', ['a → b']));
  test('a divider of another length', () =>
    check('<<<<<<< SEARCH\na\n========\nb\n>>>>>>> REPLACE\n', ['a → b']));
  test('dashes and pluses', () => check('------- SEARCH\na\n=======\nb\n+++++++ REPLACE\n', ['a → b']));
  test('ORIGINAL and UPDATED', () => check('<<<<<<< ORIGINAL\na\n=======\nb\n>>>>>>> UPDATED\n', ['a → b']));
  test('marks of three signs', () => check('<<< SEARCH\na\n===\nb\n>>> REPLACE\n', ['a → b']));
  test('a path behind the word', () => {
    check(block.replace('SEARCH', 'SEARCH src/a.ts'), ['src/a.ts: a → b']);
    check(block.replace('SEARCH', 'SEARCH: `src/a.ts`'), ['src/a.ts: a → b']);
    check('----- BEFORE the loop -----\n', []);
  });
  test('marks of a conflict', () => {
    check('<<<<<<< HEAD\na\n=======\nb\n>>>>>>> new\nDone.\n', ['a → b']);
    check('<<<<<<< src/a.ts\na\n=======\nb\n>>>>>>> src/a.ts\n', ['src/a.ts: a → b']);
  });
  test('a conflict of the document', () => {
    const conflict = '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> new';
    check(`<<<<<<< SEARCH\nx\n=======\n${conflict}\n>>>>>>> REPLACE\n`, [
      'x → <<<<<<< HEAD|a|=======|b|>>>>>>> new',
    ]);
    check('<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> feature\nc\n>>>>>>> REPLACE\n', [
      'a → b|>>>>>>> feature|c',
    ]);
  });
  test('the wrong word or the wrong sign in the end mark', () => {
    for (const end of ['>>>>>>> SEARCH', '>>>>>>> END', '<<<<<<< REPLACE', '======= REPLACE'])
      check(`<<<<<<< SEARCH\na\n=======\nb\n${end}\nDone.\n${block}`, ['a → b', 'a → b']);
  });
  test('a word on the divider', () => {
    check('<<<<<<< SEARCH\na\n======= REPLACE\nb\n>>>>>>> REPLACE\n', ['a → b']);
  });
  test('the end mark behind the last line', () => {
    check('<<<<<<< SEARCH\na;\n=======\nb;>>>>>>> REPLACE\n', ['a; → b;']);
  });
  test('one divider more, before the end mark', () => {
    check('<<<<<<< SEARCH\na;\n=======\nb;\n=======\n>>>>>>> REPLACE\n', ['a; → b;']);
    check('<<<<<<< SEARCH\na\n=======\n  b\n=======\n>>>>>>> REPLACE\n', ['a →   b']);
  });
  test('directions before the lines', () => {
    const directed = ':start_line:4\n:end_line:4\n-------\n';
    check(`<<<<<<< SEARCH\n${directed}a\n=======\nb\n>>>>>>> REPLACE\n`, ['@3 a → b']);
    check(`<<<<<<< SEARCH\n:start_line: 4\na\n=======\n${directed}b\n>>>>>>> REPLACE\n`, ['@3 a → b']);
    check('<<<<<<< SEARCH\n-------\na\n=======\n-------\nb\n>>>>>>> REPLACE\n', ['-------|a → -------|b']);
  });
  test('an underlined heading in the replacement', () => {
    check('<<<<<<< SEARCH\na\n=======\nA\n=======\n>>>>>>> REPLACE\n', ['a → A|=======']);
  });
  test('code that looks like marks', () => {
    check('<<<<<<< SEARCH\na << b\n=======\na >>> b\n>>> x\n>>>>>>> REPLACE\n', ['a << b → a >>> b|>>> x']);
  });
});

describe('what models leave out', () => {
  test('the end mark', () => {
    check('<<<<<<< SEARCH\na\n=======\nb\n', ['problem: a change that stops in the middle']);
  });
  test('the end mark inside a fence', () => {
    check('```\n<<<<<<< SEARCH\na\n=======\nb\n```\nDone.\n', ['problem: a change that stops in the middle']);
  });
  test('the end mark before the next block', () =>
    check(`<<<<<<< SEARCH\nc\n=======\nd\n${block}`, ['c → d', 'a → b']));
  test('the divider', () => {
    check('<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n', ['problem: a SEARCH block without its divider']);
  });
  test('all but one of the dividers, where it is not known which', () => {
    check(`<<<<<<< SEARCH\na\n${'=======\n'.repeat(18)}b\n>>>>>>> REPLACE\n`, [
      'problem: a SEARCH block with too many lines like its divider',
    ]);
  });
  test('the end, at the token limit', () => {
    check(
      `${block}<<<<<<< SEARCH\na\n=======\nb`,
      ['a → b', 'problem: a change that stops in the middle'],
      'cut',
    );
    check(`${block}<<<<<<< SEARCH\na`, ['a → b', 'problem: a change that stops in the middle']);
  });
  test('everything', () => check('There is nothing to change.', []));
});

describe('laws', () => {
  const line = awkwardText(8).map((text) => text.replace(/[\r\n]/g, ''));
  const blocks = fc.array(fc.record({ search: fc.array(line), replace: fc.array(line) }), {
    minLength: 1,
    maxLength: 3,
  });

  test('what is written is read', () => {
    const markLike = fc.constantFrom('=======', '========', 'a', '', '====== x', '<<<', '>>>>');
    const tricky = fc.array(
      fc.record({
        search: fc.array(markLike, { maxLength: 4 }),
        replace: fc.array(markLike, { maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    for (const source of [blocks, tricky]) {
      fc.assert(
        fc.property(source, (all) => {
          const parser = searchReplaceParser();
          const read = parser.push(writeSearchReplace(all));
          expect([...read, ...parser.finish('completed').blocks]).toEqual(all);
        }),
      );
    }
  });

  test('chunks change nothing', () => {
    const cases = blocks
      .map((all) => writeSearchReplace(all, { path: 'a.ts' }))
      .chain((text) => damaged(text));
    fc.assert(
      fc.property(
        cases.chain((text) => fc.tuple(fc.constant(text), chopped(text))),
        ([text, chunks]) => {
          expect(read(chunks)).toEqual(read([text]));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('arbitrary text never throws', () => {
    const marks = fc.constantFrom(
      '<<<<<<< SEARCH',
      '=======',
      '>>>>>>> REPLACE',
      '```',
      'a.ts',
      '\n',
      '\r',
      'x',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(marks, { maxLength: 30 }),
        fc.constantFrom('completed' as const, 'cut' as const),
        (parts, outcome) => {
          read(parts, outcome);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
