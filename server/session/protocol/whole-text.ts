/**
 * Whole texts: what a server says again of what it streamed, as one part or as all of it.
 *
 * Law: a whole text that says again what was streamed adds nothing to it, also where it is empty or was trimmed.
 */

import type { Output } from './outputs.ts';

/** All of an output's text, by what is said to be one part of it or all. Notes that the part is done. */
export function wholePart(output: Output, part: number, text: string): string {
  const { text: said, parts } = output;
  const at = parts.findIndex((each) => each.part === part);
  const known = parts[at];
  if (!known) {
    const isBehind = parts.at(-1)?.isDone === true;
    parts.push({ part, start: said.length, isDone: true });
    const whole = wholeText(said, text);
    // A part of which nothing was streamed, behind one that is done.
    return isBehind && !whole.startsWith(said) ? said + text : whole;
  }
  known.isDone = true;
  if (text === said) return said;
  const end = parts[at + 1]?.start ?? said.length;
  const streamed = said.slice(known.start, end);
  return said.slice(0, known.start) + wholeText(streamed, text) + said.slice(end);
}

/** All of a text of which `said` was streamed. */
export function wholeText(said: string, text: string): string {
  const isAgain = text === said || text.trim() === '' || text.trim() === said.trim();
  return isAgain && !text.startsWith(said) ? said : text;
}
