/**
 * JSON web tokens: `eyJ…`, a point, a second part, and mostly a third. Parts are as long as they like, so they are read
 * by hand: where a run of their letters ends is found once for all the places in it where a token might begin.
 */

import type { Found } from './assigned.ts';

const head = 'eyJ';
/** Letters of a part; behind `eyJ` in the first. */
const leastPart = 10;

/** In one pass, in offsets of `text`, sorted. A token begins behind what is no letter or digit. */
export function findWebTokens(text: string): readonly Found[] {
  const found: Found[] = [];
  let runEnd = 0;
  for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, at + 1)) {
    if (at >= runEnd) runEnd = endOfRun(text, at);
    if (isLetterOrDigit(text.charCodeAt(at - 1))) continue;
    if (runEnd - at < head.length + leastPart || text.charAt(runEnd) !== '.') continue;
    const second = endOfRun(text, runEnd + 1);
    if (second - runEnd - 1 < leastPart) {
      runEnd = second;
      continue;
    }
    const end = text.charAt(second) === '.' ? endOfRun(text, second + 1) : second;
    found.push({ start: at, end, kind: 'jwt' });
    at = end - 1;
    runEnd = end;
  }
  return found;
}

/** Behind the letters of base64url from `at` on. */
function endOfRun(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    if (!isLetterOrDigit(unit) && unit !== 45 && unit !== 95) break;
  }
  return end;
}

function isLetterOrDigit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}
