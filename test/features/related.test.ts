/** Pieces of other files in what a model is told: chosen from real files in a folder made for the test. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRelated, type Related } from '../../server/features/related.ts';
import { createDocuments, type Documents } from '../../server/state/documents.ts';
import { createSources } from '../../server/state/workspace/sources.ts';
import { toUri } from '../../server/state/workspace/uri.ts';
import { type VirtualClock, virtualClock } from '../support/clock.ts';
import { ghostScene } from '../support/ghost.ts';

let root = '';
const files = {
  'src/header.ts': 'export function parseHeader(line: string): Header {\n  return split(line);\n}\n',
  'src/colour.ts': 'export const colour = "red";\n',
  'src/secret.env.ts': 'export const parseHeader = "excluded";\n',
  'lib/far.ts': 'export function parseHeader() {\n  return "far";\n}\n',
  'lib/wall.ts': 'export function paint(canvas) {\n  return canvas;\n}\n',
};

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'whittle-related-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

interface Opened {
  readonly related: Related;
  readonly documents: Documents;
  open(name: string, text: string): Promise<void>;
  paths(name: string, characters?: number): readonly string[];
  pass(ms: number): Promise<void>;
  type(name: string, text: string): void;
  /** How often a document's text was read. */
  reads(): number;
  readonly clock: VirtualClock;
}

function opened({ wanted = (): boolean => true } = {}): Opened {
  const clock = virtualClock();
  let reads = 0;
  const documents = createDocuments();
  const excludes = (file: string) => file.includes('secret');
  const folders = [{ uri: toUri(root), name: 'root', path: root }];
  const related = createRelated({
    documents,
    sources: createSources({ excludes, redact: (text) => text }),
    folders: () => folders,
    excludes,
    redact(text) {
      reads++;
      return text.replaceAll('hunter2', '*******');
    },
    wanted,
    clock,
  });
  const uriOf = (name: string) => toUri(path.join(root, name));
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await Promise.resolve();
    await related.settled();
  }
  return {
    related,
    documents,
    async open(name, text) {
      documents.open({ uri: uriOf(name), languageId: 'typescript', version: 1, text });
      related.opened(uriOf(name));
      await pass(100);
    },
    paths(name, characters = 2_000) {
      const snapshot = documents.get(uriOf(name));
      if (!snapshot) throw new Error(`${name} is not open`);
      const focus = snapshot.text.value.length;
      return related.of(snapshot, focus, characters).map((each) => each.path);
    },
    pass,
    type(name, text) {
      const uri = uriOf(name);
      const version = (documents.get(uri)?.version ?? 0) + 1;
      documents.change(uri, version, [{ start: 0, end: 0, text }]);
      related.changed(uri);
    },
    reads: () => reads,
    clock,
  };
}

