/** Brackets of a piece of code, by a stack that knows strings: what a piece closes that it did not open. */

export interface OpenClose {
  /** Closing brackets and quotes that the piece did not open, with their offsets, in order. */
  readonly closes: readonly { readonly sign: string; readonly at: number }[];
  /** What it opened and did not close, innermost last. */
  readonly opens: readonly string[];
}

export const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export interface BracketOptions {
  /** A string that is open where the piece begins. */
  readonly inString?: string;
  /**
   * Each kind of bracket is counted for itself, so that one which is open does not keep others from being closed.
   */
  readonly kinds?: 'apart';
  /**
   * A `'` stands around a single character or means something else: a lifetime, a prime, a quoted list. How a line ends
   * that has begun a character.
   */
  readonly characters?: RegExp;
  /** A quote that stands twice in a string is one of its signs: `'it''s'`. */
  readonly doubled?: boolean;
  /** A backtick is a sign as others, of a label, an infix or a quoted form. */
  readonly backticks?: 'signs';
  /** A `)` ends a pattern of `case` where its line opens none. */
  readonly patterns?: boolean;
}

/** Where little but a character begins with it: a number may be parted by it, a prime ends a name. */
const characterLanguages: ReadonlySet<string> = new Set(
  'c cpp csharp cuda-cpp elm go haskell java kotlin objective-c objective-cpp scala zig'.split(' '),
);
/** Where names of types and lists begin with it as well. */
const sharingLanguages: ReadonlySet<string> = new Set(
  'ada agda clojure commonlisp emacs-lisp fsharp idris lean lisp ocaml purescript racket reason scheme verilog vhdl'.split(
    ' ',
  ),
);
const doublingLanguages: ReadonlySet<string> = new Set(
  'abap delphi fortran matlab octave pascal plsql sql vb yaml'.split(' '),
);
const forCharacters: BracketOptions = { characters: /(?<![\w'])(?:[uUL]|u8)?'\\?$/ };
const forShared: BracketOptions = { characters: /(?<![\w&<'(,]\s*)'\\?$/, backticks: 'signs' };
/** Lifetimes stand behind `&`, in `<…>` and behind names and bounds. */
const forRust: BracketOptions = {
  characters: /(?:(?<![\w&<'(,]\s*)|\(\s*|\([^()<>]*,\s*|\b(?:in|return)\s+)'\\?$/,
};
const forDoubled: BracketOptions = { doubled: true };
/** It escapes what stands behind it. */
const forPowerShell: BracketOptions = { backticks: 'signs' };
const plain: BracketOptions = {};

/** How the language writes its quotes. */
export function quoting(languageId: string | undefined): BracketOptions {
  if (languageId === undefined) return plain;
  if (characterLanguages.has(languageId)) return forCharacters;
  if (languageId === 'rust') return forRust;
  if (languageId === 'powershell') return forPowerShell;
  if (sharingLanguages.has(languageId)) return forShared;
  return doublingLanguages.has(languageId) ? forDoubled : plain;
}

export function brackets(piece: string, options: BracketOptions = {}): OpenClose {
  const closes: { sign: string; at: number }[] = [];
  const opens: string[] = [];
  /** Of each bracket that is open: what closes one that is not looks for none. */
  const counts = new Map<string, number>();
  let string = options.inString;
  for (let at = 0; at < piece.length; at++) {
    const sign = piece.charAt(at);
    if (string !== undefined) {
      if (sign === '\\' || (options.doubled && sign === string && piece.charAt(at + 1) === string)) at++;
      else if (sign === string) {
        if (opens.at(-1) === string) opens.pop();
        else closes.push({ sign, at });
        string = undefined;
      } else if (sign === '\n' && string !== '`') {
        if (opens.at(-1) === string) opens.pop();
        string = undefined;
      }
      continue;
    }
    if (sign === "'" && options.characters) {
      character.lastIndex = at;
      if (character.test(piece)) at = character.lastIndex - 1;
    } else if (isQuote(piece, at, options)) {
      string = sign;
      opens.push(sign);
    } else if (closerOf[sign] !== undefined) {
      opens.push(sign);
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
    } else {
      const opener = openers[sign];
      if (opener === undefined) continue;
      const open = counts.get(opener) ?? 0;
      const last = open === 0 ? -1 : options.kinds === 'apart' ? opens.lastIndexOf(opener) : opens.length - 1;
      if (last !== -1 && opens[last] === opener) {
        opens.splice(last, 1);
        counts.set(opener, open - 1);
      } else if (!(sign === ')' && options.patterns && isPattern(piece, at))) closes.push({ sign, at });
    }
  }
  return { closes, opens };
}

function isQuote(piece: string, at: number, { backticks }: BracketOptions): boolean {
  const sign = piece.charAt(at);
  if (sign === "'") return !isApostrophe(piece, at);
  return sign === '"' || (sign === '`' && backticks === undefined);
}

const character = /'(?:\\[^\n]{1,8}?|[^'\\\n])'/y;
const characters = new RegExp(character, 'g');

const longestPattern = 200;

function isPattern(piece: string, at: number): boolean {
  const start = Math.max(piece.lastIndexOf('\n', at) + 1, at - longestPattern);
  return !piece.slice(start, at).includes('(');
}

/** The quote of a string that is still open at the end of a line's beginning, if any. */
export function openString(line: string, options: BracketOptions = plain): string | undefined {
  if (!/["'`]/.test(line)) return undefined;
  const open = brackets(line, options).opens.findLast((sign) => sign === '"' || sign === "'" || sign === '`');
  if (open !== undefined || !options.characters || !/'\\?$/.test(line.slice(-2))) return open;
  return options.characters.test(line.slice(-longestPattern).replace(characters, '')) ? "'" : undefined;
}

/** `don't`, Rust's `&'a`, and digits as in `1'000`: no string begins there; behind Python's `f`, `rb` one does. */
function isApostrophe(piece: string, at: number): boolean {
  const before = piece.charAt(at - 1);
  if (before === '&') return /\w/.test(piece.charAt(at + 1));
  return /\w/.test(before) && !/(?<!\w)[fFrRbBuUL]{1,2}$/.test(piece.slice(Math.max(0, at - 3), at));
}

/** Whether a piece opens a bracket that it does not close. */
export function opensBracket(piece: string, options: BracketOptions = {}): boolean {
  return brackets(piece, options).opens.some((sign) => closerOf[sign] !== undefined);
}
