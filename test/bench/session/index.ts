/**
 * `npm run bench -- session [--quick] [--part NAME]`: our session against the official client over HTTPS and server-sent events
 * with the whole context in every request. One fake model behind both, the same TLS, the same network in between,
 * their turns interleaved. Below both: the least that HTTPS can cost, and a bare warm WebSocket.
 */

import type { Print } from '../statistics.ts';
import { benchAfterPause } from './after-pause.ts';
import { benchAsking } from './asking.ts';
import { benchFirstToken } from './first-token.ts';
import { startLaboratory } from './laboratory.ts';
import { benchLanes, benchMemory } from './load.ts';
import { benchBackToBack } from './round-trip.ts';
import { benchTokens } from './tokens.ts';
import { benchTyping } from './typing.ts';

/** `npm run bench -- ask [--quick]`: that part alone. */
export async function benchAsk(
  root: string,
  print: Print,
  options: Pick<SessionBenchOptions, 'quick'>,
): Promise<void> {
  const laboratory = await startLaboratory(root);
  try {
    await benchAsking(laboratory, print, options);
  } finally {
    await laboratory.stop();
  }
}

export interface SessionBenchOptions {
  /** Fewer of everything: to see that it runs. */
  readonly quick: boolean;
  /** All of them by default. */
  readonly part?: string | undefined;
}

const parts = {
  'back-to-back': benchBackToBack,
  'after-pause': benchAfterPause,
  'first-token': benchFirstToken,
  typing: benchTyping,
  tokens: benchTokens,
  lanes: benchLanes,
  memory: benchMemory,
} as const;

export async function benchSession(root: string, print: Print, options: SessionBenchOptions): Promise<void> {
  const wanted = Object.entries(parts).filter(([name]) => name === (options.part ?? name));
  if (wanted.length === 0) {
    print(`There is no part ${options.part}; there are ${Object.keys(parts).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const laboratory = await startLaboratory(root);
  try {
    print(
      'session against the official client over HTTPS + SSE with the whole context: one model, TLS and network',
    );
    if (!(await laboratory.verifies())) throw new Error('A certificate that nobody vouches for was taken.');
    for (const [, part] of wanted) await part(laboratory, print, options);
  } finally {
    await laboratory.stop();
  }
}
