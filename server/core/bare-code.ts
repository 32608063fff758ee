/** Whether lines without a fence are code, where the file is empty and nothing can be compared. */

import { tells } from './window-ends.ts';

/** Signs that words are written without. */
const sign = /[=;{}[\]<>\\]|\w\(|\)\s*$|":/;
/** Ends as a sentence does, or begins as an answer. */
const sentence = /[.!?…]["')`]*\s*$|^\s*\p{L}+[!,.] /u;
const comment = /^\s*(?:#|\/\/|\/?\*|--|<!--|"""|''')/;
/** A share of lines with such signs. */
const signedShare = 0.5;

export function isBareCode(lines: readonly string[], isProse: (line: string) => boolean): boolean {
  const telling = lines.filter(tells);
  const code = telling.filter((line) => !comment.test(line));
  const isWords = [telling[0] ?? '', telling.at(-1) ?? ''].some(
    (line) => !comment.test(line) && (isProse(line) || sentence.test(line)),
  );
  return (
    !isWords && code.length > 0 && code.filter((line) => sign.test(line)).length >= code.length * signedShare
  );
}
