import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Edit, Replacement } from '../../../server/core/edit.ts';
import { createLive } from '../../../server/features/edits/live.ts';

const replacement = fc
  .record({ start: fc.nat(80), length: fc.nat(3) })
  .map(({ start, length }): Replacement => ({ start, end: start + length, text: 'x' }));

test('what is certain lands once and in order, what touches an earlier change does not, whenever the editor answers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(replacement, { maxLength: 4 }), fc.boolean()), { maxLength: 12 }),
      async (steps) => {
        const landed: Edit[] = [];
        const answers: (() => void)[] = [];
        const live = createLive({
          async land(edit) {
            expect(answers).toEqual([]);
            landed.push(edit);
            await new Promise<void>((answer) => answers.push(answer));
            return { ok: true, edits: edit.length, files: 1 };
          },
          failed: () => expect.unreachable(),
        });
        const certain: Replacement[] = [];
        for (const [edit, answer] of steps) {
          for (const each of edit)
            if (!certain.some(({ start, end }) => start <= each.end && each.start <= end)) certain.push(each);
          live.push(edit);
          if (answer) answers.shift()?.();
          await Promise.resolve();
          await Promise.resolve();
        }
        const inOrder = (edit: readonly Replacement[]) => edit.toSorted((a, b) => a.start - b.start);
        const settled = live.settled();
        for (let i = 0; i < 2; i++) {
          answers.shift()?.();
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(await settled).toEqual({ edit: inOrder(certain), edits: certain.length, failure: undefined });
        for (const edit of landed) expect(edit).toEqual(inOrder(edit));
        expect(inOrder(landed.flat())).toEqual(inOrder(certain));
      },
    ),
    { numRuns: 300 },
  );
});
