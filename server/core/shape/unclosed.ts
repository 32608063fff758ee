/**
 * Statements that end while a bracket is open: `const a = max(0, min(b + 1;`. Small models write them where they lose
 * count; of 1.3 million lines that end in a semicolon, in 40 repositories and a system's headers, 8 do.
 *
 * Law: only the line itself is looked at. What was opened above may be a list whose entries end so.
 */

import { closerOf } from '../brackets.ts';
import { tokenKinds, tokensOf } from '../lexical.ts';

export interface Statement {
  /** What stands on the line before and behind the piece. */
  readonly linePrefix: string;
  readonly rest: string;
  readonly languageId: string | undefined;
}

/**
 * Languages in which a semicolon ends a statement, and stands in parentheses only behind a few words. In others it divides
 * parameters (Pascal, VHDL) or commands (shells), or begins a comment (Lisp).
 */
const endedBySemicolon: ReadonlySet<string> = new Set([
  'c',
  'cpp',
  'csharp',
  'cuda-cpp',
  'dart',
  'glsl',
  'go',
  'groovy',
  'hlsl',
  'java',
  'javascript',
  'javascriptreact',
  'kotlin',
  'lua',
  'objective-c',
  'objective-cpp',
  'php',
  'python',
  'rust',
  'scala',
  'solidity',
  'swift',
  'typescript',
  'typescriptreact',
  'wgsl',
  'zig',
]);

/** Length of the piece up to its first line that ends a statement inside brackets; all of it where there is none. */
export function closedLength(piece: string, { linePrefix, rest, languageId }: Statement): number {
  if (languageId === undefined || !endedBySemicolon.has(languageId) || !piece.includes(';'))
    return piece.length;
  const lines = piece.split('\n');
  let from = 0;
  for (const [i, line] of lines.entries()) {
    const whole = `${i === 0 ? linePrefix : ''}${line}${i === lines.length - 1 ? rest : ''}`;
    if (endsUnclosed(whole, languageId)) return from;
    from += line.length + 1;
  }
  return piece.length;
}

/** What has statements in its parentheses: loops, Java's resources, the conditions of C++. */
const heads: ReadonlySet<string> = new Set(['for', 'if', 'switch', 'try']);

function endsUnclosed(line: string, languageId: string): boolean {
  if (!line.trimEnd().endsWith(';') || !/[([]/.test(line)) return false;
  const { opens, last } = openIn(line, languageId);
  const innermost = opens.at(-1);
  if (last !== ';' || !innermost || heads.has(innermost.behind)) return false;
  // An array of Rust has its length behind a semicolon, on the next line where it is long.
  return innermost.sign === '(' || (innermost.sign === '[' && languageId !== 'rust');
}

/** Longer ones nobody writes. */
const longestLine = 4000;

/**
 * Where in a piece the first bracket is that a line is left open by, which it was not without the piece: what stands
 * behind the piece would be inside of it.
 */
export function leftOpen(
  piece: string,
  { linePrefix, rest, languageId }: Statement,
  replaced: string,
): number | undefined {
  if (languageId === undefined || !endedBySemicolon.has(languageId)) return undefined;
  if (!/[([{]/.test(piece) || linePrefix.length + rest.length > longestLine) return undefined;
  const [own] = openIn(piece, languageId).opens;
  if (!own) return undefined;
  const before = openIn(linePrefix + replaced + rest, languageId).opens.length;
  const after = openIn(linePrefix + piece + rest, languageId).opens;
  if (after.length <= before) return undefined;
  const first = after.find(({ at }) => at >= linePrefix.length && at < linePrefix.length + piece.length);
  // What stands behind may close the piece's bracket, and leave one open that it closed without the piece.
  return first ? first.at - linePrefix.length : own.at;
}

/** A piece up to where the brackets that its first line opens are closed again, where they are. */
export function upToClosed(piece: string, languageId: string | undefined): string | undefined {
  const from = piece.indexOf('\n');
  const end = from === -1 ? undefined : openIn(piece, languageId).closed.find((at) => at > from);
  return end === undefined ? undefined : piece.slice(0, end);
}

interface Open {
  readonly sign: string;
  readonly at: number;
  /** The token before it. */
  readonly behind: string;
}

interface Openness {
  /** At the end of the text, innermost last. */
  readonly opens: readonly Open[];
  /** Where the last bracket that was open was closed. */
  readonly closed: readonly number[];
  /** The text's last token. */
  readonly last: string;
}

function openIn(text: string, languageId: string | undefined): Openness {
  const { count, kinds, starts, ends, value } = tokensOf(text, languageId);
  const opens: Open[] = [];
  const closed: number[] = [];
  let last = '';
  for (let i = 0; i < count; i++) {
    const at = starts[i] ?? 0;
    const token = value.slice(at, ends[i]);
    if (kinds[i] === tokenKinds.sign) {
      if (closerOf[token] !== undefined) opens.push({ sign: token, at, behind: last });
      else if (token === closerOf[opens.at(-1)?.sign ?? '']) {
        opens.pop();
        if (opens.length === 0) closed.push(at + token.length);
      }
    }
    last = token;
  }
  return { opens, closed, last };
}
