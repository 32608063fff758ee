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
/** What says so in words that may be meant, all that a comment says. */
const lead = String.raw`^\s*(?:\/\/|#|--|;|%|<!--|\/\*|\{\/\*)[\s(<[*=~-]*`;
const trail = String.raw`[\s)>\].…*=~-]*${closing}$`;
const phrases = [
  String.raw`(?:all\s+)?(?:the\s+)?(?:rest|remainder|remaining)(?:\s+(?:of\s+)?(?:the|your|this)?\s*(?:${part}|file))?(?:\s+(?:is|are|stays?|remains?|goes))*(?:\s+(?:${how}|here))?`,
  String.raw`(?:the\s+)?(?:${part}|everything)?\s*(?:is\s+|are\s+|remains?\s+|stays?\s+)?(?:unchanged|omitted|elided|snip(?:ped)?|no\s+changes?|the\s+same|same\s+as\s+(?:before|above))(?:\s+(?:for\s+brevity|here|below|above))?`,
  String.raw`(?:your\s+)?(?:existing|previous|current|original)\s+(?:${part})(?:\s+${how})?`,
  String.raw`keep\s+(?:the\s+)?(?:rest|existing|remaining|as\s+is|everything).{0,40}`,
].join('|');
const quiet = new RegExp(`${lead}(?:${phrases})${trail}`, 'i');
/** The same in other languages that models answer in: few words, and one of these among them. */
const foreign =
  /其余|剩余|省略|不变|既存|残り|変更なし|以下同|나머지|기존|생략|unverändert|restliche|bestehende|reste du|inchangé|existant|resto del|resto do|sin cambios|sem alteraç|existente|остальн|без изменений|существующ/i;
const shortComment = /^\s*(?:\/\/|#|--|;|%|<!--|\/\*|\{\/\*).{1,60}$/;
/** A comment that begins with dots, whatever follows. */
const trailing = /^\s*(?:\/\/|#|--|;|%|<!--|\/\*|\{\/\*)\s*[([]?\s*(?:\.{3}|…)(?:\s|$|[)\]])/;
/** Dots alone may be meant. */
const bare = new RegExp(String.raw`^\s*(?:${comment}\s*)?(?:\.{3}|…)\s*${closing}$`);

/** Of a comment that says nothing else, in UTF-16 code units. */
const longestComment = 120;

/** Whether some of the lines stand for others, and stand so in no line that is known. */
export function elides(lines: readonly string[], isKnown: (line: string) => boolean): boolean {
  return lines.some((line) => (dotted.test(line) || worded.test(line)) && !isKnown(line));
}

/** Whether some of the lines may stand for others. */
export function leavesOut(lines: readonly string[]): boolean {
  return lines.some((line) => dotted.test(line) || worded.test(line) || bare.test(line));
}

/** Whether a comment may stand for other lines: to be asked only where there are fewer than before. */
export function mayElide(whole: string): boolean {
  const line = whole.trimEnd();
  if (line.length > longestComment || !shortComment.test(line)) return false;
  return trailing.test(line) || quiet.test(line) || foreign.test(line);
}
