/** `npm run bench -- gateway`: what the gateway costs, and what it saves. */

import type { Print } from '../statistics.ts';
import { benchPrefix } from './prefix.ts';

export async function benchGateway(root: string, print: Print): Promise<void> {
  await benchPrefix(root, print);
}
