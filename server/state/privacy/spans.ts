/** Sorted spans that lie apart, searched by halves: a text may hold tens of thousands of secrets. */

import type { Span } from './scan.ts';

/** The index of the first of the sorted spans that ends at `offset` or behind it. */
export function firstEndingFrom(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span).end < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one of the sorted secrets overlaps `[start, end)`. */
export function meets(secrets: readonly Span[], start: number, end: number): boolean {
  const first = secrets[firstEndingFrom(secrets, start + 1)];
  return first !== undefined && first.start < end;
}
