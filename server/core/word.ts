/** Words of any alphabet: letters, digits, `_` and `$`. */

const sign = /[\p{L}\p{N}_$]/u;

/** The part of a word that a line ends with; empty behind anything else. Reads no more than that part. */
export function wordAtEnd(line: string): string {
  let at = line.length;
  while (at > 0) {
    const before = /[\ud800-\udbff][\udc00-\udfff]/.test(line.slice(Math.max(0, at - 2), at))
      ? at - 2
      : at - 1;
    if (!sign.test(line.slice(before, at))) break;
    at = before;
  }
  return line.slice(at);
}
