/** Holes: the parts of the code around a change that are of that place alone and may be anything elsewhere. */

import { tokenKinds, tokenText } from '../lexical.ts';
import { type Call, closing, isAccess, isConstant, type Range } from './expression.ts';
import type { TokenChange, TokenRun } from './runs.ts';

/** One argument, or all that stands between two brackets, or one name or constant. */
export interface Hole extends Range {
  readonly kind: 'argument' | 'arguments' | 'operand';
}

/** Whether names were taken out, or only signs and constants, or nothing. */
export type Went = 'names' | 'signs';

const { word, number, string } = tokenKinds;

/** One for each argument of the call that was not touched. */
export function argumentHoles(change: TokenChange, call: Call): readonly Hole[] {
  const { old } = change;
  const holes: Hole[] = [];
  let from = call.open + 1;
  for (let i = from; i <= call.close; i++) {
    const text = tokenText(old, i);
    if (text === '(' || text === '[' || text === '{') {
      i = closing(old, i) ?? call.close;
      continue;
    }
    if (i !== call.close && text !== ',') continue;
    if (i > from && argumentIsKept(change, { from, to: i })) holes.push({ from, to: i, kind: 'argument' });
    from = i + 1;
  }
  return holes;
}

/** What stands between brackets that were not touched, and operands that are of this place alone. */
export function operandHoles(change: TokenChange, range: Range, went: Went): readonly Hole[] {
  const { old, runs } = change;
  const holes: Hole[] = [];
  const touched = (from: number, to: number) => runs.some((run) => run.oldFrom < to && run.oldTo > from);
  const inserted = (from: number, to: number) =>
    runs.some((run) => run.oldFrom > from && run.oldFrom < to && run.oldFrom === run.oldTo);
  const first = runs[0]?.oldFrom ?? 0;
  const last = runs.at(-1)?.oldTo ?? 0;
  for (let i = range.from; i < range.to; i++) {
    const text = tokenText(old, i);
    const close = text === '(' ? closing(old, i) : undefined;
    if (
      close !== undefined &&
      close < range.to &&
      !touched(i, close + 1) &&
      !inserted(i, close + 1) &&
      close > i + 1
    ) {
      holes.push({ from: i + 1, to: close, kind: 'arguments' });
      i = close;
      continue;
    }
    const isOperand = old.kinds[i] === word || old.kinds[i] === string || old.kinds[i] === number;
    const isName =
      isAccess(tokenText(old, i - 1)) || isAccess(tokenText(old, i + 1)) || tokenText(old, i + 1) === '(';
    const isContext = i < first || i >= last;
    // Of two operands of a sign that changed, a constant says enough: the other may be any.
    const opposite = i < first ? last : first - 1;
    const besideConstant =
      isContext &&
      opposite >= range.from &&
      opposite < range.to &&
      isConstant(old, opposite) &&
      !isConstant(old, i);
    const free = isContext
      ? went === 'signs' && besideConstant && runs.length === 1 && last > first
      : went === 'names';
    if (isOperand && free && !touched(i, i + 1) && (!isName || isContext))
      holes.push({ from: i, to: i + 1, kind: 'operand' });
  }
  return holes;
}

/** Untouched, or wrapped as a whole: then what wraps it is the same everywhere. */
function argumentIsKept({ now, runs }: TokenChange, { from, to }: Range): boolean {
  const inside = runs.filter((run) => run.oldFrom < to && run.oldTo > from);
  if (inside.length > 0) return false;
  const before = runs.find((run) => run.oldTo === from && run.oldFrom === from);
  const behind = runs.find((run) => run.oldFrom === to && run.oldTo === to);
  const addsArgument = (run: TokenRun | undefined, separator: number) =>
    run !== undefined && tokenText(now, separator) === ',';
  const within = runs.some((run) => run.oldFrom > from && run.oldFrom < to);
  if (within) return false;
  if (before && behind) return true;
  if (before) return addsArgument(before, before.to - 1);
  return behind ? addsArgument(behind, behind.from) : true;
}
