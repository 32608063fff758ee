/** One answer that changes several files: open ones, ones on disk, new ones, and those it must not touch. */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../support/client.ts';
import { block, type Outcome } from '../support/edits.ts';
import { fakeModel } from '../support/fake-model.ts';
import { temporaryFolder } from '../support/folder.ts';
import { openServer } from '../support/server.ts';

const files = {
  'src/a.ts': 'import { b } from "./b";\nlet a = b;\n',
  'src/b.ts': 'export const b = 1;\n',
  'src/c.ts': 'export const c = 1;\n',
  'src/e.ts': "const a = 'x';\nlet b = 1;\n",
  'lib/a.ts': 'export const other = 1;\n',
  'src/empty.ts': '',
  'src/line.ts': '\n',
  'ignored/d.ts': 'export const b = 1;\n',
  '.gitignore': 'ignored/\n',
  '.env': 'b=1\n',
  'key.ts': 'export const token = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";\n',
  'out.ts': { link: '../../../../etc/hostname' },
} as const;

/** A scene with `src/a.ts` open, and the others as they are on disk. */
async function scene(answer: string, options: ClientOptions & { readonly opened?: readonly string[] } = {}) {
  const root = temporaryFolder(files);
  const uriOf = (path: string) => pathToFileURL(`${root}/${path}`).href;
  const model = fakeModel((ask) => (ask.task === 'complete' ? '' : answer));
  const server = await openServer({ ...options, folders: [root], model });
  const { client } = server;
  for (const path of ['src/a.ts', ...(options.opened ?? [])])
    client.open(uriOf(path), readFileSync(`${root}/${path}`, 'utf8'));
  const edit = async (instruction = 'rename b') =>
    (await client.execute('whittle.edit', { uri: uriOf('src/a.ts'), instruction, wait: true })) as Outcome;
  const text = (path: string) => client.text(uriOf(path));
  let sent: Sent = { documentChanges: [] };
  const apply = client.buffers.applyWorkspaceEdit.bind(client.buffers);
  client.buffers.applyWorkspaceEdit = (edit) => {
    sent = edit as Sent;
    return apply(edit);
  };
  return { ...server, root, uriOf, edit, text, sent: () => sent };
}

/** As far as a test looks at it. */
interface Sent {
  readonly documentChanges: readonly {
    readonly kind?: string;
    readonly uri?: string;
    readonly textDocument?: { readonly uri: string; readonly version: number | null };
    readonly edits?: readonly { readonly annotationId?: string }[];
  }[];
  readonly changeAnnotations?: Readonly<Record<string, object>>;
}

const own = block('let a = b;', 'let a = second;');
const other = `src/b.ts\n${block('export const b = 1;', 'export const second = 1;')}`;
const patch = `*** Begin Patch
*** Update File: src/a.ts
@@
-let a = b;
+let a = second;
*** Update File: src/b.ts
@@
-export const b = 1;
+export const second = 1;
*** End Patch
`;
const diff = `--- a/src/a.ts
+++ b/src/a.ts
@@ -2 +2 @@
-let a = b;
+let a = second;
--- a/src/b.ts
+++ b/src/b.ts
@@ -1 +1 @@
-export const b = 1;
+export const second = 1;
`;

describe('files that are there', () => {
  test.each([
    ['SEARCH/REPLACE', `${own}\n${other}`],
    ['apply_patch', patch],
    ['a unified diff', diff],
  ])('%s: one that is open, and one that is not, in one request', async (_, answer) => {
    const opened = await scene(answer, { opened: ['src/b.ts'] });
    expect(await opened.edit()).toEqual({ ok: true, edits: 2, files: 2 });
    expect(opened.text('src/b.ts')).toBe('export const second = 1;\n');
    expect(opened.sent().documentChanges.map(({ textDocument }) => textDocument)).toEqual([
      { uri: opened.uriOf('src/a.ts'), version: 1 },
      { uri: opened.uriOf('src/b.ts'), version: 1 },
    ]);
    const closed = await scene(answer);
    expect(await closed.edit()).toEqual({ ok: true, edits: 2, files: 2 });
    expect(closed.text('src/b.ts')).toBe('export const second = 1;\n');
    expect(closed.sent().documentChanges[1]?.textDocument?.version).toBe(null);
  });

  test('another file alone', async () => {
    const { edit, text } = await scene(other);
    expect(await edit()).toEqual({ ok: true, edits: 1, files: 1 });
    expect([text('src/a.ts'), text('src/b.ts')]).toEqual([files['src/a.ts'], 'export const second = 1;\n']);
  });

  test('two of one name are told apart by their folders', async () => {
    const { edit, text } = await scene(
      `lib/a.ts\n${block('export const other = 1;', 'export const it = 1;')}`,
    );
    expect(await edit()).toMatchObject({ ok: true, files: 1 });
    expect(text('lib/a.ts')).toBe('export const it = 1;\n');
  });

  test('what was typed there meanwhile stays', async () => {
    const { client, edit, model, settled, text, uriOf } = await scene('', { opened: ['src/b.ts'] });
    model.script = () => undefined;
    const outcome = edit();
    const ask = await model.asked(0);
    client.type(uriOf('src/b.ts'), 0, '// mine\n');
    await settled();
    ask.end(`${own}\n${other}`);
    expect(await outcome).toMatchObject({ ok: true, files: 2 });
    expect(text('src/b.ts')).toBe('// mine\nexport const second = 1;\n');
  });

  test('lines that are not there: nothing lands anywhere', async () => {
    const { client, edit } = await scene(`${own}\nsrc/b.ts\n${block('nothing like it', 'x')}`);
    expect(await edit()).toMatchObject({ ok: false, reason: 'not-found', message: /src\/b\.ts/ });
    expect(client.buffers.applied).toBe(0);
  });
});

