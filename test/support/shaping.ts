/** What the model wrote at a cursor, and the text with what is shown drawn in, or the reason for silence. */

import { expect, test } from 'vitest';
import type { IndentUnit } from '../../server/core/indent.ts';
import { shape } from '../../server/core/shape.ts';
import { toText } from '../../server/core/text.ts';
import { atCursor, drawn } from './markers.ts';

export interface ShapingOptions {
  readonly maxLines?: number;
  readonly languageId?: string;
  readonly indent?: IndentUnit;
  readonly open?: boolean;
}

/** Name, text with its `█`, what the model wrote, what is shown. */
export type ShapingCase = readonly [string, string, string, string, ShapingOptions?];

export function checkShaping(
  before: string,
  suggestion: string,
  expected: string,
  { maxLines = 20, ...options }: ShapingOptions = {},
): void {
  const { text, cursor } = atCursor(before);
  const shaped = shape({ text: toText(text), cursor, suggestion, maxLines, ...options });
  expect(shaped.kind === 'shown' ? drawn(text, [shaped], cursor) : shaped.reason).toBe(expected);
}

export function shapingCases(languageId: string | undefined, table: readonly ShapingCase[]): void {
  for (const [name, before, suggestion, expected, options] of table) {
    const all = languageId === undefined ? options : { languageId, ...options };
    test(name, () => checkShaping(before, suggestion, expected, all));
  }
}
