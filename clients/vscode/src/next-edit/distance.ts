/** Whether a hunk is where the user looks, and what points to it where it is not. */

import type { Replacement } from '../../../../server/core/edit.ts';
import { lineAt, lineEnd, type Text } from '../../../../server/core/text.ts';
import type { Drawing } from './display.ts';
import type { View } from './port.ts';

/** Out of view, or more than one line from the cursor. */
export function isFar(text: Text, { cursor, visible }: View, { start, end }: Replacement): boolean {
  const first = lineAt(text, start);
  const last = lineAt(text, end);
  const line = lineAt(text, cursor);
  return line < first - 1 || line > last + 1 || first > visible.last || last < visible.first;
}

export function hint(text: Text, { cursor }: View, { start }: Replacement): NonNullable<Drawing['hint']> {
  return { at: lineEnd(text, lineAt(text, cursor)), label: `⇥ line ${lineAt(text, start) + 1}` };
}
