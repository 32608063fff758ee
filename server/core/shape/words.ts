/** Where words are what belongs at a place, so that a sentence there is no chatter of a model: by language and surroundings. */

import { openString, quoting } from '../brackets.ts';
import { syntaxOf } from '../syntax.ts';

export type Wording =
  /** Sentences are what such files hold. */
  | 'prose'
  /** Sentences may stand between what else there is. */
  | 'markup'
  /** Inside a comment or a string they are what is written. */
  | 'comment'
  /** A sentence outside of comments and strings is none of the language. */
  | 'code';

const proseLanguages: ReadonlySet<string> = new Set([
  'asciidoc',
  'bibtex',
  'feature',
  'git-commit',
  'gitcommit',
  'latex',
  'markdown',
  'mdx',
  'org',
  'plaintext',
  'quarto',
  'restructuredtext',
  'rmd',
  'tex',
  'text',
  'typst',
]);

const markupLanguages: ReadonlySet<string> = new Set([
  'astro',
  'blade',
  'cucumber',
  'dockercompose',
  'ejs',
  'erb',
  'gherkin',
  'handlebars',
  'html',
  'jinja',
  'properties',
  'svelte',
  'svg',
  'toml',
  'twig',
  'vue',
  'xml',
  'yaml',
]);

const jsxLanguages: ReadonlySet<string> = new Set(['javascriptreact', 'typescriptreact']);

export function isProse(languageId: string | undefined): boolean {
  return languageId !== undefined && proseLanguages.has(languageId);
}

/** What to expect at a cursor; `before` is the text up to it, as far back as it matters. */
export function wordingAt(before: string, languageId: string | undefined): Wording {
  if (isProse(languageId)) return 'prose';
  if (languageId !== undefined && markupLanguages.has(languageId)) return 'markup';
  if (isInComment(before, languageId)) return 'comment';
  const isJsx = languageId !== undefined && jsxLanguages.has(languageId);
  return isJsx && /(?<!=)>\s*$/.test(before) ? 'markup' : 'code';
}

const anywhere: readonly string[] = ['"""', "'''"];
const withBacktick: readonly string[] = [...anywhere, '`'];
const ofNix: readonly string[] = ["''"];
/** Elsewhere backticks stand alone in comments, as signs or around commands. */
const backticked: ReadonlySet<string> = new Set(
  'astro go html javascript javascriptreact svelte typescript typescriptreact vue'.split(' '),
);

/** What strings of several lines are put into. */
export function longQuotes(languageId: string | undefined): readonly string[] {
  if (languageId === 'nix') return ofNix;
  return languageId === undefined || backticked.has(languageId) ? withBacktick : anywhere;
}

/** Whether a text ends inside a string of several lines. */
export function endsInLongString(text: string, languageId: string | undefined): boolean {
  return longStringAt(text, languageId) !== undefined;
}

/** What the string of several lines is put into that a text ends in. */
export function longStringAt(text: string, languageId: string | undefined): string | undefined {
  return longQuotes(languageId).find((quote) => isOdd(text, quote));
}

/** In Nix `'''`, `''$` and `''\\` stand for signs of the string. */
const escapes = /''['$\\]/g;

/** Whether the quotes stand in the text an odd number of times. */
export function isOdd(text: string, quotes: string): boolean {
  const all = quotes === "''" ? text.replace(escapes, '') : text;
  return all.split(quotes).length % 2 === 0;
}

/** Whether a text ends in a comment that its line ends, so that what stands on the next is none of it. */
export function isInOneLine(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return /^\s*(?:\/\/|#|--|%|;|REM\b)/.test(line);
}

function isInComment(before: string, languageId: string | undefined): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/^\s*(?:\/\/|#|--|\*|\/\*|<!--|%|;|REM\b|"""|''')/.test(line)) return true;
  if (/\s(?:\/\/|#|--)\s/.test(line) || openString(line, quoting(languageId)) !== undefined) return true;
  if (isOpen(before, '/*', '*/') || isOpen(before, '<!--', '-->')) return true;
  if (
    languageId !== undefined &&
    syntaxOf(languageId).block.some(([opener, closer]) => isOpen(before, opener, closer))
  )
    return true;
  return endsInLongString(before, languageId);
}

function isOpen(text: string, opener: string, closer: string): boolean {
  return text.lastIndexOf(opener) > text.lastIndexOf(closer);
}

const commonWords =
  /^(?:a|an|the|is|are|was|be|been|to|of|and|or|in|on|at|for|with|from|by|as|this|that|these|it|its|you|your|we|our|i|will|can|should|would|not|no|so|if|but|which|when|here|there|has|have|does)$/i;

/** Whether sentences are full of it. */
export function isCommonWord(word: string): boolean {
  return commonWords.test(word);
}
