/**
 * The marker dialect of all tests: `█` is the cursor, `«…»` a range, `❰old↦new❱` an expected edit (an empty left
 * side is an insertion, an empty right side a deletion). A marked text stands for the text without its marks;
 * of an edit the old side is in the text.
 */

import type { Region } from '../../server/core/ask.ts';
import { type Edit, type Replacement, toEdit } from '../../server/core/edit.ts';

export interface Marked {
  /** The text without marks, every edit undone. */
  readonly text: string;
  /** Offset of the first `█`. */
  readonly cursor: number | undefined;
  readonly ranges: readonly Region[];
  readonly edit: Edit;
}

export function marked(source: string): Marked {
  let text = '';
  let cursor: number | undefined;
  const ranges: Region[] = [];
  const open: number[] = [];
  const replacements: Replacement[] = [];
  for (let i = 0; i < source.length; i++) {
    const sign = source.charAt(i);
    if (sign === '█') cursor ??= text.length;
    else if (sign === '«') open.push(text.length);
    else if (sign === '»') {
      const start = open.pop();
      if (start === undefined) throw new Error(`» without « at ${i} in ${source}`);
      ranges.push({ start, end: text.length });
    } else if (sign === '❰') {
      const middle = source.indexOf('↦', i);
      const close = source.indexOf('❱', i);
      if (middle === -1 || close < middle) throw new Error(`❰ without ↦ and ❱ at ${i} in ${source}`);
      const old = source.slice(i + 1, middle);
      replacements.push({
        start: text.length,
        end: text.length + old.length,
        text: source.slice(middle + 1, close),
      });
      text += old;
      i = close;
    } else text += sign;
  }
  if (open.length > 0) throw new Error(`« without » in ${source}`);
  const edit = toEdit(replacements);
  if (!edit) throw new Error(`overlapping edits in ${source}`);
  return { text, cursor, ranges, edit };
}

/** The text and the offset of its `█`, which must be there. */
export function atCursor(source: string): { readonly text: string; readonly cursor: number } {
  const { text, cursor } = marked(source);
  if (cursor === undefined) throw new Error(`no █ in ${source}`);
  return { text, cursor };
}

/** The text with the edit drawn in as `❰old↦new❱`, and a cursor that is not inside a replaced range. */
export function drawn(text: string, edit: Edit, cursor?: number): string {
  let result = '';
  let at = 0;
  let pending = cursor;
  const draw = (end: number) => {
    if (pending !== undefined && pending >= at && pending <= end) {
      result += `${text.slice(at, pending)}█`;
      at = pending;
      pending = undefined;
    }
    result += text.slice(at, end);
    at = end;
  };
  for (const { start, end, text: inserted } of edit) {
    draw(start);
    result += `❰${text.slice(start, end)}↦${inserted}❱`;
    at = end;
  }
  draw(text.length);
  return result;
}

/** The text with the range drawn in as `«…»`. */
export function drawnRange(text: string, range: Region): string {
  return `${text.slice(0, range.start)}«${text.slice(range.start, range.end)}»${text.slice(range.end)}`;
}
