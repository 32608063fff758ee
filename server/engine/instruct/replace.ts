/** Instructions that replace one text by another: rename, replace, use … instead of …. */

import { isWhole } from '../../core/fix/find.ts';
import type { Instruction, Outcome, Task } from './instruction.ts';
import { spanAt, spansOf } from './lexical.ts';

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
function replaceAll(
  { text, start, end, ask }: Task,
  { from, to, quoted }: Texts,
  how: 'rename' | 'replace',
): Outcome | undefined {
  if (from === to) return { cannot: `'${from}' and '${to}' are the same.` };
  const isName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
  if (how === 'rename' && (!isName.test(from) || !isName.test(to))) return undefined;
  const spans = spansOf(text, ask.document.path);
  const places: number[] = [];
  const inText: number[] = [];
  for (
    let at = text.indexOf(from, start);
    at !== -1 && at + from.length <= end;
    at = text.indexOf(from, at + from.length)
  ) {
    if (!isWhole(text, at, at + from.length)) continue;
    (spanAt(spans, at) ? inText : places).push(at);
  }
  const meant = places.length > 0 ? places : quoted || how === 'replace' ? inText : [];
  if (meant.length === 0)
    return {
      cannot: `There is no '${from}' in the ${start > 0 || end < text.length ? 'selected lines' : 'document'}.`,
    };
  if (how === 'rename' && isDeclared(text, to, spans)) {
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

/** Whether the new name is in use as a name of its own: then two things would become one. */
function isDeclared(text: string, name: string, spans: ReturnType<typeof spansOf>): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (isWhole(text, at, at + name.length) && !spanAt(spans, at) && text.charAt(at - 1) !== '.') return true;
  }
  return false;
}
