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

/**
 * What to expect at a cursor; `before` is the text up to it, as far back as it matters, `quotes` those of the string of
 * several lines that it ends in.
 */
export function wordingAt(
  before: string,
  languageId: string | undefined,
  quotes: string | undefined,
): Wording {
  if (isProse(languageId)) return 'prose';
  if (languageId !== undefined && markupLanguages.has(languageId)) return 'markup';
  if (quotes !== undefined || isInComment(before, languageId)) return 'comment';
  const isJsx = languageId !== undefined && jsxLanguages.has(languageId);
  return isJsx && /(?<!=)>\s*$/.test(before) ? 'markup' : 'code';
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
  return endsInBlockComment(before, languageId);
}

/** Whether a text ends in a comment that has an end of its own. */
export function endsInBlockComment(text: string, languageId: string | undefined): boolean {
  return syntaxOf(languageId ?? '').block.some(
    ([opener, closer]) => lastOpener(text, opener) > text.lastIndexOf(closer),
  );
}

/** In `lists/*` and `**` + `/*.ts` none begins. */
const opensBehind = /[\s(){}[\],;=>]/;

function lastOpener(text: string, opener: string): number {
  let at = text.lastIndexOf(opener);
  while (opener === '/*' && at > 0 && !opensBehind.test(text.charAt(at - 1)))
    at = text.lastIndexOf(opener, at - 1);
  return at;
}

const commonWords =
  /^(?:a|an|the|is|are|was|be|been|to|of|and|or|in|on|at|for|with|from|by|as|this|that|these|it|its|you|your|we|our|i|will|can|should|would|not|no|so|if|but|which|when|here|there|has|have|does)$/i;

/** Whether sentences are full of it. */
export function isCommonWord(word: string): boolean {
  return commonWords.test(word);
}
