/**
 * SyntaxTree: what a parser made of one text, as a value of flat arrays: cheap to keep, to compare and to hand from
 * a worker. Nodes are numbered in the order of their first character, parents before children; node 0 is the root.
 *
 * Laws
 * - Offsets are UTF-16 code units of the text that was parsed; a child lies inside its parent, siblings do not overlap.
 * - The children of `node` are `node + 1`, then `next` of each, as long as they lie below `next[node]`.
 * - A text that is not correct has a tree as well: with nodes of kind `ERROR`, and with missing ones, which are empty.
 */

import { type Edit, mapOffset } from './edit.ts';

export interface SyntaxTree {
  /** Names of kinds; `kind` holds indexes into it. Anonymous nodes are named as they are written: `(`, `if`. */
  readonly kinds: readonly string[];
  readonly kind: Uint16Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The first node that is not in the subtree. */
  readonly next: Uint32Array;
  /** Sum of `named`, `missing`, `broken`. */
  readonly flags: Uint8Array;
}

export interface Parsed {
  readonly text: string;
  readonly tree: SyntaxTree;
}

/** The grammar names it: not a mere sign or keyword. */
export const named = 1;
/** The parser put it there, the text has it not. */
export const missing = 2;
/** It is missing or an `ERROR`, or one is below it. */
export const broken = 4;

/** A place where the text does not follow the grammar. */
export interface SyntaxFault {
  readonly start: number;
  readonly end: number;
  /** What the parser would have needed there; nothing where it found something that it has no use for. */
  readonly missing?: string;
}

export function kindOf(tree: SyntaxTree, node: number): string {
  return tree.kinds[tree.kind[node] ?? 0] ?? '';
}

export function has(
  tree: SyntaxTree,
  node: number,
  flag: typeof named | typeof missing | typeof broken,
): boolean {
  return ((tree.flags[node] ?? 0) & flag) !== 0;
}

export function childrenOf(tree: SyntaxTree, node: number): readonly number[] {
  const children: number[] = [];
  const behind = tree.next[node] ?? 0;
  for (let child = node + 1; child < behind; child = tree.next[child] as number) children.push(child);
  return children;
}

/** Every place that does not follow the grammar, in order; of an `ERROR` only the outermost. */
export function faults(tree: SyntaxTree): readonly SyntaxFault[] {
  const found: SyntaxFault[] = [];
  const count = tree.kind.length;
  for (let node = 0; node < count; ) {
    if (!has(tree, node, broken)) {
      node = tree.next[node] as number;
      continue;
    }
    const place = { start: tree.start[node] as number, end: tree.end[node] as number };
    if (has(tree, node, missing)) {
      found.push({ ...place, missing: kindOf(tree, node) });
      node++;
    } else if (kindOf(tree, node) === 'ERROR') {
      found.push(place);
      node = tree.next[node] as number;
    } else node++;
  }
  return found;
}

/**
 * The faults of the text after the edit that the text before did not have. Where it had some already, an error may
 * show elsewhere than before: only more of them, at new places, count.
 */
export function errorsIntroduced(before: SyntaxTree, after: SyntaxTree, edit: Edit): readonly SyntaxFault[] {
  const now = faults(after);
  if (now.length === 0) return now;
  const old = faults(before).map(({ start, end }) => ({
    start: mapOffset(edit, start, 'before'),
    end: mapOffset(edit, end, 'after'),
  }));
  if (now.length <= old.length) return [];
  return now.filter(({ start, end }) => !old.some((known) => known.start <= end && start <= known.end));
}