describe('what the client understands', () => {
  test('annotations: what is beyond the asked file needs a yes', async () => {
    const { edit, sent } = await scene(`${own}\n${other}`, { editor: 'vscode' });
    expect(await edit()).toMatchObject({ ok: true, files: 2 });
    const { documentChanges, changeAnnotations = {} } = sent();
    const [id] = Object.keys(changeAnnotations);
    expect(changeAnnotations[id ?? '']).toMatchObject({ needsConfirmation: true });
    const ids = documentChanges.map(({ edits }) => edits?.[0]?.annotationId);
    expect(ids).toEqual([undefined, id]);
  });

  test('no annotations for the asked file alone', async () => {
    const { edit, sent } = await scene(own, { editor: 'vscode' });
    expect(await edit()).toMatchObject({ ok: true, files: 1 });
    expect(sent()).not.toHaveProperty('changeAnnotations');
  });

  test('the editor applies some of it: that is said, by name', async () => {
    const { client, clock, edit, settled } = await scene(`${own}\n${other}`, {
      editor: 'neovim',
      opened: ['src/b.ts'],
    });
    const b = client.buffers;
    const apply = b.applyWorkspaceEdit.bind(b);
    b.applyWorkspaceEdit = (edit) => apply({ documentChanges: edit.documentChanges?.slice(0, 1) ?? [] });
    let isDone = false;
    const outcome = edit().finally(() => {
      isDone = true;
    });
    // Files are read meanwhile, which takes as long as it takes.
    while (!isDone) {
      await settled();
      // Less than is waited for a change that an editor has still to tell.
      clock.advance(500);
    }
    expect(await outcome).toMatchObject({
      ok: false,
      reason: 'not-applied',
      message: 'The edit is in a.ts, but not in b.ts: the document does not show it.',
    });
  });
});

describe('new files', () => {
  const adds = '*** Begin Patch\n*** Add File: src/new.ts\n+export const x = 1;\n*** End Patch\n';

  test.each([
    ['said', 'move x to a new file'],
    ['named', 'put x into new.ts'],
  ])('where the instruction asks for one: %s', async (_, instruction) => {
    const { edit, sent, text, uriOf } = await scene(adds);
    expect(await edit(instruction)).toEqual({ ok: true, edits: 1, files: 1 });
    expect(sent().documentChanges[0]).toEqual({ kind: 'create', uri: uriOf('src/new.ts') });
    expect(text('src/new.ts')).toBe('export const x = 1;\n');
  });

  test.each([
    [
      'a block without anything to look for',
      `src/new.ts\n${block('', 'export const x = 1;').replace('\n\n', '\n')}`,
    ],
    ['a block that looks for a blank line', `src/new.ts\n${block('', 'export const x = 1;')}`],
    ['a block with a fence around its lines', `src/new.ts\n${block('', '```ts\nexport const x = 1;\n```')}`],
    [
      'a patch whose lines lack their sign',
      '*** Begin Patch\n*** Add File: src/new.ts\nexport const x = 1;\n*** End Patch\n',
    ],
    ['a diff from nothing', '--- /dev/null\n+++ b/src/new.ts\n@@ -0,0 +1 @@\n+export const x = 1;\n'],
  ])('%s', async (_, answer) => {
    const { edit, text } = await scene(answer);
    expect(await edit('make new.ts')).toMatchObject({ ok: true, files: 1 });
    expect(text('src/new.ts')).toBe('export const x = 1;\n');
  });

  test.each([
    ['empty', 'src/empty.ts'],
    ['an empty line', 'src/line.ts'],
  ])('a file that is there and %s is written like a new one', async (_, path) => {
    const { edit, text, sent } = await scene(adds.replace('src/new.ts', path));
    expect(await edit('put x there')).toMatchObject({ ok: true, files: 1 });
    expect(sent().documentChanges.map(({ kind }) => kind)).toEqual([undefined]);
    expect(text(path)).toBe('export const x = 1;\n');
  });

  test.each<[string, string, string, ClientOptions, RegExp]>([
    ['where nobody asked for one', adds, 'rename b', {}, /nobody asked for/],
    ['where the editor makes none', adds, 'a new file', { editor: 'eglot' }, /makes no files/],
    [
      'whose name a terminal would obey',
      adds.replaceAll('new.ts', 'n\u001b[2Jew.ts'),
      'a new file',
      {},
      /characters that are not seen/,
    ],
    ['that is there already', adds.replace('new.ts', 'b.ts'), 'a new file', {}, /there already/],
  ])('refused %s', async (_, answer, instruction, options, message) => {
    const { client, edit } = await scene(answer, options);
    expect(await edit(instruction)).toMatchObject({ ok: false, reason: 'refused', message });
    expect(client.buffers.applied).toBe(0);
  });
});

