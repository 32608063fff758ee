/**
 * Pieces: a text in parts that can be read for themselves, cut where a person would: before a line that begins
 * something at the outermost level, else at a blank line.
 *
 * Law: pieces are whole lines, in order, without overlap; only blank lines are in none of them.
 */

export interface Piece {
  /** Zero-based. */
  readonly line: number;
  readonly text: string;
}

/** Fewer lines say too little to be worth their heading in a prompt. */
const leastLines = 8;
const mostLines = 30;
/** A piece longer than this is data. */
const mostLength = 6_000;

export function piecesOf(text: string): readonly Piece[] {
  const lines = text.split('\n');
  const pieces: Piece[] = [];
  let start = 0;
  let blank = -1;
  const end = (until: number) => {
    let from = start;
    let to = until;
    while (from < to && isBlank(lines[from])) from++;
    while (to > from && isBlank(lines[to - 1])) to--;
    const piece = lines.slice(from, to).join('\n');
    if (piece !== '' && piece.length <= mostLength) pieces.push({ line: from, text: piece });
    start = until;
    blank = -1;
  };
  lines.forEach((line, at) => {
    const length = at - start;
    if (length >= leastLines && isBlank(lines[at - 1]) && beginsSomething(line)) end(at);
    else if (length >= mostLines) end(blank > start + leastLines ? blank : at);
    if (isBlank(line)) blank = at;
  });
  end(lines.length);
  return pieces;
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function beginsSomething(line: string): boolean {
  return /^[^\s)\]}]/.test(line);
}
