/**
 * What blanks and signs mean in each language that the guard knows; of any other it proves nothing. Whether depth means
 * something is known of more.
 */

/**
 * How much the blanks between two tokens say.
 * - `free`: nothing.
 * - `script`: nothing, save where JavaScript ends statements at line ends, and between JSX elements.
 * - `lines`: whether there is a line end (Go ends statements there).
 * - `words`: that, and whether there is a blank at all (`foo (1)` and `foo(1)` in Ruby, `a = b` in a shell).
 * - `style`: whether there is a blank at all, save beside `{ } ; ,` (CSS: `a .b`, `1px -2px`).
 * - `indentation`: inside brackets nothing; outside, line ends and indentation are exactly what they were.
 */
export type Blanks = 'free' | 'script' | 'lines' | 'words' | 'style' | 'indentation';

export interface GuardedLanguage {
  readonly blanks: Blanks;
  /** Lines of `#` are for a preprocessor and stay as they are. */
  readonly preprocessor: boolean;
  /** `'` and `"` write the same string. */
  readonly eitherQuote: boolean;
  /**
   * Macros make parts unreadable for the parser. Such a part counts sign by sign and the rest is still known, but of
   * blanks only how many there are may be restyled: no token but a comment goes on in the next line, whatever the
   * parser makes of it. (`goesOn` in `leaves` sees to what does.)
   */
  readonly unreadParts: boolean;
  /** Kinds of nodes in which a comma before the closing bracket says nothing. */
  readonly trailingCommas: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();
/** `type_parameters` is not among them: `<T,>` tells an arrow function from JSX. `array` is: `optional` sees to holes. */
const scriptCommas = set(
  'arguments formal_parameters array object object_pattern array_pattern named_imports export_clause enum_body tuple_type',
);
/** Not `tuple_expression`: `(a,)` is one, `(a)` is not. */
const rustCommas = set(
  'arguments parameters array_expression field_initializer_list field_declaration_list enum_variant_list use_list struct_pattern',
);
/** Neither tuples nor subscripts, which a comma makes. */
const pythonCommas = set('argument_list parameters list dictionary set list_pattern');

const script = language('script', { eitherQuote: true, trailingCommas: scriptCommas });
const preprocessed = language('free', { preprocessor: true });
const macros = language('free', { preprocessor: true, unreadParts: true });

const languages: Readonly<Record<string, GuardedLanguage>> = {
  c: macros,
  cpp: macros,
  csharp: preprocessed,
  css: language('style', { eitherQuote: true }),
  go: language('lines'),
  java: language('free'),
  javascript: script,
  javascriptreact: script,
  php: language('free'),
  python: language('indentation', { eitherQuote: true, trailingCommas: pythonCommas }),
  ruby: language('words'),
  rust: language('free', { trailingCommas: rustCommas }),
  shellscript: language('words'),
  typescript: script,
  typescriptreact: script,
};

export function guardedLanguage(languageId: string): GuardedLanguage | undefined {
  return Object.hasOwn(languages, languageId) ? languages[languageId] : undefined;
}

/** Those that the guard does not know. */
const byIndentation =
  /^(?:yaml|coffeescript|haml|jade|pug|sass|stylus|haskell|elm|fsharp|nim|makefile|dockercompose|markdown|plaintext|restructuredtext)$/;

/** Whether the depth of a line, or its end, means something. */
export function meansIndentation(languageId: string): boolean {
  return guardedLanguage(languageId)?.blanks === 'indentation' || byIndentation.test(languageId);
}

/** Kinds whose text counts sign by sign: strings, templates, comments, text of documents. */
export function isVerbatim(kind: string): boolean {
  return verbatim.test(kind) && kind !== 'concatenated_string' && kind !== 'chained_string';
}

const verbatim =
  /^(?:.*string|.*string_literal|interpolated_string_expression|template_literal_type|string_value|.*regex|.*comment|hash_bang_line|shebang.*|.*char_literal|character_literal|rune_literal|character|jsx_text|heredoc.*|nowdoc.*|subshell|string_array|symbol_array|delimited_symbol|uninterpreted|text|text_interpolation|preproc_arg|system_lib_string|user_defined_literal|plain_value|shell_command_expression)$/;

export function isComment(kind: string): boolean {
  return kind.endsWith('comment');
}

function language(
  blanks: Blanks,
  {
    preprocessor = false,
    eitherQuote = false,
    unreadParts = false,
    trailingCommas = none,
  }: Partial<Omit<GuardedLanguage, 'blanks'>> = {},
): GuardedLanguage {
  return { blanks, preprocessor, eitherQuote, unreadParts, trailingCommas };
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
