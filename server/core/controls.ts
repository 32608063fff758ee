/**
 * Characters that act instead of being seen: a terminal obeys escape sequences (they clear it, name it, write its
 * clipboard), and bidirectional marks show text in another order than it has. Text from models, servers and files may
 * hold any of them. Tabs and line ends are none of them; in `\r\n` a carriage return is part of the line end.
 *
 * The bidirectional ones are those of "Trojan Source" (Boucher and Anderson, 2021).
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const loneReturn = /\r(?!\n)/g;

/** For a terminal: each is shown by its picture (`␛`), or by its code (`<U+202E>`) where it has none. */
export function shown(text: string): string {
  return text.replace(controls, picture).replace(loneReturn, '␍');
}

/** For sentences and titles in an editor: without them. */
export function withoutControls(text: string): string {
  return text.replace(controls, '');
}

/** Whether `text` brings one that does not stand in `known` already. */
export function bringsControls(text: string, known: string): boolean {
  return (text.match(controls) ?? []).some((control) => !known.includes(control));
}

/** Unicode's block of control pictures begins at U+2400. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
