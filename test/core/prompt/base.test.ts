/** A base that was told at one version, and what a fork of it says at another. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ask, RecentChange, Snippet } from '../../../server/core/ask.ts';
import { diff } from '../../../server/core/diff/diff.ts';
import { type Base, baseFor, type Forked, forkOf, makeBase } from '../../../server/core/prompt/base.ts';
import { charactersFor } from '../../../server/core/prompt/prompt.ts';
import { askDocument, completeAsk, editAsk } from '../../support/asks.ts';

const numbered = (count: number, change: (line: number) => string = (line) => `let v${line} = ${line};`) =>
  Array.from({ length: count }, (_, i) => `${change(i + 1)}\n`).join('');

function baseOf(text: string, more: { readonly contextTokens?: number; readonly at?: number } = {}): Base {
  const at = more.at ?? 0;
  const { contextTokens = 4096 } = more;
  return makeBase(
    { document: askDocument(text), snippets: [], history: [], contextTokens },
    { start: at, end: at },
  );
}

function wordsOf(fork: Forked): string {
  return fork.kind === 'fork' ? fork.parts.map(({ text }) => text).join('\n---\n') : `renew: ${fork.why}`;
}

describe('a fork', () => {
  const base = baseOf(numbered(40));

  test('of an unchanged file is the task alone', () => {
    const ask = completeAsk(numbered(40).replace('v20 =', 'v20█ ='));
    expect(wordsOf(forkOf(ask, base))).toBe(
      `Task "complete", at most 20 lines, at <|cursor|>:
${numbered(40).split('\n').slice(15, 22).join('\n').replace('v20', 'v20<|cursor|>')}
`,
    );
  });

  test.each([
    ['the line before', `${'x'.repeat(500_000)}\nfoo.█\nlast\n`],
    ['the line behind', `first\nfoo.█\n${'x'.repeat(500_000)}\n`],
    ['the line itself', `${'x'.repeat(250_000)}foo.█last${'x'.repeat(250_000)}\n`],
    ['some length', `${`${'x'.repeat(480)}\n`.repeat(9)}foo.█\n${`${'x'.repeat(480)}\n`.repeat(9)}`],
    ['many', `${`${'x'.repeat(2000)}\n`.repeat(100)}foo.█\n${`${'x'.repeat(2000)}\n`.repeat(100)}`],
  ])('shows what is near the cursor where lines are long: %s', (_, text) => {
    for (const contextTokens of [900, 4096, 16_384]) {
      const ask = { ...completeAsk(text), contextTokens };
      const made = baseFor(ask);
      const fork = made.kind === 'base' ? forkOf(ask, made.base) : undefined;
      if (made.kind !== 'base' || fork?.kind !== 'fork') throw new Error('It does not fit.');
      expect(made.base.characters + fork.characters).toBeLessThanOrEqual(charactersFor(contextTokens));
      expect(fork.characters).toBeLessThan(4500);
      expect(wordsOf(fork)).toContain('foo.<|cursor|>');
    }
  });

  test('shows what is being typed in its lines and nowhere else', () => {
    const words = wordsOf(forkOf(completeAsk(numbered(40).replace('v20 =', 'v20.push(█ =')), base));
    expect(words).toMatch(/^Task "complete"/);
    expect(words.match(/push/g)).toHaveLength(1);
  });

  test('tells changes far away by their lines', () => {
    const now = numbered(40, (line) => (line === 2 ? 'const two = 2;' : `let v${line} = ${line};`));
    expect(wordsOf(forkOf(completeAsk(now.replace('v30 =', 'v30█ =')), base))).toMatch(
      /^These lines of the file have changed since:\n@@ line 2\n-let v2 = 2;\n\+const two = 2;\n\n\nTask "complete"/,
    );
  });

  test('tells new lines behind the one before them, and many removed ones by their first and last', () => {
    const now = numbered(40, (line) =>
      line === 3 ? 'let v3 = 3;\nnew();' : line > 29 && line < 40 ? '' : `let v${line} = ${line};`,
    ).replace(/\n\n+/g, '\n');
    expect(wordsOf(forkOf(completeAsk(now.replace('v20 =', 'v20█ =')), base))).toContain(
      `@@ line 4\n let v3 = 3;\n+new();\n@@ line 30\n-let v30 = 30;\n-let v31 = 31;\n-let v32 = 32;\n-[… 4 lines …]\n-let v37 = 37;\n`,
    );
  });

  test('shows a change that reaches into its lines whole', () => {
    const now = numbered(40, (line) =>
      line > 11 && line < 17 ? `var w${line};` : `let v${line} = ${line};`,
    );
    const words = wordsOf(forkOf(completeAsk(now.replace('v20 =', 'v20█ =')), base));
    expect(words).toMatch(/at <\|cursor\|>:\nvar w12;\nvar w13;/);
  });

  test('says that lines at the edge of its own are gone', () => {
    const now = numbered(40, (line) => (line === 15 ? '' : `let v${line} = ${line};`)).replace('\n\n', '\n');
    expect(wordsOf(forkOf(completeAsk(now.replace('v20 =', 'v20█ =')), base))).toContain('-let v15 = 15;\n');
  });

  test('of an edit has its lines whole, or refers to a file that did not change', () => {
    const text = numbered(40);
    expect(wordsOf(forkOf(editAsk(`«${text}»`, 'tidy'), base))).toBe(
      'Task "edit" in a.ts: tidy\nIt is about the whole file, as it stands above.',
    );
    expect(wordsOf(forkOf(editAsk(`«${text}»`.replace('v7', 'seven'), 'tidy'), base))).toBe(
      `Task "edit" in a.ts: tidy\nIt is about the whole file, which is now:\n${text.replace('v7', 'seven')}`,
    );
  });

  test('of a redirected edit carries what was streamed', () => {
    const ask = {
      ...editAsk('«let v1 = 1;»\n', 'use a Map\nno, a Set'),
      streamed: '<<<<<<< SEARCH\nlet',
    } as Ask;
    expect(wordsOf(forkOf(ask, baseOf('let v1 = 1;\n')))).toBe(`Task "edit" in a.ts: use a Map
no, a Set
Before the last line of this was said you had begun to answer; nothing of that was done:
<<<<<<< SEARCH
let
It is about the whole file, as it stands above.`);
  });

  test('tells of other files only what the base does not', () => {
    const known: RecentChange = { path: 'b.ts', line: 1, before: 'a', after: 'b' };
    const snippet: Snippet = { path: 'c.ts', text: 'known' };
    const told = makeBase(
      { document: askDocument('x\n'), snippets: [snippet], history: [known], contextTokens: 4096 },
      { start: 0, end: 0 },
    );
    const ask: Ask = {
      ...completeAsk('x█\n'),
      history: [known, { path: 'a.ts', line: 0, before: '', after: 'x' }, { ...known, after: 'c' }],
      snippets: [{ path: 'd.ts', text: 'new' }, snippet],
    };
    expect(wordsOf(forkOf(ask, told))).toMatch(
      /^From d\.ts:\nnew\n\n\nRecent changes, oldest first:\nb\.ts, line 2:\n-a\n\+c\n\n\nTask/,
    );
  });
});

test('a file of Go is indented with tabs, whatever its strings hold', () => {
  const text = `var a = \`\n${'    b\n'.repeat(9)}\`\n\nfunc f() {\n\tg()\n}\n`;
  const document = { ...askDocument(text), languageId: 'go' };
  const base = makeBase({ document, snippets: [], history: [], contextTokens: 4096 }, { start: 0, end: 0 });
  expect(base.parts.at(-1)?.text).toContain('(go, indented with tabs):');
});

describe('another base is needed', () => {
  test('for another file', () => {
    const ask = completeAsk('a█', { uri: 'file:///work/b.ts' });
    expect(wordsOf(forkOf(ask, baseOf('a')))).toBe('renew: document');
  });

  test('for a place that a large file was not told of', () => {
    const text = numbered(4000);
    const base = baseOf(text);
    expect(base.shown.end).toBeLessThan(text.length);
    expect(wordsOf(forkOf(completeAsk(text.replace('v20 =', 'v20█ =')), base))).toMatch(/^Task/);
    expect(wordsOf(forkOf(completeAsk(text.replace('v3000 =', 'v3000█ =')), base))).toBe('renew: place');
  });

  test('where much of it changed', () => {
    const now = numbered(300, (line) => (line % 2 ? `let v${line} = ${line};` : `const w${line} = 0;`));
    expect(wordsOf(forkOf(completeAsk(`${now}█`), baseOf(numbered(300))))).toBe('renew: drift');
  });

  test('where both would be more than may be sent', () => {
    const ask = { ...completeAsk(`${numbered(300)}█`), contextTokens: 1000 };
    expect(wordsOf(forkOf(ask, baseOf(numbered(300))))).toBe('renew: room');
  });
});

test('a hundred keys at one place of a large file cost less than a tenth of full prompts', () => {
  const text = numbered(1500, (line) => `  const value${line} = compute(input, ${line});`);
  const at = text.indexOf('value700 ');
  for (const contextTokens of [4096, 16384]) {
    const base = baseOf(text, { contextTokens, at });
    let forks = base.characters;
    let full = 0;
    for (let typed = 1; typed <= 100; typed++) {
      const line = 'return compute(input, 42).map((each) => each.value);\n  '.repeat(3).slice(0, typed);
      const ask = { ...completeAsk(`${text.slice(0, at)}${line}█${text.slice(at)}`), contextTokens };
      const fork = forkOf(ask, base);
      expect(fork.kind).toBe('fork');
      if (fork.kind === 'fork') forks += fork.characters;
      const own = baseFor(ask);
      if (own.kind === 'base') full += own.base.characters;
    }
    expect(forks / full).toBeLessThan(0.1);
  }
});

const line = fc.string({ maxLength: 30, unit: 'grapheme' });
const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));

test('whatever changed, a fork shows its lines as they are, and fits beside its base', () => {
  fc.assert(
    fc.property(
      text,
      text,
      fc.nat(),
      fc.integer({ min: 500, max: 1500 }),
      fc.boolean(),
      (before, now, at, contextTokens, isTold) => {
        const cursor = at % (now.length + 1);
        const ask = { ...completeAsk('█'), contextTokens, cursor, document: askDocument(now) } as Ask;
        const base = baseOf(before, { contextTokens });
        const fork = isTold ? forkOf(ask, base, diff(before, now)) : forkOf(ask, base);
        if (fork.kind === 'renew') return;
        expect(base.characters + fork.characters).toBeLessThanOrEqual(charactersFor(contextTokens));
        const own = now.slice(now.lastIndexOf('\n', cursor - 1) + 1, cursor);
        expect(wordsOf(fork)).toContain(`${own}<|cursor`);
      },
    ),
  );
});

test('a base made for an ask has a fork that asks', () => {
  fc.assert(
    fc.property(
      text,
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 1500 }),
      fc.array(text, { maxLength: 6 }),
      (value, a, b, contextTokens, others) => {
        const [start, end] = [a % (value.length + 1), b % (value.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const context = {
          ...completeAsk('█'),
          document: askDocument(value),
          snippets: others.map((other, i) => ({ path: `${i}.ts`, text: other })),
          history: others.map((other, i) => ({ path: `${i}.ts`, line: i, before: other, after: '' })),
          contextTokens,
        };
        const edit = { ...context, task: 'edit', region: { start, end }, instruction: 'x' } as Ask;
        for (const ask of [{ ...context, cursor: start } as Ask, edit]) {
          const made = baseFor(ask);
          if (made.kind === 'base') expect(forkOf(ask, made.base).kind).toBe('fork');
        }
      },
    ),
  );
});
