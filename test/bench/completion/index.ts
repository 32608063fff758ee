/**
 * `npm run bench -- completion [--quick] [--peers DIR]`: ghost text through the built server, on real files typed at a
 * recorded rhythm, with a model in another process; beside the two peers that npm has, where DIR holds them
 * (`tabby-agent/` with tabby-agent@1.5.0, `chat-lib/` with @vscode/chat-lib, its post-install script run).
 */

import { existsSync } from 'node:fs';
import type { Print } from '../statistics.ts';
import { startCopilot } from './copilot.ts';
import { type Cell, type Job, measureGrid, printGrid, type StartSystem, speeds } from './grid.ts';
import { measureKeys } from './keys.ts';
import { startTabby } from './tabby.ts';
import { startWhittle } from './whittle.ts';

export interface CompletionOptions {
  readonly quick: boolean;
  /** Where the peers are installed. */
  readonly peers: string | undefined;
}

const fullKeys = 70;
const quickKeys = 60;

export async function benchCompletion(root: string, print: Print, options: CompletionOptions): Promise<void> {
  const { quick, peers } = options;
  await measureKeys(root, print, quick);

  const own: StartSystem = (port) => startWhittle(root, `ws://127.0.0.1:${port}/v1/responses`);
  const others: StartSystem[] = [];
  const missing =
    peers === undefined ? [] : ['tabby-agent', 'chat-lib'].filter((name) => !existsSync(`${peers}/${name}`));
  if (peers === undefined || missing.length > 0) {
    print(
      `NOT RUN: the peers tabby-agent and Copilot's engine${missing.length > 0 ? ` (${missing.join(', ')} missing)` : ''}. Give --peers DIR to measure them beside.`,
    );
  } else {
    others.push(
      (port) => startTabby(peers, port),
      (port) => startCopilot(root, peers, port),
    );
  }
  const cells: readonly Cell[] = speeds.flatMap((times, speed) =>
    (quick ? [1, 0.5] : [1, 0.7, 0.5])
      .filter(() => !quick || speed === 1)
      .map((quality) => ({ times, quality })),
  );
  const stalling = speeds.slice(1, 2).map((times) => ({ times: { ...times, stalls: true }, quality: 1 }));
  // Beside the peers where it tells most: the time of the whole run is that of the typing.
  const compared = ({ quality, times }: Cell) =>
    quality !== 0.7 && !times.stalls && times.firstTokenMs <= 250;
  const jobs: readonly Job[] = [...cells, ...(quick ? [] : stalling)].flatMap((cell) => [
    { cell, start: own },
    ...(compared(cell) ? others.map((start) => ({ cell, start })) : []),
  ]);
  print('typing real files; peers with their delays off');
  printGrid(await measureGrid({ root, jobs, keys: quick ? quickKeys : fullKeys }), print);
}
