/**
 * Pattern: what the code looked like where the user changed it, so general that it fits other places and so
 * narrow that it means the same there: the tokens that went, what identifies them (the call they are an argument
 * of, the name before or behind, an operand), and holes for what was of that place alone.
 */

import { align } from '../diff/align.ts';
import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';

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

/** Tokens of the changed lines before and after; line ends are left out. */
export interface ChangedTokens {
  readonly old: Tokens;
  readonly now: Tokens;
}

/** `[oldFrom, oldTo)` of the old tokens became `[from, to)` of the new. */
export interface TokenRun {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly from: number;
  readonly to: number;
}

const constants = /^(?:null|undefined|true|false|None|True|False|nil|NULL|nullptr|NaN|self|this)$/;
const declarators = /^(?:function|def|fn|func|fun|sub|class|interface|struct|enum|type|trait|impl|void)$/;
const { word, number, string, sign, newline } = tokenKinds;

export function tokenRuns(changed: ChangedTokens): readonly TokenRun[] {
  const { old, now } = changed;
  const numbers = new Map<string, number>();
  const weights: number[] = [];
  const items = (tokens: Tokens) =>
    Int32Array.from({ length: tokens.count }, (_, i) => {
      const text = tokenText(tokens, i);
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, weights.length);
      return weights.push(text.length + 1) - 1;
    });
  const a = items(old);
  const b = items(now);
  const partners = align(a, b, {
    weights: Int32Array.from(weights),
    gapCost: 1,
    exactCells: 1e6,
    budget: { steps: 2e6 },
  });
  const runs: TokenRun[] = [];
  let j = 0;
  for (let i = 0; i <= a.length; i++) {
    const oldFrom = i;
    while (i < a.length && partners[i] === -1) i++;
    const to = i < a.length ? (partners[i] as number) : b.length;
    if (i > oldFrom || to > j) runs.push({ oldFrom, oldTo: i, from: j, to });
    j = to + 1;
  }
  return runs.map((run) => paired(changed, runs, run));
}

/** An inserted closing bracket may be any of several in a row: it is the one that closes an inserted one. */
function paired({ old, now }: ChangedTokens, runs: readonly TokenRun[], run: TokenRun): TokenRun {
  const text = tokenText(now, run.from);
  if (run.oldFrom !== run.oldTo || run.to !== run.from + 1 || !/^[)\]}]$/.test(text)) return run;
  const isInserted = (i: number) => runs.some((each) => each !== run && i >= each.from && i < each.to);
  for (let shift = 0; tokenText(now, run.from + shift) === text; shift++) {
    const open = opening(now, run.from + shift);
    if (open !== undefined && isInserted(open)) {
      return {
        oldFrom: run.oldFrom + shift,
        oldTo: run.oldTo + shift,
        from: run.from + shift,
        to: run.to + shift,
      };
    }
    if (tokenText(old, run.oldFrom + shift) !== text) break;
  }
  return run;
}

export function patternOf(changed: ChangedTokens, runs: readonly TokenRun[]): Pattern | undefined {
  const { old } = changed;
  const first = runs[0];
  const last = runs.at(-1);
  if (!first || !last || spansLines(changed, runs)) return undefined;
  const span = { from: first.oldFrom, to: last.oldTo };
  const gone = indices(runs).filter((i) => old.kinds[i] === word && !constants.test(tokenText(old, i)));
  const inCall = gone.length === 0 && !onlySigns(old, runs) ? enclosingCall(old, span) : undefined;
  if (inCall) return callPattern(changed, runs, inCall);
  const range = gone.length > 0 ? widened(old, span, runs) : aroundInsertion(old, span, runs);
  return range && built(changed, runs, range, gone.length > 0);
}

function indices(runs: readonly TokenRun[]): readonly number[] {
  return runs.flatMap((run) => Array.from({ length: run.oldTo - run.oldFrom }, (_, i) => run.oldFrom + i));
}

/** Signs that were exchanged, none of which parts arguments. */
function onlySigns(old: Tokens, runs: readonly TokenRun[]): boolean {
  const went = indices(runs);
  return went.length > 0 && went.every((i) => old.kinds[i] === sign && tokenText(old, i) !== ',');
}

