/**
 * Placeholders: what stands in a text where a secret stood. The same UTF-16 length as the secret, so every offset
 * stays true, and as readable as the length allows: `WHITTLE_SECRET_k3f____`, `HIDDEN_k3f_`, `Zqk3f_`.
 *
 * A head (prefix and number in base 36) names the secret; the underscores behind it fill the length, at least one.
 * Heads begin with a capital letter and numbers hold none, so no text before a placeholder can become part of it.
 */

/** A secret shorter than this has no room for a placeholder. */
export const shortestPlaceholder = 6;

/** Numbers have at most three digits in base 36. */
export const placeholderNumbers = 36 ** 3;

const prefixes = ['WHITTLE_SECRET_', 'HIDDEN_', 'Zq'] as const;
const prefixBegins = /[WHZ]/;

/** Matches each placeholder, or what looks like one, with its head as first group. Make a new one per use: it is stateful. No match is shorter than the shortest placeholder. */
export function placeholderPattern(): RegExp {
  return /((?:WHITTLE_SECRET_|HIDDEN_)[0-9a-z]{1,3}|Zq(?:[0-9a-z]{3}|[0-9a-z]{2}(?=__)|[0-9a-z](?=___)))_+/g;
}

/** `number` below `placeholderNumbers`, `length` at least `shortestPlaceholder`. */
export function placeholder(number: number, length: number): string {
  const digits = number.toString(36);
  const prefix = prefixes.find((each) => each.length + digits.length < length) ?? 'Zq';
  return `${prefix}${digits}`.padEnd(length, '_');
}

export function placeholderHead(value: string): string {
  let end = value.length;
  while (value.charCodeAt(end - 1) === 95) end--;
  return value.slice(0, end);
}

export function holdsPlaceholder(text: string): boolean {
  return text.includes('_') && placeholderPattern().test(text);
}

/** Where a placeholder that is not yet complete may begin at the end of `text`; its length where there is none. */
export function openPlaceholderStart(text: string): number {
  if (!prefixBegins.test(text)) return text.length;
  const complete = /(?:WHITTLE_SECRET_|HIDDEN_|Zq)[0-9a-z]{0,3}_*$/.exec(text);
  if (complete) return complete.index;
  for (const prefix of prefixes) {
    for (let length = Math.min(prefix.length - 1, text.length); length > 0; length--) {
      if (text.endsWith(prefix.slice(0, length))) return text.length - length;
    }
  }
  return text.length;
}
