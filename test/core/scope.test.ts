import { expect, test } from 'vitest';
import { outerBlock } from '../../server/core/scope.ts';
import { lineAt, toText } from '../../server/core/text.ts';

test('the block a line stands in is not the one it opens', () => {
  const text = toText('function f() {\n  const g = () => {\n    a();\n  };\n}\n');
  const block = outerBlock(text, 1);
  expect(block && [lineAt(text, block.start), lineAt(text, block.end)]).toEqual([0, 4]);
  expect(outerBlock(text, 0)).toBeUndefined();
});
