/**
 * Instruction comments: `// whittle: use a Map` in any language's comment syntax becomes something to do, and goes with
 * the edit that does it.
 *
 * Laws
 * - A comment that stands alone is removed with its lines; one behind code from the end of the code on.
 * - A mark inside a string is no comment: what stands before it on its line must close its quotes, and where the
 *   language has strings of several lines, none of them may hold it.
 * - A block comment is one instruction, whole. A line comment alone on its line goes on in the comment line right
 *   below, of the same marker and indentation, only if that one shows it: (a) its text is indented by two or more
 *   blanks deeper behind the marker than that of the instruction, or (b) the line before ends no sentence (`.`, `!`,
 *   `?`, `:`) and it begins with a lower-case letter, a digit or an opening bracket or quote, and is none that tells a
 *   tool what to do (`eslint-disable`, `type: ignore`). Any other comment below is not ours and stays.
 * Offsets are UTF-16 code units.
 */

import type { Region } from './ask.ts';
import { type BlockForm, type CommentForms, commentForms } from './comment-forms.ts';
import { indentOf } from './indent.ts';
import { tokenKinds, tokensOf } from './lexical.ts';
import { blockBelow } from './scope.ts';
import { isKnownLanguage, syntaxOf } from './syntax.ts';
import { lineAt, lineCount, lineEnd, lineFullEnd, lineStart, lineText, type Text } from './text.ts';

export interface InstructionComment {
  /** What to do, in one line. */
  readonly instruction: string;
  /** The text that goes with the edit. */
  readonly removes: Region;
  /** What it is about: the code of its line, or the block below it. */
  readonly about: Region;
}

