/**
 * Each match, as `matchAll` gives them, by the pattern itself: a copy of it, which `matchAll` makes, costs several times
 * what a line of code takes to be looked through. The pattern is global and matches nothing empty; who looks with it
 * again before the last match was taken sees the same ones.
 */
export function matchesOf(pattern: RegExp, text: string): readonly RegExpExecArray[] {
  pattern.lastIndex = 0;
  let match = pattern.exec(text);
  if (!match) return none;
  const matches: RegExpExecArray[] = [];
  for (; match; match = pattern.exec(text)) matches.push(match);
  return matches;
}

const none: readonly RegExpExecArray[] = [];
