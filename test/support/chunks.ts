/** A stream chopped in every way: for laws that say the chunks change nothing. */

import fc from 'fast-check';

/** The text in pieces; cuts fall anywhere, also inside pairs and terminators. */
export function chopped(text: string): fc.Arbitrary<readonly string[]> {
  return fc.array(fc.nat(text.length), { maxLength: 12 }).map((cuts) => {
    const at = [0, ...[...cuts].sort((a, b) => a - b), text.length];
    return at.slice(1).map((end, i) => text.slice(at[i], end));
  });
}

/** A text with some of its lines lost, doubled or damaged, as models do. */
export function damaged(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n');
  return fc
    .array(fc.tuple(fc.nat(lines.length), fc.constantFrom('drop', 'double', 'cut', 'blank', 'prose')), {
      maxLength: 4,
    })
    .map((damages) => {
      const result = [...lines];
      for (const [line, damage] of damages) {
        const old = result[line] ?? '';
        if (damage === 'drop') result.splice(line, 1);
        else if (damage === 'double') result.splice(line, 0, old);
        else if (damage === 'cut') result[line] = old.slice(0, old.length >> 1);
        else if (damage === 'blank') result.splice(line, 0, '');
        else result.splice(line, 0, 'Here is the change:');
      }
      return result.join('\n');
    });
}
