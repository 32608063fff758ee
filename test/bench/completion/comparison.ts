/** Whittle beside the peers with the same model on the same keys, figure by figure: beaten, equal, lost to. */

import { ms, type Print } from '../statistics.ts';
import { nameOf, percent, type Summary, summaryOf } from './figures.ts';
import type { Figures } from './grid.ts';

interface Row {
  readonly name: string;
  readonly of: (summary: Summary) => number;
  readonly better: 'less' | 'more';
  readonly print: (value: number) => string;
  /** A difference that is none: the grain of what is counted, or of the machine's clock. */
  readonly grain: number;
}

const count = (digits: number) => (value: number) => value.toFixed(digits);
const less = { better: 'less' } as const;
const more = { better: 'more' } as const;

const rows: readonly Row[] = [
  { name: 'key to shown, p50', of: (s) => s.shownMs[0], ...less, print: ms, grain: 0.1 },
  { name: 'key to shown, p95', of: (s) => s.shownMs[1], ...less, print: ms, grain: 0.5 },
  { name: 'first suggestion', of: (s) => s.firstMs, ...less, print: ms, grain: 1 },
  { name: 'visible', of: (s) => s.visible, ...more, print: percent, grain: 0.001 },
  { name: 'requests per 100 keys', of: (s) => s.requestsPer100, ...less, print: count(1), grain: 0.05 },
  { name: 'abandoned requests', of: (s) => s.abandoned, ...less, print: count(0), grain: 0.5 },
  { name: 'wrong per 100 keys', of: (s) => s.wrongPer100, ...less, print: count(1), grain: 0.05 },
  { name: 'flicker', of: (s) => s.flicker, ...less, print: count(0), grain: 0.5 },
  { name: 'kept characters', of: (s) => s.kept, ...more, print: percent, grain: 0.001 },
  { name: 'requests per kept', of: (s) => s.requestsPerKept, ...less, print: count(3), grain: 0.0005 },
  { name: 'new tokens per kept', of: (s) => s.tokensPerKept, ...less, print: count(0), grain: 0.5 },
  { name: 'memory', of: (s) => s.memoryMb, ...less, print: (mb) => `${mb.toFixed(0)} MB`, grain: 1 },
];

export function printComparison(figures: readonly Figures[], print: Print): void {
  const isPeer = ({ system }: Figures) => system !== 'Whittle' && system !== bareName;
  for (const own of figures.filter(({ system }) => system === 'Whittle')) {
    const peers = figures.filter((other) => isPeer(other) && other.cell === own.cell);
    if (peers.length === 0) continue;
    print(`  ${nameOf(own.cell)}`);
    const mine = summaryOf(own);
    const theirs = peers.map((peer) => [peer.system, summaryOf(peer)] as const);
    for (const row of rows) {
      const value = row.of(mine);
      const verdicts = theirs.map(([name, summary]) =>
        `${name} ${row.print(row.of(summary))}: ${verdict(row, value, row.of(summary))}`.padEnd(36),
      );
      print(`    ${row.name.padEnd(24)} ${row.print(value).padEnd(12)} ${verdicts.join('')}`.trimEnd());
    }
  }
}

/** What the server calls itself that knows the file: no peer. */
export const bareName = 'bare server';

function verdict({ better, grain }: Row, own: number, other: number): 'beaten' | 'equal' | 'LOST' {
  const ahead = better === 'less' ? other - own : own - other;
  if (ahead > grain) return 'beaten';
  return ahead >= -grain ? 'equal' : 'LOST';
}
