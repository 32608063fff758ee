/**
 * Instruction comments: `// whittle: use a Map` in any language's comment syntax becomes something to do, and goes with
 * the edit that does it.
 *
 * Laws
 * - A comment that stands alone is removed with its lines; one behind code from the end of the code on.
 * - A mark inside a string is no comment: what stands before it on its line must close its quotes.
 * Offsets are UTF-16 code units.
 */

import type { Region } from './ask.ts';
import { indentOf } from './indent.ts';
import { lineAt, lineCount, lineEnd, lineFullEnd, lineStart, lineText, type Text } from './text.ts';

export interface InstructionComment {
  /** What to do, in one line. */
  readonly instruction: string;
  /** The text that goes with the edit. */
  readonly removes: Region;
  /** What it is about: the code of its line, or the block below it. */
  readonly about: Region;
}

interface Syntax {
  readonly line: readonly string[];
  readonly block: readonly (readonly [string, string])[];
}

const c: Syntax = { line: ['//'], block: [['/*', '*/']] };
const hash: Syntax = { line: ['#'], block: [] };
const dashes: Syntax = { line: ['--'], block: [] };
const markup: Syntax = { line: [], block: [['<!--', '-->']] };

const syntaxes: Readonly<Record<string, Syntax>> = {
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
const fallback: Syntax = {
  line: ['//', '#', '--', ';', '%'],
  block: [
    ['/*', '*/'],
    ['<!--', '-->'],
  ],
};

const mark = /^\s*whittle:\s*/i;
/** Lines above the cursor's range in which a comment is still about it. */
const reach = 1;
/** A comment block longer than this is prose. */
const mostLines = 20;

/** Those whose lines touch the range, or stand right above it. */
export function instructionComments(
  text: Text,
  languageId: string,
  range: Region,
): readonly InstructionComment[] {
  const syntax = syntaxes[languageId] ?? fallback;
  const first = Math.max(0, lineAt(text, range.start) - reach);
  const last = lineAt(text, range.end);
  const found: InstructionComment[] = [];
  for (let line = first; line <= last; ) {
    const comment = lineComment(text, line, syntax) ?? blockComment(text, line, syntax);
    if (comment) found.push(comment.comment);
    line = comment ? comment.next : line + 1;
  }
  return found;
}

interface Parsed {
  readonly comment: InstructionComment;
  /** The first line behind it. */
  readonly next: number;
}

function lineComment(text: Text, line: number, syntax: Syntax): Parsed | undefined {
  const content = lineText(text, line);
  for (const opener of syntax.line) {
    for (let at = content.indexOf(opener); at !== -1; at = content.indexOf(opener, at + 1)) {
      const said = content.slice(at + opener.length).replace(repeated(opener), '');
      if (!mark.test(said) || insideString(content.slice(0, at))) continue;
      const words = [said.replace(mark, '')];
      let next = line + 1;
      const alone = content.slice(0, at).trim() === '';
      // Comment lines right below that say nothing of their own go on with the sentence.
      while (alone && next < lineCount(text) && words.length < mostLines) {
        const more = lineText(text, next);
        const rest = more.trimStart();
        if (!rest.startsWith(opener) || indentOf(more) !== indentOf(content)) break;
        const saidThere = rest.slice(opener.length).replace(repeated(opener), '');
        if (mark.test(saidThere) || saidThere.trim() === '') break;
        words.push(saidThere);
        next++;
      }
      return parsed(text, {
        words,
        line,
        next,
        codeEnd: lineStart(text, line) + content.slice(0, at).trimEnd().length,
        alone,
      });
    }
  }
  return undefined;
}

function blockComment(text: Text, line: number, syntax: Syntax): Parsed | undefined {
  const content = lineText(text, line);
  for (const [opener, closer] of syntax.block) {
    const at = content.indexOf(opener);
    if (at === -1 || insideString(content.slice(0, at))) continue;
    const start = lineStart(text, line) + at;
    const close = text.value.indexOf(closer, start + opener.length);
    const endLine = close === -1 ? line : lineAt(text, close);
    if (close === -1 || endLine - line >= mostLines) continue;
    const inside = text.value.slice(start + opener.length, close);
    const said = inside
      .replace(/^\*+/, '')
      .split(/\r\n?|\n/)
      .map((each) => each.replace(/^\s*\*+\s?/, ' '))
      .join(' ');
    if (!mark.test(said)) continue;
    const end = close + closer.length;
    const before = content.slice(0, at);
    const behind = text.value.slice(end, lineEnd(text, endLine));
    const alone = before.trim() === '' && behind.trim() === '';
    const words = [said.replace(mark, '')];
    if (alone || behind.trim() === '') {
      return parsed(text, {
        words,
        line,
        next: endLine + 1,
        codeEnd: lineStart(text, line) + before.trimEnd().length,
        alone,
      });
    }
    // Code goes on behind it: only the comment and one space go.
    const space = /^[ \t]/.test(behind) && (before.trim() === '' || /[ \t]$/.test(before)) ? 1 : 0;
    const about = { start: lineStart(text, line), end: lineEnd(text, endLine) };
    return {
      comment: { instruction: oneLine(words), removes: { start, end: end + space }, about },
      next: endLine + 1,
    };
  }
  return undefined;
}

interface Place {
  readonly words: readonly string[];
  readonly line: number;
  readonly next: number;
  /** End of the code in front of it. */
  readonly codeEnd: number;
  readonly alone: boolean;
}

function parsed(text: Text, { words, line, next, codeEnd, alone }: Place): Parsed | undefined {
  const instruction = oneLine(words);
  if (instruction === '') return undefined;
  if (!alone) {
    const end = lineEnd(text, next - 1);
    return {
      comment: {
        instruction,
        removes: { start: codeEnd, end },
        about: { start: lineStart(text, line), end },
      },
      next,
    };
  }
  const start = lineStart(text, line);
  const end = lineFullEnd(text, next - 1);
  // The last line has no terminator behind it; the one in front goes instead.
  const removes =
    end === text.value.length && end === lineEnd(text, next - 1)
      ? { start: line > 0 ? lineEnd(text, line - 1) : 0, end }
      : { start, end };
  return { comment: { instruction, removes, about: blockBelow(text, next) ?? { start, end } }, next };
}

/** The next line that says something, with all deeper ones and the closing one behind it; nothing at the end of the text. */
export function blockBelow(text: Text, from: number): Region | undefined {
  let line = from;
  while (line < lineCount(text) && lineText(text, line).trim() === '') line++;
  if (line >= lineCount(text)) return undefined;
  return blockFrom(text, line);
}

function blockFrom(text: Text, line: number): Region {
  const depth = indentOf(lineText(text, line)).length;
  let last = line;
  for (let next = line + 1; next < lineCount(text); next++) {
    const content = lineText(text, next);
    if (content.trim() === '') continue;
    const deeper = indentOf(content).length > depth;
    const closing =
      indentOf(content).length === depth &&
      /^\s*(?:[)\]}]|end\b|else\b|elif\b|except\b|catch\b|finally\b)/.test(content);
    if (!deeper && !closing) break;
    last = next;
    if (closing && /^\s*(?:[)\]}]+[;,)]*|end)\s*$/.test(content)) break;
  }
  return { start: lineStart(text, line), end: lineEnd(text, last) };
}

