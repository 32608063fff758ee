import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFragments, redactFragment } from '../../../server/state/privacy/fragment.ts';
import { redact } from '../../../server/state/privacy/redaction.ts';
import { createVault } from '../../../server/state/privacy/vault.ts';
import { plantedSecrets, random } from '../../support/secrets.ts';

const password = 'Tr0ub4dor-x9y8z7';

test('pieces told again and again are redacted as each would be alone', () => {
  const texts = ['const a = 1;', `use(${password});`, ...plantedSecrets(1).map(({ text }) => text)];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...texts), { maxLength: 90 }), (pieces) => {
      const [vault, other] = [createVault(1), createVault(1)];
      const hidden = createFragments(vault);
      for (const piece of pieces) expect(hidden(piece)).toBe(redactFragment(piece, other));
    }),
  );
});

test('what held no secret does, once another text told that it is one', () => {
  const vault = createVault(1);
  const hidden = createFragments(vault);
  const piece = `use(${password});`;
  expect(hidden(piece)).toBe(piece);
  redact(`password = "${password}"`, vault);
  expect(hidden(piece)).not.toContain(password);
});

// A piece of a document begins and ends anywhere, and the marks of a key written in one line may stand outside of it.
test.each(['\\n', '\\\\n', '\\r\\n'])('lines of a key that are parted by %j, without its marks', (end) => {
  const lines = [1, 2, 3].map((seed) => random(64, seed));
  const piece = `{"key": "${random(9, 4)}${end}${lines.join(end)}${end}", "name": "x"}`;
  const vault = createVault(1);
  const hidden = redactFragment(piece, vault);
  for (const line of lines) expect(hidden).not.toContain(line.slice(1));
  expect(vault.restore(hidden)).toBe(piece);
  const ordinary = `"a${end}${'abcdefgh'.repeat(8)}${end}${'0123456789abcdef'.repeat(4)}${end}"`;
  expect(redactFragment(ordinary, vault)).toBe(ordinary);
});
