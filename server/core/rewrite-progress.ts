/**
 * An answer written anew while the model still writes it, line by line: from the moment its first line is that of the
 * region, or of the document, and not of both. What it gives is there to be shown: together with what is still to come
 * it makes the text that the whole answer makes, which may say so in fewer changes, or be refused.
 */

import type { Edit } from './edit.ts';
import { leavesOut } from './formats/rewrite.ts';
import type { LineRange } from './place.ts';
import { type StreamDiff, streamDiff } from './stream.ts';
import { lineCount, lineText, type Text } from './text.ts';

export function rewriteProgress(text: Text, region: LineRange | undefined): (line: string) => Edit {
  const whole: LineRange = {
    startLine: 0,
    endLine: Math.max(1, lineCount(text) - (text.value.endsWith('\n') ? 1 : 0)),
  };
  const windows = region && region.startLine > 0 ? [region, whole] : [whole];
  let stream: StreamDiff | undefined;
  let state: 'before' | 'fenced' | 'bare' | 'behind' = 'before';
  /** Where the text that begins with this line is a window's, and of which. */
  const begin = (line: string): StreamDiff | undefined => {
    const [window, other] = windows.filter(({ startLine }) => lineText(text, startLine) === line);
    return window && !other ? streamDiff(text, window) : undefined;
  };
  return (line) => {
    const isFence = /^\s*(?:`{3,}|~{3,})/.test(line);
    if (state === 'before') {
      if (isFence) state = 'fenced';
      else {
        stream = line.trim() === '' ? undefined : begin(line);
        if (stream) state = 'bare';
      }
    } else if (state === 'fenced' && isFence) state = 'behind';
    else if (state === 'fenced' && !stream) {
      stream = begin(line);
      if (!stream) state = 'behind';
    }
    if (leavesOut([line])) state = 'behind';
    return state === 'behind' || !stream ? [] : stream.push(line);
  };
}
