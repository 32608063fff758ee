/** How a wish is put to a model. */

import type { CompleteAsk } from '../../core/ask.ts';
import { isForLines } from '../../core/shape/pair.ts';
import { lineAt, lineEnd, lineStart, sliceOf } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { ContextOf } from '../context.ts';
import { candidatesOf, type InlineWish } from './wish.ts';

/** Ghost text longer than this is cut by the model itself; tokens. */
const maxOutputTokens = 256;

export function askFrom(
  context: ContextOf,
  settings: () => Settings,
): (snapshot: Snapshot, wish: InlineWish) => CompleteAsk {
  return (snapshot, wish) => {
    const { maxLines } = settings().completion;
    const { text } = snapshot;
    const line = lineAt(text, wish.cursor);
    const rest = sliceOf(text, wish.cursor, lineEnd(text, line));
    // In the middle of a line only that line can be continued, but between the ends of a block.
    const isOneLine = /\w/.test(rest) && !isForLines(sliceOf(text, lineStart(text, line), wish.cursor), rest);
    const ask: CompleteAsk = {
      ...context(snapshot, {
        tokens: settings().context.completionTokens,
        maxOutputTokens,
        focus: wish.cursor,
        isTyping: true,
      }),
      task: 'complete',
      cursor: wish.cursor,
      maxLines: isOneLine ? 1 : maxLines,
      candidates: candidatesOf(wish),
    };
    return wish.selected ? { ...ask, selected: wish.selected } : ask;
  };
}
