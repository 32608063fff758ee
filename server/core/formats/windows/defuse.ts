/**
 * Control tokens in document text, taken their meaning and given it back: a word joiner (U+2060) behind the first
 * sign parts a token for every tokenizer and is not seen. One more is put in where there are some already, and one
 * less is read, so that any text comes back as it was.
 */

export interface Defuser {
  defuse(text: string): string;
  /** What a model wrote that was shown defused text. */
  restore(text: string): string;
}

/** A token's first sign and what follows it, as sources of a regular expression with the flags `gmu`. */
export type TokenPattern = readonly [first: string, rest: string];

/** `<|name|>`, as most families write control tokens. */
export const pipeTokens: readonly TokenPattern[] = [['<', '\\|[\\w/+\\-]{1,40}\\|>']];
/** Those of Seed-Coder: `<[name]>` and `<filename>` beside the usual ones. */
export const seedTokens: readonly TokenPattern[] = [
  ...pipeTokens,
  ['<', '\\[[^\\]\\s]{1,30}\\]>'],
  ['<', 'filename>'],
];

const joiner = '\u2060';

export function defuserFor(tokens: readonly TokenPattern[]): Defuser {
  const plain = new RegExp(tokens.map(([first, rest]) => `${first}(?=${joiner}*${rest})`).join('|'), 'gmu');
  const parted = new RegExp(
    tokens.map(([first, rest]) => `${first}${joiner}(?=${joiner}*${rest})`).join('|'),
    'gmu',
  );
  return {
    defuse: (text) => text.replace(plain, (first) => first + joiner),
    restore: (text) =>
      text.includes(joiner) ? text.replace(parted, (first) => first.slice(0, -joiner.length)) : text,
  };
}
