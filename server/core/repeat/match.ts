/** Where a pattern fits in a text, and what it becomes there. */

import type { Replacement } from '../edit.ts';
import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';
import { closing, isAccess, isDeclarator } from './expression.ts';
import type { Pattern, PatternChange } from './pattern.ts';

const { word, number, string, comment, newline } = tokenKinds;

/** The tokens each element took: element `i` is `[at[i], at[i + 1])`, blanks and line ends before it left out. */
interface Match {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** In the order of the text, one replacement a place, at most `most`. */
export function matches(tokens: Tokens, pattern: Pattern, most: number): readonly Replacement[] {
  const found: Replacement[] = [];
  for (let i = 0; i < tokens.count && found.length < most; i++) {
    const match = matchAt(tokens, pattern, i);
    if (!match) continue;
    const replacement = changed(tokens, pattern, match);
    if (replacement) found.push(replacement);
    i = Math.max(i, (match.ends.at(-1) ?? i) - 1);
  }
  return found;
}

function matchAt(tokens: Tokens, pattern: Pattern, from: number): Match | undefined {
  if (!isPlace(tokens, pattern, from)) return undefined;
  const starts: number[] = [];
  const ends: number[] = [];
  let at = from;
  for (const [i, element] of pattern.elements.entries()) {
    // Inside brackets arguments may stand on lines of their own.
    const previous = tokenText(tokens, at - 1);
    const closes = element.kind === 'literal' && element.text === ')';
    if (i > 0 && (previous === '(' || previous === ',' || closes)) at = pastLines(tokens, at);
    const end = elementEnd(tokens, element, at);
    if (end === undefined) return undefined;
    starts.push(at);
    ends.push(end);
    at = end;
  }
  return { starts, ends };
}

function isPlace(tokens: Tokens, pattern: Pattern, from: number): boolean {
  const previous = tokenText(tokens, from - 1);
  const before = isAccess(previous) ? 'member' : isDeclarator(previous) ? 'declared' : 'other';
  if (pattern.before !== 'any' && before !== pattern.before) return false;
  const done = pattern.doneBefore;
  const first = from - done.length;
  return done.length === 0 || !done.every((text, i) => tokenText(tokens, first + i) === text);
}

function elementEnd(tokens: Tokens, element: Pattern['elements'][number], at: number): number | undefined {
  const kind = tokens.kinds[at];
  switch (element.kind) {
    case 'literal': {
      if (element.text === '\n') return kind === newline ? at + 1 : undefined;
      return kind !== comment && tokenText(tokens, at) === element.text ? at + 1 : undefined;
    }
    case 'operand':
      // The end of a longer operand is enough: what comes before it stays as it is.
      return kind === word || kind === number || kind === string || /^[)\]]$/.test(tokenText(tokens, at))
        ? at + 1
        : undefined;
    case 'argument':
      return argumentEnd(tokens, at, (text) => text === ',' || text === ')');
    case 'arguments':
      return argumentEnd(tokens, at, (text) => text === ')');
    default:
      return element satisfies never;
  }
}

/** Behind the balanced tokens up to the end; nothing where there are none. */
function argumentEnd(tokens: Tokens, from: number, isEnd: (text: string) => boolean): number | undefined {
  let at = from;
  while (at < tokens.count) {
    const text = tokenText(tokens, at);
    if (isEnd(text)) break;
    if (text === '(' || text === '[' || text === '{') {
      const close = closing(tokens, at);
      if (close === undefined) return undefined;
      at = close + 1;
    } else if (text === ']' || text === '}' || text === ')' || text === ';') return undefined;
    else at++;
  }
  while (at > from && tokens.kinds[at - 1] === newline) at--;
  return at > from && at < tokens.count ? at : undefined;
}

function pastLines(tokens: Tokens, at: number): number {
  let next = at;
  while (tokens.kinds[next] === newline) next++;
  return next;
}

/** All changes of the pattern at one place, as one replacement. */
function changed(tokens: Tokens, pattern: Pattern, match: Match): Replacement | undefined {
  const pieces = pattern.changes.map((change) => piece(tokens, change, match));
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last) return undefined;
  let text = '';
  let at = first.start;
  for (const each of pieces) {
    if (each.start < at || isDone(tokens.value, each)) return undefined;
    text += tokens.value.slice(at, each.start) + each.text;
    at = each.end;
  }
  return tokens.value.slice(first.start, last.end) === text
    ? undefined
    : { start: first.start, end: last.end, text };
}

/** Whether what would be inserted stands there already. */
function isDone(value: string, { start, end, text }: Replacement): boolean {
  const wanted = text.trim();
  if (start !== end || wanted.length < 2) return false;
  const reach = wanted.length + 8;
  const behind = value.slice(end, end + reach).trimStart();
  return (
    behind.startsWith(wanted) ||
    value
      .slice(Math.max(0, start - reach), start)
      .trimEnd()
      .endsWith(wanted)
  );
}

function piece(tokens: Tokens, change: PatternChange, { starts, ends }: Match): Replacement {
  const { from, to, text, before, behind } = change;
  const previousEnd = from > 0 ? tokenEnd(tokens, ends[from - 1] as number) : undefined;
  const nextStart = to < starts.length ? tokens.starts[starts[to] as number] : undefined;
  const start = from < to ? (tokens.starts[starts[from] as number] ?? 0) : (nextStart ?? previousEnd ?? 0);
  const end = from < to ? tokenEnd(tokens, ends[to - 1] as number) : (previousEnd ?? start);
  if (text === '') {
    // What goes takes the blanks on one side with it, as it did where it was edited.
    if (nextStart !== undefined && before.now === before.old) return { start, end: nextStart, text };
    if (previousEnd !== undefined && behind.now === behind.old) return { start: previousEnd, end, text };
    return { start, end, text };
  }
  if (from < to) {
    const widensLeft = previousEnd !== undefined && before.now !== before.old;
    const widensRight = nextStart !== undefined && behind.now !== behind.old;
    return {
      start: widensLeft ? previousEnd : start,
      end: widensRight ? nextStart : end,
      text: `${widensLeft ? before.now : ''}${text}${widensRight ? behind.now : ''}`,
    };
  }
  const joinsPrevious = previousEnd !== undefined && behind.now === behind.old;
  if (joinsPrevious && before.now === '') return { start: end, end, text };
  if (nextStart !== undefined && before.now === before.old)
    return { start, end: start, text: text + behind.now };
  if (joinsPrevious) return { start: end, end, text: before.now + text };
  if (previousEnd === undefined) return { start, end: start, text: text + behind.now };
  return { start: previousEnd, end: nextStart ?? previousEnd, text: before.now + text + behind.now };
}

/** Where the last of the tokens before `end` ends. */
function tokenEnd(tokens: Tokens, end: number): number {
  return tokens.ends[end - 1] ?? 0;
}
