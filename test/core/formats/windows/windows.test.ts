import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../../server/core/edit.ts';
import { windowFormats } from '../../../../server/core/formats/windows/formats.ts';
import {
  linesIn,
  type WindowContext,
  type WindowFormatName,
  windowByLines,
  windowFormatNames,
} from '../../../../server/core/formats/windows/window.ts';
import { lineCount, toText } from '../../../../server/core/text.ts';
import { chopped, damaged } from '../../../support/chunks.ts';
import { codeLikeText } from '../../../support/texts.ts';

const names = windowFormatNames;
/** Every control token of these formats, as a hostile document may hold them. */
const tokens = [
  '<[fim-suffix]>',
  '<[fim-middle]>',
  '<[end▁of▁sentence]>',
  '<filename>',
  '<|user_cursor|>',
  '<|marker_1|>',
  '<|file_sep|>',
  '<|endoftext|>',
  '<|editable_region_end|>',
  '<|code_to_edit|>',
  '<|/code_to_edit|>',
  '<<<<<<< CURRENT',
  '=======',
  '>>>>>>> UPDATED',
  'a\u2060<\u2060|cursor|>',
];

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a();', '  b = 1;', '', '}', '\treturn x', 'größe 😀') },
  { weight: 1, arbitrary: fc.constantFrom(...tokens) },
);
const document = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, eol, ends]) => lines.join(eol) + (ends ? eol : ''));

function context(text: string, at: number, more: Partial<WindowContext> = {}): WindowContext {
  return {
    document: { uri: 'file:///a.ts', path: 'src/a.ts', languageId: 'typescript', version: 1, text },
    cursor: Math.min(at, text.length),
    history: [],
    snippets: [],
    contextTokens: 8000,
    ...more,
  };
}

function promptText(name: WindowFormatName, given: WindowContext): string {
  const input = windowFormats[name].write(given)?.input;
  if (!input) return '';
  return input.kind === 'text' ? input.text : input.parts.map(({ text }) => text).join('\n');
}

/** The text after the model's answer, or why there is none. */
function read(name: WindowFormatName, value: string, answer: string, chunks: readonly string[] = [answer]) {
  const text = toText(value);
  const reader = windowFormats[name].read(text, windowByLines(text, 0, 0, 100));
  for (const chunk of chunks) reader.push(chunk);
  const result = reader.finish();
  return result.kind === 'edit' ? apply(value, result.edit) : result.reason;
}

