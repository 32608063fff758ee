/**
 * Meaning: a text as the tokens that say something, with the structure the parser found around them and what the
 * blanks between them mean. Two texts of the same language whose meanings are equal token by token are the same
 * program: what differs between them is layout.
 *
 * Laws
 * - Every sign of the text that is no blank is in a token, or is a sign that is proven to say nothing (`optional`).
 * - A part that the parser could not read is one token, sign by sign; a text it could not read at all has no meaning.
 * - The last token is empty and stands at the end of the text.
 */

import { has, kindOf, named, type Parsed, type SyntaxTree } from '../syntax-tree.ts';
import { acts } from './acting.ts';
import { blanksMean } from './blanks.ts';
import { type GuardedLanguage, isComment } from './language.ts';
import { leavesOf } from './leaves.ts';
import type { Leaf } from './optional.ts';
import { spelling } from './spelling.ts';
import { zonesOf } from './zone.ts';

export interface Token {
  /** Equal where it says the same. */
  readonly says: string;
  /** Named nodes that end and begin between the token before and this one. */
  readonly structure: string;
  /** What the blanks before it mean. */
  readonly blanks: string;
  /** Equal for tokens with the same kinds of nodes around them, in every text measured with the same `Nestings`. */
  readonly nesting: number;
  readonly start: number;
  readonly end: number;
  /** The innermost node that holds both this token and the one before, and where it starts. */
  readonly shared: number;
  readonly sharedStart: number;
}

export interface Meaning {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Indexes of tokens before which the two signs of a redundant pair stand: either both are there or none. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Starts of the outermost nodes of the text. */
  readonly items: readonly number[];
}

/** Numbers for chains of kinds, shared by the texts that are compared. */
export type Nestings = Map<string, number>;

interface Open {
  readonly node: number;
  readonly next: number;
  readonly nesting: number;
  readonly isMacro: boolean;
}

export function meaningOf(
  parsed: Parsed,
  language: GuardedLanguage,
  nestings: Nestings,
): Meaning | undefined {
  const { text, tree } = parsed;
  const read = leavesOf(text, tree, language);
  if (!read) return undefined;
  const { leaves, silent, isPartial } = read;
  const blanksSay = isPartial ? { ...language, blanks: 'words' as const } : language;
  const zones = zonesOf(
    parsed,
    leaves.filter(({ node }) => isComment(kindOf(tree, node)) && acts(said(parsed, node))),
  );
  const tokens: Token[] = [];
  const tokenBehind = new Map<number, number>();
  const open: Open[] = [];
  let structure = '';
  /** Fewest nodes open since the last token: those hold it and the next. */
  let held = 0;
  let brackets = 0;
  let gapFrom = 0;
  let pieces: string[] = [];
  let signs: string[] = [];
  let last: Leaf | undefined;

  const neighbour = (leaf: Leaf | undefined) =>
    leaf && {
      kind: kindOf(tree, leaf.node),
      parentKind: kindOf(tree, leaf.parent),
      text: said(parsed, leaf.node),
    };

  function put(leaf: Leaf | undefined, start: number, end: number): void {
    pieces.push(text.slice(gapFrom, start));
    const holder = open[held - 1];
    const shared = holder?.node ?? 0;
    const lastStart = last ? (tree.start[last.node] as number) : 0;
    const next = neighbour(leaf);
    const blanks = blanksMean(
      {
        pieces,
        signs,
        last: neighbour(last),
        next,
        within: kindOf(tree, shared),
        isMacro: holder?.isMacro ?? false,
        brackets,
        isLineOf: (sign) => lineStartsWith(text, lastStart, sign) || lineStartsWith(text, start, sign),
      },
      blanksSay,
    );
    const lineEnds = pieces.join('').split('\n').length - 1;
    const kept = zones.keeps({ start: lastStart, end: start, comments: [last?.node, leaf?.node], lineEnds });
    // Where in the tree a comment hangs depends on the blanks around it: it has no part in the structure.
    const isAside = next !== undefined && isComment(next.kind);
    tokens.push({
      says: next ? spelling(next, language) : '',
      structure: isAside ? '' : structure,
      blanks: `${blanks}${kept}`,
      nesting: open.at(-1)?.nesting ?? 0,
      start,
      end,
      shared,
      sharedStart: tree.start[shared] ?? 0,
    });
    brackets += bracketsOpened(next?.kind ?? '');
    if (!isAside) structure = '';
    held = open.length;
    gapFrom = end;
    pieces = [];
    signs = [];
    last = leaf;
  }

  function closeBefore(node: number): void {
    for (let top = open.at(-1); top && top.next <= node; top = open.at(-1)) {
      open.pop();
      held = Math.min(held, open.length);
      if (has(tree, top.node, named) && !silent.has(top.node)) structure += ')';
    }
  }

  function begin(node: number): void {
    const kind = kindOf(tree, node);
    const parent = open.at(-1);
    const isSilent = silent.has(node);
    if (has(tree, node, named) && !isSilent) structure += `${kind}(`;
    open.push({
      node,
      next: tree.next[node] as number,
      nesting: isSilent ? (parent?.nesting ?? 0) : numbered(nestings, parent?.nesting ?? 0, kind),
      isMacro: parent?.isMacro === true || isMacroCall(parsed, node, language),
    });
  }

  let nextLeaf = 0;
  for (let node = 0; node < tree.kind.length; ) {
    closeBefore(node);
    const leaf = leaves[nextLeaf];
    if (leaf?.node !== node) {
      begin(node);
      node++;
      continue;
    }
    nextLeaf++;
    const start = tree.start[node] as number;
    const end = tree.end[node] as number;
    if (silent.has(node)) {
      pieces.push(text.slice(gapFrom, start));
      signs.push(text.slice(start, end));
      gapFrom = end;
      tokenBehind.set(node, tokens.length);
    } else {
      if (has(tree, node, named) && !isComment(kindOf(tree, node))) structure += `${kindOf(tree, node)} `;
      put(leaf, start, end);
    }
    node = tree.next[node] as number;
  }
  closeBefore(tree.kind.length);
  put(undefined, text.length, text.length);
  const pairs = read.pairs.map(
    ([opening, closing]) => [tokenBehind.get(opening) ?? 0, tokenBehind.get(closing) ?? 0] as const,
  );
  return { text, tokens, pairs, items: itemsOf(tree) };
}

