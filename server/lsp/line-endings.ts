/**
 * Line endings of suggestions that a client inserts by its own hand. Neovim splits them at `\n` and would keep the
 * rest of a `\r\n` as a sign in the line; VS Code, Emacs and JetBrains end each line as the document does, whatever
 * they are given.
 */

import type { ClientFeatures } from './capabilities.ts';

/** The text with `\n` alone, unless the client says that it inserts what it is given sign by sign. */
export function withLineEndingsOf({ keepsLineEndings }: ClientFeatures, text: string): string {
  return keepsLineEndings ? text : text.replaceAll('\r\n', '\n');
}
