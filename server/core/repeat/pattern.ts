/**
 * Pattern: what the code looked like where the user changed it, so general that it fits other places and so
 * narrow that it means the same there: the tokens that went, what identifies them (the call they are an argument
 * of, the name before or behind, an operand), and holes for what was of that place alone.
 */

import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';
import { enclosingCall, isAccess, isConstantName, isDeclarator, type Range } from './expression.ts';
import { argumentHoles, type Hole, operandHoles } from './holes.ts';
import type { ChangedTokens, TokenChange, TokenRun } from './runs.ts';
import { aroundInsertion, widened } from './surroundings.ts';

export type Element =
  | { readonly kind: 'literal'; readonly text: string }
  /** One argument, or all that stands between two brackets, or one name or constant. */
  | { readonly kind: 'argument' | 'arguments' | 'operand' };

/** Elements `[from, to)` of the pattern are replaced. */
export interface PatternChange {
  readonly from: number;
  readonly to: number;
  /** The new tokens with the blanks between them. */
  readonly text: string;
  /** Blanks between what is changed and its neighbours. */
  readonly before: Gap;
  readonly behind: Gap;
}

export interface Gap {
  readonly old: string;
  readonly now: string;
}

export interface Pattern {
  readonly elements: readonly Element[];
  readonly changes: readonly PatternChange[];
  /** Text of the token that must, or must not, stand before: a member is no variable, a declaration no call. */
  readonly before: 'member' | 'declared' | 'other' | 'any';
  /** What would stand around the place if it had been changed already. */
  readonly doneBefore: readonly string[];
}

const { word, sign, newline } = tokenKinds;

/** Nothing where too little stands around the change to tell what it means. */
export function patternOf(changed: ChangedTokens, runs: readonly TokenRun[]): Pattern | undefined {
  const { old } = changed;
  const change: TokenChange = { ...changed, runs };
  const first = runs[0];
  const last = runs.at(-1);
  if (!first || !last || spansLines(change)) return undefined;
  const span = { from: first.oldFrom, to: last.oldTo };
  const namesWent = indices(runs).some((i) => old.kinds[i] === word && !isConstantName(tokenText(old, i)));
  const call = !namesWent && !onlySigns(old, runs) ? enclosingCall(old, span) : undefined;
  if (call) return assembled(change, call, argumentHoles(change, call));
  const range = namesWent ? widened(old, span, runs) : aroundInsertion(old, span, runs);
  return range && assembled(change, range, operandHoles(change, range, namesWent ? 'names' : 'signs'));
}

function indices(runs: readonly TokenRun[]): readonly number[] {
  return runs.flatMap((run) => Array.from({ length: run.oldTo - run.oldFrom }, (_, i) => run.oldFrom + i));
}

/** Signs that were exchanged, none of which parts arguments. */
function onlySigns(old: Tokens, runs: readonly TokenRun[]): boolean {
  const went = indices(runs);
  return went.length > 0 && went.every((i) => old.kinds[i] === sign && tokenText(old, i) !== ',');
}

function spansLines({ old, now, runs }: TokenChange): boolean {
  const hasLine = (tokens: Tokens, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => tokens.kinds[from + i]).includes(newline);
  const first = runs[0]?.oldFrom ?? 0;
  const last = runs.at(-1)?.oldTo ?? 0;
  return hasLine(old, first, last) || hasLine(now, runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0);
}

function assembled(change: TokenChange, range: Range, holes: readonly Hole[]): Pattern | undefined {
  const { old, now, runs } = change;
  const elements: Element[] = [];
  const elementAt = new Map<number, number>();
  for (let i = range.from; i < range.to; ) {
    elementAt.set(i, elements.length);
    const hole = holes.find((each) => each.from === i);
    elements.push(
      hole
        ? { kind: hole.kind }
        : { kind: 'literal', text: old.kinds[i] === newline ? '\n' : tokenText(old, i) },
    );
    i = hole ? hole.to : i + 1;
  }
  elementAt.set(range.to, elements.length);
  const literals = elements.filter((element) => element.kind === 'literal');
  if (!literals.some((element) => /[\p{L}\p{N}_"'`]/u.test(element.text))) return undefined;
  if (literals.length < 2 && !elements.some((element) => element.kind !== 'literal')) return undefined;
  const changes: PatternChange[] = [];
  for (const run of runs) {
    const from = elementAt.get(run.oldFrom);
    const to = elementAt.get(run.oldTo);
    if (from === undefined || to === undefined) return undefined;
    changes.push({
      from,
      to,
      text: run.from === run.to ? '' : now.value.slice(now.starts[run.from], now.ends[run.to - 1]),
      before: { old: gap(old, run.oldFrom), now: gap(now, run.from) },
      behind: { old: gap(old, run.oldTo), now: gap(now, run.to) },
    });
  }
  const previous = tokenText(old, range.from - 1);
  const wraps =
    runs[0] && runs[0].oldFrom === runs[0].oldTo && elementAt.get(runs[0].oldFrom) === 0
      ? runs[0]
      : undefined;
  const doneBefore = wraps
    ? Array.from({ length: wraps.to - wraps.from }, (_, i) => tokenText(now, wraps.from + i))
    : [];
  const use = isAccess(previous) ? 'member' : isDeclarator(previous) ? 'declared' : 'other';
  return { elements, changes, before: elements[0]?.kind === 'operand' ? 'any' : use, doneBefore };
}

/** The blanks before a token. */
function gap(tokens: Tokens, index: number): string {
  const from = index === 0 ? 0 : (tokens.ends[index - 1] ?? 0);
  const to = index < tokens.count ? tokens.starts[index] : tokens.value.length;
  return index === 0 ? '' : tokens.value.slice(from, to);
}