/** The smallest block of lines around the offset whose first line is less deep than the rest; the line where there is none. */
export function enclosingBlock(text: Text, offset: number): Region {
  const at = lineAt(text, offset);
  const own = indentOf(lineText(text, at)).length;
  const blank = lineText(text, at).trim() === '';
  for (let line = at; line >= 0; line--) {
    const content = lineText(text, line);
    if (content.trim() === '' || /^\s*[)\]}]/.test(content)) continue;
    if (line !== at && !blank && indentOf(content).length >= own) continue;
    const block = blockFrom(text, line);
    if (block.end >= lineStart(text, at) && lineAt(text, block.end) > line) return block;
  }
  return { start: lineStart(text, at), end: lineEnd(text, at) };
}

function oneLine(words: readonly string[]): string {
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

/** `///` and `##` are comments as well. */
function repeated(opener: string): RegExp {
  const last = opener.at(-1) ?? '';
  return /\w/.test(last) ? /^/ : new RegExp(`^[${last.replace(/[\]\\^-]/g, '\\$&')}!]*`);
}

function insideString(before: string): boolean {
  let quote = '';
  for (let i = 0; i < before.length; i++) {
    const character = before[i] ?? '';
    if (character === '\\') i++;
    else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (
      character === '"' ||
      character === '`' ||
      (character === "'" && !/\w/.test(before[i - 1] ?? ''))
    )
      quote = character;
  }
  return quote !== '';
}

function all(syntax: Syntax, names: string): Readonly<Record<string, Syntax>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, syntax]));
}
