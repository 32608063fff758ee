/**
 * How a comment that is an instruction may be written: with the marks of its language, and with those of what stands
 * in files of that language or around it, as templates do. There is no harm in marks too many: behind each of them
 * `whittle:` has to stand.
 */

import { isKnownLanguage, syntaxOf } from './syntax.ts';

export interface CommentForms {
  /** Marks of comments that end with their line. */
  readonly line: readonly string[];
  /** Those that hold the marks of others first. */
  readonly block: readonly BlockForm[];
}

export interface BlockForm {
  readonly opener: RegExp;
  readonly closer: RegExp;
  /** Between braces that are the comment's own where markup stands around them, and code's anywhere else. */
  readonly inMarkup?: true;
}

/** The braces go with what they hold: `{}` alone would stay in the markup. */
const jsx: BlockForm = { opener: /\{\s*\/\*/, closer: /\*\/\s*\}/, inMarkup: true };
const withJsx = new Set('javascript javascriptreact typescriptreact mdx astro'.split(' '));

const templates: readonly BlockForm[] = [
  // Jinja, Twig, Liquid
  { opener: /\{#[-~+]?/, closer: /[-~+]?#\}/ },
  { opener: /\{%[-~+]?\s*comment\b[^%\n]*%\}/, closer: /\{%[-~+]?\s*endcomment\s*[-~+]?%\}/ },
  // Handlebars, Mustache, Blade
  { opener: /\{\{~?!--/, closer: /--~?\}\}/ },
  { opener: /\{\{~?!/, closer: /~?\}\}/ },
  { opener: /\{\{--/, closer: /--\}\}/ },
  // Go
  { opener: /\{\{(?:- )?\/\*/, closer: /\*\/(?: -)?\}\}/ },
  // Phoenix, JSP, ERB, EJS
  { opener: /<%!?--/, closer: /--%>/ },
  { opener: /<%#/, closer: /-?%>/ },
  // FreeMarker, Razor, Smarty
  { opener: /<#--/, closer: /-->/ },
  { opener: /@\*/, closer: /\*@/ },
  { opener: /\{\*/, closer: /\*\}/ },
];
/** Languages that templates are written in; one that is not known may be a template itself. */
const templated = new Set('html markdown xml svg vue svelte yaml sql'.split(' '));

/** Marks of languages that have no others here, or these beside them. */
const further: Readonly<Record<string, { readonly line?: string; readonly block?: readonly BlockForm[] }>> = {
  fortran: { line: '!' },
  asm: { line: '#' },
  ini: { line: '#' },
  pug: { line: '//-' },
  restructuredtext: { line: '..' },
  elm: { block: [plain('{-', '-}')] },
  julia: { block: [plain('#=', '=#')] },
  lean: { block: [plain('/-', '-/')] },
  pascal: { block: [plain('{', '}')] },
};
/** Of functional languages: what else is not known may be one of them. */
const functional = [plain('(*', '*)'), plain('{-', '-}')];

export function commentForms(languageId: string): CommentForms {
  const { line, block } = syntaxOf(languageId);
  const isUnknown = !isKnownLanguage(languageId);
  const own = Object.hasOwn(further, languageId) ? further[languageId] : undefined;
  return {
    line: own?.line === undefined ? line : [own.line, ...line],
    block: [
      ...(withJsx.has(languageId) ? [jsx] : []),
      ...(isUnknown || templated.has(languageId) ? templates : []),
      ...(own?.block ?? []),
      ...block.map(([opener, closer]) => plain(opener, closer)),
      ...(isUnknown ? functional : []),
    ],
  };
}

function plain(opener: string, closer: string): BlockForm {
  return { opener: literal(opener), closer: literal(closer) };
}

function literal(mark: string): RegExp {
  return new RegExp(mark.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
}
