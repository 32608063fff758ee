/** What the blanks between two tokens mean: equal where putting one in the place of the other changes nothing. */

import type { GuardedLanguage } from './language.ts';

export interface Gap {
  /** The text between the tokens, without the signs in it that say nothing. */
  readonly pieces: readonly string[];
  /** Those signs. */
  readonly signs: readonly string[];
  readonly last: Neighbour | undefined;
  readonly next: Neighbour | undefined;
  /** Kind of the innermost node that holds both tokens. */
  readonly within: string;
  /** Whether a macro sees both tokens as they are written. */
  readonly isMacro: boolean;
  /** Brackets open there. */
  readonly brackets: number;
  /** Whether the line of either token begins with the sign. */
  readonly isLineOf: (sign: string) => boolean;
}

interface Neighbour {
  readonly kind: string;
  readonly parentKind: string;
  readonly text: string;
}

/**
 * ECMA-262 and TypeScript: behind these a line end may end the statement, or take them for a name. Wider than the
 * grammar's list, because the parser used here is not exact about it.
 */
const endsLine = new Set(
  'return throw break continue yield async await type declare abstract namespace module interface get set static accessor readonly override public private protected using of let keyof unique infer asserts enum new import export default global'.split(
    ' ',
  ),
);
/** Before these as well. */
const startsLine = new Set('++ -- => as satisfies is `'.split(' '));

export function blanksMean(gap: Gap, language: GuardedLanguage): string {
  const whole = gap.pieces.join('');
  // A line continuation, a byte order mark, signs the grammar hides: nothing is known about them.
  if (gap.pieces.some((piece) => !/^(?:[ \t\f]|\r?\n)*$/.test(piece))) return `raw ${whole}`;
  const isBroken = whole.includes('\n');
  const width = isBroken ? 'line' : whole === '' ? 'none' : 'blank';
  if (language.preprocessor && gap.isLineOf('#')) return `raw ${whole}`;
  switch (language.blanks) {
    case 'free':
      // Macros see their arguments: one blank is as good as another, and none is different.
      return gap.isMacro ? width.replace('line', 'blank') : '';
    case 'script':
      return script(gap, whole, isBroken);
    case 'lines':
      return isBroken ? 'line' : '';
    case 'words':
      return width;
    case 'style': {
      const beside = /^[{};,]$/;
      if (beside.test(gap.last?.text ?? '{') || beside.test(gap.next?.text ?? '}')) return '';
      return whole === '' ? 'none' : 'blank';
    }
    case 'indentation':
      if (gap.brackets > 0) return '';
      return isBroken
        ? `line ${whole.slice(whole.lastIndexOf('\n') + 1)}`
        : gap.last && gap.next
          ? ''
          : whole;
    default:
      return language.blanks satisfies never;
  }
}

/** Between JSX elements a blank that holds a line end is no text, any other is. */
function script(gap: Gap, whole: string, isBroken: boolean): string {
  if (gap.within === 'jsx_element') return isBroken ? 'line' : `raw ${whole}`;
  // Behind `return (` a line end says nothing.
  const [first = ''] = gap.pieces;
  const ends = endsLine.has(gap.last?.text ?? '') && (first.includes('\n') || gap.signs[0] === ';');
  const isOperator = startsLine.has(gap.next?.text ?? '') || gap.next?.parentKind === 'non_null_expression';
  const starts = isOperator && (gap.pieces.at(-1) ?? '').includes('\n');
  return `${ends ? 'ends' : ''}${starts ? 'starts' : ''}`;
}
