/**
 * How a hunk is drawn: what goes is struck out, what comes stands behind it at its place, or, where lines come or go,
 * whole lines beside the text. Where the text leaves no room for them their first line stands for all, with how many
 * more there are. What is not all drawn shows on hovering.
 */

import { type Replacement, trimmed } from '../../../../server/core/edit.ts';
import { lineCount, lineEnd, lineStart, lineText, toText } from '../../../../server/core/text.ts';
import { type BesideLine, besideText } from './beside.ts';
import { drawable, shortened } from './label.ts';

export interface Drawing {
  /** Offsets, sorted; none is empty. */
  readonly struck: readonly { readonly start: number; readonly end: number }[];
  readonly inserted: readonly Inserted[];
  /** Behind lines that follow on each other. */
  readonly beside?: readonly BesideLine[];
  /** The whole new text where it is not all drawn. */
  readonly hover?: string;
  /** Stands at the end of the line the cursor is in. */
  readonly hint?: { readonly at: number; readonly label: string };
}

export interface Inserted {
  /** Offset the text is drawn at. */
  readonly at: number;
  /** One line, without characters that would break it. */
  readonly label: string;
}

/** A tab is `tabSize` columns wide at most. */
export function display(text: string, hunk: Replacement, tabSize: number): Drawing {
  const least = trimmed(text, hunk);
  const inPlace = byLine(text, least);
  if (!inPlace) {
    const drawing = besideText(text, least, tabSize);
    if (drawing) return drawing;
  }
  const pieces = inPlace ?? [least];
  const inserted = pieces
    .filter((piece) => piece.text !== '')
    .map((piece) => ({ at: piece.end, ...label(piece.text) }));
  return {
    struck: pieces.filter(({ start, end }) => end > start).map(({ start, end }) => ({ start, end })),
    inserted: inserted.map(({ at, label }) => ({ at, label })),
    ...(inserted.some(({ isWhole }) => !isWhole) ? { hover: hunk.text } : {}),
  };
}

/** Each line's change at its own place, where old and new have equally many lines. */
function byLine(text: string, { start, end, text: wanted }: Replacement): readonly Replacement[] | undefined {
  const old = toText(text.slice(start, end));
  const now = toText(wanted);
  if (lineCount(old) !== lineCount(now)) return undefined;
  return Array.from({ length: lineCount(old) }, (_, line) =>
    trimmed(text, {
      start: start + lineStart(old, line),
      end: start + lineEnd(old, line),
      text: lineText(now, line),
    }),
  ).filter((piece) => piece.end > piece.start || piece.text !== '');
}

function label(text: string): { readonly label: string; readonly isWhole: boolean } {
  const lines = text.split(/\r\n|\r|\n/);
  const content = lines.filter((line) => line.trim() !== '');
  if (lines.length === 1) {
    const cut = shortened(text);
    return { label: drawable(cut), isWhole: cut === text };
  }
  const [first = ''] = content;
  const more = content.length - 1;
  const before = lines[0] === '' ? '⏎ ' : '';
  const behind = more > 0 ? ` … +${more} ${more === 1 ? 'line' : 'lines'}` : lines.at(-1) === '' ? ' ⏎' : '';
  return { label: drawable(`${before}${shortened(first.trim())}${behind}`.trim()), isWhole: false };
}
