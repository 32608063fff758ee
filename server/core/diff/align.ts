/**
 * Which items of one sequence are kept in another: the heart of every diff here. Items are small integers.
 *
 * Laws
 * - The result matches equal items only, in increasing order on both sides: whatever runs out, it is never wrong.
 * - Work is counted in steps against a budget, never against a clock; when it is spent, what is left between the
 *   matches already found counts as changed.
 *
 * Ways, by size of a segment: common ends; exact weighted LCS with a cost per gap (Gotoh 1982, affine gaps), which
 * prefers few long kept runs to many short ones; anchors that occur once on both sides (patience diff, Bram
 * Cohen); greedy shortest edit script (Myers 1986) for long segments without anchors; the rarest common item
 * (histogram diff, jgit) where even that is too far.
 */

export interface Budget {
  steps: number;
}

export interface AlignOptions {
  /** What keeping an item is worth, by item. */
  readonly weights: Int32Array;
  /** What a run of changes costs beyond the items it holds, in the same unit. */
  readonly gapCost: number;
  /** Segments up to this many cells are aligned exactly before anything else is tried. */
  readonly exactCells: number;
  readonly budget: Budget;
}

/** Largest table of the exact way, in cells of one byte. */
const maxExactCells = 4_000_000;
/** Up to this many cells the exact way is as fast as looking for a short script first. */
const cheapExactCells = 100_000;
/** Longest edit script the greedy way looks for: its memory grows with the square. */
const maxScript = 1_000;
/** An item that occurs more often than this says nothing about where a segment belongs. */
const maxOccurrences = 64;

interface Segment {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** For each item of `a` its partner in `b`, or -1. */
export function align(a: Int32Array, b: Int32Array, options: AlignOptions): Int32Array {
  const partners = new Int32Array(a.length).fill(-1);
  const counts: Counts = {
    inA: new Int32Array(options.weights.length),
    inB: new Int32Array(options.weights.length),
    lastInB: new Int32Array(options.weights.length),
  };
  const { budget } = options;
  const open: Segment[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let segment = open.pop(); segment; segment = open.pop()) {
    const inner = withoutCommonEnds(a, b, segment, partners);
    const n = inner.aEnd - inner.aStart;
    const m = inner.bEnd - inner.bStart;
    if (n === 0 || m === 0) continue;
    budget.steps -= n + m;
    if (budget.steps < 0) continue;
    if (n * m <= options.exactCells && exact(a, b, inner, options, partners)) continue;
    const anchored = anchors(a, b, inner, counts);
    if (anchored.length > 0) {
      push(open, inner, anchored, partners);
      continue;
    }
    if (n * m <= cheapExactCells && exact(a, b, inner, options, partners)) continue;
    if (greedy(a, b, inner, budget, partners)) continue;
    if (n * m <= maxExactCells && exact(a, b, inner, options, partners)) continue;
    const rare = rarest(a, b, inner, counts);
    if (rare) push(open, inner, [rare], partners);
  }
  return partners;
}

function withoutCommonEnds(a: Int32Array, b: Int32Array, segment: Segment, partners: Int32Array): Segment {
  let { aStart, aEnd, bStart, bEnd } = segment;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) partners[aStart++] = bStart++;
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) partners[--aEnd] = --bEnd;
  return { aStart, aEnd, bStart, bEnd };
}

type Pair = readonly [number, number];

/** Records the pairs and opens the segments between them. */
function push(open: Segment[], segment: Segment, pairs: readonly Pair[], partners: Int32Array): void {
  let { aStart, bStart } = segment;
  for (const [i, j] of pairs) {
    partners[i] = j;
    if (i > aStart && j > bStart) open.push({ aStart, aEnd: i, bStart, bEnd: j });
    aStart = i + 1;
    bStart = j + 1;
  }
  if (segment.aEnd > aStart && segment.bEnd > bStart) {
    open.push({ aStart, aEnd: segment.aEnd, bStart, bEnd: segment.bEnd });
  }
}

const minusInfinity = -0x3fffffff;

