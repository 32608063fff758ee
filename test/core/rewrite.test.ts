/**
 * A region written anew is exactly what the model wrote, however it is said: blank lines at its ends, terminators,
 * the file's start and end. Where it cannot be told what is meant there is no edit; never another text.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswer } from '../../server/core/answer.ts';
import { apply } from '../../server/core/edit.ts';
import { writeRewrite } from '../../server/core/formats/rewrite.ts';
import { readNextEdit } from '../../server/core/next-edit/answer.ts';
import { lineEnd, lineFullEnd, lineStart, toText } from '../../server/core/text.ts';
import { tells } from '../../server/core/window-ends.ts';
import { chopped } from '../support/chunks.ts';

const inside = fc.constantFrom('', '', '}', 'alpha = 1;', '  beta(2);', '  gamma(3);', 'delta(4);', '  ]');
const outside = fc.constantFrom('', 'zero(0);', '  one(1);', 'two(2);');

interface Case {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly goal: string;
  readonly keepsMost: boolean;
  readonly chunks: readonly string[];
}

/** Texts of whole lines, some of which are written anew; the ones around them say something else. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    before: fc.array(outside, { maxLength: 4 }),
    own: fc.array(inside, { minLength: 1, maxLength: 8 }),
    behind: fc.array(outside, { maxLength: 4 }),
    at: fc.nat(8),
    gone: fc.nat(3),
    fresh: fc.array(inside, { maxLength: 6 }),
    eol: fc.constantFrom('\n', '\r\n'),
    isTerminated: fc.boolean(),
    isFenced: fc.boolean(),
  })
  .map(({ before, own, behind, at, gone, fresh, eol, isTerminated, isFenced }) => {
    const now = own.toSpliced(at, gone, ...fresh);
    const written = now.length === 0 ? ['delta(4);'] : now;
    const joined = (lines: readonly string[]) => {
      const all = [...before, ...lines, ...behind];
      return all.join(eol) + (isTerminated || behind.at(-1) === '' ? eol : '');
    };
    // The empty line behind a final terminator is nobody's.
    const isLast = !isTerminated && behind.length === 0 && own.at(-1) === '';
    const count = (lines: readonly string[]) => lines.filter(tells).length;
    const text = joined(isLast ? [...own, 'two(2);'] : own);
    const goal = joined(isLast ? [...written, 'two(2);'] : written);
    return {
      text,
      // A text of one line tells nothing of terminators.
      goal: text.includes(eol) ? goal : goal.replaceAll(eol, '\n'),
      startLine: before.length,
      endLine: before.length + own.length,
      keepsMost: count(written) >= count(own),
      answer: isFenced ? writeRewrite(written) : `${written.join('\n')}\n`,
    };
  })
  .chain(({ answer, ...rest }) => chopped(answer).map((chunks) => ({ ...rest, chunks })));

describe('a region written anew', () => {
  test('is exactly that, or nothing', () => {
    let exact = 0;
    fc.assert(
      fc.property(cases, ({ text: value, startLine, endLine, goal, keepsMost, chunks }) => {
        const text = toText(value);
        const region = { start: lineStart(text, startLine), end: lineFullEnd(text, endLine - 1) };
        const reader = createAnswer({ text, region });
        for (const chunk of chunks) reader.push(chunk);
        const result = reader.finish();
        if (result.kind === 'failed') {
          if (result.reason === 'nothing-to-change' && chunks.join('').trim() !== '')
            expect(goal).toBe(value);
          return;
        }
        // Less than there was may be a piece of it.
        if (!keepsMost) return;
        expect(apply(value, result.edit)).toBe(goal);
        exact++;
      }),
      { numRuns: 3000 },
    );
    expect(exact).toBeGreaterThan(1000);
  });

  test('is not the document because that ends with a bracket too', () => {
    const value = 'first();\nsecond(() => {\n  third();\n});\n}\n';
    const text = toText(value);
    const reader = createAnswer({ text, region: { start: 0, end: lineFullEnd(text, 2) } });
    reader.push('first();\nsecond(() => {\n  third();\n  if (a) {\n    b();\n  }\n');
    const result = reader.finish();
    expect(result.kind === 'edit' && apply(value, result.edit)).toBe(
      'first();\nsecond(() => {\n  third();\n  if (a) {\n    b();\n  }\n});\n}\n',
    );
  });

  test('gives next edits that make exactly that, or the beginning of it', () => {
    let exact = 0;
    fc.assert(
      fc.property(cases, ({ text: value, startLine, endLine, goal, keepsMost, chunks }) => {
        const text = toText(value);
        const region = { start: lineStart(text, startLine), end: lineEnd(text, endLine - 1) };
        const reader = readNextEdit(text, region);
        const said = chunks.flatMap((chunk) => reader.push(chunk));
        const rest = reader.finish({ outcome: 'completed' });
        if (!keepsMost) return;
        const now = apply(value, [...said, ...rest]);
        if (rest.length > 0) expect(now).toBe(goal);
        const end = said.at(-1)?.end ?? 0;
        expect(goal.startsWith(apply(value.slice(0, end), said))).toBe(true);
        if (now === goal && goal !== value) exact++;
      }),
      { numRuns: 3000 },
    );
    expect(exact).toBeGreaterThan(1000);
  });

  test('begins with an empty line of its own where the document does too', () => {
    const value = '\n  beta(2);\n  beta(2);';
    const text = toText(value);
    const reader = readNextEdit(text, { start: 1, end: value.length });
    const said = reader.push('\n  beta(2);\n\n  beta(2);\n  beta(2);\n');
    expect(apply(value, [...said, ...reader.finish({ outcome: 'completed' })])).toBe(
      '\n\n  beta(2);\n\n  beta(2);\n  beta(2);',
    );
  });
});
