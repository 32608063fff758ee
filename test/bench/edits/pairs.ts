/** The file changes that edits are measured on: a corpus of `test/corpus/build.mjs`, a folder, or some made here. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  readonly language: string;
  readonly before: string;
  readonly after: string;
}

/** A file of JSON lines, or a folder with `NAME.before` and `NAME.after` files. */
export function readPairs(path: string): readonly Pair[] {
  if (!statSync(path).isDirectory()) {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(fromJson);
  }
  return readdirSync(path)
    .filter((name) => name.endsWith('.before'))
    .map((name) => ({
      language: 'unknown',
      before: readFileSync(join(path, name), 'utf8'),
      after: readFileSync(join(path, name.replace(/before$/, 'after')), 'utf8'),
    }));
}

/** Without real changes at hand: the project's own files with names, lines and blocks changed. */
export function ownPairs(): readonly Pair[] {
  const folder = join('server', 'core');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => changesOf(readFileSync(join(folder, name), 'utf8')));
}

function changesOf(before: string): readonly Pair[] {
  const lines = before.split('\n');
  const third = Math.floor(lines.length / 3);
  const inBlock = [
    ...lines.slice(0, third),
    'if (ready) {',
    ...lines.slice(third, third + 6).map((line) => `  ${line}`),
    '}',
    ...lines.slice(third + 6),
  ];
  return [
    before.replaceAll('text', 'source'),
    [...lines.slice(0, third), ...lines.slice(third + 5)].join('\n'),
    inBlock.join('\n'),
    lines.map((line, i) => (i % 17 === 3 ? line.replace(/\w+/, 'changed') : line)).join('\n'),
  ]
    .filter((after) => after !== before)
    .map((after) => ({ language: 'typescript', before, after }));
}

function fromJson(line: string): Pair {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error('A line of the corpus is no object.');
  const { language, before, after } = value as Readonly<Record<string, unknown>>;
  if (typeof before !== 'string' || typeof after !== 'string')
    throw new Error('A line of the corpus has no texts.');
  return { language: typeof language === 'string' ? language : 'unknown', before, after };
}
