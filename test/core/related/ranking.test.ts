import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { piecesOf } from '../../../server/core/related/pieces.ts';
import { createRanking } from '../../../server/core/related/ranking.ts';
import { declaredIn, termsOf } from '../../../server/core/related/terms.ts';

const everything = { most: 10, favour: () => 1 };

describe('terms', () => {
  test('names count whole and in parts, ordinary words do not', () =>
    expect(termsOf('const parseHTTPHeader = parse(raw_line)')).toEqual(
      new Map([
        ['parsehttpheader', 1],
        ['parse', 2],
        ['http', 1],
        ['header', 1],
        ['raw_line', 1],
        ['raw', 1],
        ['line', 1],
      ]),
    ));

  test('declared names in several languages', () =>
    expect([
      ...declaredIn(
        'export async function Alpha() {}\n  def beta(self):\npub(crate) fn gamma() {}\nfunc (r *R) Delta() {}',
      ),
    ]).toEqual(['alpha', 'beta', 'gamma', 'delta']));
});

describe('pieces', () => {
  test('are whole lines in order, and only blank lines are in none', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', '  ', 'a', '  b', '}', 'function c() {', '\r')), (lines) => {
        const text = lines.join('\n');
        let next = 0;
        const kept = new Set<number>();
        for (const piece of piecesOf(text)) {
          const height = piece.text.split('\n').length;
          expect(piece.line).toBeGreaterThanOrEqual(next);
          expect(lines.slice(piece.line, piece.line + height).join('\n')).toBe(piece.text);
          for (let line = piece.line; line < piece.line + height; line++) kept.add(line);
          next = piece.line + height;
        }
        lines.forEach((line, at) => {
          if (line.trim() !== '') expect(kept.has(at)).toBe(true);
        });
      }),
    );
  });
});

describe('ranking', () => {
  const header = 'export function parseHeader(line: string) {\n  return line.split(":");\n}';
  const uses = 'const first = parseHeader(lines);\nconst second = parseHeader(more);';

  test('what declares a name comes before what uses it many times', () => {
    const ranking = createRanking();
    ranking.put('uses.ts', `${uses}\n`.repeat(20));
    ranking.put('header.ts', `${header}\n${'other(line);\n'.repeat(12)}`);
    const found = ranking.find(new Map([['parseheader', 1]]), everything);
    expect(found.map(({ path }) => path)[0]).toBe('header.ts');
  });

  test('what declares a name comes before what uses it', () => {
    const ranking = createRanking();
    ranking.put('uses.ts', uses);
    ranking.put('header.ts', header);
    ranking.put('other.ts', 'export const colour = "red";');
    const found = ranking.find(termsOf('parseHeader('), everything);
    expect(found.map(({ path }) => path)).toEqual(['header.ts', 'uses.ts']);
  });

  test('put again replaces, removed is gone, favour 0 leaves out', () => {
    const ranking = createRanking();
    ranking.put('a.ts', header);
    ranking.put('a.ts', 'export const other = 1;');
    expect(ranking.find(termsOf('parseHeader'), everything)).toEqual([]);
    ranking.put('b.ts', header);
    expect(ranking.find(termsOf('parseHeader'), { most: 10, favour: () => 0 })).toEqual([]);
    ranking.remove('b.ts');
    expect(ranking.find(termsOf('parseHeader'), everything)).toEqual([]);
    expect(ranking.has('b.ts')).toBe(false);
  });

  test('tells whether there is anything but a path to find', () => {
    const ranking = createRanking();
    expect(ranking.knowsBeside('a.ts')).toBe(false);
    ranking.put('a.ts', header);
    expect([ranking.knowsBeside('a.ts'), ranking.knowsBeside('b.ts')]).toEqual([false, true]);
    ranking.put('b.ts', header);
    expect(ranking.knowsBeside('a.ts')).toBe(true);
    ranking.remove('b.ts');
    expect(ranking.knowsBeside('a.ts')).toBe(false);
  });

  test('is bounded: the oldest paths go first', () => {
    const ranking = createRanking();
    for (let i = 0; i < 1_600; i++) ranking.put(`file${i}.ts`, `function name${i}() {}`);
    expect(ranking.has('file0.ts')).toBe(false);
    expect(ranking.has('file1599.ts')).toBe(true);
    expect(ranking.find(termsOf('name1599'), everything)[0]?.path).toBe('file1599.ts');
  });
});
