/**
 * Which way a server is asked, by what is known of it. A policy without state or clock.
 *
 *   asks    it takes typed asks and keeps documents itself
 *   forks   it has lanes: a base on one, or an answer that stands for it, each request a fork of it on another
 *   linear  it has one lane: each request continues from the response before it
 *   full    it keeps nothing, or keeping does not pay: base and fork each time, always the same beginning
 */

import type { Strategy } from '../../core/model.ts';
import type { Peer } from '../peer.ts';
import type { Verdict } from './judge.ts';

/**
 * An answer has read the parent it was given, or has not, or nothing tells; `late`: its end may yet tell, and is not
 * waited for.
 */
export type Continued = 'named' | 'counted' | 'ignored' | 'untold' | 'late';

export interface Known {
  readonly peer: Peer;
  /** What became of the WebSocket, while the peer is asked over HTTP. */
  readonly fallen: string | undefined;
  readonly verdict: Verdict;
  readonly prewarm: 'edit' | 'open' | 'never';
  /** Whether its answers can be continued: not where they may be calls of a tool. */
  readonly answersStand: boolean;
}

export function chooseStrategy({ peer, fallen, verdict, prewarm, answersStand }: Known): Strategy {
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
  if (peer.continues === 'late')
    return full(
      'the end of an answer, which is to show that the server read what was to be continued, has not come yet',
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
      if (no === undefined) return { name: 'forks', reason: verdict.reason };
      return answersStand
        ? { name: 'forks', reason: `of answers alone, as ${no}; ${verdict.reason}` }
        : full(no);
    }
    default:
      return peer.lanes satisfies never;
  }
}

/** What is known after an answer of whether the server continues, by what was known before. */
export function learnt(before: Peer['continues'], how: Continued): Peer['continues'] {
  switch (how) {
    case 'ignored':
    case 'untold':
      return how;
    // Time shows nothing: what was found before, by what the server said, stands.
    case 'late':
      return before === 'unknown' || before === 'named' ? how : before;
    case 'named':
      return before === 'counted' || before === 'unknown' || before === 'late' ? how : before;
    case 'counted':
      return before === 'unknown' || before === 'late' ? how : before;
    default:
      return how satisfies never;
  }
}

/** Whether a base may be made: also before anything is known, since making one tells whether the server can. */
export function mayWarm(known: Known): boolean {
  return mayContinue(known) && known.prewarm !== 'never' && known.peer.prewarms === 'unknown';
}

/** Whether an answer may stand for a base. */
export function mayStand(known: Known): boolean {
  return mayContinue(known) && known.answersStand && known.prewarm !== 'never';
}

function mayContinue({ peer, fallen, verdict }: Known): boolean {
  return fallen === undefined && !peer.takesAsks && !continuesNever(peer) && verdict.pays;
}

/** Whether it was found, for now, that nothing continues there. */
export function continuesNever({ continues }: Pick<Peer, 'continues'>): boolean {
  return neverContinues.has(continues);
}

const neverContinues: ReadonlySet<Peer['continues']> = new Set([
  'refused',
  'forgets',
  'ignored',
  'untold',
  'late',
]);

const refusals = {
  unknown: undefined,
  refused: 'the server takes no request without an answer',
  ignored: 'the server answers also what is not to be answered',
  silent: 'the server did not say that it had read a base',
} as const;

function full(reason: string): Strategy {
  return { name: 'full', reason };
}