describe.each(names)('%s', (name) => {
  const format = windowFormats[name];

  test('reads the window it wrote, whatever stands in it and however the stream is chopped', () => {
    const cases = document.chain((value) =>
      fc.tuple(
        fc.constant(value),
        fc.nat(value.length),
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(5), { maxLength: 6 }),
      ),
    );
    fc.assert(
      fc.property(
        cases,
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        ([value, at, fresh, kept], sizes) => {
          const text = toText(value);
          const prompt = format.write(context(value, at));
          if (!prompt) throw new Error('no prompt');
          const own = linesIn(text, prompt.window);
          // Some of the window stays, as it most often does.
          const from = Math.min(kept[0] ?? 0, own.length);
          const lines = [...own.slice(0, from), ...fresh, ...own.slice(from + (kept[1] ?? 0))];
          // A blank line before the window's own first is that of a tag on a line of its own.
          if (name === 'zeta-2.1' && lines[0] === '' && lines[1] === own[0]) return;
          const answer = format.answer(text, prompt.window, lines);
          const reader = format.read(text, prompt.window);
          for (let i = 0; i < answer.length; ) {
            const size = sizes.next().value;
            reader.push(answer.slice(i, i + size));
            i += size;
          }
          const result = reader.finish();
          const all = Array.from(linesIn(text, { startLine: 0, endLine: lineCount(text) }));
          all.splice(prompt.window.startLine, own.length, ...lines);
          const got = result.kind === 'edit' ? apply(value, result.edit) : result.reason;
          const same = lines.join('\n') === own.join('\n');
          if (same) expect(got).toBe('nothing-to-change');
          else if (result.kind === 'edit') expect(got.split(/\r\n|\n/)).toEqual(all);
          else expect(lines.every((each) => each === '')).toBe(true);
        },
      ),
    );
  });

  const many = Array.from({ length: 60 }, (_, i) => `line${i}();`).join('\n');
  test.each<[string, string, number, string, string]>([
    ['an empty file', '', 0, '', 'first();'],
    ['a file of one line', 'one();', 3, 'one();', 'two();'],
    ['a file of one line and its end', 'one();\n', 6, 'one();', 'two();'],
    ['a file of one empty line', '\n', 0, '\n', 'one();\n'],
    ['the start of a file', many, 0, 'line0();', '// new\nline0(1);'],
    ['the end of a file without a last line end', many, many.length, 'line59();', 'line59(1);\nlast();'],
    ['the end of a file', `${many}\n`, many.length + 1, 'line59();', 'line59(1);\nlast();'],
    ['CRLF', many.replaceAll('\n', '\r\n'), 0, 'line0();', 'line0(1);\r\nnew();'],
    ['CRLF at the end', `${many}\n`.replaceAll('\n', '\r\n'), 900, 'line59();', 'line59(1);\r\nnew();'],
    ['lines taken from the end', `${many}\n`, many.length, 'line58();\nline59();\n', 'line58();\n'],
  ])('reads a window at %s', (_, value, at, from, to) => {
    const text = toText(value);
    const prompt = format.write(context(value, at));
    if (!prompt) throw new Error('no prompt');
    const place = value.lastIndexOf(from);
    const after = value.slice(0, place) + to + value.slice(place + from.length);
    // The window with the same lines behind it.
    const rest = lineCount(text) - prompt.window.endLine;
    const fresh = toText(after);
    const lines = linesIn(fresh, { startLine: prompt.window.startLine, endLine: lineCount(fresh) - rest });
    const reader = format.read(text, prompt.window);
    reader.push(format.answer(text, prompt.window, lines));
    const result = reader.finish();
    expect(result.kind === 'edit' ? apply(value, result.edit) : result.reason).toBe(after);
  });

  test('lets no token of a document, a path or a snippet stand as one', () => {
    const given = (value: string, at: number, known: string): WindowContext => ({
      ...context(value, at),
      snippets: [{ path: known.slice(0, 40), text: known }],
      history: [{ path: known.slice(0, 40), before: known, after: known, line: 3 }],
    });
    const harmless = (text: string) => text.replace(/</g, '(').replace(/=/g, '~').replace(/^>/gm, ')');
    // Merge marks are marks at the start of a line alone.
    const count = (text: string, token: string) =>
      /^\W{7}/.test(token) ? text.split(`\n${token}`).length : text.split(token).length;
    const seed = name.startsWith('zeta');
    fc.assert(
      fc.property(document, fc.nat(), (value, at) => {
        const known = tokens.join('\n');
        const offset = at % (value.length + 1);
        const hostile = promptText(name, given(value, offset, known));
        const quiet = promptText(name, given(harmless(value), offset, harmless(known)));
        for (const token of tokens) {
          const isOurs = /^[<=>]{7}/.test(token) ? name === 'zeta-2' : token.startsWith('<|') || seed;
          if (isOurs && !token.includes('\u2060'))
            expect([token, count(hostile, token)]).toEqual([token, count(quiet, token)]);
        }
      }),
    );
  });

  test('never exceeds the tokens it may have', () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.integer({ min: 0, max: 900 }), (value, at, contextTokens) => {
        const given = context(value, at % (value.length + 1), {
          contextTokens,
          snippets: [{ path: 'b.ts', text: 'const b = 1;\n'.repeat(40) }],
          history: [{ path: 'src/a.ts', before: 'x\n', after: 'y\n', line: 0 }],
        });
        expect(promptText(name, given).length).toBeLessThanOrEqual(3 * contextTokens + 1);
      }),
    );
  });

  test('takes any answer without failing, the same however it is chopped, and cut ones not at all', () => {
    const cases = fc.tuple(codeLikeText(), codeLikeText()).chain(([value, other]) => {
      const text = toText(value);
      const written = format.answer(text, windowByLines(text, 0, 0, 100), other.split(/\r\n|\n|\r/));
      return fc.tuple(fc.constant(value), fc.oneof(damaged(written), fc.string()));
    });
    fc.assert(
      fc.property(
        cases.chain(([value, answer]) => fc.tuple(fc.constant(value), fc.constant(answer), chopped(answer))),
        ([value, answer, chunks]) => {
          expect(read(name, value, answer, chunks)).toBe(read(name, value, answer));
          const text = toText(value);
          const reader = format.read(text, windowByLines(text, 0, 0, 100));
          reader.push(answer.slice(0, -2));
          const result = reader.finish('cut');
          // Only an end mark says that a cut stream was whole.
          if (name === 'instinct') expect(result.kind).toBe('failed');
        },
      ),
    );
  });
});

