/** `npm run bench -- gateway`: what the gateway costs, and what it saves. */

import type { Print } from '../statistics.ts';
import { benchIdleSessions } from './idle.ts';
import { benchGatewayLatency } from './latency.ts';
import { benchPrefix } from './prefix.ts';

export async function benchGateway(root: string, print: Print): Promise<void> {
  await benchGatewayLatency(root, print);
  await benchIdleSessions(root, print);
  await benchPrefix(root, print);
}
