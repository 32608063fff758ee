/** What the languages editors know by id write comments and strings with. */

interface Comments {
  /** Marks of comments that end with their line. */
  readonly line: readonly string[];
  /** Openers and closers of the others. */
  readonly block: readonly (readonly [string, string])[];
}

export interface Syntax extends Comments {
  readonly quotes: readonly string[];
  /** `'` is for single characters only, or means something else. */
  readonly characters: boolean;
  /** Backticks are strings with code inside `${}`. */
  readonly templates: boolean;
  /** Literals between slashes. */
  readonly regex: boolean;
}

const script = new Set('javascript javascriptreact typescript typescriptreact vue svelte astro'.split(' '));
const characterLanguages = new Set(
  'rust haskell ocaml fsharp elm lisp commonlisp emacs-lisp clojure scheme racket vhdl verilog ada'.split(
    ' ',
  ),
);

export function isKnownLanguage(languageId: string): boolean {
  return Object.hasOwn(comments, languageId);
}

/** Of an unknown language the marks that are comments nearly everywhere. */
export function syntaxOf(id: string): Syntax {
  return syntaxes.get(id) ?? syntaxFrom(id, fallback);
}

function syntaxFrom(id: string, own: Comments): Syntax {
  return {
    ...own,
    quotes: ['"', "'", '`'].filter((quote) => !own.line.includes(quote)),
    characters: characterLanguages.has(id),
    templates: script.has(id),
    regex: script.has(id),
  };
}

const c: Comments = { line: ['//'], block: [['/*', '*/']] };
const hash: Comments = { line: ['#'], block: [] };
const dashes: Comments = { line: ['--'], block: [] };
const markup: Comments = { line: [], block: [['<!--', '-->']] };

const comments: Readonly<Record<string, Comments>> = {
  ...all(
    c,
    'c cpp csharp dart go groovy java javascript javascriptreact jsonc kotlin less objective-c proto rust scala scss solidity swift typescript typescriptreact verilog zig',
  ),
  ...all(
    hash,
    'awk cmake coffeescript crystal dockerfile elixir fish gdscript graphql just make makefile nim perl python r ruby shellscript sh bash zsh starlark toml yaml',
  ),
  ...all(dashes, 'ada elm lua sql vhdl'),
  ...all(markup, 'html markdown xml svg'),
  haskell: { line: ['--'], block: [['{-', '-}']] },
  lua: { line: ['--'], block: [['--[[', ']]']] },
  sql: { line: ['--', '#'], block: [['/*', '*/']] },
  css: { line: [], block: [['/*', '*/']] },
  php: { line: ['//', '#'], block: [['/*', '*/']] },
  vue: {
    line: ['//'],
    block: [
      ['<!--', '-->'],
      ['/*', '*/'],
    ],
  },
  svelte: {
    line: ['//'],
    block: [
      ['<!--', '-->'],
      ['/*', '*/'],
    ],
  },
  ...all({ line: [';'], block: [] }, 'asm clojure commonlisp emacs-lisp ini lisp scheme racket'),
  ...all({ line: ['%'], block: [] }, 'erlang latex matlab prolog tex'),
  ...all({ line: ['//'], block: [['(*', '*)']] }, 'fsharp'),
  ...all({ line: [], block: [['(*', '*)']] }, 'ocaml'),
  vim: { line: ['"'], block: [] },
  vb: { line: ["'"], block: [] },
  bat: { line: ['REM', '::'], block: [] },
  nix: { line: ['#'], block: [['/*', '*/']] },
  terraform: { line: ['#', '//'], block: [['/*', '*/']] },
  powershell: { line: ['#'], block: [['<#', '#>']] },
};

/** Where the language is not known: the marks that are comments nearly everywhere. */
const fallback: Comments = {
  line: ['//', '#', '--', ';', '%'],
  block: [
    ['/*', '*/'],
    ['<!--', '-->'],
  ],
};

const syntaxes: ReadonlyMap<string, Syntax> = new Map(
  Object.entries(comments).map(([id, own]) => [id, syntaxFrom(id, own)]),
);

function all(syntax: Comments, names: string): Readonly<Record<string, Comments>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, syntax]));
}