describe('refused, and nothing lands', () => {
  const at = (path: string) => `${own}\n${patchOf(path)}`;
  const patchOf = (path: string) => `${path}\n${block('export const b = 1;', 'export const second = 1;')}`;

  test.each([
    ['outside of the workspace', at('../b.ts'), /outside of the workspace/],
    [
      'far outside, without an ending',
      at('../../../etc/passwd'),
      /\.\.\/etc\/passwd, which is outside of the wo/,
    ],
    ['an absolute path without an ending', at('/etc/passwd'), /\/etc\/passwd, which is outside of the wo/],
    ['an absolute path elsewhere', at('/etc/b.ts'), /outside of the workspace/],
    ['made up', at('src/none.ts'), /not in the workspace/],
    ['ignored', at('ignored/d.ts'), /excluded/],
    ['a link that leads out', at('out.ts'), /excluded/],
    [
      'private by its name',
      '*** Begin Patch\n*** Update File: .env\n@@\n-b=1\n+b=2\n*** End Patch\n',
      /excluded/,
    ],
    [
      'a secret on disk',
      `key.ts\n${block('export const token = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";', 'export const token = "";')}`,
      /secret/,
    ],
  ])('%s', async (_, answer, message) => {
    const { client, edit } = await scene(answer);
    expect(await edit()).toMatchObject({ ok: false, reason: 'refused', message });
    expect(client.buffers.applied).toBe(0);
  });
});

describe('afterwards', () => {
  test.each<[string, readonly string[]]>([
    ['of files that were open', ['src/b.ts']],
    ['of files that the editor opened for it', []],
  ])('undo takes back all %s, in one step each', async (_, opened) => {
    const { client, edit, settled, text, uriOf } = await scene(`${own}\n${other}`, { opened });
    expect(await edit()).toMatchObject({ ok: true });
    await settled();
    for (const path of ['src/a.ts', 'src/b.ts']) {
      const start = text(path).indexOf('second');
      const titles = (await client.codeActions(uriOf(path), { start, end: start })).map(({ title }) => title);
      expect(titles).toContain('Revert this hunk');
    }
    const start = text('src/b.ts').indexOf('second');
    const actions = await client.codeActions(uriOf('src/b.ts'), { start, end: start });
    const undo = actions.find(({ title }) => title.startsWith('Undo'));
    expect(undo && (await client.run(undo))).toMatchObject({ ok: true });
    await settled();
    expect([text('src/a.ts'), text('src/b.ts')]).toEqual([files['src/a.ts'], files['src/b.ts']]);
  });
});

describe('checks', () => {
  const model = { url: 'ws://127.0.0.1:1/v1/responses', name: 'm' };
  const hosted = { settings: { whittle: { model } } };
  const broken = `src/b.ts\n${block('export const b = 1;', 'export const second = (1;')}`;

  test.each([
    ['that is open', ['src/b.ts']],
    ['on disk', []],
  ])('a syntax error in another file %s: asked once more, with the error', async (_, opened) => {
    const { edit, model: asked, text } = await scene('', { ...hosted, opened });
    const edits = () => asked.asks.filter(({ ask }) => ask.task === 'edit');
    asked.script = (ask) => (ask.task === 'edit' ? `${own}\n${edits().length === 1 ? broken : other}` : '');
    expect(await edit()).toEqual({ ok: true, edits: 2, files: 2 });
    expect(edits()).toHaveLength(2);
    expect(edits()[1]?.ask).toMatchObject({
      instruction: expect.stringMatching(/^rename b\n.*line 1 of b\.ts .*`\)` is missing/),
    });
    expect(text('src/b.ts')).toBe('export const second = 1;\n');
  });

  const second = (quoted: string) => `const a = ${quoted};\nlet second = 1;\n`;
  const restyled = `${own}\nsrc/e.ts\n${block(files['src/e.ts'], second('"x"'))}`;

  test('restyling of another open file is left out, counted, and can be included there', async () => {
    const { client, edit, settled, text, uriOf } = await scene(restyled, { ...hosted, opened: ['src/e.ts'] });
    expect(await edit()).toEqual({ ok: true, edits: 2, files: 2, leftOut: 1 });
    expect(text('src/e.ts')).toBe(second("'x'"));
    const actions = await client.codeActions(uriOf('src/e.ts'), { start: 0, end: 0 });
    const include = actions.find(({ title }) => title.startsWith('Include what was left out'));
    if (include) await client.run(include);
    await settled();
    expect(text('src/e.ts')).toBe(second('"x"'));
  });

  test('of a file that is not open nothing is left out: nobody could include it', async () => {
    const { edit, text } = await scene(restyled, hosted);
    expect(await edit()).toMatchObject({ ok: true, files: 2 });
    expect(text('src/e.ts')).toBe(second('"x"'));
  });
});
