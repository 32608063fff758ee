/** How a wish is put to a model. */

import type { CompleteAsk } from '../../core/ask.ts';
import { lineAt, lineEnd, sliceOf } from '../../core/text.ts';
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
    // In the middle of a line only that line can be continued.
    const rest = sliceOf(text, wish.cursor, lineEnd(text, lineAt(text, wish.cursor)));
    return {
      ...context(snapshot, {
        tokens: settings().context.completionTokens,
        maxOutputTokens,
        focus: wish.cursor,
      }),
      task: 'complete',
      cursor: wish.cursor,
      maxLines: /\w/.test(rest) ? 1 : maxLines,
      candidates: candidatesOf(wish),
      ...(wish.selected ? { selected: wish.selected } : {}),
    };
  };
}