function spansLines({ old, now }: ChangedTokens, runs: readonly TokenRun[]): boolean {
  const hasLine = (tokens: Tokens, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => tokens.kinds[from + i]).includes(newline);
  const first = runs[0]?.oldFrom ?? 0;
  const last = runs.at(-1)?.oldTo ?? 0;
  return hasLine(old, first, last) || hasLine(now, runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Call extends Range {
  readonly open: number;
  readonly close: number;
}

/** The call whose arguments the span is among: from the first name of the callee to its closing bracket. */
function enclosingCall(tokens: Tokens, span: Range): Call | undefined {
  let depth = 0;
  for (let i = span.from - 1; i >= 0; i--) {
    const text = tokenText(tokens, i);
    if (text === ')' || text === ']' || text === '}') depth++;
    else if (text === '(' || text === '[' || text === '{') {
      if (depth-- > 0) continue;
      const close = closing(tokens, i);
      const from = calleeStart(tokens, i);
      if (text !== '(' || close === undefined || close < span.to || from === i) return undefined;
      return { from, to: close + 1, open: i, close };
    }
  }
  return undefined;
}

export function closing(tokens: Tokens, open: number, limit = 4_000): number | undefined {
  let depth = 0;
  for (let i = open; i < Math.min(tokens.count, open + limit); i++) {
    const text = tokenText(tokens, i);
    if (text === '(' || text === '[' || text === '{') depth++;
    else if ((text === ')' || text === ']' || text === '}') && --depth === 0) return i;
  }
  return undefined;
}

/** Where `a.b.c` before a bracket begins; the bracket itself where no name stands there. */
function calleeStart(tokens: Tokens, open: number): number {
  let at = open;
  while (
    at > 0 &&
    tokens.kinds[at - 1] === word &&
    !/^(?:if|for|while|switch|return|catch|and|or|not|in)$/.test(tokenText(tokens, at - 1))
  ) {
    at--;
    if (!isAccess(tokenText(tokens, at - 1)) || tokens.kinds[at - 2] !== word) break;
    at--;
  }
  return at;
}

export function isAccess(text: string): boolean {
  return text === '.' || text === '?.' || text === '->' || text === '::';
}

/** The call with a hole for each argument that was not touched. */
function callPattern(changed: ChangedTokens, runs: readonly TokenRun[], call: Call): Pattern | undefined {
  const { old } = changed;
  const holes: Hole[] = [];
  let from = call.open + 1;
  for (let i = from; i <= call.close; i++) {
    const text = tokenText(old, i);
    if (text === '(' || text === '[' || text === '{') {
      i = closing(old, i) ?? call.close;
      continue;
    }
    if (i !== call.close && text !== ',') continue;
    if (i > from && argumentIsKept(changed, runs, { from, to: i }))
      holes.push({ from, to: i, kind: 'argument' });
    from = i + 1;
  }
  return assembled(changed, runs, { from: call.from, to: call.to }, holes);
}

/** Untouched, or wrapped as a whole: then what wraps it is the same everywhere. */
function argumentIsKept({ now }: ChangedTokens, runs: readonly TokenRun[], { from, to }: Range): boolean {
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

/** What went, and the bracket behind it, so that a call stays a call. */
function widened(tokens: Tokens, span: Range, runs: readonly TokenRun[]): Range | undefined {
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

/** Behind `a.b.c(`, where a call begins at `from`. */
function chainEnd(tokens: Tokens, from: number): number | undefined {
  let at = from;
  while (tokens.kinds[at] === word) {
    at++;
    if (tokenText(tokens, at) === '(') return at + 1;
    if (!isAccess(tokenText(tokens, at))) return undefined;
    at++;
  }
  return undefined;
}

/** Both sides of something inserted, or of signs and constants exchanged: together they identify the place. */
function aroundInsertion(tokens: Tokens, span: Range, runs: readonly TokenRun[]): Range | undefined {
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

function opening(tokens: Tokens, close: number): number | undefined {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    const text = tokenText(tokens, i);
    if (text === ')' || text === ']' || text === '}') depth++;
    else if ((text === '(' || text === '[' || text === '{') && --depth === 0) return i;
  }
  return undefined;
}

interface Hole extends Range {
  readonly kind: 'argument' | 'arguments' | 'operand';
}

function built(
  changed: ChangedTokens,
  runs: readonly TokenRun[],
  range: Range,
  wordsGone: boolean,
): Pattern | undefined {
  const { old } = changed;
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
    const free = isContext ? !wordsGone && besideConstant && runs.length === 1 && last > first : wordsGone;
    if (isOperand && free && !touched(i, i + 1) && (!isName || isContext))
      holes.push({ from: i, to: i + 1, kind: 'operand' });
  }
  return assembled(changed, runs, range, holes);
}

function isConstant(tokens: Tokens, i: number): boolean {
  const kind = tokens.kinds[i];
  return kind === string || kind === number || (kind === word && constants.test(tokenText(tokens, i)));
}

function assembled(
  changed: ChangedTokens,
  runs: readonly TokenRun[],
  range: Range,
  holes: readonly Hole[],
): Pattern | undefined {
  const { old, now } = changed;
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
  const use = isAccess(previous) ? 'member' : declarators.test(previous) ? 'declared' : 'other';
  return { elements, changes, before: elements[0]?.kind === 'operand' ? 'any' : use, doneBefore };
}

/** The blanks before a token. */
function gap(tokens: Tokens, index: number): string {
  const from = index === 0 ? 0 : (tokens.ends[index - 1] ?? 0);
  const to = index < tokens.count ? tokens.starts[index] : tokens.value.length;
  return index === 0 ? '' : tokens.value.slice(from, to);
}

export function isDeclarator(text: string): boolean {
  return declarators.test(text);
}
