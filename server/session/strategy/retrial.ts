/**
 * Retrial: when it is tried again to continue with a server that was found not to: another one may stand behind the
 * same address by now, or it had a bad hour. One that still does not shows that by one request, which is asked anew.
 */

import type { Clock } from '../../core/clock.ts';
import type { Peer } from '../peer.ts';
import { continuesNever } from './choose.ts';

/** Both must have gone by: who asks seldom pays for few trials, who asks often for one in a while. */
const restMs = 10 * 60_000;
const restRequests = 50;

/** Called with every answer. */
export function createRetrial(clock: Clock, peer: Pick<Peer, 'continues'>): () => void {
  let found: Peer['continues'] | undefined;
  let foundAt = 0;
  let requests = 0;
  return () => {
    if (peer.continues !== found) {
      found = peer.continues;
      foundAt = clock.now();
      requests = 0;
    }
    requests++;
    if (requests < restRequests || !continuesNever(peer) || clock.now() - foundAt < restMs) return;
    peer.continues = 'unknown';
    // It may be found at once, before anything else is answered.
    found = undefined;
  };
}
