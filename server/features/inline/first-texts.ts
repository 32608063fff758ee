/** How long a model takes to its first text, of late, and from when on such a one is late. */

export interface FirstTexts {
  took(ms: number): void;
  /** Milliseconds: the share `q` took no longer. */
  within(q: number): number | undefined;
  /** Whether a model that has said nothing for so long has never taken as long of late, by far. */
  isLate(ms: number): boolean;
  clear(): void;
}

/** Answers whose time is remembered. */
const remembered = 16;
/** Fewer tell nothing: the first answers of a model may take as long as it takes to load it. */
const fewest = 3;
const leastLateMs = 2000;
const timesLate = 3;

export function createFirstTexts(): FirstTexts {
  let times: readonly number[] = [];

  return {
    took(ms) {
      times = [ms, ...times].slice(0, remembered);
    },
    within(q) {
      const sorted = times.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    },
    isLate(ms) {
      return times.length >= fewest && ms >= leastLateMs && ms > timesLate * Math.max(...times);
    },
    clear() {
      times = [];
    },
  };
}
