/** The leaves of a tree as tokens: strings and comments whole, and which nodes say nothing. */

import { broken, childrenOf, has, kindOf, missing, type SyntaxTree } from '../syntax-tree.ts';
import { type GuardedLanguage, isComment, isVerbatim } from './language.ts';
import { bareParameter, isGrouping, isOptional, type Leaf } from './optional.ts';

export interface Leaves {
  /** In order, comments among them. */
  readonly leaves: readonly Leaf[];
  /** Nodes that say nothing. */
  readonly silent: ReadonlySet<number>;
  /** Those of them that stand or fall together: opening and closing bracket. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Parts of the text are not read. */
  readonly isPartial: boolean;
}

/** What goes on in the next line though it is no comment: raw strings, and strings with a backslash at the line's end. */
const goesOn = /\bu?8?[uUL]?R"|"[^"\n]*\\\r?\n/;

/**
 * Nothing where the parser gave up at the outermost level. Further in, the node that holds what it could not read is
 * one leaf; where macros are to be expected, what it could not read is one itself, at any level.
 */
export function leavesOf(text: string, tree: SyntaxTree, language: GuardedLanguage): Leaves | undefined {
  const leaves: Leaf[] = [];
  const silent = new Set<number>();
  const pairs: (readonly [number, number])[] = [];
  const open: { readonly node: number; readonly next: number }[] = [];
  let isPartial = false;
  if (kindOf(tree, 0) === 'ERROR') return undefined;
  for (let node = 0; node < tree.kind.length; ) {
    while (open.length > 0 && (open.at(-1)?.next ?? 0) <= node) open.pop();
    const parent = open.at(-1)?.node ?? 0;
    const grandparent = open.at(-2)?.node ?? 0;
    const behind = tree.next[node] as number;
    const kind = kindOf(tree, node);
    const isUnread =
      has(tree, node, broken) &&
      (kind === 'ERROR' ||
        (!language.unreadParts && childrenOf(tree, node).some((child) => isFault(tree, child))));
    if (isUnread && language.unreadParts) isPartial = true;
    else if (isUnread && open.length <= 1 && (node === 0 || kind === 'ERROR')) return undefined;
    if (isUnread || behind === node + 1 || isVerbatim(kind)) {
      if (tree.end[node] !== tree.start[node] && node !== 0) leaves.push({ node, parent, grandparent });
      node = behind;
      continue;
    }
    const [first, last] = brackets(tree, node);
    const groups = isGrouping(tree, node, parent, language)
      ? [node]
      : bareParameter(tree, node, parent, language);
    if (groups.length > 0) {
      for (const each of [...groups, first, last]) silent.add(each);
      pairs.push([first, last]);
    }
    open.push({ node, next: behind });
    node++;
  }
  const solid = leaves.filter(({ node }) => !isComment(kindOf(tree, node)));
  for (const [at, leaf] of solid.entries()) {
    const around = { before: solid[at - 1], after: solid[at + 1] };
    if (isOptional({ text, tree }, leaf, around, language)) silent.add(leaf.node);
  }
  if (isPartial && goesOn.test(text)) return leavesOf(text, tree, { ...language, unreadParts: false });
  return { leaves, silent, pairs, isPartial };
}

function isFault(tree: SyntaxTree, node: number): boolean {
  return kindOf(tree, node) === 'ERROR' || has(tree, node, missing);
}

function brackets(tree: SyntaxTree, node: number): readonly [number, number] {
  const children = childrenOf(tree, node);
  return [children[0] ?? node, children.at(-1) ?? node];
}