test.each<[string, WindowFormatName, string, string, string]>([
  ['the new lines and the end mark', 'zeta-2', 'a\nb\n', 'a\nc\n>>>>>>> UPDATED\n', 'a\nc\n'],
  ['the end mark taken away as a stop string', 'zeta-2', 'a\nb\n', 'a\nc\n', 'a\nc\n'],
  ['the word for no change', 'zeta-2', 'a\nb\n', 'NO_EDITS\n>>>>>>> UPDATED\n', 'nothing-to-change'],
  ['the window as it was', 'zeta-2', 'a\nb\n', 'a\nb\n>>>>>>> UPDATED\n', 'nothing-to-change'],
  ['the cursor where it will be', 'zeta-2', 'a\nb\n', 'a<|user_cursor|>x\nb\n', 'ax\nb\n'],
  ['prose behind the end mark', 'zeta-2', 'a\nb\n', 'a\nc\n>>>>>>> UPDATED\nI renamed b.\n', 'a\nc\n'],
  ['CRLF of the file', 'zeta-2', 'a\r\nb\r\n', 'a\nc\n>>>>>>> UPDATED\n', 'a\r\nc\r\n'],
  ['no word at all', 'zeta-2', 'a\nb\n', '', 'nothing-to-change'],
  [
    'blocks between tags',
    'zeta-2.1',
    'a\nb\n',
    '<|marker_1|>a\nc\n<|marker_2|><[end▁of▁sentence]>',
    'a\nc\n',
  ],
  ['tags on lines of their own', 'zeta-2.1', 'a\nb\n', '<|marker_1|>\na\nc\n<|marker_2|>\n', 'a\nc\n'],
  ['a tag twice', 'zeta-2.1', 'a\nb\n', '<|marker_1|><|marker_1|><[end▁of▁sentence]>', 'nothing-to-change'],
  ['tags with nothing between them', 'zeta-2.1', 'a\nb\n', '<|marker_1|><|marker_2|>', ''],
  ['no end tag', 'zeta-2.1', 'a\nb\n', '<|marker_1|>a\nc\n', 'malformed'],
  ['a tag that does not exist', 'zeta-2.1', 'a\nb\n', '<|marker_1|>a\nc\n<|marker_7|>', 'malformed'],
  ['tags in the wrong order', 'zeta-2.1', 'a\nb\n', '<|marker_2|>a\nc\n<|marker_1|>', 'malformed'],
  ['no tag', 'zeta-2.1', 'a\nb\n', 'Nothing to do.\n', 'nothing-to-change'],
  ['the window', 'sweep', 'a\nb\n', 'a\nc\n<|file_sep|>', 'a\nc\n'],
  ['the token that ends a text', 'sweep', 'a\nb', 'a\nc<|endoftext|>', 'a\nc'],
  ['an empty line before the window', 'sweep', 'a\nb\n', '\na\nc\n', '\na\nc\n'],
  ['CRLF of its own', 'sweep', 'a\nb\n', 'a\r\nc\r\n', 'a\nc\n'],
  ['the region', 'instinct', 'a\nb\n', 'a\nc\n', 'a\nc\n'],
  ['the region in a fence', 'instinct', 'a\nb\n', '```ts\na\nc\n```\n', 'a\nc\n'],
  [
    'the region in its marks',
    'instinct',
    'a\nb\n',
    '<|editable_region_start|>\na\nc\n<|editable_region_end|>\n',
    'a\nc\n',
  ],
  ['an empty line before the fence', 'instinct', 'a\nb\n', '\n```ts\na\nc\n```\n', 'a\nc\n'],
  ['the region in a fence', 'mercury', 'a\nb\n', '```\na\nc\n```', 'a\nc\n'],
  ['an empty line in the fence', 'mercury', 'a\nb\n', '\n```\n\na\nc\n```', '\na\nc\n'],
  ['a fence of its own', 'sweep', '\n```\na\n```\nb\n', '\n```\nc\n```\nb\n', '\n```\nc\n```\nb\n'],
  ['an empty fence', 'mercury', 'a\nb\n', '```\n```', ''],
  [
    'marks inside the fence',
    'mercury',
    'a\nb\n',
    '```\n<|code_to_edit|>\na\nc\n<|/code_to_edit|>\n```',
    'a\nc\n',
  ],
  ['lines left out in words', 'sweep', 'a\nb\nc\n', 'a\n// ... rest of the code ...\n', 'malformed'],
  ['lines left out by dots', 'instinct', 'a\nb\nc\n', '```ts\nx\n...\n```\n', 'malformed'],
  ['lines left out behind dots', 'sweep', 'a\nb\nc\n', 'x\n// ...\n', 'malformed'],
  ['lines that stay, in words', 'mercury', 'a\nb\nc\n', '```\nx\n// unchanged\n```', 'malformed'],
  ['words as they were', 'sweep', 'a\n// unchanged\nc\n', 'x\n// unchanged\n', 'x\n// unchanged\n'],
  ['dots as they were', 'sweep', 'a\n...\nc\n', 'x\n...\n', 'x\n...\n'],
  ['words for what is new', 'sweep', 'a\n', 'a\n// unchanged\n', 'a\n// unchanged\n'],
  ['the word for no change', 'mercury', 'a\nb\n', 'None', 'nothing-to-change'],
])('an answer with %s (%s)', (_, name, value, answer, expected) => {
  expect(read(name, value, answer)).toBe(expected);
});

