/**
 * Document text that spells a model's control tokens must not act as one: a sign that no text of the prompt holds is
 * put into each spelling, and taken out of what the model writes.
 *
 * Laws (checked by property tests)
 * - What is defused holds no control token, and restoring it gives the text back.
 * - Restoring works on any chunks of an answer: the sign is one UTF-16 code unit.
 */

export interface Defused {
  readonly texts: readonly string[];
  /** Of an answer, in pieces as they come. */
  restore(piece: string): string;
}

/** Signs without width, which tokenizers know as bytes and code does not hold; then private ones. */
const signs = ['\u2060', '\u200b', '\u200c', '\ufeff', '\ue000', '\ue001', '\ue002', '\ue003'];

/** `controls` have at least two code units each. */
export function defuse(texts: readonly string[], controls: readonly string[]): Defused {
  const held = controls.filter((token) => texts.some((text) => text.includes(token)));
  if (held.length === 0) return { texts, restore: (piece) => piece };
  const sign = signFor(texts);
  return {
    texts: texts.map((text) => disarmed(text, held, sign)),
    restore: (piece) => piece.replaceAll(sign, ''),
  };
}

/** The sign goes behind the first code unit of every spelling, also of those that overlap. */
function disarmed(text: string, tokens: readonly string[], sign: string): string {
  const cuts = new Set<number>();
  for (const token of tokens) {
    for (let at = text.indexOf(token); at !== -1; at = text.indexOf(token, at + 1)) cuts.add(at + 1);
  }
  let result = '';
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    result += text.slice(from, cut) + sign;
    from = cut;
  }
  return result + text.slice(from);
}

function signFor(texts: readonly string[]): string {
  const free = (sign: string): boolean => texts.every((text) => !text.includes(sign));
  const known = signs.find(free);
  if (known !== undefined) return known;
  // There are more private signs than any text that fits a prompt holds of them; the last is taken if not.
  for (let code = 0xe004; code < 0xf8ff; code++) {
    const sign = String.fromCharCode(code);
    if (free(sign)) return sign;
  }
  return '\uf8ff';
}
