/**
 * An answer written anew while the model still writes it, line by line: from the moment its first line that says
 * something is that of the region, or of the document, and not of both. What it gives is there to be shown: together with what is still to come
 * it makes the text that the whole answer makes, which may say so in fewer changes, or be refused.
 */

import type { Edit, Replacement } from './edit.ts';
import { leavesOut, mayElide } from './formats/elision.ts';
import { isFence } from './formats/fence-line.ts';
import { opensDiffFence } from './formats/rewrite.ts';
import { isGoneLine, isStrayMark } from './formats/stray-marks.ts';
import type { LineRange } from './place.ts';
import { type StreamDiff, streamDiff } from './stream.ts';
import { lineCount, lineText, type Text } from './text.ts';

/** `only`: the region alone was to be written, so that nothing begins as the document. */
export function rewriteProgress(
  text: Text,
  region: LineRange | undefined,
  only?: 'region',
): (line: string) => Edit {
  const whole: LineRange = {
    startLine: 0,
    endLine: Math.max(1, lineCount(text) - (text.value.endsWith('\n') ? 1 : 0)),
  };
  const windows = region && region.startLine > 0 ? [region, whole] : [whole];
  let stream: StreamDiff | undefined;
  /** Behind words only a fence begins one. */
  let state: 'before' | 'words' | 'fenced' | 'behind' = 'before';
  /** Empty lines that were read before it: the window may begin with them. */
  let blank: string[] = [];
  /** Begins where these lines begin a window, and no other; `before` are new ones in front of them. */
  const begin = (lines: readonly string[], before: readonly string[] = []): Replacement[] => {
    const [window, other] = windows.filter(({ startLine }) =>
      lines.every((line, i) => lineText(text, startLine + i) === line),
    );
    if (!window || other || (only && region && window.startLine !== region.startLine)) return [];
    const begun = streamDiff(text, window);
    stream = begun;
    return [...before, ...lines].flatMap((line) => begun.push(line));
  };
  const mayStandForOthers = (line: string) =>
    (leavesOut([line]) || mayElide(line)) && !text.value.includes(line.trim());
  /** Nothing is certain of what may be a change in another form. */
  const isOfPatch = (line: string) =>
    opensDiffFence(line) || isStrayMark(line) || isGoneLine(line, (other) => text.value.includes(other));
  return (line) => {
    const fenced = isFence(line);
    if (mayStandForOthers(line) || (state === 'fenced' && fenced) || isOfPatch(line)) state = 'behind';
    if (state === 'behind') return [];
    if (stream) return stream.push(line);
    if (fenced) {
      state = 'fenced';
      blank = [];
    } else if (line.trim() === '') blank.push(line);
    else if (state === 'words') blank = [];
    else {
      const edit = begin([...blank, line]);
      if (!stream && state === 'before' && blank.length > 0) edit.push(...begin([line], blank));
      blank = [];
      if (!stream) state = state === 'fenced' ? 'behind' : 'words';
      return edit;
    }
    return [];
  };
}
