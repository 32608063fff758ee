/** Text inside regular expressions. */

/** A pattern, for expressions with or without the flags `u` and `v`, that matches exactly `text`, outside `[…]`. */
export function literally(text: string): string {
  return text.replace(/[$.*+?^()[\]{}|\\/]/g, '\\$&');
}
