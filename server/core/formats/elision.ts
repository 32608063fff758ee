/**
 * Elision: lines of an answer that stand for others ("// ... existing code ..."). What they stand for is not in the
 * answer, and they are never meant to be in the document.
 */

const comment = String.raw`(?:\/\/|#|--|;|%|<!--|\/\*|\{\/\*|"|')`;
const closing = String.raw`(?:(?:\*\/\}?|-->|"|')\s*)?`;
const what =
  'existing|rest|remaining|remains?|unchanged|same|other|previous|code|before|above|below|omitted|elided';
const part =
  'code|file|function|class|method|component|implementation|body|methods|functions|imports|content|logic';
const how = '(?:here|goes here|remains?|stays?|continues?|unchanged|as is|as before|the same|above|below)';

/** Dots, and in words what is left out; dots in front of code that is spread have no blank behind them. */
const dotted = new RegExp(
  String.raw`^\s*(?:${comment}\s*(?:[([]\s*)?(?:\.{3}|…)|[([]?(?:\.{3}|…)\s).*\b(?:${what})\b`,
  'i',
);
/** A comment that says so without dots. */
const worded = new RegExp(
  String.raw`^\s*(?:\/\/|#|--|<!--|\/\*|\{\/\*)\s*(?:[([]\s*)?(?:(?:the\s+)?(?:rest|remainder)\s+of\s+(?:(?:the|your|this)\s+)?(?:${part})\b.*\b${how}.*|(?:existing|previous|unchanged)\s+(?:${part})\b(?:\s+${how}.*)?|(?:other|remaining)\s+(?:${part})\s+${how}.*|(?:everything else|code)\s+${how}.*)[)\]]?[.…]*\s*${closing}$`,
  'i',
);
/** Dots alone may be meant. */
const bare = new RegExp(String.raw`^\s*(?:${comment}\s*)?(?:\.{3}|…)\s*${closing}$`);

/** Whether some of the lines stand for others, and stand so in no line that is known. */
export function elides(lines: readonly string[], isKnown: (line: string) => boolean): boolean {
  return lines.some((line) => (dotted.test(line) || worded.test(line)) && !isKnown(line));
}

/** Whether some of the lines may stand for others. */
export function leavesOut(lines: readonly string[]): boolean {
  return lines.some((line) => dotted.test(line) || worded.test(line) || bare.test(line));
}
