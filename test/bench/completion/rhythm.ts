/** Typing as it was recorded: intervals between keys inside runs of typing, drawn from their quantiles, and seeded. */

/** Quantiles of 1,542 intervals in recorded VS Code sessions, in milliseconds; the ends are taken straight. */
const quantiles: readonly (readonly [share: number, ms: number])[] = [
  [0, 30],
  [0.1, 45],
  [0.25, 69],
  [0.5, 91],
  [0.75, 136],
  [0.9, 203],
  [0.95, 293],
  [1, 420],
];

/** Mulberry32: the same numbers at every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function intervalMs(random: () => number): number {
  const share = random();
  for (let i = 1; i < quantiles.length; i++) {
    const [to, high] = quantiles[i] as readonly [number, number];
    const [from, low] = quantiles[i - 1] as readonly [number, number];
    if (share <= to) return low + ((share - from) / (to - from)) * (high - low);
  }
  return 420;
}
