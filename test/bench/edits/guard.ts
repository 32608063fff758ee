/**
 * Guard: models that do what was asked and restyle the whole file beside, made from real formatters with options the
 * file was not written with. The region is the whole document, so that nothing but proof keeps a hunk out.
 *
 * - Excess: token Levenshtein from the text before to what lands, beyond that of the change itself, over the tokens
 *   of the longer text; tokens are words and single signs, blanks apart and together. The distance is that of our
 *   diff's hunks, which is an upper bound of it.
 * - A needed hunk is dropped where what lands, without blanks, separators, quotes and brackets that formatters may
 *   move, is not what the change is without them, and the model's text is.
 * - The same guard over the change as it was made, without any restyling: how many hunks of it are left out.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { format, type Options } from 'prettier';
import { diff } from '../../../server/core/diff/diff.ts';
import { tokens } from '../../../server/core/diff/tokens.ts';
import { apply, type Edit } from '../../../server/core/edit.ts';
import { guarded } from '../../../server/core/guard/guard.ts';
import type { SyntaxTree } from '../../../server/core/syntax-tree.ts';
import { createParser } from '../../../server/state/syntax/parser.ts';
import { longestText } from '../../../server/state/syntax/syntax.ts';
import type { Print } from '../statistics.ts';
import { ownPairs, type Pair, readPairs } from './pairs.ts';

export interface Restyler {
  readonly name: string;
  readonly languages: RegExp;
  restyle(text: string, language: string): Promise<string>;
}

/** Files of each language and restyler; their sizes differ too much for more to say more. */
const mostFiles = 30;
const script = /^(?:java|type)script(?:react)?$/;
const braces = /^(?:java|c|cpp|csharp|php|go|rust)$/;

export async function benchGuard(root: string, print: Print, data: string | undefined): Promise<void> {
  const pairs = (data === undefined ? ownPairs() : readPairs(data)).filter(
    ({ before, after }) => Math.max(before.length, after.length) <= longestText,
  );
  const parser = createParser(join(root, 'package.json'));
  print(`guard: ${pairs.length} changes; excess token Levenshtein of the model → of what lands`);
  const sums = new Map<string, Sum>();
  for (const restyler of restylers(root)) {
    for (const language of new Set(pairs.map((pair) => pair.language))) {
      if (!restyler.languages.test(language)) continue;
      const parse = await parserOf(parser, language);
      if (!parse) continue;
      const sum = emptySum();
      for (const pair of spread(pairs.filter((each) => each.language === language))) {
        await measure(sum, { pair, restyler, parse });
      }
      print(`  ${restyler.name.padEnd(34)} ${language.padEnd(11)} ${told(sum)}`);
      const group = restyler.name.startsWith('as it was')
        ? 'unrestyled'
        : isBrace(language)
          ? 'brace'
          : language;
      sums.set(group, added(sums.get(group) ?? emptySum(), sum));
    }
  }
  for (const [group, sum] of sums) print(`  ${`all, ${group}`.padEnd(46)} ${told(sum)}`);
}

interface Sum {
  files: number;
  /** Whose text the formatter refuses, or does not change. */
  skipped: number;
  model: number;
  landed: number;
  modelCode: number;
  landedCode: number;
  dropped: number;
  hunks: number;
  longestMs: number;
}

interface Measured {
  readonly pair: Pair;
  readonly restyler: Restyler;
  readonly parse: (text: string) => SyntaxTree | undefined;
}

async function measure(sum: Sum, { pair, restyler, parse }: Measured): Promise<void> {
  const { language, before, after } = pair;
  const model = await restyler.restyle(after, language).catch(() => undefined);
  const isPlain = restyler.name.startsWith('as it was');
  if (model === undefined || (model === after && !isPlain)) {
    sum.skipped++;
    return;
  }
  const began = performance.now();
  const [old, now] = [parse(before), parse(model)];
  const found =
    old &&
    now &&
    guarded({
      languageId: language,
      before: { text: before, tree: old },
      after: { text: model, tree: now },
      asked: [],
      parse,
    });
  sum.longestMs = Math.max(sum.longestMs, performance.now() - began);
  const landed = found ? apply(before, found.kept) : model;
  if (found && apply(landed, found.leftOut) !== model) throw new Error('The parts are not the whole.');
  sum.files++;
  sum.hunks += found?.hunks ?? 0;
  if (skeleton(model) === skeleton(after) && skeleton(landed) !== skeleton(after)) sum.dropped++;
  const needed = diff(before, after);
  const ofModel = diff(before, model);
  const ofLanded = diff(before, landed);
  for (const kind of ['all', 'code'] as const) {
    const most = Math.max(count(before, kind), count(after, kind), 1);
    const least = distance(before, needed, kind);
    const excess = (edit: Edit) => Math.max(0, distance(before, edit, kind) - least) / most;
    sum[kind === 'all' ? 'model' : 'modelCode'] += excess(ofModel);
    sum[kind === 'all' ? 'landed' : 'landedCode'] += excess(ofLanded);
  }
}