const mark = /^\s*whittle:\s*/i;
/** Lines above the cursor's range in which a comment is still about it. */
const reach = 1;
/** Blanks behind the marker that set a line off as part of the one above. */
const continuationIndent = 2;
const sentenceEnd = /[.!?:][)\]}"'`»”’]*\s*$/;
const midSentence = /^\s*[\p{Ll}\p{Nd}([{"'`«“‘„]/u;
/** `type: ignore`, `go:generate`, and the tools that need no colon. */
const toolDirective =
  /^\s*(?:[\w-]+:|(?:eslint|tslint|stylelint|oxlint|biome|prettier|deno|istanbul|c8|v8|clang|markdownlint|black|yapf)-|(?:eslint|noqa|nolint|pragma|pylint|shellcheck|region|endregion)\b)/;
const isTagEnd = /(?<!=)>$/;
/** What a block of code, or a value, follows. */
const isCodeEnd = /(?:=>|[)=,:(?&|])$/;
/** So much of what stands before a line tells how that ends, in UTF-16 code units. */
const farBehind = 500;
/** A comment block longer than this is prose. */
const mostLines = 20;

/** Those whose lines touch the range, or stand right above it. */
export function instructionComments(
  text: Text,
  languageId: string,
  range: Region,
): readonly InstructionComment[] {
  const forms = commentForms(languageId);
  const first = Math.max(0, lineAt(text, range.start) - reach);
  const last = lineAt(text, range.end);
  const isInLongString = longStringReader(text, languageId);
  const found: InstructionComment[] = [];
  // One of several lines may begin above.
  for (let line = Math.max(0, first - mostLines); line <= last; ) {
    // Blocks first: `<#` holds the `#` of a line comment.
    const comment = blockComment(text, line, forms) ?? lineComment(text, line, forms);
    const isNear = comment !== undefined && comment.next > first;
    if (isNear && !isInLongString(comment.at)) found.push(comment.comment);
    line = comment ? comment.next : line + 1;
  }
  return found;
}

interface Parsed {
  readonly comment: InstructionComment;
  /** Where its opener stands. */
  readonly at: number;
  /** The first line behind it. */
  readonly next: number;
}

function lineComment(text: Text, line: number, forms: CommentForms): Parsed | undefined {
  const content = lineText(text, line);
  for (const opener of forms.line) {
    const isInString = stringReader(content);
    let following: number;
    for (let at = content.indexOf(opener); at !== -1; at = content.indexOf(opener, following)) {
      const said = content.slice(at + opener.length).replace(repeated(opener), '');
      // Openers within a row of its sign say the same.
      following = Math.max(at + 1, content.length - said.length - opener.length + 1);
      if (!mark.test(said) || isInString(at)) continue;
      const words = [said.replace(mark, '')];
      let next = line + 1;
      const alone = content.slice(0, at).trim() === '';
      while (alone && next < lineCount(text) && words.length < mostLines) {
        const more = lineText(text, next);
        const rest = more.trimStart();
        if (!rest.startsWith(opener) || indentOf(more) !== indentOf(content)) break;
        const saidThere = rest.slice(opener.length).replace(repeated(opener), '');
        const isMore = deeper(said, saidThere) || goesOn(words.at(-1) ?? '', saidThere);
        if (mark.test(saidThere) || saidThere.trim() === '' || !isMore) break;
        words.push(saidThere);
        next++;
      }
      return parsed(text, {
        words,
        line,
        next,
        at: lineStart(text, line) + at,
        codeEnd: lineStart(text, line) + content.slice(0, at).trimEnd().length,
        alone,
      });
    }
  }
  return undefined;
}

function deeper(said: string, below: string): boolean {
  return blanksBefore(below) >= blanksBefore(said) + continuationIndent;
}

function goesOn(before: string, below: string): boolean {
  return !sentenceEnd.test(before) && midSentence.test(below) && !toolDirective.test(below);
}

/** A tab is deeper than any single blank. */
function blanksBefore(said: string): number {
  return (/^\s*/.exec(said)?.[0] ?? '').replaceAll('\t', '    ').length;
}

function blockComment(text: Text, line: number, forms: CommentForms): Parsed | undefined {
  const content = lineText(text, line);
  for (const form of forms.block) {
    const opened = form.opener.exec(content);
    if (!opened || stringReader(content)(opened.index)) continue;
    const at = opened.index;
    const start = lineStart(text, line) + at;
    const from = start + opened[0].length;
    const reached = text.value.slice(from, lineEnd(text, Math.min(line + mostLines, lineCount(text)) - 1));
    const closed = form.closer.exec(reached);
    if (!closed) continue;
    const close = from + closed.index;
    const end = close + closed[0].length;
    if (!isWhole(text, form, { start, end })) continue;
    const endLine = lineAt(text, close);
    const inside = text.value.slice(from, close);
    const said = inside
      .replace(/^\*+/, '')
      .split(/\r\n?|\n/)
      .map((each) => each.replace(/^\s*\*+\s?/, ' '))
      .join(' ');
    if (!mark.test(said)) continue;
    const before = content.slice(0, at);
    const behind = text.value.slice(end, lineEnd(text, endLine));
    const alone = before.trim() === '' && behind.trim() === '';
    const words = [said.replace(mark, '')];
    if (alone || behind.trim() === '') {
      return parsed(text, {
        words,
        line,
        next: endLine + 1,
        at: start,
        codeEnd: lineStart(text, line) + before.trimEnd().length,
        alone,
      });
    }
    // Code goes on behind it: only the comment and one space go.
    const space = /^[ \t]/.test(behind) && /(?:^|[\s([{])$/.test(before) ? 1 : 0;
    const about = { start: lineStart(text, line), end: lineEnd(text, endLine) };
    return {
      comment: { instruction: oneLine(words), removes: { start, end: end + space }, about },
      next: endLine + 1,
      at: start,
    };
  }
  return undefined;
}

/** Whether the braces around a comment are its own: markup stands around them, or, on lines of its own, no code. */
function isWhole(text: Text, { inMarkup }: BlockForm, { start, end }: Region): boolean {
  if (!inMarkup) return true;
  const first = lineStart(text, lineAt(text, start));
  const before = text.value.slice(first, start).trim();
  const behind = text.value.slice(end, lineEnd(text, lineAt(text, end))).trim();
  if (before !== '' || behind !== '') return isTagEnd.test(before) || behind.startsWith('<');
  return !isCodeEnd.test(text.value.slice(Math.max(0, first - farBehind), first).trimEnd());
}

/** Tells of places asked from left to right whether they are in a string that began on a line above. */
function longStringReader(text: Text, languageId: string): (at: number) => boolean {
  if (!isKnownLanguage(languageId)) return () => false;
  let strings: readonly Region[] | undefined;
  let next = 0;
  return (at) => {
    // Read where there is a mark, and once: a whole text costs too much for a menu.
    strings ??= quotedStrings(text, languageId);
    while ((strings[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next++;
    const { start = at } = strings[next] ?? {};
    return start < lineStart(text, lineAt(text, at));
  };
}

/** Those of the kinds that may have several lines. What never ends was no string. */
function quotedStrings(text: Text, languageId: string): readonly Region[] {
  const { value, count, kinds, starts, ends } = tokensOf(text.value, languageId);
  const hasBackticks = syntaxOf(languageId).templates || languageId === 'go';
  const opener = hasBackticks ? /^(?:`|\}|"""|''')/ : /^(?:"""|''')/;
  const found: Region[] = [];
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== tokenKinds.string) continue;
    const [start = 0, end = 0] = [starts[i], ends[i]];
    const token = value.slice(start, end);
    if (opener.test(token) && /(?:["'`]|\$\{)$/.test(token)) found.push({ start, end });
  }
  return found;
}

interface Place {
  readonly words: readonly string[];
  readonly line: number;
  readonly next: number;
  readonly at: number;
  /** End of the code in front of it. */
  readonly codeEnd: number;
  readonly alone: boolean;
}

function parsed(text: Text, { words, line, next, at, codeEnd, alone }: Place): Parsed | undefined {
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
      at,
    };
  }
  const start = lineStart(text, line);
  const end = lineFullEnd(text, next - 1);
  // The last line has no terminator behind it; the one in front goes instead.
  const removes =
    end === text.value.length && end === lineEnd(text, next - 1)
      ? { start: line > 0 ? lineEnd(text, line - 1) : 0, end }
      : { start, end };
  return { comment: { instruction, removes, about: blockBelow(text, next) ?? { start, end } }, next, at };
}

function oneLine(words: readonly string[]): string {
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

/** `///` and `##` are comments as well. */
function repeated(opener: string): RegExp {
  const last = opener.at(-1) ?? '';
  return /\w/.test(last) ? /^/ : new RegExp(`^[${last.replace(/[\]\\^-]/g, '\\$&')}!]*`);
}

/** Tells of places in the line, asked from left to right, whether they are inside a string; each letter is read once. */
function stringReader(line: string): (at: number) => boolean {
  let quote = '';
  let i = 0;
  return (at) => {
    for (; i < at; i++) {
      const character = line[i] ?? '';
      if (character === '\\') i++;
      else if (quote !== '') {
        if (character === quote) quote = '';
      } else if (
        character === '"' ||
        character === '`' ||
        (character === "'" && !/\w/.test(line[i - 1] ?? ''))
      )
        quote = character;
    }
    return quote !== '';
  };
}
