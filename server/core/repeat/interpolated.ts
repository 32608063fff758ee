/** Names in the code of strings: `f"{name}"`, `"$name"`, `"#{name}"`. Read where the code begins, and no further. */

import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';

/** What code in a string begins with, and what a string that may hold some begins with. */
interface Interpolation {
  readonly opener: string;
  /** The token before the string that says so. */
  readonly prefix?: RegExp;
  /** How what stands before the string ends where it may hold some. */
  readonly behind?: RegExp;
  /** What a name begins with that stands in strings. */
  readonly sigil?: string;
}

/** In UTF-16 code units before a string. */
const longestBefore = 300;

const dollar: Interpolation = { opener: String.raw`\$\{?` };
/** Two of them stand for one. */
const braces: Interpolation = { opener: String.raw`(?<!\{)\{` };
const hash: Interpolation = { opener: String.raw`#\{` };

const interpolations: Readonly<Record<string, Interpolation>> = {
  bash: dollar,
  crystal: hash,
  csharp: { ...braces, prefix: /^[$@]+$/ },
  dart: dollar,
  elixir: hash,
  groovy: dollar,
  julia: { opener: String.raw`\$\(?` },
  kotlin: dollar,
  // The name brings its own sign.
  php: { opener: '', sigil: '$' },
  python: { ...braces, prefix: /^(?:[rR]?[fF]|[fF][rR])$/ },
  ruby: hash,
  // Only what macros format; elsewhere braces are text.
  rust: { ...braces, behind: /![ \t]*[([{][^;]*$/ },
  scala: { ...dollar, prefix: /^\w+$/ },
  sh: dollar,
  shellscript: dollar,
  swift: { opener: String.raw`\\\(` },
  zsh: dollar,
};

/** Tells where in a string of the text the name stands; nothing where the language has no code in strings. */
export function interpolated(
  tokens: Tokens,
  name: string,
  languageId: string | undefined,
): ((index: number) => readonly number[]) | undefined {
  const own = languageId === undefined ? undefined : interpolations[languageId];
  if (!own || !name.startsWith(own.sigil ?? '')) return undefined;
  const { opener, prefix, behind } = own;
  const plain = name.replace(/[$\\]/g, '\\$&');
  const pattern = new RegExp(String.raw`(?<!\\)${opener}(${plain})(?![\p{L}\p{N}_])`, 'gu');
  return (index) => {
    const start = tokens.starts[index] as number;
    if (tokens.kinds[index] !== tokenKinds.string || tokens.value.charAt(start) !== '"') return [];
    if (prefix && (tokens.ends[index - 1] !== start || !prefix.test(tokenText(tokens, index - 1)))) return [];
    if (behind && !behind.test(tokens.value.slice(Math.max(0, start - longestBefore), start))) return [];
    const found = tokenText(tokens, index).matchAll(pattern);
    return [...found].map(({ 0: all, index: at }) => start + at + all.length - name.length);
  };
}
