/**
 * The code that comments which act may be about. What such a comment says often holds for its own line or for the
 * next: there lines must stay the lines they are, and the comment as far from its neighbours as it was.
 */

import { childrenOf, kindOf, type Parsed, type SyntaxTree } from '../syntax-tree.ts';
import { isComment } from './language.ts';
import type { Leaf } from './optional.ts';

export interface Zones {
  /** What must be equal of a gap for the comments to mean the same; empty where there are none. Asked in order. */
  keeps(gap: ZoneGap): string;
}

export interface ZoneGap {
  readonly start: number;
  readonly end: number;
  /** The nodes on both sides. */
  readonly comments: readonly (number | undefined)[];
  readonly lineEnds: number;
}

interface Zone {
  readonly start: number;
  readonly end: number;
}

export function zonesOf(parsed: Parsed, comments: readonly Leaf[]): Zones {
  const attached = new Set(comments.map(({ node }) => node));
  const zones = comments.map((comment) => zoneOf(parsed, comment)).sort((a, b) => a.start - b.start);
  let next = 0;
  let reached = -1;
  return {
    keeps({ start, end, comments: sides, lineEnds }) {
      for (let zone = zones[next]; zone && zone.start <= start; zone = zones[next]) {
        reached = Math.max(reached, zone.end);
        next++;
      }
      if (sides.some((node) => node !== undefined && attached.has(node))) return `!${lineEnds}`;
      return end <= reached ? `!${lineEnds > 0 ? 'line' : ''}` : '';
    },
  };
}

/** From what stands on the comment's own line, each statement whole, to the end of the node behind the comment. */
function zoneOf({ text, tree }: Parsed, comment: Leaf): Zone {
  const start = tree.start[comment.node] as number;
  const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const own = onLine(tree, lineStart, start);
  const siblings = childrenOf(tree, comment.parent);
  const behind = siblings
    .slice(siblings.indexOf(comment.node) + 1)
    .find((node) => !isComment(kindOf(tree, node)));
  const ends = [tree.end[comment.node] as number, own.end];
  if (behind !== undefined) ends.push(tree.end[behind] as number);
  return { start: own.start, end: Math.max(...ends) };
}

/** The outermost nodes that begin on the line before the comment, and what reaches into it from above. */
function onLine(tree: SyntaxTree, lineStart: number, before: number): Zone {
  let from = before;
  let to = before;
  for (let node = 1; node < tree.kind.length; ) {
    const start = tree.start[node] as number;
    const end = tree.end[node] as number;
    const behind = tree.next[node] as number;
    if (start >= before) break;
    if (end <= lineStart) node = behind;
    else if (start >= lineStart || behind === node + 1) {
      from = Math.min(from, start);
      to = Math.max(to, end);
      node = behind;
    } else node++;
  }
  return { start: from, end: to };
}
