/**
 * What chat models say around the code they were asked for: announcements, explanations, apologies. None of it may
 * become ghost text. A line counts as said to the user where it speaks of the task itself (`Here is the completed
 * code:`), and, where the language knows no sentences, where it is one.
 *
 * A remark that a stream has only begun is not recognised: lines are shown when they are whole.
 */

import { syntaxOf } from '../syntax.ts';
import { endsInLongString } from './long-strings.ts';
import { endsInBlockComment, isCommonWord, isInOneLine, type Wording } from './words.ts';

/** The model talks to somebody. */
const addressed = [
  /^(?:Sure|Certainly|Of course|Absolutely|Alright|All right|Okay|OK|Understood|Got it|No problem|Great|Yes|Hello|Hi)(?: thing)?\s*[!,.:—–-]+(?:\s+[A-Z“"'`]|\s+here\b|\s+let\b|\s*$)/,
  /^(?:I|We)(?:'m|’m|'ll|’ll|'ve|’ve|'d|’d)\s+\w/,
  /^(?:I|We) (?:am|are|can|cannot|can't|can’t|could|did|do|don't|don’t|have|need|should|think|was|will|would|assumed?|apologi[sz]e|see|notice|added|changed|completed|fixed|used)\b\s/,
  /^(?:I'm sorry|Sorry|Unfortunately|Apologies|My apologies|As an AI)\b/,
  /^(?:Let me|Let's|Let’s)\s+\w+.*\w\s+\w/,
  /^(?:Please (?:note|provide|let me|share)|Note that|Hope this|Feel free|Let me know|You can|You could|You should|You may|You'll|You might|If you)\b.*\s/,
] as const;

/** It announces code that stands behind it on the same line; no code begins so. */
const announced =
  /^(?:(?:Sure|Certainly|Of course|Absolutely|Alright|All right|Okay|OK|Great|Yes)(?: thing)?[!,.:]\s+)?Here(?:'s|’s| is| are) (?:the|your|a|an|one)\b[\w ]*(?:code|complet\w+|continuation|snippet|implementation|function|line|version|answer|solution)\b[^:;{}()=]{0,40}:\s/i;

/** It announces or explains what it wrote. */
const aboutCode = [
  /^(?:Here(?:'s|’s| is| are)|Below is|Below are|The following is|This is)\b.*\b(?:code|complet\w+|continuation|snippet|implementation|function|method|class|lines?|version|answer|solution|text|example|way|fix|insertion|rest)\b.*$/i,
  /^(?:The|This|Your) (?:\w+ )?(?:code|completion|snippet|line|text|answer|insertion|missing \w+|function|method)(?: \w+)? (?:is|are|was|should|will|would|can|must|does|has|adds|checks|creates|completes|continues|defines|ensures|fills|first|handles|implements|initiali[sz]es|inserts|iterates|returns|takes|uses|calculates|computes|reads|loops)\b(?:.*\s|:?$)/,
  /^(?:To|In order to) (?:complete|continue|fill|finish|insert|fix|implement)\b.*\b(?:code|line|function|method|you|cursor|mark|we|this)\b/,
  /^(?:Completed|Updated|Corrected|Modified|Full|Final|Missing) (?:code|function|line|version|snippet|implementation)\b\s*:?\s*$/i,
  /^(?:Based on|Given) the (?:code|context|file|provided|surrounding|given|existing)\b/,
  /^(?:There is|There's|There’s|Nothing) (?:no code|nothing|is missing|to (?:add|insert|complete|change)|needs? to)\b/,
  /^No (?:code|completion|changes?|text|insertion|edits?|further \w+)(?: \w+)* (?:is |are )?(?:needed|required|necessary|missing)\b/i,
  /^(?:It|This) (?:looks like|seems|appears)\b/,
] as const;

const labels =
  /^(?:\*\*|__|#{1,4} )?(?:Explanation|Completion|Answer|Solution|Reasoning|Key changes|Changes made|What changed|How it works)\s*:?(?:\*\*|__)?:?(?:\s|$)/;

/** All that some models write where they were told to write nothing. */
const nothingSaid =
  /^[([<*_]*\s*(?:no (?:output|completion|text|change|changes|answer|response|insertion)(?: needed| required| necessary)?|empty(?: string| response)?|nothing|blank|n\/a)\s*\.?[)\]>*_]+$|^(?:No completion|NO_CHANGE|Nothing|N\/A)\.?$/i;
/** The same as a comment. */
const nothingNoted =
  /^(?:\/\/|#|--|\/\*|<!--)\s*no (?:\w+ ){0,2}(?:code|completion|changes?|insertion|edits?|text) (?:is |are )?(?:needed|required|necessary)\b[\w\s.]{0,12}(?:\*\/|-->)?$/i;

/** It names what was asked for, which no comment or string speaks of. */
const announcesTask =
  /^(?:(?:Sure|Certainly|Of course)[!,.] )?(?:Here(?:'s|’s| is)|Below is) (?:the|your) (?:complet(?:ion|ed)|continuation|code)\b[^.\n]*:$/i;

/** Blocks of an edit, where a completion was asked for: `<<<<<<< SEARCH`, `*** Begin Patch`. */
const editBlock = /^(?:<{5,} ?(?:SEARCH|ORIGINAL|HEAD)\b|\*\*\* (?:Begin Patch|Update File)|@@ -\d+)/;

/** Where it was said. */
interface Said {
  readonly languageId: string | undefined;
  readonly wording: Wording;
  /** The text up to the cursor, as far back as it matters. */
  readonly before: string;
  /** Of the string of several lines that it ends in. */
  readonly quotes?: string | undefined;
}

/** The lines of an answer without what is said around the code; none where all of it was said. */
export function withoutChatter(lines: readonly string[], place: Said): readonly string[] {
  const { wording } = place;
  const first = lines.findIndex((line) => line.trim() !== '');
  if (wording === 'prose') return lines;
  if (wording === 'comment') {
    const from = announcesTask.test(lines[first] ?? '') && lines[first + 1]?.trim() === '' ? first + 2 : 0;
    const code = codeBehind(lines, from, place);
    return code === undefined
      ? lines.slice(from)
      : lines.slice(from, behindCode(lines, code, { ...place, wording: 'code' }));
  }
  if (first === -1 || isNothing(lines.slice(first), place.languageId)) return [];
  if (editBlock.test(lines[first]?.trimStart() ?? '')) return [];
  const from = afterOpening(lines, wording);
  return from === lines.length ? [] : lines.slice(from, behindCode(lines, from, place));
}

/** The line from which on the lines are code again, where the comment or string they begin in ends with one of them. */
function codeBehind(
  lines: readonly string[],
  from: number,
  { before, languageId, quotes }: Said,
): number | undefined {
  if (isInOneLine(before)) return from;
  const closers = quotes === undefined ? closersAround(before, languageId) : [quotes];
  if (closers.length === 0) return from;
  const end = lines.findIndex((line, i) => i >= from && closers.some((closer) => line.includes(closer)));
  return end === -1 ? undefined : end + 1;
}

/** What ends the comment of several lines that a text ends in. */
function closersAround(before: string, languageId: string | undefined): readonly string[] {
  if (!endsInBlockComment(before, languageId)) return [];
  return syntaxOf(languageId ?? '').block.map(([, closer]) => closer);
}

/** Whether the answer only says so far that something is to come. */
export function isAnnouncement(said: string): boolean {
  return announcesTask.test(said.trim());
}

/** Languages in which it is a value or a type. */
const hasNothing: ReadonlySet<string> = new Set(
  'agda elm haskell idris kotlin lean purescript scala vb'.split(' '),
);

function isNothing(lines: readonly string[], languageId = ''): boolean {
  const said = lines.join(' ').trim();
  if (said === 'Nothing' && hasNothing.has(languageId)) return false;
  return said.length <= longestSaid && (nothingSaid.test(said) || nothingNoted.test(said));
}

/** Nobody says more in one line. */
const longestSaid = 1000;

/** Whether the line is said to the user, whatever stands around it. */
export function isSaid(line: string, wording: Wording): boolean {
  if (wording === 'prose' || wording === 'comment') return false;
  const words = line.trim();
  if (words.length > longestSaid) return false;
  const speaks = () => aboutCode.some((pattern) => pattern.test(words)) || labels.test(words);
  if (wording === 'markup') return /:\**$/.test(words) && !/[;{}<>=]/.test(words) && speaks();
  if (wording === 'code' && announced.test(words)) return true;
  if (hasCodeSigns(words) && !/^[^;{}=]*[:.!]$/.test(words)) return false;
  return speaks() || addressed.some((pattern) => pattern.test(words)) || isSentence(words);
}

/** Where the code begins: behind what is said first, and the blank lines after it. */
function afterOpening(lines: readonly string[], wording: Wording): number {
  let from = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '') continue;
    if (!isSaid(line, wording) || (wording === 'markup' && from > 0)) break;
    from = i + 1;
  }
  if (from === 0) return 0;
  while (from < lines.length && lines[from]?.trim() === '') from++;
  return from;
}

/** Where what is said behind the code begins: at a line of its own, not inside a comment or string of the code. */
function behindCode(lines: readonly string[], from: number, { wording, languageId }: Said): number {
  // No line of YAML that begins at the margin is a sentence.
  const said = languageId === 'yaml' || languageId === 'dockercompose' ? 'code' : wording;
  let code = '';
  for (let i = from; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const apart = i > from && lines[i - 1]?.trim() === '';
    const isOpen = () => endsInLongString(code, languageId) || endsInBlockComment(code, languageId);
    if (i > from && (apart || labels.test(line)) && /^\S/.test(line) && isSaid(line, said) && !isOpen())
      return i;
    code += `${line}\n`;
  }
  return lines.length;
}

const fewestWords = 5;

/** Words in a row with an end, of which several are such that no code is made of them. */
function isSentence(line: string): boolean {
  // A comment of OCaml, Pascal or Coq begins with a bracket as well.
  if (!/^(?!\(\*)[A-Z“*_(`]/.test(line) || !/[.!?:][)"”*_`]*$/.test(line)) return false;
  const plain = line.replace(/`[^`]*`/g, 'it');
  if (hasCodeSigns(plain)) return false;
  const words = plain.match(/[A-Za-z'’-]+/g) ?? [];
  const lower = words.filter((word) => /^[a-z]/.test(word)).length;
  const common = words.filter(isCommonWord).length;
  return words.length >= fewestWords && common >= 2 && lower * 2 >= words.length;
}

/** Signs that sentences do not hold outside of backticks. */
function hasCodeSigns(line: string): boolean {
  return /[;{}<>=|\\]|\w\(|\(\)|::|->|&&|\.\w+\(/.test(line.replace(/`[^`]*`/g, ''));
}
