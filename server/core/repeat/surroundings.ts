/** Surroundings: how much of the code around a change identifies the place, so that it means the same elsewhere. */

import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';
import { calleeStart, chainEnd, closing, isConstant, opening, type Range } from './expression.ts';
import type { TokenRun } from './runs.ts';

const { word, number, string } = tokenKinds;

/** What went, and the bracket behind it, so that a call stays a call. */
export function widened(tokens: Tokens, span: Range, runs: readonly TokenRun[]): Range | undefined {
  const added = runs.some((run) => run.to > run.from);
  const words = Array.from({ length: span.to - span.from }, (_, i) => tokens.kinds[span.from + i]).filter(
    (kind) => kind === word,
  );
  if (!added) {
    // A word that only goes is told by what it stood before, a statement by nothing.
    const behind = chainEnd(tokens, span.to);
    return span.to - span.from <= 2 && behind !== undefined && words.length === 1
      ? { from: span.from, to: behind }
      : undefined;
  }
  return { from: span.from, to: tokenText(tokens, span.to) === '(' ? span.to + 1 : span.to };
}

/** Both sides of something inserted, or of signs and constants exchanged: together they identify the place. */
export function aroundInsertion(tokens: Tokens, span: Range, runs: readonly TokenRun[]): Range | undefined {
  const isInsertion = runs.every((run) => run.oldFrom === run.oldTo);
  // A whole call that is wrapped or continued is told by its callee.
  const callEnd = chainEnd(tokens, span.from);
  if (isInsertion && callEnd !== undefined) {
    const close = closing(tokens, callEnd - 1);
    if (close !== undefined && span.to === close + 1) return { from: span.from, to: span.to };
    if (span.from === span.to) return { from: Math.max(0, span.from - 1), to: callEnd };
  }
  if (isInsertion && span.from === span.to && tokenText(tokens, span.from - 1) === ')') {
    const open = opening(tokens, span.from - 1);
    const from = open === undefined ? undefined : calleeStart(tokens, open);
    if (open !== undefined && from !== undefined && from !== open)
      return { from, to: Math.min(tokens.count, span.to + 1) };
  }
  if (span.from === 0 || span.to >= tokens.count) return undefined;
  // The value of a key or a name.
  const isValue =
    span.to === span.from + 1 &&
    isConstant(tokens, span.from) &&
    /^[:=]$/.test(tokenText(tokens, span.from - 1));
  if (isValue && tokens.kinds[span.from - 2] === word) return { from: span.from - 2, to: span.to };
  const sides = [span.from - 1, span.to];
  const kinds = sides.map((i) => tokens.kinds[i]);
  if (!kinds.some((kind) => kind === word || kind === string || kind === number)) return undefined;
  return { from: span.from - 1, to: span.to + 1 };
}
