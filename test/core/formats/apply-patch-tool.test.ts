import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../../../server/core/diff/diff.ts';
import { apply } from '../../../server/core/edit.ts';
import { writeApplyPatch } from '../../../server/core/formats/apply-patch.ts';
import { applyPatchTool } from '../../../server/core/formats/apply-patch-tool.ts';
import { blocksOf } from '../../../server/core/formats/block.ts';
import { grammarPattern } from '../../support/grammar.ts';
import { codeLikeText, editOf } from '../../support/texts.ts';

const pattern = grammarPattern(applyPatchTool.grammar);

test('the grammar allows every patch that can be written', () => {
  const changes = codeLikeText().chain((before) =>
    editOf(before.length, codeLikeText(2)).map((edit) => ({ before, after: apply(before, edit) })),
  );
  fc.assert(
    fc.property(changes, ({ before, after }) => {
      const blocks = blocksOf(before, diff(before, after));
      if (blocks.length > 0) expect(writeApplyPatch(blocks, 'src/a.ts')).toMatch(pattern);
    }),
  );
});

test('the grammar allows the example of the description', () => {
  expect(/\*\*\* Begin Patch[\s\S]*End Patch/.exec(applyPatchTool.description)?.[0]).toMatch(pattern);
});

test.each([
  ['prose', 'Sure!\n*** Begin Patch\n*** Update File: a\n@@\n+b\n*** End Patch\n'],
  ['no end', '*** Begin Patch\n*** Update File: a\n@@\n+b\n'],
  ['a line without a sign', '*** Begin Patch\n*** Update File: a\n@@\nb\n*** End Patch\n'],
  ['a file deleted', '*** Begin Patch\n*** Delete File: a\n*** End Patch\n'],
  [
    'a second file',
    '*** Begin Patch\n*** Update File: a\n@@\n+b\n*** Update File: c\n@@\n+d\n*** End Patch\n',
  ],
])('the grammar does not allow %s', (_, patch) => expect(patch).not.toMatch(pattern));
