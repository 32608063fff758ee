/** Instructions that replace one text by another: rename, replace, use … instead of …. */

import type { Region } from '../../core/ask.ts';
import { instructionComments } from '../../core/comment.ts';
import { isWhole } from '../../core/fix/find.ts';
import { toText } from '../../core/text.ts';
import type { Instruction, Outcome, Task } from './instruction.ts';
import { spanAt, spansOf } from './lexical.ts';
import { renameArea } from './rename-area.ts';

const named = '([`"\'])(.+?)\\1|([^\\s`"\']+)';
const second = '([`"\'])(.+?)\\4|([^\\s`"\']+)';
const where =
  '(?:\\s+(?:everywhere|throughout|here|in (?:the |this )?(?:file|document|selection|function|class|method|code|region|lines?)))?';

const keywords =
  /^(?:const|let|var|final|val|public|private|protected|internal|static|async|await|def|fn|func|function|class|interface|type|struct|enum|unknown|any|never|null|undefined|None|nil|true|false|True|False|==|===|!=|!==)$/;

export const replaceInstructions: readonly Instruction[] = [
  {
    pattern: new RegExp(
      `^rename\\s+(?:the\\s+)?(?:(?:variable|function|method|class|constant|parameter|field|property|type)\\s+)?(?:${named})\\s+(?:to|into|as|->|=>|→)\\s+(?:${second})${where}$`,
      'i',
    ),
    follow: (task, match) => replaceAll(task, textsOf(match), 'rename'),
  },
  {
    pattern: new RegExp(
      `^(?:replace|substitute|swap)\\s+(?:all\\s+|every\\s+|each\\s+)?(?:(?:occurrences?|uses?|instances?) of\\s+)?(?:${named})\\s+(?:with|by|to|for)\\s+(?:${second})${where}$`,
      'i',
    ),
    follow: (task, match) => replaceAll(task, textsOf(match), 'replace'),
  },
  {
    pattern: new RegExp(
      `^(upper|lower)[- ]?case\\s+(?!(?:it|this|these|the|everything|all)\\b)([\\p{L}_$][\\p{L}\\p{N}_$]*)${where}$`,
      'iu',
    ),
    follow(task, [, how = '', from = '']) {
      const to = how.toLowerCase() === 'upper' ? from.toUpperCase() : from.toLowerCase();
      return from === to
        ? { edit: [], summary: '' }
        : replaceAll(task, { from, to, quoted: false }, 'rename');
    },
  },
  {
    pattern: new RegExp(`^use\\s+(?:${named})\\s+instead of\\s+(?:${second})${where}$`, 'i'),
    follow(task, match) {
      const { from, to, quoted } = textsOf(match);
      return quoted || (keywords.test(from) && keywords.test(to))
        ? replaceAll(task, { from: to, to: from, quoted }, 'replace')
        : undefined;
    },
  },
  {
    // "Change f to async" asks for more than another word, so without quotes both must be of one kind.
    pattern: new RegExp(
      `^(?:change|convert|turn)\\s+(?:all\\s+|every\\s+|each\\s+)?(?:${named})\\s+(?:to|into)\\s+(?:${second})${where}$`,
      'i',
    ),
    follow(task, match) {
      const texts = textsOf(match);
      return texts.quoted || (keywords.test(texts.from) && keywords.test(texts.to))
        ? replaceAll(task, texts, 'replace')
        : undefined;
    },
  },
];

interface Texts {
  readonly from: string;
  readonly to: string;
  /** Both were given in quotes: they are meant to the letter. */
  readonly quoted: boolean;
}

function textsOf(match: RegExpExecArray): Texts {
  return {
    from: match[2] ?? match[3] ?? '',
    to: match[5] ?? match[6] ?? '',
    quoted: match[2] !== undefined && match[5] !== undefined,
  };
}

/**
 * Whole words outside strings and comments; a text in quotes that stands only in strings or comments, or is no
 * word, is replaced there too, as that is what was pointed at.
 */
function replaceAll(task: Task, { from, to, quoted }: Texts, how: 'rename' | 'replace'): Outcome | undefined {
  if (from === to) return { cannot: `'${from}' and '${to}' are the same.` };
  const { text } = task;
  const isName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
  if (how === 'rename' && (!isName.test(from) || !isName.test(to))) return undefined;
  const spans = spansOf(text, task.path);
  const asking = askingComments(task);
  const area =
    how === 'rename' ? renameArea(task, from) : { start: task.start, end: task.end, isVariable: false };
  const places: number[] = [];
  const inText: number[] = [];
  for (const at of wholeWords(text, from, area)) {
    if (asking.some(({ start, end }) => at >= start && at < end)) continue;
    if (area.isVariable && isMember(text, at)) continue;
    (spanAt(spans, at) ? inText : places).push(at);
  }
  const meant = places.length > 0 ? places : quoted || how === 'replace' ? inText : [];
  if (meant.length === 0)
    return {
      cannot: `There is no '${from}' in the ${area.start > 0 || area.end < text.length ? 'selected lines' : 'document'}.`,
      reason: 'not-found',
    };
  const isTaken = (at: number): boolean =>
    !spanAt(spans, at) &&
    text.charAt(at - 1) !== '.' &&
    !asking.some(({ start, end }) => at >= start && at < end);
  // Otherwise two things would become one.
  if (how === 'rename' && wholeWords(text, to, { start: 0, end: text.length }).some(isTaken)) {
    return {
      cannot: `'${to}' is already a name in this document; choose another, or set model.url to a model that can tell them apart.`,
    };
  }
  const times = meant.length === 1 ? '' : ` (${meant.length} places)`;
  return {
    edit: meant.map((at) => ({ start: at, end: at + from.length, text: to })),
    summary: `${how === 'rename' ? 'Rename' : 'Replace'} '${from}' ${how === 'rename' ? 'to' : 'with'} '${to}'${times}`,
  };
}

function wholeWords(text: string, word: string, { start, end }: Region): number[] {
  const found: number[] = [];
  for (
    let at = text.indexOf(word, start);
    at !== -1 && at + word.length <= end;
    at = text.indexOf(word, at + word.length)
  ) {
    if (isWhole(text, at, at + word.length)) found.push(at);
  }
  return found;
}

/** Behind one dot: a member of something, not the variable of that name. `...rest` and `0..end` are variables. */
function isMember(text: string, at: number): boolean {
  return text.charAt(at - 1) === '.' && text.charAt(at - 2) !== '.';
}

/** Comments that ask for an edit name both texts, and are about to go: nothing in them is changed or counted. */
function askingComments({ text, ask }: Task): readonly Region[] {
  const found = instructionComments(toText(text), ask.document.languageId, { start: 0, end: text.length });
  const regions: Region[] = found.map(({ removes }) => removes);
  // In a language whose comments nobody told us about, what stands behind the mark in its line.
  for (const { index, 0: said } of text.matchAll(/\bwhittle:[^\r\n]*/gi)) {
    const isKnown = regions.some(({ start, end }) => index >= start && index < end);
    if (!isKnown) regions.push({ start: index, end: index + said.length });
  }
  return regions;
}
