/**
 * A name that was exchanged for another, at the places where it is used in the same way: a member is no
 * variable, a key of an object is neither, and a short name, or one that was declared inside a block, means
 * something else outside of it.
 */

import type { Region } from '../ask.ts';
import type { Replacement } from '../edit.ts';
import { type Tokens, tokenKinds, tokenText } from '../lexical.ts';
import { blockFrom, outerBlock } from '../scope.ts';
import { lineAt, lineStart, type Text } from '../text.ts';
import { isAccess } from './expression.ts';
import { interpolated } from './interpolated.ts';
import { affixes, hasAffixes, isName } from './name.ts';

export interface Renamed {
  /** Index among the tokens of the place where it was renamed already. */
  readonly at: number;
  readonly oldName: string;
  readonly newName: string;
  readonly languageId: string | undefined;
}

type Use = 'member' | 'key' | 'plain';

/** Constants say nothing about where else they are meant; of these a change needs its surroundings. */
const noName = /^(?:null|undefined|true|false|None|True|False|nil|NULL|nullptr|NaN|self|this|super)$/;
const declares = /^(?:const|let|var|val|auto|int|float|double|bool|string|final|mut|my|local|for)$/;
const shortestTelling = 3;
/** Brackets are looked for so many tokens back. */
const reach = 3_000;

/** Nothing where the word is no name. */
export function renames(
  text: Text,
  tokens: Tokens,
  { at, oldName, newName, languageId }: Renamed,
): readonly Replacement[] | undefined {
  if (noName.test(oldName) || noName.test(newName)) return undefined;
  const own = { start: tokens.starts[at] as number, end: tokens.ends[at] as number };
  if (!isName(tokens.value, own.start, { oldName, newName }, languageId)) return [];
  const around = affixes(tokens.value, own, languageId);
  /** Keys of YAML mean the same where they stand as deep. */
  const column =
    languageId === 'yaml' && tokenText(tokens, at + 1) === ':' ? columnOf(text, own.start) : undefined;
  const use = useOf(tokens, at);
  const scope = scopeOf(text, tokens, at);
  const sigil = isShell(languageId) && oldName.startsWith('$') && newName.startsWith('$') ? 1 : 0;
  const name = { old: oldName.slice(sigil), now: newName.slice(sigil) };
  const inString = use === 'plain' ? interpolated(tokens, name.old, languageId) : undefined;
  const found: Replacement[] = [];
  const isOutside = (start: number) =>
    scope !== undefined && (start < scope.start || start + name.old.length > scope.end);
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== tokenKinds.word) {
      for (const start of inString?.(i) ?? [])
        if (!isOutside(start)) found.push({ start, end: start + name.old.length, text: name.now });
      continue;
    }
    const end = tokens.ends[i] as number;
    const first = tokens.starts[i] as number;
    // A variable of a shell has its sign where it is read alone.
    const start = isShell(languageId) && tokens.value.charAt(first) === '$' ? first + 1 : first;
    if (end - start !== name.old.length || !tokens.value.startsWith(name.old, start)) continue;
    if (isOutside(start) || useOf(tokens, i) !== use) continue;
    if (column !== undefined && columnOf(text, start) !== column) continue;
    if (hasAffixes(tokens.value, { start: first, end }, around, languageId))
      found.push({ start, end, text: name.now });
  }
  return found;
}

function isShell(languageId: string | undefined): boolean {
  return languageId !== undefined && /^(?:bash|sh|shellscript|zsh)$/.test(languageId);
}

function columnOf(text: Text, at: number): number {
  return at - lineStart(text, lineAt(text, at));
}

/** Where the name means this, if that is less than the whole text. */
function scopeOf(text: Text, tokens: Tokens, at: number): Region | undefined {
  const line = lineAt(text, tokens.starts[at] as number);
  const isParameter = enclosing(tokens, at) === '(' && tokens.kinds[at] === tokenKinds.word;
  const below = blockFrom(text, line);
  if (isParameter && lineAt(text, below.end) > line) return below;
  const isLocal =
    declares.test(tokenText(tokens, at - 1)) ||
    (tokens.ends[at] as number) - (tokens.starts[at] as number) < shortestTelling;
  return isLocal ? outerBlock(text, line) : undefined;
}

function useOf(tokens: Tokens, at: number): Use {
  if (isAccess(tokenText(tokens, at - 1))) return 'member';
  const next = tokenText(tokens, at + 1);
  if (next !== ':' && !(next === '?' && tokenText(tokens, at + 2) === ':')) return 'plain';
  const previous = previousToken(tokens, at);
  if (previous !== undefined && !/^[{,;]$/.test(tokenText(tokens, previous))) return 'plain';
  return enclosing(tokens, at) === '{' ? 'key' : 'plain';
}

function previousToken(tokens: Tokens, at: number): number | undefined {
  for (let i = at - 1; i >= 0; i--) {
    if (tokens.kinds[i] !== tokenKinds.newline && tokens.kinds[i] !== tokenKinds.comment) return i;
  }
  return undefined;
}

/** The innermost bracket that is open before the token; `{` where none is found. */
function enclosing(tokens: Tokens, at: number): string {
  let depth = 0;
  for (let i = at - 1; i >= Math.max(0, at - reach); i--) {
    const text = tokenText(tokens, i);
    if (text === ')' || text === ']' || text === '}') depth++;
    else if ((text === '(' || text === '[' || text === '{') && depth-- === 0) return text;
  }
  return '{';
}
