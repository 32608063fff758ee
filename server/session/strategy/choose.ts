/**
 * Which way a server is asked, by what is known of it. A policy without state or clock.
 *
 *   asks    it takes typed asks and keeps documents itself
 *   forks   it has lanes: a base on one, each request a fork of it on another
 *   linear  it has one lane: each request continues from the response before it
 *   full    it keeps nothing, or keeping does not pay: base and fork each time, always the same beginning
 */

import type { Strategy } from '../../core/model.ts';
import type { Peer } from '../peer.ts';
import type { Verdict } from './judge.ts';

export interface Known {
  readonly peer: Peer;
  /** What became of the WebSocket, while the peer is asked over HTTP. */
  readonly fallen: string | undefined;
  readonly verdict: Verdict;
  readonly prewarm: 'edit' | 'open' | 'never';
}

export function chooseStrategy({ peer, fallen, verdict, prewarm }: Known): Strategy {
  if (fallen !== undefined) return full('over HTTP nothing is kept from one request to the next');
  if (peer.takesAsks) return { name: 'asks', reason: 'the gateway takes typed asks' };
  if (peer.continues === 'refused') return full('the server does not continue from earlier responses');
  if (peer.continues === 'forgets') return full('the server forgets what it is to continue from');
  if (peer.continues === 'ignored')
    return full('the server counted too few tokens to have read what was to be continued');
  if (peer.continues === 'untold')
    return full(
      'the server shows neither by `previous_response_id` nor by `usage` that it read what was to be continued',
    );
  if (!verdict.pays) return full(verdict.reason);
  switch (peer.lanes) {
    case 'unknown':
      return full('nothing is known of the server yet');
    case 'none':
      return { name: 'linear', reason: `the server has one lane for each connection; ${verdict.reason}` };
    case 'named': {
      if (prewarm === 'never') return full('`privacy.prewarm` is "never"');
      const no = refusals[peer.prewarms];
      return no === undefined ? { name: 'forks', reason: verdict.reason } : full(no);
    }
    default:
      return peer.lanes satisfies never;
  }
}

/** Whether a base may be made: also before anything is known, since making one tells whether the server can. */
export function mayWarm(known: Known): boolean {
  const { peer, fallen, prewarm, verdict } = known;
  return (
    fallen === undefined &&
    prewarm !== 'never' &&
    !peer.takesAsks &&
    peer.prewarms === 'unknown' &&
    !neverContinues.has(peer.continues) &&
    verdict.pays
  );
}

const neverContinues: ReadonlySet<Peer['continues']> = new Set(['refused', 'forgets', 'ignored', 'untold']);

const refusals = {
  unknown: undefined,
  refused: 'the server takes no request without an answer',
  ignored: 'the server answers also what is not to be answered',
  silent: 'the server did not say that it had read a base',
} as const;

function full(reason: string): Strategy {
  return { name: 'full', reason };
}
