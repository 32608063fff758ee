/** What a fix is told and what it may change: its problem's place, the imports, and what the problem points to. */

import { describe, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver';
import { block, type EditSceneOptions, editScene, uri } from '../support/edits.ts';

const text = `import { x } from './x';

const limit = 1;

function far() {
  return limit;
}

function near() {
  const a = 1;
  return b;
}
`;

const line = (text.slice(0, text.indexOf('return b')).match(/\n/g) ?? []).length;
const range = { start: { line, character: 9 }, end: { line, character: 10 } };
const problem: Diagnostic = {
  range,
  severity: 1,
  code: 2304,
  source: 'ts',
  message: "Cannot find name 'b'.",
};

const own = block('  return b;', '  return a;');
const beyond = block('  return limit;', '  return limit + 1;');

async function scene(options: EditSceneOptions = {}) {
  const settings = { whittle: { edit: { model: { url: 'wss://example.com/v1/responses' } } } };
  const made = await editScene(text, { settings, ...options });
  const fix = (diagnostic: Diagnostic = problem) =>
    made.run('whittle.fix', { range, diagnostics: [diagnostic] });
  return { ...made, fix };
}

test('code, source and related places are in the ask', async () => {
  const { fix, model } = await scene({ replies: [own] });
  const location = { uri, range: { start: { line: 2, character: 6 }, end: { line: 2, character: 11 } } };
  const elsewhere = { uri: 'file:///b.ts', range };
  const relatedInformation = [
    { location, message: "'limit' is declared here." },
    { location: elsewhere, message: 'Used there.' },
  ];
  expect(await fix({ ...problem, relatedInformation })).toMatchObject({ ok: true });
  const start = text.indexOf('limit');
  expect(model.asks[0]?.ask).toMatchObject({
    targets: [
      {
        code: '2304',
        source: 'ts',
        related: [
          { path: 'a.ts', line: 2, message: "'limit' is declared here.", region: { start, end: start + 5 } },
          { path: 'b.ts', line, message: 'Used there.' },
        ],
      },
    ],
  });
});

test('what was reported before lines were typed above is told where it is now', async () => {
  const { run, client, model } = await scene({ replies: [own] });
  const limit = { start: { line: 2, character: 6 }, end: { line: 2, character: 11 } };
  const relatedInformation = [
    { location: { uri, range: limit }, message: "'limit' is declared here." },
    { location: { uri: 'file:///b.ts', range: limit }, message: 'Used there.' },
  ];
  client.passDiagnostics(uri, [{ ...problem, relatedInformation }]);
  const typed = '// One more line.\n';
  client.change(uri, { start: 0, end: 0, text: typed });
  expect(await run('whittle.edit', { range, instruction: 'return a' })).toMatchObject({ ok: true });
  const at = (word: string) => text.indexOf(word) + typed.length;
  expect(model.asks[0]?.ask.diagnostics).toMatchObject([
    {
      start: at('return b') + 7,
      end: at('return b') + 8,
      related: [
        { path: 'a.ts', line: 3, region: { start: at('limit'), end: at('limit') + 5 } },
        { path: 'b.ts', line: 2, message: 'Used there.' },
      ],
    },
  ]);
});

test('related information that is not as the protocol says is left out', async () => {
  const { fix, model } = await scene({ replies: [own] });
  const odd = [null, 1, {}, { location: {} }, { location: { uri, range: 1 }, message: 'x' }];
  expect(await fix({ ...problem, relatedInformation: odd as never })).toMatchObject({ ok: true });
  expect(model.asks[0]?.ask).not.toMatchObject({ targets: [{ related: expect.anything() }] });
});

describe('lands at once', () => {
  test.each([
    ['in the function', own],
    ['another line of the function', block('  const a = 1;', '  const b = 1;')],
    [
      'an import',
      `${own}\n${block("import { x } from './x';", "import { x } from './x';\nimport { b } from './b';")}`,
    ],
    ['an import that changes', `${own}\n${block("import { x } from './x';", "import { b, x } from './x';")}`],
  ])('%s', async (_, answer) => {
    const { fix, model } = await scene({ replies: [answer] });
    expect(await fix()).toMatchObject({ ok: true });
    expect(model.asks).toHaveLength(1);
  });

  test('a line that the related information points to', async () => {
    const at = (text.slice(0, text.indexOf('return limit')).match(/\n/g) ?? []).length;
    const place = { start: { line: at, character: 2 }, end: { line: at, character: 3 } };
    const { fix, model } = await scene({ replies: [`${own}\n${beyond}`] });
    const relatedInformation = [{ location: { uri, range: place }, message: 'See here.' }];
    expect(await fix({ ...problem, relatedInformation })).toMatchObject({ ok: true, edits: 2 });
    expect(model.asks).toHaveLength(1);
  });
});

describe('beyond its problem', () => {
  const both = `${own}\n${beyond}`;
  const question = /^The fix also changes line 6, which is not part of the problem/;

  test('is asked about once more, and lands without it', async () => {
    const { fix, model, text: now } = await scene({ replies: [both, own] });
    expect(await fix()).toMatchObject({ ok: true, edits: 1 });
    expect(model.asks[1]?.ask).toMatchObject({ instruction: /line 6, which is not part of the problem/ });
    expect(now()).toBe(text.replace('return b', 'return a'));
  });

  test.each<[string, object]>([
    ['Apply anyway', { ok: true, edits: 2 }],
    ['Discard', { ok: false, reason: 'refused', message: question }],
  ])('still so: the user decides (%s)', async (choice, expected) => {
    const asked: string[] = [];
    const answer = ({ message }: { readonly message: string }) => {
      asked.push(message);
      return choice;
    };
    const { fix } = await scene({ replies: [both, both], answer });
    expect(await fix()).toMatchObject(expected);
    expect(asked).toEqual([expect.stringMatching(question)]);
  });

  test('an instruction may change any line', async () => {
    const { edit, model } = await scene({ replies: [both] });
    expect(await edit('do it')).toMatchObject({ ok: true, edits: 2 });
    expect(model.asks).toHaveLength(1);
  });
});

test('one that grows past what a fix needs says so', async () => {
  const long = Array.from({ length: 40 }, (_, i) => `  use(${i});`).join('\n');
  const { client, fix, settled } = await scene({ replies: [block('  return b;', `${long}\n  return a;`)] });
  expect(await fix()).toMatchObject({ ok: true });
  await settled();
  expect(client.messages).toEqual([expect.stringMatching(/changes 4\d lines, more than a fix should need/)]);
});
