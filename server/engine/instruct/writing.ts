/** Instructions about how things are written: quotes, case, comments. */

import type { Replacement } from '../../core/edit.ts';
import { wholeLines } from '../../core/fix/find.ts';
import type { Instruction, Outcome, Task } from './instruction.ts';
import { spansOf } from './lexical.ts';

/** Comments that tools act on are code in disguise. */
const acting =
  /^(?:#!|#\s*(?:type:|noqa|pylint|pragma|-\*-|fmt:|region|endregion)|\/\/\s*(?:@ts-|eslint|biome-|prettier-|go:|\+build|nolint|#region|#endregion|tslint)|\/\/\/\s*<|\/\*\s*(?:eslint|global|istanbul|c8|v8|@__PURE__|#__PURE__|webpack)|\/\*[*!])/;

export const writingInstructions: readonly Instruction[] = [
  {
    pattern:
      /^(?:use|convert (?:all |the )?(?:strings? |quotes )?(?:to|into)|change (?:all |the )?(?:strings?|quotes) (?:to|into)|switch to|prefer)\s+(?:only\s+)?(single|double)[- ]?quotes?(?:\s+(?:everywhere|for (?:all )?strings|instead of (?:single|double)[- ]?quotes?))?$|^(?:convert|change|replace)\s+(?:all\s+|the\s+)?(?:single|double)[- ]?quotes?\s+(?:to|into|with|by)\s+(single|double)[- ]?quotes?$/i,
    follow: (task, match) =>
      requote(task, (match[1] ?? match[2] ?? '').toLowerCase() === 'single' ? "'" : '"'),
  },
  {
    pattern:
      /^(?:(?:make|convert|change|turn|put)(?:\s+(?:it|this|them|these|the selection|(?:the )?text))?(?:\s+all)?(?:\s+(?:to|into|in))?\s+)?(upper|lower)[- ]?case(?:\s+(?:it|this|the selection|the lines|everything))?$|^(capitali[sz]e)\s+(?:it|this|the selection)$/i,
    follow: (task, match) => recase(task, (match[1] ?? 'capital').toLowerCase()),
  },
  {
    pattern:
      /^(?:(?:make|convert|change|rename|turn)(?:\s+(?:it|this|the (?:selection|name)))?(?:\s+(?:to|into))?\s+)(camel|pascal|snake|kebab|constant|screaming[- _]snake)[- _]?case$/i,
    follow: (task, match) => rename(task, (match[1] ?? '').toLowerCase()),
  },
  {
    pattern: /^(?:remove|delete|strip)\s+(?:all\s+|the\s+)?comments$/i,
    follow: removeComments,
  },
];

function requote({ text, start, end, ask }: Task, quote: string): Outcome {
  const edit: Replacement[] = [];
  for (const span of spansOf(text, ask.document.path)) {
    if (span.kind !== 'string' || span.start < start || span.end > end) continue;
    const source = text.slice(span.start, span.end);
    const old = source.charAt(0);
    const inner = source.slice(1, -1);
    if (source.length < 2 || !/^["']$/.test(old) || old === quote || !source.endsWith(old)) continue;
    // What would need other escapes than before stays as it is; a character in C or Rust is not a string.
    if (
      inner.includes(quote) ||
      inner.includes('\\') ||
      !/\.(?:[cm]?[jt]sx?|pyi?|rb|php|lua|vue|css|scss|ya?ml|toml)$/.test(ask.document.path)
    )
      continue;
    edit.push(
      { start: span.start, end: span.start + 1, text: quote },
      { start: span.end - 1, end: span.end, text: quote },
    );
  }
  return { edit, summary: quote === "'" ? 'Use single quotes' : 'Use double quotes' };
}

function recase({ text, start, end, selected }: Task, how: string): Outcome | undefined {
  if (!selected) return undefined;
  const source = text.slice(start, end);
  const written =
    how === 'upper'
      ? source.toUpperCase()
      : how === 'lower'
        ? source.toLowerCase()
        : source.charAt(0).toUpperCase() + source.slice(1);
  return {
    edit: written === source ? [] : [{ start, end, text: written }],
    summary: how === 'upper' ? 'Write in upper case' : how === 'lower' ? 'Write in lower case' : 'Capitalise',
  };
}

/** One selected name, at this one place: who uses it elsewhere asks to rename it. */
function rename({ text, start, end, selected }: Task, how: string): Outcome | undefined {
  const source = text.slice(start, end);
  if (!selected || source.length > 200 || !/^[\w-]+$/.test(source))
    return { cannot: 'Select the one name whose case should change.' };
  const words = source
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const written =
    how === 'camel' ? words.map((word, i) => (i === 0 ? word : capital(word))).join('')
    : how === 'pascal' ? words.map(capital).join('')
    : how === 'snake' ? words.join('_')
    : how === 'kebab' ? words.join('-')
    : words.join('_').toUpperCase(); // biome-ignore format: a table
  return {
    edit: written === source ? [] : [{ start, end, text: written }],
    summary: `Rename '${source}' to '${written}'`,
  };
}

function removeComments({ text, start, end, ask }: Task): Outcome {
  const edit: Replacement[] = [];
  for (const span of spansOf(text, ask.document.path)) {
    if (span.kind !== 'comment' || span.start < start || span.end > end) continue;
    if (acting.test(text.slice(span.start, span.end))) continue;
    let from = span.start;
    while (from > 0 && /[ \t]/.test(text.charAt(from - 1))) from--;
    const region = wholeLines(text, span);
    if (region.start !== span.start || region.end !== span.end) edit.push({ ...region, text: '' });
    // A comment between code leaves its blanks; one behind code takes them along.
    else if (/^[ \t]*(?:\r?\n|$)/.test(text.slice(span.end)))
      edit.push({ start: from, end: span.end, text: '' });
    else edit.push({ start: span.start, end: span.end, text: '' });
  }
  return { edit, summary: 'Remove the comments' };
}