/** The first token that is not the same in both, as an index; nothing where all are. */
export function firstDifference(a: Meaning, b: Meaning): number | undefined {
  const most = Math.max(a.tokens.length, b.tokens.length);
  for (let i = 0; i < most; i++) {
    const one = a.tokens[i];
    const other = b.tokens[i];
    if (!one || !other || !isSame(one, other) || one.blanks !== other.blanks) return i;
  }
  return undefined;
}

/** The same word at the same place of the structure, whatever the blanks before it. */
export function isSame(a: Token, b: Token): boolean {
  return a.says === b.says && a.structure === b.structure;
}

function said({ text, tree }: Parsed, node: number): string {
  return text.slice(tree.start[node], tree.end[node]);
}

function numbered(nestings: Nestings, parent: number, kind: string): number {
  const key = `${parent} ${kind}`;
  const known = nestings.get(key) ?? nestings.size + 1;
  nestings.set(key, known);
  return known;
}

/** Macros see their arguments as they are written. */
function isMacroCall(parsed: Parsed, node: number, { preprocessor }: GuardedLanguage): boolean {
  const kind = kindOf(parsed.tree, node);
  if (kind === 'token_tree') return true;
  if (!preprocessor || kind !== 'call_expression') return false;
  return /^(?:[A-Z][A-Z0-9_]+|(?:static_)?assert)$/.test(said(parsed, node + 1));
}

function itemsOf(tree: SyntaxTree): readonly number[] {
  const items: number[] = [];
  for (let node = 1; node < tree.kind.length; node = tree.next[node] as number)
    items.push(tree.start[node] as number);
  return items;
}

function bracketsOpened(sign: string): number {
  if (sign === '(' || sign === '[' || sign === '{') return 1;
  return sign === ')' || sign === ']' || sign === '}' ? -1 : 0;
}

function lineStartsWith(text: string, offset: number, sign: string): boolean {
  let at = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
  return text.startsWith(sign, at);
}
