/** Prompts in Sweep's format, read back as the editor's own program writes them. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSweepPrompt } from '../../../../server/core/formats/windows/sweep-prompt.ts';
import { zedPrompt, zedWindow } from '../../../support/zed.ts';

const text = fc
  .array(
    fc.constantFrom('a', 'b = 1', '', '  x();', '<|', '<|file_sep|', 'original:', 'updated:', 'é', '🙂'),
    {
      maxLength: 30,
    },
  )
  .map((lines) => lines.join('\n'));
const name = fc.constantFrom('a.ts', 'src/b c.py', 'Makefile', 'x.diff');
const withoutEnd = (value: string): string => value.replace(/\n$/, '');

test('any text is a prompt or none', () => {
  const piece = fc.constantFrom(
    '<|file_sep|>',
    'current/a',
    'updated/a',
    'original/a',
    '\n',
    'x',
    '.diff',
    '<|cursor|>',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, more) => {
      const read = readSweepPrompt(pieces.join('') + more);
      if (read?.cursor !== undefined) expect(read.cursor).toBeLessThanOrEqual(read.window.length);
    }),
  );
});

test('what was written is read', () => {
  const block = fc.record({ path: name, text });
  const change = fc.record({
    path: name,
    // `updated:` on a line of its own divides; what was before must not hold it.
    before: text.filter((value) => !/(^|\n)updated:/.test(value)),
    after: text,
  });
  const prompt = fc.record({
    path: name,
    window: text,
    original: text,
    changes: fc.array(change, { maxLength: 3 }),
    files: fc.array(
      block.filter(({ path }) => !path.endsWith('.diff')),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(prompt, (written) => {
      const read = readSweepPrompt(zedPrompt(written));
      expect(read).toMatchObject({
        path: written.path,
        window: withoutEnd(written.window),
        original: withoutEnd(written.original),
        changes: written.changes.map((each) => ({
          path: each.path,
          before: withoutEnd(each.before),
          after: withoutEnd(each.after),
        })),
        files: written.files.map((file) => ({ path: file.path, text: withoutEnd(file.text) })),
      });
    }),
  );
});

test('whether the window ends with a terminator is told by its rows wherever the cursor is behind the change', () => {
  const rows = fc.array(fc.constantFrom('let a;', 'f(b);', '  return 1;'), { minLength: 1, maxLength: 45 });
  fc.assert(
    fc.property(rows, fc.nat(), (lines, at) => {
      const file = `${lines.join('\n')}\n`;
      const row = at % lines.length;
      const cursor = lines.slice(0, row + 1).join('\n').length;
      const typed = `${file.slice(0, cursor)} // typed${file.slice(cursor)}`;
      const window = zedWindow(typed, cursor);
      const read = readSweepPrompt(zedPrompt({ path: 'a.ts', window, original: zedWindow(file, cursor) }));
      expect(read?.isTerminated).toBe(window.endsWith('\n'));
    }),
  );
});

test('a mark of the cursor is taken out and tells where it is', () => {
  const read = readSweepPrompt(
    '<|file_sep|>current/a.ts:3:5\nlet a<|cursor|> = 1;\n<|file_sep|>updated/a.ts:3:5\n',
  );
  expect(read).toMatchObject({ path: 'a.ts', window: 'let a = 1;', original: 'let a = 1;', cursor: 5 });
});

test.each([
  ['no prompt', 'let a = 1;'],
  ['an answer begun', '<|file_sep|>current/a\nx\n<|file_sep|>updated/a\ny'],
  ['two files', '<|file_sep|>current/a\nx\n<|file_sep|>updated/b\n'],
  ['nothing to go on with', '<|file_sep|>original/a\nx\n<|file_sep|>current/a\nx\n'],
])('%s', (_, prompt) => {
  expect(readSweepPrompt(prompt)).toBeUndefined();
});
