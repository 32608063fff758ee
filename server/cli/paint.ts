/**
 * Colours where a terminal shows them, git's plain markers where none does. What is painted is made harmless first, so
 * that text from outside can neither act nor look painted.
 */

import { shown } from '../core/controls.ts';

export interface Paint {
  /** As it is, between painted parts. */
  text(text: string): string;
  ghost(text: string): string;
  added(text: string): string;
  removed(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const csi = '\u001b[';

export function paintFor(
  output: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const colours = output.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return colours ? coloured : plain;
}

const plain: Paint = {
  text: shown,
  ghost: (text) => `{+${shown(text)}+}`,
  added: (text) => `{+${shown(text)}+}`,
  removed: (text) => `[-${shown(text)}-]`,
  faint: shown,
  strong: shown,
};

const codes = { ghost: '2;3', added: '32', removed: '31;9', faint: '2', strong: '1' } as const;

const coloured: Paint = {
  text: shown,
  ghost: each((line) => `${csi}${codes.ghost}m${line}${csi}0m`),
  added: each((line) => `${csi}${codes.added}m${line}${csi}0m`),
  removed: each((line) => `${csi}${codes.removed}m${line}${csi}0m`),
  faint: each((line) => `${csi}${codes.faint}m${line}${csi}0m`),
  strong: each((line) => `${csi}${codes.strong}m${line}${csi}0m`),
};

/** Applies `make` to what stands between the sequences of paint. */
export function unpainted(text: string, make: (part: string) => string): string {
  return text
    .split(sequence)
    .map((part, index) => (index % 2 === 1 ? part : make(part)))
    .join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is how a terminal is told.
const sequence = /(\u001b\[(?:2;3|32|31;9|2|1|0)m)/;

/** Line by line: a colour that runs over a line's end paints the margin of what is printed beside it. */
function each(paint: (line: string) => string): (text: string) => string {
  return (text) =>
    shown(text)
      .split('\n')
      .map((line) => (line === '' ? '' : paint(line)))
      .join('\n');
}
