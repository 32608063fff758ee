/**
 * How well a block of whole lines stands where it is, by the indentation and the blank lines around it: git's indent
 * heuristic (git, xdiff/xdiffi.c, by Michael Haggerty, tuned on 6,600 hand-rated hunks); the weights are git's.
 */

const maxIndent = 200;
const maxBlanks = 20;

const startOfFilePenalty = 1;
const endOfFilePenalty = 21;
const totalBlankWeight = -30;
const postBlankWeight = 6;
const relativeIndentPenalty = -4;
const relativeIndentWithBlankPenalty = 10;
const relativeOutdentPenalty = 24;
const relativeOutdentWithBlankPenalty = 17;
const relativeDedentPenalty = 23;
const relativeDedentWithBlankPenalty = 17;
const indentWeight = 60;

export interface Score {
  readonly indent: number;
  readonly penalty: number;
}

/** Of the place `[start, end)` among the lines. */
export function score(lines: readonly string[], start: number, end: number): Score {
  const top = splitScore(lines, start);
  const bottom = splitScore(lines, end);
  return { indent: top.indent + bottom.indent, penalty: top.penalty + bottom.penalty };
}

/** Whether a block stands at `a` as well as at `b`, or better. */
export function isAsGood(a: Score, b: Score): boolean {
  const smallerIndent = Math.sign(a.indent - b.indent);
  return indentWeight * smallerIndent + (a.penalty - b.penalty) <= 0;
}

/** How good it is to split the lines before `at`: lower is better. */
function splitScore(lines: readonly string[], at: number): Score {
  const atEnd = at >= lines.length;
  const own = atEnd ? -1 : indentOf(lines[at] ?? '');
  let preBlank = 0;
  let preIndent = -1;
  for (let i = at - 1; i >= 0; i--) {
    preIndent = indentOf(lines[i] ?? '');
    if (preIndent !== -1) break;
    if (++preBlank === maxBlanks) {
      preIndent = 0;
      break;
    }
  }
  let postBlank = 0;
  let postIndent = -1;
  for (let i = at + 1; i < lines.length; i++) {
    postIndent = indentOf(lines[i] ?? '');
    if (postIndent !== -1) break;
    if (++postBlank === maxBlanks) {
      postIndent = 0;
      break;
    }
  }
  let penalty = 0;
  if (preIndent === -1 && preBlank === 0) penalty += startOfFilePenalty;
  if (atEnd) penalty += endOfFilePenalty;
  const blanksBehind = own === -1 && !atEnd ? 1 + postBlank : 0;
  const blanks = preBlank + blanksBehind;
  penalty += totalBlankWeight * blanks + postBlankWeight * blanksBehind;
  const indent = own !== -1 ? own : postIndent;
  if (indent !== -1 && preIndent !== -1) {
    if (indent > preIndent) penalty += blanks ? relativeIndentWithBlankPenalty : relativeIndentPenalty;
    else if (indent < preIndent) {
      const isOutdent = postIndent !== -1 && postIndent > indent;
      if (isOutdent) penalty += blanks ? relativeOutdentWithBlankPenalty : relativeOutdentPenalty;
      else penalty += blanks ? relativeDedentWithBlankPenalty : relativeDedentPenalty;
    }
  }
  return { indent, penalty };
}

/** Columns of indentation, tabs to the next multiple of 8; -1 for a blank line. */
function indentOf(line: string): number {
  let columns = 0;
  for (let i = 0; i < line.length && columns < maxIndent; i++) {
    const sign = line.charAt(i);
    if (sign === ' ') columns++;
    else if (sign === '\t') columns += 8 - (columns % 8);
    else if (sign !== '\r' && sign !== '\n') return columns;
  }
  return columns >= maxIndent ? maxIndent : -1;
}
