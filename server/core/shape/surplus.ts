/** Closing brackets that would close nothing: with them a text has more than it has without. */

import { type BracketOptions, brackets } from '../brackets.ts';

/** How a piece stands in a text. */
export interface Standing {
  /** The text before the cursor, from further up with each step; nothing when there is no more of it to look at. */
  readonly before: (step: number) => string | undefined;
  /** What the piece replaces, and what stands behind that. */
  readonly replaced: string;
  readonly behind: string;
  /** Of the piece's own beginning. */
  readonly options: BracketOptions;
}

/** Offsets of the brackets that a text closes and did not open; quotes left aside. */
export function unopened(text: string, options: BracketOptions = {}): readonly number[] {
  return brackets(text, options)
    .closes.filter(({ sign }) => /[)\]}]/.test(sign))
    .map(({ at }) => at);
}

/** How many brackets a text closes that nobody opened, each kind counted for itself. */
export function surplusIn(text: string, options: BracketOptions = {}): number {
  return unopened(text, { ...options, kinds: 'apart' }).length;
}

/**
 * Offset in the piece of its last closing bracket when one has nothing to close, neither in the piece nor in the text;
 * what the text itself has too many of counts as it is.
 */
export function surplusCloser(
  piece: string,
  { before, replaced, behind, options }: Standing,
): number | undefined {
  // Most pieces have none of these signs at all.
  if (replaced === '' && !/[)\]}"'`]/.test(piece)) return undefined;
  const { inString: _, ...whole } = options;
  // What closes nothing outside of itself, and leaves no string open, leaves the text's brackets as they are.
  const own = brackets(piece, { ...options, kinds: 'apart' });
  if (replaced === '' && own.closes.length === 0 && !own.opens.some((sign) => /["'`]/.test(sign)))
    return undefined;
  if (!/[)\]}]/.test(piece)) return undefined;
  for (let step = 0; ; step++) {
    const above = before(step);
    if (above === undefined) return unopened(piece, options).at(-1) ?? lastCloser(piece);
    if (surplusIn(above + piece + behind, whole) <= surplusIn(above + replaced + behind, whole))
      return undefined;
  }
}

function lastCloser(piece: string): number {
  return Math.max(piece.lastIndexOf(')'), piece.lastIndexOf(']'), piece.lastIndexOf('}'));
}