/**
 * The heaviest common subsequence, each gap paid for. `kept` scores end in a match, `gap` scores in a change.
 * One byte a cell remembers where both came from: bits 0–1 the gap's (0 gap up, 1 gap left, 2 kept up, 3 kept
 * left), bit 2 whether the match follows a gap.
 */
function exact(
  a: Int32Array,
  b: Int32Array,
  segment: Segment,
  options: AlignOptions,
  partners: Int32Array,
): boolean {
  const { aStart, bStart } = segment;
  const n = segment.aEnd - aStart;
  const m = segment.bEnd - bStart;
  const cells = n * m;
  if (options.budget.steps < cells) return false;
  options.budget.steps -= cells;
  const { weights, gapCost } = options;
  const width = m + 1;
  const from = new Uint8Array((n + 1) * width);
  const kept = new Int32Array(width).fill(minusInfinity);
  const gap = new Int32Array(width).fill(-gapCost);
  kept[0] = 0;
  gap[0] = minusInfinity;
  for (let j = 1; j <= m; j++) from[j] = j === 1 ? 3 : 1;
  for (let i = 1; i <= n; i++) {
    const item = a[aStart + i - 1] as number;
    const weight = weights[item] as number;
    let keptBefore = kept[0] as number; // row above, column to the left
    let gapBefore = gap[0] as number;
    kept[0] = minusInfinity;
    gap[0] = -gapCost;
    const row = i * width;
    from[row] = i === 1 ? 2 : 0;
    let keptLeft = minusInfinity;
    let gapLeft = -gapCost;
    for (let j = 1; j <= m; j++) {
      const keptUp = kept[j] as number;
      const gapUp = gap[j] as number;
      let best = gapUp;
      let source = 0;
      if (gapLeft > best) {
        best = gapLeft;
        source = 1;
      }
      if (keptUp - gapCost > best) {
        best = keptUp - gapCost;
        source = 2;
      }
      if (keptLeft - gapCost > best) {
        best = keptLeft - gapCost;
        source = 3;
      }
      let match = minusInfinity;
      if (item === b[bStart + j - 1]) {
        if (gapBefore > keptBefore) {
          match = gapBefore + weight;
          source |= 4;
        } else match = keptBefore + weight;
      }
      from[row + j] = source;
      kept[j] = keptLeft = match;
      gap[j] = gapLeft = best;
      keptBefore = keptUp;
      gapBefore = gapUp;
    }
  }
  trace(from, segment, (kept[m] as number) >= (gap[m] as number), partners);
  return true;
}

function trace(from: Uint8Array, segment: Segment, endsKept: boolean, partners: Int32Array): void {
  const { aStart, bStart } = segment;
  let i = segment.aEnd - aStart;
  let j = segment.bEnd - bStart;
  const width = j + 1;
  let inMatch = endsKept;
  while (i > 0 || j > 0) {
    const source = from[i * width + j] as number;
    if (inMatch) {
      partners[aStart + --i] = bStart + --j;
      inMatch = (source & 4) === 0;
    } else {
      const direction = source & 3;
      if (direction === 0 || direction === 2) i--;
      else j--;
      inMatch = direction >= 2;
    }
  }
}

interface Counts {
  readonly inA: Int32Array;
  readonly inB: Int32Array;
  readonly lastInB: Int32Array;
}

function count(a: Int32Array, b: Int32Array, segment: Segment, counts: Counts): void {
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    counts.inA[a[i] as number] = 0;
    counts.inB[a[i] as number] = 0;
  }
  for (let j = segment.bStart; j < segment.bEnd; j++) {
    counts.inA[b[j] as number] = 0;
    counts.inB[b[j] as number] = 0;
  }
  for (let i = segment.aStart; i < segment.aEnd; i++) (counts.inA[a[i] as number] as number)++;
  for (let j = segment.bStart; j < segment.bEnd; j++) {
    (counts.inB[b[j] as number] as number)++;
    counts.lastInB[b[j] as number] = j;
  }
}

