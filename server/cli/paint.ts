/** Colours where a terminal shows them, git's plain markers where none does. */

export interface Paint {
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
  ghost: (text) => `{+${text}+}`,
  added: (text) => `{+${text}+}`,
  removed: (text) => `[-${text}-]`,
  faint: (text) => text,
  strong: (text) => text,
};

const coloured: Paint = {
  ghost: each((line) => `${csi}2;3m${line}${csi}0m`),
  added: each((line) => `${csi}32m${line}${csi}0m`),
  removed: each((line) => `${csi}31;9m${line}${csi}0m`),
  faint: each((line) => `${csi}2m${line}${csi}0m`),
  strong: each((line) => `${csi}1m${line}${csi}0m`),
};

/** Line by line: a colour that runs over a line's end paints the margin of what is printed beside it. */
function each(paint: (line: string) => string): (text: string) => string {
  return (text) =>
    text
      .split('\n')
      .map((line) => (line === '' ? '' : paint(line)))
      .join('\n');
}
