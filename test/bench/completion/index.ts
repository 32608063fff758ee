/**
 * `npm run bench -- completion [--quick] [--peers DIR]`: ghost text through the built server, on real files typed at a
 * recorded rhythm, with a model in another process; beside the two peers that npm has, where DIR holds them
 * (`tabby-agent/` with tabby-agent@1.5.0, `chat-lib/` with @vscode/chat-lib, its post-install script run).
 */

import { existsSync } from 'node:fs';
import type { Print } from '../statistics.ts';
import { startCopilot } from './copilot.ts';
import { type Cell, measureGrid, printGrid, type StartSystem, speeds } from './grid.ts';
import { measureKeys } from './keys.ts';
import { startTabby } from './tabby.ts';
import { startWhittle } from './whittle.ts';

export interface CompletionOptions {
  readonly quick: boolean;
  /** Where the peers are installed. */
  readonly peers: string | undefined;
}

const fullKeys = 170;
const quickKeys = 60;

export async function benchCompletion(root: string, print: Print, options: CompletionOptions): Promise<void> {
  const { quick, peers } = options;
  await measureKeys(root, print, quick);

  const systems: StartSystem[] = [(port) => startWhittle(root, `ws://127.0.0.1:${port}/v1/responses`)];
  const missing =
    peers === undefined ? [] : ['tabby-agent', 'chat-lib'].filter((name) => !existsSync(`${peers}/${name}`));
  if (peers === undefined || missing.length > 0) {
    print(
      `NOT RUN: the peers tabby-agent and Copilot's engine${missing.length > 0 ? ` (${missing.join(', ')} missing)` : ''}. Give --peers DIR to measure them beside.`,
    );
  } else {
    systems.push(
      (port) => startTabby(peers, port),
      (port) => startCopilot(root, peers, port),
    );
  }
  const [fast, middle, slow] = speeds;
  if (!fast || !middle || !slow) return;
  const cells: readonly Cell[] = quick
    ? [1, 0.5].map((quality) => ({ times: middle, quality }))
    : [
        ...speeds.flatMap((times) => [1, 0.7, 0.5].map((quality) => ({ times, quality }))),
        { times: { ...middle, stalls: true }, quality: 1 },
      ];
  print('typing real files; peers with their delays off');
  printGrid(await measureGrid({ root, systems, cells, keys: quick ? quickKeys : fullKeys }), print);
}
