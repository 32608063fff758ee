/**
 * `npm run bench -- completion [--quick] [--peers DIR]`: ghost text through the built server, on real files typed at a
 * recorded rhythm, with a model in another process; beside the two peers that npm has, where DIR holds them
 * (`tabby-agent/` with tabby-agent@1.5.0, `chat-lib/` with @vscode/chat-lib, its post-install script run).
 */

import { existsSync } from 'node:fs';
import type { Print } from '../statistics.ts';
import { startBare } from './bare.ts';
import { printComparison } from './comparison.ts';
import { startCopilot } from './copilot.ts';
import { printGrid } from './figures.ts';
import { type Cell, type Job, measureCell, measureGrid, type StartSystem, speeds } from './grid.ts';
import { journeysIn } from './journeys.ts';
import { measureKeys } from './keys.ts';
import { measureScreen } from './screen.ts';
import { startSimulation } from './simulated.ts';
import { startTabby } from './tabby.ts';
import { startWhittle } from './whittle.ts';

export interface CompletionOptions {
  readonly quick: boolean;
  /** Where the peers are installed. */
  readonly peers: string | undefined;
}

/**
 * Typed in each of the stretches, on the machine's clock: the time of the run is that of the typing. Of a file that was
 * opened a system reads once what it keeps of it, so that few keys say little of what its requests cost.
 */
const keys = { quick: 30, full: 100 };
/** The same without a clock to wait for. */
const simulatedKeys = { quick: 100, full: 300 };

/** With a model that is right half the time a few lines are a matter of luck. */
const simulatedCoins = [0, 1, 2, 3];
/** The same beside the peers: of each system several at a time, since these walks are many. */
const comparedCoins = {
  quick: [[0, 1]],
  full: [0, 4, 8, 12].map((from) => [from, from + 1, from + 2, from + 3]),
};
/** Systems that type at a time, where their milliseconds are compared, and where they are a small part of it. */
const atATime = { few: 4, many: 12 };

/** As fast as a server of the peers' own benchmarks: they wait for the whole answer, and show one line. */
const comparedTimes = { firstTokenMs: 150, tokensPerSecond: 10_000, stalls: false };

export async function benchCompletion(root: string, print: Print, options: CompletionOptions): Promise<void> {
  const size = options.quick ? 'quick' : 'full';
  await simulateGrid(root, print, simulatedKeys[size]);
  await measureKeys(root, print, options.quick);
  await measureScreen(root, print, options.quick);

  const own: StartSystem = (port) => startWhittle(root, `ws://127.0.0.1:${port}/v1/responses`);
  const others = peersIn(root, options.peers, print);
  const stalling = speeds.slice(1, 2).map((times) => ({ times: { ...times, stalls: true }, quality: 1 }));
  const ownCells = [
    ...speeds.flatMap((times) => [1, 0.5].map((quality) => ({ times, quality }))),
    ...stalling,
  ];
  const compared = [comparedTimes, ...speeds.slice(0, 2)].map((times) => ({ times, quality: 1, lines: 1 }));
  const half = { times: comparedTimes, quality: 0.5, lines: 1 };
  const jobs: readonly Job[] = [
    ...(options.quick ? ownCells.slice(2, 4) : ownCells).flatMap((cell) =>
      withFloor(cell, [own]).map((start) => ({ cell, start })),
    ),
    ...(others.length === 0 ? [] : compared)
      .filter((_, index) => !options.quick || index === 0)
      .flatMap((cell) => withFloor(cell, [own, ...others]).map((start) => ({ cell, start }))),
  ];
  const halfJobs = comparedCoins[size].flatMap((coins) =>
    (others.length === 0 ? [] : [own, ...others]).map((start) => ({ cell: half, start, coins })),
  );
  print(
    'typing a real file on this machine; peers with their delays off, all from a model that says one line',
  );
  const figures = [
    ...(await measureGrid({ root, jobs, keys: keys[size], atATime: atATime.few })),
    ...(await measureGrid({ root, jobs: halfJobs, keys: keys[size], atATime: atATime.many })),
  ];
  printGrid(figures, print);
  if (others.length === 0) return;
  print('beside the peers, with the same model on the same keys');
  printComparison(figures, print);
}

/** With a server that knows the file, where there is something to know: what it misses is the machine's doing. */
function withFloor({ times, quality }: Cell, starts: readonly StartSystem[]): readonly StartSystem[] {
  return quality === 1 && !times.stalls ? [...starts, startBare] : starts;
}

/** Every speed and quality, exact: on a virtual clock the machine's load is no part of it. */
async function simulateGrid(root: string, print: Print, typed: number): Promise<void> {
  print('typing real files, simulated, exact: the whole server and session on a virtual clock');
  const stalling = speeds.map((times) => ({ times: { ...times, stalls: true }, quality: 1 }));
  const cells = [
    ...speeds.flatMap((times) => [1, 0.7, 0.5].map((quality) => ({ times, quality }))),
    ...stalling,
  ];
  const journeys = journeysIn(root, { keys: typed, files: 4 });
  for (const cell of cells) {
    const stage = await startSimulation();
    printGrid(
      [
        await measureCell(stage, {
          cell,
          journeys,
          ...(cell.quality === 1 ? { errs: true } : { coins: simulatedCoins }),
        }),
      ],
      print,
    );
  }
}

function peersIn(root: string, peers: string | undefined, print: Print): readonly StartSystem[] {
  const missing =
    peers === undefined ? [] : ['tabby-agent', 'chat-lib'].filter((name) => !existsSync(`${peers}/${name}`));
  if (peers === undefined || missing.length > 0) {
    print(
      `NOT RUN: the peers tabby-agent and Copilot's engine${missing.length > 0 ? ` (${missing.join(', ')} missing)` : ''}. Give --peers DIR to measure them beside.`,
    );
    return [];
  }
  return [(port) => startTabby(peers, port), (port) => startCopilot(root, peers, port)];
}
