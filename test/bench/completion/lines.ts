/** A document of the benchmark's editor: offsets and positions of one text. */

import { offsetAt, positionAt, replaced, type Text, toText } from '../../../server/core/text.ts';

export interface Lines {
  readonly text: string;
  positionAt(offset: number): { readonly line: number; readonly character: number };
  offsetAt(position: { readonly line: number; readonly character: number }): number;
  changed(start: number, end: number, text: string): Lines;
}

export function createLines(value: string | Text): Lines {
  const text = typeof value === 'string' ? toText(value) : value;
  return {
    text: text.value,
    positionAt: (offset) => positionAt(text, offset),
    offsetAt: (position) => offsetAt(text, position),
    changed: (start, end, inserted) => createLines(replaced(text, start, end, inserted)),
  };
}
