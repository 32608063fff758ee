/**
 * Ranking: which pieces of other files are most like what is being written, by Okapi BM25 (Robertson and Zaragoza,
 * "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) over terms of code.
 *
 * Laws
 * - `put` replaces what was known of a path; looking up costs what the pieces with common terms cost, not the whole.
 * - At most `mostPieces` are kept: the paths put longest ago go first.
 * - The same calls give the same order: equal scores are told apart by path and line.
 */

import { piecesOf } from './pieces.ts';
import { declaredIn, termsOf } from './terms.ts';

export interface RankedPiece {
  readonly path: string;
  /** Zero-based. */
  readonly line: number;
  readonly text: string;
  readonly score: number;
}

export interface Ranking {
  put(path: string, text: string): void;
  remove(path: string): void;
  has(path: string): boolean;
  /** Whether it knows any other path. */
  knowsBeside(path: string): boolean;
  /** Best first. `favour` multiplies the scores of a path's pieces; 0 leaves them out. */
  find(wanted: ReadonlyMap<string, number>, options: FindOptions): readonly RankedPiece[];
}

export interface FindOptions {
  readonly most: number;
  readonly favour: (path: string) => number;
}

interface Held {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly length: number;
  readonly terms: readonly string[];
  readonly declares: ReadonlySet<string>;
}

/** The usual values: how soon a repeated term stops counting, and how much a long piece is held against it. */
const k1 = 1.2;
const b = 0.75;
/** What declares a name is what one wants to see of it, however often others use it: so much more than one use. */
const declarationWeight = 2;
/** About 10 MB of terms and texts. */
const mostPieces = 1_500;
/** Of one path: a document as long as all the room is read while it is typed in, and must not drive out the others. */
const mostOfOne = mostPieces / 2;

export function createRanking(): Ranking {
  const pieces = new Map<number, Held>();
  const paths = new Map<string, readonly number[]>();
  const postings = new Map<string, Map<number, number>>();
  let next = 0;
  let totalLength = 0;

  function remove(path: string): void {
    for (const id of paths.get(path) ?? []) {
      const piece = pieces.get(id);
      if (!piece) continue;
      totalLength -= piece.length;
      pieces.delete(id);
      for (const term of piece.terms) {
        const posting = postings.get(term);
        posting?.delete(id);
        if (posting?.size === 0) postings.delete(term);
      }
    }
    paths.delete(path);
  }

  function hold(path: string, line: number, text: string): number {
    const terms = termsOf(text);
    const declares = declaredIn(text);
    const id = next++;
    let length = 0;
    for (const [term, count] of terms) {
      length += count;
      const posting = postings.get(term);
      if (posting) posting.set(id, count);
      else postings.set(term, new Map([[id, count]]));
    }
    totalLength += length;
    pieces.set(id, { path, line, text, length, terms: [...terms.keys()], declares });
    return id;
  }

  return {
    put(path, text) {
      remove(path);
      paths.set(
        path,
        piecesOf(text)
          .slice(0, mostOfOne)
          .map((piece) => hold(path, piece.line, piece.text)),
      );
      for (const oldest of paths.keys()) {
        if (pieces.size <= mostPieces || oldest === path) break;
        remove(oldest);
      }
    },
    remove,
    has: (path) => paths.has(path),
    knowsBeside: (path) => paths.size > (paths.has(path) ? 1 : 0),
    find(wanted, { most, favour }) {
      const scores = new Map<number, number>();
      const average = totalLength / Math.max(1, pieces.size);
      for (const [term, weight] of wanted) {
        const posting = postings.get(term);
        if (!posting) continue;
        const rarity = Math.log(1 + (pieces.size - posting.size + 0.5) / (posting.size + 0.5));
        for (const [id, count] of posting) {
          const piece = pieces.get(id);
          const length = piece?.length ?? average;
          const use = (count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / average));
          const share = use + (piece?.declares.has(term) ? declarationWeight : 0);
          scores.set(id, (scores.get(id) ?? 0) + weight * rarity * share);
        }
      }
      return [...scores]
        .flatMap(([id, score]): RankedPiece[] => {
          const piece = pieces.get(id);
          const favoured = piece ? score * favour(piece.path) : 0;
          if (!piece || favoured <= 0) return [];
          return [{ path: piece.path, line: piece.line, text: piece.text, score: favoured }];
        })
        .sort((x, y) => y.score - x.score || (x.path < y.path ? -1 : x.path > y.path ? 1 : x.line - y.line))
        .slice(0, most);
    },
  };
}
