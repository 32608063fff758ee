/**
 * Terms: the words by which two pieces of code are found to be about the same thing. Names count whole and in their
 * parts (`parseHeader` is also `parse` and `header`); what every file holds counts nothing.
 */

const names = /[\p{L}_$][\p{L}\p{N}\p{M}_$]*/gu;
const parts = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+/gu;

/** A name shorter than this says nothing about its use. */
const shortest = 3;
/** A longer one is data. */
const longest = 60;

/** How often each term occurs, lower case. */
export function termsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (term: string) => {
    if (term.length >= shortest && !ordinary.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
  };
  for (const [name] of text.matchAll(names)) {
    if (name.length > longest) continue;
    count(name.toLowerCase());
    const found = name.match(parts);
    if (found && found.length > 1) for (const part of found) count(part.toLowerCase());
  }
  return counts;
}

/** Names that a piece of code declares, lower case, by the words that declare in most languages. */
export function declaredIn(text: string): ReadonlySet<string> {
  const declared = new Set<string>();
  for (const match of text.matchAll(declarations)) {
    const name = match[1]?.toLowerCase();
    if (name !== undefined) declared.add(name);
  }
  return declared;
}

const declarations =
  /^[ \t]*(?:(?:export|default|declare|abstract|public|private|protected|internal|static|final|readonly|async|pub(?:\([^)\n]*\))?|unsafe|extern|override|open|data|sealed)[ \t]+)*(?:function\s*\*?|class|interface|type|enum|const|let|var|def|fn|func(?:[ \t]*\([^)\n]*\))?|struct|trait|impl|mod|module|namespace|record|object|macro_rules!|#define)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gmu;

const ordinary = new Set(
  `and any array await bool boolean break case catch char class const constructor continue def default delete elif
  else enum err error export extends false finally float for from func function get global has if impl implements import
  int interface key lambda let list long map match mut namespace new nil none not null number object override package
  pass private protected pub public raise readonly return self set static str string struct super switch test this
  throw throws trait true try type typeof undefined use using value values var void where while with yield`.split(
    /\s+/,
  ),
);