/** Items that occur once on each side, thinned to the longest increasing chain. */
function anchors(a: Int32Array, b: Int32Array, segment: Segment, counts: Counts): readonly Pair[] {
  count(a, b, segment, counts);
  const pairs: Pair[] = [];
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    const item = a[i] as number;
    if (counts.inA[item] === 1 && counts.inB[item] === 1) pairs.push([i, counts.lastInB[item] as number]);
  }
  return longestIncreasing(pairs);
}

/** Patience sorting: piles hold the pair with the smallest end for each length. */
function longestIncreasing(pairs: readonly Pair[]): readonly Pair[] {
  const piles: number[] = [];
  const previous = new Int32Array(pairs.length);
  for (let k = 0; k < pairs.length; k++) {
    const value = (pairs[k] as Pair)[1];
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[piles[middle] as number] as Pair)[1] < value) low = middle + 1;
      else high = middle;
    }
    previous[k] = low > 0 ? (piles[low - 1] as number) : -1;
    piles[low] = k;
  }
  const chain: Pair[] = [];
  for (let k = piles.at(-1) ?? -1; k >= 0; k = previous[k] as number) chain.push(pairs[k] as Pair);
  return chain.reverse();
}

/** Myers' greedy search for the shortest script, given up when that is too long or the budget spent. */
function greedy(
  a: Int32Array,
  b: Int32Array,
  segment: Segment,
  budget: Budget,
  partners: Int32Array,
): boolean {
  const { aStart, bStart } = segment;
  const n = segment.aEnd - aStart;
  const m = segment.bEnd - bStart;
  const limit = Math.min(maxScript, n + m);
  const furthest = new Int32Array(2 * limit + 3);
  const trail: Int32Array[] = [];
  const middle = limit + 1;
  for (let d = 0; d <= limit; d++) {
    for (let k = -d; k <= d; k += 2) {
      const down =
        k === -d || (k !== d && (furthest[middle + k - 1] as number) < (furthest[middle + k + 1] as number));
      let x = down ? (furthest[middle + k + 1] as number) : (furthest[middle + k - 1] as number) + 1;
      const from = x;
      while (x < n && x - k < m && a[aStart + x] === b[bStart + x - k]) x++;
      furthest[middle + k] = x;
      budget.steps -= 1 + x - from;
      if (x >= n && x - k >= m) {
        traceScript(trail, d, segment, partners);
        return true;
      }
    }
    if (budget.steps < 0) return false;
    trail.push(furthest.slice(middle - d, middle + d + 1));
  }
  return false;
}

/** Walks back from the end; `trail[d][k + d]` is how far diagonal `k` came with `d` changes. */
function traceScript(
  trail: readonly Int32Array[],
  changes: number,
  segment: Segment,
  partners: Int32Array,
): void {
  const { aStart, bStart } = segment;
  let x = segment.aEnd - aStart;
  let k = x - (segment.bEnd - bStart);
  for (let d = changes; d > 0; d--) {
    const before = trail[d - 1] as Int32Array;
    const above = before[k + d] as number; // diagonal k + 1
    const left = before[k + d - 2] as number; // diagonal k - 1
    const down = k === -d || (k !== d && left < above);
    const from = down ? above : left + 1;
    while (x > from) {
      x--;
      partners[aStart + x] = bStart + x - k;
    }
    x = down ? above : left;
    k += down ? 1 : -1;
  }
  while (x > 0) {
    x--;
    partners[aStart + x] = bStart + x - k;
  }
}

/** The rarest item common to both sides, as one pair to split at; nothing where all are frequent. */
function rarest(a: Int32Array, b: Int32Array, segment: Segment, counts: Counts): Pair | undefined {
  count(a, b, segment, counts);
  let best: Pair | undefined;
  let occurrences = maxOccurrences;
  for (let i = segment.aStart; i < segment.aEnd; i++) {
    const item = a[i] as number;
    const inB = counts.inB[item] as number;
    const most = Math.max(inB, counts.inA[item] as number);
    if (inB === 0 || most >= occurrences) continue;
    occurrences = most;
    best = [i, counts.lastInB[item] as number];
  }
  return best;
}
