/** Figures of a benchmark: always beside a baseline of the same run, because machines differ and are noisy. */

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export type Print = (line: string) => void;

/** One row: what was measured, the figure, the budget where there is one. */
export function row(print: Print, what: string, measured: string, budget = ''): void {
  print(`  ${what.padEnd(58)} ${measured.padEnd(34)} ${budget}`);
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