export function restylers(root: string): readonly Restyler[] {
  const withPrettier = (name: string, options: Options): Restyler => ({
    name: `prettier: ${name}`,
    languages: /^(?:(?:java|type)script(?:react)?|css)$/,
    restyle: (text, language) => format(text, { ...options, parser: prettierParser(language) }),
  });
  const withBiome = (name: string, flags: readonly string[]): Restyler => ({
    name: `biome: ${name}`,
    languages: script,
    restyle: async (text, language) =>
      byBiome(root, text, [...flags, `--stdin-file-path=a.${ending(language)}`]),
  });
  const withRuff = (name: string, options: object): Restyler => ({
    name: `ruff: ${name}`,
    languages: /^python$/,
    restyle: async (text) => new Workspace(options, PositionEncoding.Utf16).format(text),
  });
  return [
    { name: 'as it was made', languages: /./, restyle: (text) => Promise.resolve(text) },
    withPrettier('tabs', { useTabs: true, singleQuote: true, printWidth: 100 }),
    withPrettier('no semicolons, width 100', { semi: false, singleQuote: true, printWidth: 100 }),
    withPrettier('its defaults', {}),
    withPrettier('4 blanks, width 60, no commas', {
      tabWidth: 4,
      printWidth: 60,
      trailingComma: 'none',
      arrowParens: 'avoid',
    }),
    withBiome('its defaults', []),
    withBiome('single quotes, no semicolons', [
      '--indent-style=space',
      '--javascript-formatter-quote-style=single',
      '--semicolons=as-needed',
    ]),
    { name: 'other indentation', languages: braces, restyle: (text) => Promise.resolve(reindented(text)) },
    withRuff('as black', { 'line-length': 88 }),
    withRuff('width 60, single quotes', { 'line-length': 60, format: { 'quote-style': 'single' } }),
    withRuff('2 blanks', { 'line-length': 88, 'indent-width': 2 }),
  ];
}

function byBiome(root: string, text: string, flags: readonly string[]): string {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), ['format', ...flags], {
    input: text,
    encoding: 'utf8',
    cwd: '/',
  });
  if (status !== 0) throw new Error('Biome refuses it.');
  return stdout;
}

/** What is indented by tabs then is by four blanks, and the other way round. */
function reindented(text: string): string {
  const tabs = /^\t/m.test(text);
  return text.replace(/^[ \t]+/gm, (blanks) =>
    tabs ? blanks.replaceAll('\t', '    ') : blanks.replace(/ {4}| {2}/g, '\t'),
  );
}

async function parserOf(parser: ReturnType<typeof createParser>, language: string) {
  const grammar = await parser.grammarFor(language);
  return grammar && ((text: string) => grammar.parse(text, () => false));
}

function distance(before: string, edit: Edit, kind: 'all' | 'code'): number {
  return edit.reduce(
    (sum, { start, end, text }) => sum + Math.max(count(before.slice(start, end), kind), count(text, kind)),
    0,
  );
}

function count(text: string, kind: 'all' | 'code'): number {
  const pieces = tokens(text, 0, text.length);
  let found = 0;
  for (let i = 0; i + 1 < pieces.length; i++)
    if (kind === 'all' || text.slice(pieces[i], pieces[i + 1]).trim() !== '') found++;
  return found;
}

function skeleton(text: string): string {
  return text.replace(/[\s;,()"'\\]/g, '');
}

function spread<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / mostFiles));
  return all.filter((_, index) => index % step === 0).slice(0, mostFiles);
}

function told({
  files,
  skipped,
  model,
  landed,
  modelCode,
  landedCode,
  dropped,
  hunks,
  longestMs,
}: Sum): string {
  const mean = (sum: number) => (sum / Math.max(1, files)).toFixed(3);
  return `${String(files).padStart(4)} files (${skipped} skipped): with blanks ${mean(model)} → ${mean(landed)}, code ${mean(modelCode)} → ${mean(landedCode)}; needed hunks dropped ${dropped}, left out ${hunks}; longest ${longestMs.toFixed(0)} ms`;
}

function emptySum(): Sum {
  return {
    files: 0,
    skipped: 0,
    model: 0,
    landed: 0,
    modelCode: 0,
    landedCode: 0,
    dropped: 0,
    hunks: 0,
    longestMs: 0,
  };
}

function added(a: Sum, b: Sum): Sum {
  return {
    files: a.files + b.files,
    skipped: a.skipped + b.skipped,
    model: a.model + b.model,
    landed: a.landed + b.landed,
    modelCode: a.modelCode + b.modelCode,
    landedCode: a.landedCode + b.landedCode,
    dropped: a.dropped + b.dropped,
    hunks: a.hunks + b.hunks,
    longestMs: Math.max(a.longestMs, b.longestMs),
  };
}

function isBrace(language: string): boolean {
  return script.test(language) || braces.test(language) || language === 'css';
}

function prettierParser(language: string): string {
  return language === 'css' ? 'css' : language.startsWith('typescript') ? 'typescript' : 'babel';
}

function ending(language: string): string {
  return (
    { javascript: 'js', javascriptreact: 'jsx', typescript: 'ts', typescriptreact: 'tsx' }[language] ?? 'js'
  );
}
