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
  String.raw`keep\s+(?:the\s+)?(?:(?:rest|remaining|existing)(?:\s+(?:of\s+)?(?:the\s+)?(?:${part}|file))?|as\s+is|everything(?:\s+else)?)(?:\s+${how})?`,
].join('|');
const quiet = new RegExp(`${lead}(?:${phrases})${trail}`, 'i');
/** The same in other languages that models answer in: what is left, and that it is code or stays. */
const left =
  '其余|剩余|其他|其它|现有|原有|以下|既存|残り|나머지|기존|restliche|übrige|bestehende|rest bleibt|reste du|resto del?|resto do|existant|existente|остальн|существующ';
const stays =
  '代码|不变|省略|コード|変更なし|同じ|同様|そのまま|코드|동일|그대로|유지|생략|code|unverändert|bleib|inchangé|código|igual|sin cambios|sem alteraç|код|без изменений';
const foreign = new RegExp(
  String.raw`^(?=.*(?:${left})).*(?:${stays})|^\W*(?:省略|不变|変更なし|以下同[じ様]?|생략|unverändert|inchangé|sin cambios|sem alterações|без изменений)[\s.…)\]*/>-]*$`,
  'iu',
);
/** More is a sentence about the code, in UTF-16 code units. */
const longestForeign = 40;
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

/** Whether lines that take the place of others leave some of them out, and not in a line that is known. */
export function shortens(
  lines: readonly string[],
  own: readonly string[],
  isKnown: (line: string) => boolean,
): boolean {
  if (elides(lines, isKnown)) return true;
  // Lines with `...` may be meant; where they stand for others, no more is written than there was.
  if (lines.length <= own.length && leavesOut(lines) && !leavesOut(own)) return true;
  return lines.length < own.length && lines.some((line) => mayElide(line) && !isKnown(line));
}

/** Whether some of the lines may stand for others. */
export function leavesOut(lines: readonly string[]): boolean {
  return lines.some(mayStandForOthers);
}

/** Whether a line may stand for others, and is no code. */
export function mayStandForOthers(line: string): boolean {
  return dotted.test(line) || worded.test(line) || bare.test(line);
}

/** Whether a comment may stand for other lines: to be asked only where there are fewer than before. */
export function mayElide(whole: string): boolean {
  const line = whole.trimEnd();
  if (line.length > longestComment || !shortComment.test(line)) return false;
  return (
    trailing.test(line) ||
    quiet.test(line) ||
    (line.trimStart().length <= longestForeign && foreign.test(line))
  );
}
