/** Text as an editor draws it where there is none: one line, not too long, without characters that would break it. */

/** UTF-16 code units of one label: what is longer shows on hovering. */
const longestLabel = 160;

export function shortened(line: string): string {
  return line.length > longestLabel ? `${line.slice(0, longestLabel)}…` : line;
}

/** Editors collapse blanks in drawn text, and some characters end it. */
export function drawable(label: string): string {
  return label
    .replaceAll('\t', '    ')
    .replaceAll(' ', '\u00a0')
    .replaceAll(/\p{Cc}|[\u2028\u2029]/gu, '·');
}