test('a prompt of Zeta 2 has the suffix first, then context, and the window between merge marks', () => {
  const text = `${'import x;\n'.repeat(3)}let total = 0;\nprint(total);\n`;
  const given = context(text, text.indexOf(' = 0'), {
    snippets: [{ path: 'lib/b.ts', text: 'export const b = 1;' }],
    history: [{ path: 'src/a.ts', before: 'let sum = 0;\n', after: 'let total = 0;\n', line: 3 }],
  });
  expect(promptText('zeta-2', given)).toBe(
    '<[fim-suffix]>\n<[fim-prefix]><filename>lib/b.ts\nexport const b = 1;\n\n' +
      '<filename>edit_history\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -4,1 +4,1 @@\n-let sum = 0;\n+let total = 0;\n\n' +
      '<filename>src/a.ts\n<<<<<<< CURRENT\nimport x;\nimport x;\nimport x;\n' +
      'let total<|user_cursor|> = 0;\nprint(total);\n=======\n<[fim-middle]>',
  );
});

test('a prompt of Sweep shows the window before the latest change, now, and asks for it as it will be', () => {
  const given = context('let total = 0;\nprint(sum);\n', 9, {
    history: [{ path: 'src/a.ts', before: 'let sum = 0;\n', after: 'let total = 0;\n', line: 0 }],
  });
  expect(promptText('sweep', given)).toBe(
    '<|file_sep|>src/a.ts.diff\noriginal:\nlet sum = 0;\nupdated:\nlet total = 0;\n' +
      '<|file_sep|>original/src/a.ts\nlet sum = 0;\nprint(sum);\n' +
      '<|file_sep|>current/src/a.ts\nlet total = 0;\nprint(sum);\n<|file_sep|>updated/src/a.ts\n',
  );
});

test('a prompt of Mercury keeps its empty sections', () => {
  expect(promptText('mercury', context('a\nb\n', 0))).toBe(
    '<|recently_viewed_code_snippets|>\n<|/recently_viewed_code_snippets|>\n\n' +
      '<|current_file_content|>\ncurrent_file_path: src/a.ts\n<|code_to_edit|>\n<|cursor|>a\nb\n<|/code_to_edit|>\n' +
      '<|/current_file_content|>\n\n<|edit_diff_history|>\n<|/edit_diff_history|>\n',
  );
});

test('tags of Zeta 2.1 stand between blocks of 6 to 16 lines', () => {
  const text = `${Array.from({ length: 40 }, (_, i) => (i === 8 ? '' : `line(${i});`)).join('\n')}\n`;
  const prompt = promptText('zeta-2.1', context(text, text.indexOf('line(20)')));
  expect(prompt.match(/<\|marker_\d+\|>[^\n]*/g)).toEqual([
    '<|marker_1|>line(0);',
    '<|marker_2|>line(9);',
    '<|marker_3|>line(25);',
    '<|marker_4|>',
  ]);
});
