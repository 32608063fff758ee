/**
 * How far a rename reaches: a name lives in its whole scope, so a rename that was asked for in a few lines goes on
 * to all of the function that declares the name, or to the whole document where none around the lines does.
 */

import type { Region } from '../../core/ask.ts';
import { blockFrom, outerBlock } from '../../core/scope.ts';
import { lineAt, lineCount, lineEnd, lineText, type Text, toText } from '../../core/text.ts';
import type { Task } from './instruction.ts';
import { syntaxOf } from './lexical.ts';

export interface RenameArea extends Region {
  /** A variable or parameter of one function: members of the same name are something else. */
  readonly isVariable: boolean;
}

export function renameArea({ ask, text: value, start, end, selected, path }: Task, name: string): RenameArea {
  // Who says "in the selection" means no more than that.
  if (ask.bounded) return { start, end, isVariable: false };
  if (/\s(?:here|in (?:the |this |these )?(?:selection|region|lines?))\W*$/i.test(ask.instruction))
    return { start, end, isVariable: false };
  if (selected) {
    const text = toText(value);
    for (const block of blocksAround(text, { start, end })) {
      if (block.start > start || block.end < lastCode(value, end)) continue;
      if (declares(value.slice(block.start, block.end), name, path)) return { ...block, isVariable: true };
    }
  }
  return { start: 0, end: value.length, isVariable: false };
}

/** The block that begins at the region, if one does, and all around it, from the inside out. */
function* blocksAround(text: Text, { start, end }: Region): Generator<Region> {
  let line = lineAt(text, start);
  while (line + 1 < lineCount(text) && lineText(text, line).trim() === '' && lineEnd(text, line) < end)
    line++;
  yield blockFrom(text, line);
  for (let block = outerBlock(text, line); block; block = outerBlock(text, line)) {
    yield block;
    line = lineAt(text, block.start);
  }
}

const control =
  /^\s*(?:[)\]}]\s*)*(?:if|else|elif|for|foreach|while|switch|match|case|try|catch|except|finally|with|do|unless|until|loop|return|class|struct|interface|enum|impl|trait|namespace|module|mod)\b/;
const callable = /\b(?:def|function|fn|func|fun|sub|proc)\b|=>|[\w$>\]]\s*\([^;]*\)?[^;]*$/;

/** Whether a block is a function that has the name as a parameter or as a variable of its own. */
function declares(block: string, name: string, path: string): boolean {
  const [first = ''] = block.split('\n', 1);
  if (first.length === block.length || control.test(first) || !callable.test(first)) return false;
  const word = `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`;
  const parameters = parametersOf(block, first);
  // A parameter's default value and type are names of elsewhere.
  const written = parameters.replace(/=[^,]*|:\s*[^,=]*/g, '');
  if (new RegExp(word).test(written)) return true;
  const arrow = /(?:=|\basync)\s*([\w$]+)\s*=>/.exec(first)?.[1];
  if (arrow === name) return true;
  const body = block.slice(first.length);
  if (new RegExp(`\\b(?:global|nonlocal)\\b[^\\n]*${word}`).test(body)) return false;
  const keyword = `\\b(?:const|let|var|val|mut|auto|final|my|local)\\s+(?:mut\\s+)?(?:[{[(][^=;\\n]*?)?`;
  if (new RegExp(`${keyword}${word}|${word}(?:\\s*,\\s*\\w+)*\\s*:=`).test(body)) return true;
  const isAssignedToDeclare = syntaxOf(path).line.includes('#') && !/\.(?:pl|sh|bash|zsh)$/.test(path);
  if (isAssignedToDeclare) {
    const assigned = `^\\s*(?:[\\w.]+\\s*,\\s*)*${word}(?:\\s*,\\s*[\\w.]+)*(?:\\s*:[^=\\n]+)?\\s*=(?!=)`;
    return new RegExp(`${assigned}|\\bfor\\s+[^\\n]*?${word}[^\\n]*?\\sin\\b|\\bas\\s+${word}`, 'm').test(
      body,
    );
  }
  // `int total = 0;` and `Map<String, Order> orders = …` in the family of C.
  return new RegExp(
    `^\\s*(?!return\\b|throw\\b|await\\b|new\\b|else\\b|delete\\b|yield\\b)[\\w$]+(?:<[^;=()]*>)?(?:\\[\\])*[\\s*&]+${word}\\s*[=;,]`,
    'm',
  ).test(body);
}

/** What stands in the parentheses of a function's head: for a callback its own, not those of the call it is given to. */
function parametersOf(block: string, first: string): string {
  const arrow = /\(([^()]*)\)\s*(?::[^=]*)?=>/.exec(first);
  if (arrow || first.includes('=>')) return arrow?.[1] ?? '';
  const keyword = /\b(?:def|function|fn|func|fun|sub|proc)\b/.exec(first);
  const opening = block.indexOf('(', keyword?.index ?? 0);
  if (opening === -1) return '';
  const end = closing(block, opening);
  const own = block.slice(opening + 1, end);
  // Go: the receiver comes first, the parameters behind the name.
  const named = /^\)\s*\w+\s*\(/.exec(block.slice(end, end + 200));
  if (keyword?.[0] === 'func' && named)
    return `${own},${block.slice(end + named[0].length, closing(block, end + named[0].length - 1))}`;
  const isHead = keyword !== null || /^\)[^;\n]*(?:\n\s*)?\{/.test(block.slice(end, end + 200));
  return isHead ? own : '';
}

function closing(text: string, opening: number): number {
  let depth = 0;
  for (let i = opening; i < text.length; i++) {
    const unit = text.charAt(i);
    if (unit === '(') depth++;
    else if (unit === ')' && --depth === 0) return i;
  }
  return opening;
}

function lastCode(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
  return at;
}
