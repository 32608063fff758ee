/**
 * Where a text may be cut without parting what a reader sees as one sign: not inside a surrogate pair, a CRLF or
 * a grapheme cluster (Unicode UAX #29, by `Intl.Segmenter`, which is asked only where a sign is not Latin-1).
 */

/** Below this no code point joins with a neighbour (combining marks start at U+0300), CRLF apart. */
const firstJoining = 0x300;
/** A cluster longer than this is cut nowhere: nobody writes one, and looking further back costs time. */
const longestCluster = 128;

export function isBoundary(value: string, at: number): boolean {
  if (at <= 0 || at >= value.length) return true;
  const before = value.charCodeAt(at - 1);
  const after = value.charCodeAt(at);
  if (before < firstJoining && after < firstJoining) return !(before === 13 && after === 10);
  return isClusterBoundary(value, at);
}

function isClusterBoundary(value: string, at: number): boolean {
  let from = at - 1;
  const earliest = Math.max(0, at - longestCluster);
  // Whatever joins to the left joins with signs that join: a plain one is a safe place to start from.
  while (from > earliest && value.charCodeAt(from) >= firstJoining) from--;
  if (from === earliest && from > 0 && value.charCodeAt(from) >= firstJoining) return false;
  const to = Math.min(value.length, at + longestCluster);
  for (const { index } of graphemes(value.slice(from, to))) {
    if (from + index === at) return true;
    if (from + index > at) return false;
  }
  return false;
}

interface Cluster {
  readonly segment: string;
  readonly index: number;
}

/** `Intl.Segmenter` takes time that grows with the square of the text (Node 20): it is given this much at once. */
const windowLength = 512;

/** The grapheme clusters of a text, with their offsets in UTF-16 code units. */
export function* graphemes(value: string): Generator<Cluster> {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let at = 0;
  for (let length = windowLength; at < value.length; ) {
    const end = at + length;
    let last: Cluster | undefined;
    for (const { segment, index } of segmenter.segment(value.slice(at, end))) {
      if (last) yield last;
      last = { segment, index: at + index };
    }
    if (!last || end >= value.length) {
      if (last) yield last;
      return;
    }
    // The last one may go on behind the window: it is read again as the first of the next.
    length = last.index === at ? length * 2 : windowLength;
    at = last.index;
  }
}
