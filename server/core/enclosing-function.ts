/**
 * The function a place is in, by the line it begins with, in any language and without a parser: enough to offer what
 * can be done with it, and to say which lines an instruction is about.
 */

import type { Region } from './ask.ts';
import { indentOf } from './indent.ts';
import { blockFrom, outerLine } from './scope.ts';
import { lineAt, lineCount, lineEnd, lineStart, lineText, type Text } from './text.ts';

export interface EnclosingFunction {
  /** Whole lines. */
  readonly region: Region;
  readonly name: string;
  readonly isAsync: boolean;
  /** Whether there is nothing in it yet but comments and signs for "to be written". */
  readonly isUnwritten: boolean;
}

/** Nobody nests deeper. */
const mostLevels = 60;
/** A longer line is no head of a function that a person wrote, nor a sign for "to be written". */
const longestLine = 500;

export function enclosingFunction(text: Text, offset: number): EnclosingFunction | undefined {
  const at = lineAt(text, offset);
  const own = functionFrom(text, headOf(text, at), at);
  if (own) return own;
  let line = inner(text, at);
  for (let level = 0; line !== undefined && level < mostLevels; level++, line = outerLine(text, line)) {
    const found = functionFrom(text, line, at);
    if (found) return found;
  }
  return undefined;
}

/** A closing line belongs to the block it closes. */
function headOf(text: Text, line: number): number {
  if (!/^\s*[)\]}]/.test(lineText(text, line))) return line;
  const depth = indentOf(lineText(text, line)).length;
  for (let at = line - 1; at >= 0; at--) {
    const content = lineText(text, at);
    if (content.trim() !== '' && indentOf(content).length === depth && !/^\s*[)\]}]\s*$/.test(content))
      return at;
  }
  return line;
}

/** The line to climb from: of a blank one the nearest above that says something. */
function inner(text: Text, line: number): number | undefined {
  if (lineText(text, line).trim() !== '') return outerLine(text, line);
  let from = line;
  while (from >= 0 && lineText(text, from).trim() === '') from--;
  if (from < 0) return undefined;
  // The first line of a block that is empty so far.
  return isFunctionHead(lineText(text, from)) ? from : outerLine(text, from);
}

const words =
  /\b(?:function\b\s*\*?|def\b|fn\b|func\b(?:\s*\([^)]*\))?|fun\b|sub\b|proc\b)\s*([\p{L}_$][\p{L}\p{N}_$?!]*)?/u;
const assigned =
  /(?<![\p{L}_$])([\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=]*)?=\s*(?:async\s+)?(?:function\b|\([^)]*\)\s*(?::[^=]*)?=>|[\p{L}_$][\p{L}\p{N}_$]*\s*=>)/u;
/** What stands before the parameters of a method, or of a function of the C family: modifiers, types and its name. */
const beforeParameters =
  /^\s*(?:[\p{L}_$@][\p{L}\p{N}_$<>,:*&[\]?.@]*\s+)*[*&]*([\p{L}_$#~][\p{L}\p{N}_$:~]*)\s*(?:<[^>()]*>\s*)?$/u;
const control =
  /^(?:if|for|foreach|while|switch|catch|with|else|do|try|return|match|when|unless|until|using|lock|synchronized|new|await|throw)$/;

function isFunctionHead(line: string): boolean {
  return nameIn(line) !== undefined;
}

/** The name, or '' for a function without one. */
function nameIn(line: string): string | undefined {
  if (line.length > longestLine) return undefined;
  const comment = line.indexOf('//');
  const code = comment === -1 ? line : line.slice(0, comment);
  const bound = assigned.exec(code)?.[1];
  if (bound !== undefined) return bound;
  const said = words.exec(code);
  if (said && !/^\s*(?:\/\/|#|\*|--)/.test(line)) return said[1] ?? '';
  const open = code.indexOf('(');
  const method = opensBlock(code, open) ? beforeParameters.exec(code.slice(0, open))?.[1] : undefined;
  return method === undefined || control.test(method) ? undefined : method;
}

/** Whether parameters begin at `open` and a block behind them, which goes on below or ends with the line. */
function opensBlock(code: string, open: number): boolean {
  if (open === -1) return false;
  const end = code.trimEnd();
  const lastClosed = end.lastIndexOf('}', end.length - 2);
  /** The parameters may have ended, and nothing since is assigned. */
  let isClosed = false;
  for (let at = open + 1; at < end.length; at++) {
    const sign = end.charAt(at);
    if (sign === ')') isClosed = true;
    else if (sign === '=') isClosed = false;
    else if (sign === '{' && isClosed && at > lastClosed) return true;
    else if (sign === ';') return false;
  }
  return false;
}

function functionFrom(text: Text, line: number, inside: number): EnclosingFunction | undefined {
  // Some styles put the opening brace on a line of its own.
  const opens = (at: number) => at < lineCount(text) && lineText(text, at).trim() === '{';
  const first = line > 0 && opens(line) ? line - 1 : line;
  const head = lineText(text, first);
  const name = nameIn(opens(first + 1) ? `${head} {` : head);
  if (name === undefined) return undefined;
  const end = blockFrom(text, opens(first + 1) ? first + 1 : first).end;
  const region = { start: lineStart(text, first), end: Math.max(end, lineEnd(text, first)) };
  if (lineAt(text, region.end) < inside) return undefined;
  return {
    region,
    name,
    isAsync: /\basync\b/.test(head),
    isUnwritten: isUnwritten(text.value.slice(region.start, region.end), head),
  };
}

const unwritten =
  /^(?:pass|\.\.\.|todo!?\(.*\)|unimplemented!?\(.*\)|raise NotImplementedError.*|panic\(["'`].*(?:todo|not implemented|unimplemented).*["'`]\)|throw new (?:\w*Error|\w*Exception)\(.*(?:todo|not implemented|unimplemented).*\)|NotImplementedError\(.*\)|TODO\(.*\));?$/i;

function isUnwritten(whole: string, head: string): boolean {
  const rest = whole.slice(whole.indexOf(head) + head.length);
  const inline = head.length > longestLine ? undefined : /\{([^{}]*)\}\s*;?\s*$/.exec(head)?.[1];
  const lines = inline === undefined ? rest.split('\n') : [inline];
  if (inline === undefined && rest.trim() === '' && !/[{:]\s*$/.test(head)) return false;
  return lines
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/^(?:\/\/|#|\*|\/\*|--|"""|''')/.test(line) && !/^[{})\];,]*$|^end$/.test(line),
    )
    .every((line) => line.length <= longestLine && unwritten.test(line));
}