describe('related', () => {
  test('gives what is imported and alike, neither the file itself nor what is excluded', async () => {
    const { open, paths } = opened();
    await open('src/main.ts', "import { parseHeader } from './header.ts';\nconst header = parseHeader(");
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
  });

  test('finds a file that is imported from another folder', async () => {
    const { open, paths } = opened();
    await open('src/main.ts', "import { parseHeader } from '../lib/far.ts';\nparseHeader(");
    expect(paths('src/main.ts')).toContain('lib/far.ts');
  });

  test('of two that are as much alike, gives the imported one first', async () => {
    const { open, paths } = opened();
    await open('src/open.ts', files['lib/wall.ts']);
    await open('src/main.ts', "import { paint } from '../lib/wall.ts';\npaint(canvas");
    expect(paths('src/main.ts')).toEqual(['lib/wall.ts', 'src/open.ts']);
  });

  test('reads for each of several documents that are opened at once', async () => {
    const { related, documents, paths, pass } = opened();
    for (const [name, text] of [
      ['src/a.ts', "import { paint } from '../lib/wall.ts';\npaint(canvas"],
      ['src/b.ts', "import { parseHeader } from '../lib/far.ts';\nparseHeader("],
    ] as const) {
      const uri = toUri(path.join(root, name));
      documents.open({ uri, languageId: 'typescript', version: 1, text });
      related.opened(uri);
    }
    await pass(100);
    expect(paths('src/a.ts')).toContain('lib/wall.ts');
    expect(paths('src/b.ts')).toContain('lib/far.ts');
  });

  test('reads all anew when the rules change, what is open from the editor', async () => {
    const { open, paths, related, pass } = opened();
    await open('src/header.ts', files['lib/wall.ts']);
    await open('src/main.ts', "import { parseHeader } from '../lib/far.ts';\npaint(canvas); parseHeader(");
    const first = paths('src/main.ts');
    expect(first.toSorted()).toEqual(['lib/far.ts', 'src/header.ts']);
    related.forget();
    await pass(100);
    expect(paths('src/main.ts')).toEqual(first);
  });

  test('reads what is open from the editor, without its secrets', async () => {
    const { open, paths, related, documents } = opened();
    await open('src/header.ts', 'export function parseHeader() {\n  return "hunter2";\n}\n');
    await open('src/main.ts', 'parseHeader(');
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
    const snapshot = documents.get(toUri(path.join(root, 'src/main.ts')));
    expect(snapshot && related.of(snapshot, 0, 2_000)[0]?.text).toContain('*******');
  });

  test('reads nothing that is excluded, though it is open', async () => {
    const { open, paths, type, pass, reads } = opened();
    await open('src/secret.ts', 'export function parseHeader() {}\n');
    await open('src/main.ts', 'parseHeader(');
    type('src/secret.ts', '// more\n');
    await pass(10_000);
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
    expect(reads()).toBe(1);
  });

  test('gives the same pieces in the same order while the cursor stays about where it is', async () => {
    const { open, related, documents } = opened();
    await open('src/main.ts', "import { parseHeader } from './header.ts';\nparseHeader(");
    const snapshot = documents.get(toUri(path.join(root, 'src/main.ts')));
    if (!snapshot) throw new Error('not open');
    const first = related.of(snapshot, snapshot.text.value.length, 2_000);
    expect(first.length).toBeGreaterThan(0);
    expect(related.of(snapshot, snapshot.text.value.length - 3, 2_000)).toBe(first);
  });

  test('keeps to the characters allowed', async () => {
    const { open, paths } = opened();
    await open('src/main.ts', "import { parseHeader } from './header.ts';\nparseHeader(");
    expect(paths('src/main.ts', 20)).toEqual([]);
  });

  test('reads an import that was typed since, and once more after a while', async () => {
    const { open, paths, documents, related, pass } = opened();
    await open('src/main.ts', 'parseHeader(');
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
    const uri = toUri(path.join(root, 'src/main.ts'));
    documents.change(uri, 2, [{ start: 0, end: 0, text: "import { parseHeader } from '../lib/far.ts';\n" }]);
    related.changed(uri);
    await pass(10_000);
    paths('src/main.ts');
    await pass(10_000);
    expect(paths('src/main.ts')[0]).toBe('lib/far.ts');
  });

  test('reads what was typed elsewhere when typing rests, so that who goes on in another document finds it read', async () => {
    const { open, paths, type, pass, reads } = opened();
    await open('src/header.ts', 'export const header = 1;\n');
    await open('src/main.ts', 'parseHeader(');
    await pass(1_000);
    const before = reads();
    type('src/header.ts', 'export function parse');
    await pass(900);
    type('src/header.ts', 'Header() {}\n');
    await pass(900);
    expect(reads()).toBe(before);
    await pass(100);
    expect(reads()).toBe(before + 1);
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
    expect(reads()).toBe(before + 1);
  });

  test('reads it sooner where another document is opened meanwhile', async () => {
    const { open, type, reads } = opened();
    await open('src/header.ts', 'export const header = 1;\n');
    await open('src/main.ts', 'parseHeader(');
    const before = reads();
    type('src/header.ts', 'export function parseHeader() {}\n');
    // A tenth of a second passes with it.
    await open('src/third.ts', 'parseHeader(');
    expect(reads()).toBe(before + 2);
  });

  test('a document as long as all the room does not drive out what helps it', async () => {
    const { open, paths, type, pass } = opened();
    await open('src/other.ts', 'const other = 1;\n');
    await open('src/main.ts', `import './header.ts';\n${'const a = 1;\n'.repeat(45_000)}parseHeader(`);
    expect(paths('src/main.ts')).toContain('src/header.ts');
    type('src/main.ts', '\n'.repeat(20));
    await pass(10_000);
    expect(paths('src/main.ts')).toContain('src/header.ts');
  });

  test('reads at once what was typed elsewhere a moment ago', async () => {
    const { open, paths, type, reads } = opened();
    await open('src/other.ts', '\n');
    await open('src/main.ts', 'paint(canvas)');
    const before = reads();
    type('src/other.ts', 'export function paint(canvas) {}\n');
    expect(paths('src/main.ts')).toEqual(['src/other.ts']);
    expect(reads()).toBe(before + 1);
  });

  test('one document that is open alone is not read for itself', async () => {
    const { open, type, pass, reads } = opened();
    await open('src/main.ts', 'parseHeader(');
    type('src/main.ts', 'x');
    await pass(10_000);
    expect(reads()).toBe(0);
  });

  test('what was typed in a document itself leaves its pieces as they are', async () => {
    const { open, related, documents, type, pass, reads } = opened();
    await open('src/header.ts', 'export function parseHeader() {\n  return split();\n}\n');
    await open('src/main.ts', 'parseHeader(');
    const pieces = () => {
      const snapshot = documents.get(toUri(path.join(root, 'src/main.ts')));
      return snapshot && related.of(snapshot, snapshot.text.value.length, 2_000);
    };
    const first = pieces();
    expect(first?.length).toBeGreaterThan(0);
    const before = reads();
    type('src/main.ts', 'const a = split(');
    await pass(10_000);
    expect(reads()).toBe(before + 1);
    expect(pieces()).toBe(first);
  });

  test('who looks something up and comes back finds it read', async () => {
    const { open, paths, type, pass, reads, related } = opened();
    await open('src/main.ts', 'parseHeader(');
    type('src/main.ts', 'x');
    await open('src/header.ts', 'export function parseHeader() {}\n');
    related.focused(toUri(path.join(root, 'src/main.ts')));
    await pass(10_000);
    const before = reads();
    expect(paths('src/main.ts')).toEqual(['src/header.ts']);
    expect(reads()).toBe(before);
  });

  test('reads nothing more when no model wants it any longer', async () => {
    let wanted = true;
    const { open, type, pass, reads } = opened({ wanted: () => wanted });
    await open('src/header.ts', 'export const header = 1;\n');
    await open('src/main.ts', 'parseHeader(');
    const before = reads();
    type('src/header.ts', 'x');
    wanted = false;
    await pass(10_000);
    expect(reads()).toBe(before);
  });

  test('leaves no timer behind', async () => {
    const { open, type, related, clock } = opened();
    await open('src/main.ts', 'parseHeader(');
    type('src/main.ts', 'x');
    expect(clock.pending()).toBeGreaterThan(0);
    related.dispose();
    expect(clock.pending()).toBe(0);
    type('src/main.ts', 'x');
    expect(clock.pending()).toBe(0);
  });

  test('reads nothing where no model wants it, and nothing after its end', async () => {
    const { open, paths } = opened({ wanted: () => false });
    await open('src/main.ts', "import './header.ts';\nparseHeader(");
    expect(paths('src/main.ts')).toEqual([]);
    const other = opened();
    other.related.dispose();
    await other.open('src/main.ts', "import './header.ts';\nparseHeader(");
    expect(other.paths('src/main.ts')).toEqual([]);
  });
});

const hosted = { model: { url: 'wss://example.com/v1/responses' } };
const wholeFile = 'export function paint(canvas) {\n  return canvas;\n}\n';

test.each<[string, object, readonly string[]]>([
  ['all tasks', hosted, ['b.ts']],
  ['ghost text', { completion: hosted }, ['b.ts']],
  ['edits', { edit: hosted }, ['b.ts']],
  ['next edits', { nextEdit: hosted }, ['b.ts']],
  ['no task, as the embedded engine has read them itself', {}, []],
])('other files are read for a model of %s', async (_, whittle, paths) => {
  const { ask, type, client, model } = await ghostScene('paint█', { settings: { whittle }, replies: ['x;'] });
  client.open('file:///b.ts', wholeFile);
  type('(');
  await ask();
  expect(model.asks[0]?.ask.snippets.map((each) => each.path)).toEqual(paths);
});
