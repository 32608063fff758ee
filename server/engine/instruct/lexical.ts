/**
 * Lexical: where the comments and strings of a text are, in the syntax families most languages belong to.
 * A region inside a template literal's `${…}` counts as code.
 */

import type { Region } from '../../core/ask.ts';

export interface Span extends Region {
  readonly kind: 'comment' | 'string';
}

interface Syntax {
  readonly line: readonly string[];
  readonly block: readonly (readonly [string, string])[];
  /** Quotes of strings that end with their line, and of those that may span lines. */
  readonly quotes: string;
  readonly long: readonly string[];
  readonly template: boolean;
}

const c: Syntax = { line: ['//'], block: [['/*', '*/']], quotes: `"'`, long: [], template: false };
const script: Syntax = { ...c, template: true };
const hash: Syntax = { line: ['#'], block: [], quotes: `"'`, long: [], template: false };
const python: Syntax = { ...hash, long: ['"""', "'''"] };
const sql: Syntax = { line: ['--'], block: [['/*', '*/']], quotes: `"'`, long: [], template: false };
const markup: Syntax = { line: [], block: [['<!--', '-->']], quotes: '', long: [], template: false };

export function syntaxOf(path: string): Syntax {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  if (/^[cm]?[jt]sx?$/.test(extension)) return script;
  if (/^pyi?$/.test(extension)) return python;
  if (/^(?:sh|bash|zsh|fish|rb|ya?ml|toml|r|pl|ex|exs|jl|nim|ps1|mk|cmake|conf|ini)$/.test(extension))
    return hash;
  if (/^(?:sql|lua|hs|elm|adb|ads)$/.test(extension)) {
    if (extension === 'lua') return { ...sql, block: [['--[[', ']]']] };
    // A quote belongs to names there: `foldl'`.
    return /^(?:hs|elm)$/.test(extension) ? { ...sql, block: [['{-', '-}']], quotes: '"' } : sql;
  }
  if (/^(?:html?|xml|svg|md|markdown|vue|svelte)$/.test(extension)) return markup;
  if (/^go$/.test(extension)) return { ...c, long: ['`'] };
  if (/^(?:clj[cs]?|edn|lisp|el|scm|rkt)$/.test(extension)) return { ...hash, line: [';'], quotes: '"' };
  if (/^mli?$/.test(extension)) return { ...c, line: [], block: [['(*', '*)']], quotes: '"' };
  if (/^(?:tex|sty|cls|bib)$/.test(extension)) return { ...hash, line: ['%'], quotes: '' };
  if (/^(?:bat|cmd)$/.test(extension)) return { ...hash, line: ['REM ', 'rem ', '::'], quotes: '"' };
  if (/^css$/.test(extension)) return { ...c, line: [] };
  return c;
}

/** Comments and strings in order. An unclosed one ends with its line, or with the text where it may span lines. */
export function spansOf(text: string, path: string): Span[] {
  const syntax = syntaxOf(path);
  const spans: Span[] = [];
  const isRust = path.endsWith('.rs');
  /** Depth of braces at which each open `${` ends. */
  const templates: number[] = [];
  let depth = 0;
  let i = 0;
  const template = (start: number): number => {
    let at = start;
    for (; at < text.length; at++) {
      const unit = text.charAt(at);
      if (unit === '\\') at++;
      else if (unit === '`') return at + 1;
      else if (unit === '$' && text.charAt(at + 1) === '{') {
        templates.push(depth++);
        return at + 2;
      }
    }
    return text.length;
  };
  while (i < text.length) {
    const unit = text.charAt(i);
    const start = i;
    const block = syntax.block.find(([open]) => text.startsWith(open, i));
    const long = syntax.long.find((quote) => text.startsWith(quote, i));
    if (block && !(unit === '-' && syntax.line.length === 0)) {
      const end = text.indexOf(block[1], i + block[0].length);
      i = end === -1 ? text.length : end + block[1].length;
      spans.push({ start, end: i, kind: 'comment' });
    } else if (
      syntax.line.some((mark) => text.startsWith(mark, i)) &&
      !(unit === '#' && /[\w$]/.test(text.charAt(i - 1)))
    ) {
      i = endOfLine(text, i);
      spans.push({ start, end: i, kind: 'comment' });
    } else if (long) {
      const end = text.indexOf(long, i + long.length);
      i = end === -1 ? text.length : end + long.length;
      spans.push({ start, end: i, kind: 'string' });
    } else if (syntax.template && unit === '`') {
      i = template(i + 1);
      spans.push({ start, end: i, kind: 'string' });
    } else if (syntax.template && unit === '}' && templates.length > 0 && templates.at(-1) === depth - 1) {
      templates.pop();
      depth--;
      i = template(i + 1);
      spans.push({ start, end: i, kind: 'string' });
    } else if (syntax.template && unit === '/' && startsRegex(text, i)) {
      i = regexEnd(text, i);
      spans.push({ start, end: i, kind: 'string' });
    } else if (
      syntax.quotes.includes(unit) &&
      !(isRust && unit === "'" && !/^'(?:\\.|[^\\'])'/u.test(text.slice(i, i + 5)))
    ) {
      i = stringEnd(text, i);
      spans.push({ start, end: i, kind: 'string' });
    } else {
      if (unit === '{') depth++;
      else if (unit === '}') depth = Math.max(0, depth - 1);
      i++;
    }
  }
  return spans;
}

/** Whether an offset lies in one of the spans, found by bisection. */
export function spanAt(spans: readonly Span[], offset: number): Span | undefined {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle] as Span;
    if (offset < span.start) high = middle - 1;
    else if (offset >= span.end) low = middle + 1;
    else return span;
  }
  return undefined;
}

function stringEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '\\') i++;
    else if (unit === quote) return i + 1;
    else if (unit === '\n') return i;
  }
  return text.length;
}

/** A slash divides behind a value, and begins a regular expression behind an operator. */
function startsRegex(text: string, at: number): boolean {
  if (/[=*/>]/.test(text.charAt(at + 1))) return false;
  let before = at - 1;
  while (before >= 0 && /[ \t]/.test(text.charAt(before))) before--;
  const word = /(\w+)$/.exec(text.slice(Math.max(0, before - 9), before + 1))?.[1];
  if (word) return /^(?:return|typeof|case|in|of|do|else)$/.test(word);
  return !/[)\]}"'`$]/.test(text.charAt(before)) && regexEnd(text, at) > at + 1;
}

function regexEnd(text: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '\n') return start + 1;
    if (unit === '\\') i++;
    else if (unit === '[') inClass = true;
    else if (unit === ']') inClass = false;
    else if (unit === '/' && !inClass) return i + 1;
  }
  return start + 1;
}

function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return text.charAt(at - 1) === '\r' ? at - 1 : at;
}
