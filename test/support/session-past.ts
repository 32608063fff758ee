/**
 * What a session has been through, as far as it still decides what it does next: two that look alike now are one state
 * only where this is the same too. It is kept from outside, by who moves the server, and may tell more apart than the
 * session does, never less.
 */

import type { AnswerEvent } from '../../server/core/model.ts';
import type { SteppedConnection, SteppedRequest } from './stepped-server.ts';

export interface PastOptions {
  readonly prewarm: 'edit' | 'never';
  readonly peer: 'named' | 'silent' | 'rejected' | 'asks';
  /** What may go wrong at most, on one way. */
  readonly faults: number;
}

export interface Past {
  /** An ask has ended with this. */
  ended(end: AnswerEvent | undefined): void;
  /** An error was told of a request that could not be asked again, or of a base. */
  failed(): void;
  unmade(): void;
  /** It was sent; whether that is something the session waits behind before it makes a base. */
  sent(request: SteppedRequest, hasBase: boolean): boolean;
  /** A request ends, well or not; whether a base is wanted that the answer was to stand for. */
  over(
    request: SteppedRequest,
    on: { readonly connection: SteppedConnection; readonly isWell: boolean; readonly isAnyBase: boolean },
  ): boolean;
  /** Whether an answer is waited for that is to stand for the base. */
  hopes(): boolean;
  /** The first event of it is about to be sent, some other, or the last of an answer. */
  created(request: SteppedRequest): void;
  heard(request: SteppedRequest): void;
  completed(request: SteppedRequest, connection: SteppedConnection): void;
  rejected(): void;
  lostParent(connection: SteppedConnection): void;
  dialled(outcome: 'accepted' | 'refused'): void;
  /** By the server; `isAwaited`: somebody waits for what runs on it. */
  closed(
    connection: SteppedConnection,
    how: { readonly isRetired: boolean; readonly isAwaited: boolean },
  ): void;
  /** A connection was ended by the session itself. */
  left(): void;
  /** Somebody waits for a connection that is not there. */
  wantsConnection(why: string): void;
  /** What may have made it want a base. */
  wantsBase(why: string): void;
  /** One that was wanted has been made by now. */
  wantsNoBase(): void;
  /** Nothing came for a base for longer than one is waited for. */
  silentBase(): void;
  lanes(): 'unknown' | 'named' | 'none';
  hasGiven(connection: SteppedConnection): boolean;
  wasCreated(request: SteppedRequest): boolean;
  /** `faultsLeft`: what can still go wrong, for what only matters then. */
  state(faultsLeft: number): unknown;
}

/** Refusals in a row after which nobody waits for a connection. */
const patience = 2;

export function createPast({ peer, prewarm, faults }: PastOptions): Past {
  /** In a row: answers that failed, dials refused, connections ended without a word, bases not made. */
  let failures = 0;
  let refusals = 0;
  let hollow = 0;
  let unmade = 0;
  let lost = 0;
  let lanes: ReturnType<Past['lanes']> = peer === 'asks' ? 'named' : 'unknown';
  let isNamed = false;
  let isSilent = false;
  const connectionWanted = new Set<string>();
  const baseWanted = new Set<string>();
  const created = new WeakSet<SteppedRequest>();
  /** Connections on which a base was made and not lost. */
  const given = new WeakSet<SteppedConnection>();

  /** A whole prompt under way whose answer may stand for its base, and what became of those before. */
  let hope: { readonly isWaitedFor: boolean; isLate: boolean } | undefined;
  const outcomes: ('in time' | 'late')[] = [];
  const isFresh = ({ frame }: SteppedRequest): boolean =>
    frame.generate !== false && frame.previous_response_id === undefined && lanes !== 'none';

  function heard({ frame }: SteppedRequest): void {
    if (lanes !== 'unknown') return;
    lanes = peer === 'named' && frame.stream_id !== undefined ? 'named' : 'none';
  }

  return {
    ended(end) {
      if (end?.kind === 'done') failures = 0;
      else if (end?.kind === 'failed' && ['busy', 'model', 'protocol'].includes(end.failure.code)) failures++;
    },
    failed() {
      failures++;
    },
    unmade() {
      unmade++;
    },
    sent(request, hasBase) {
      const { frame } = request;
      if (frame.generate === false) {
        baseWanted.clear();
        return false;
      }
      if (hope && !hope.isLate) {
        hope.isLate = true;
        outcomes.push('late');
      }
      if (frame.previous_response_id !== undefined) return true;
      if (lanes === 'none' || hasBase) return false;
      const late = outcomes.filter((each) => each === 'late').length;
      hope ??= { isWaitedFor: late <= outcomes.length / 3, isLate: false };
      if (hope.isWaitedFor && !hope.isLate) return false;
      baseWanted.add('whole');
      return true;
    },
    over(request, { connection, isWell, isAnyBase }) {
      if (!isFresh(request) || peer === 'asks') return false;
      const stands = isWell && request.doubted === 'no' && prewarm === 'edit' && !isSilent;
      const ended = hope;
      hope = undefined;
      if (ended && !ended.isLate) outcomes.push(stands ? 'in time' : 'late');
      if (stands && !isAnyBase) given.add(connection);
      return ended?.isWaitedFor === true && !ended.isLate && !stands;
    },
    hopes: () => hope?.isWaitedFor === true && !hope.isLate,
    created(request) {
      created.add(request);
      if (request.parent) isNamed = true;
      heard(request);
    },
    heard,
    completed(request, connection) {
      if (request.parent) isNamed = true;
      heard(request);
      if (request.frame.generate !== false || isSilent) return;
      if (request.doubted === 'no') {
        given.add(connection);
        unmade = 0;
      } else unmade++;
    },
    rejected() {
      lanes = 'none';
    },
    lostParent(connection) {
      lost++;
      given.delete(connection);
    },
    dialled(outcome) {
      refusals = outcome === 'accepted' ? 0 : refusals + 1;
      if (outcome === 'refused') return;
      connectionWanted.clear();
      hope = undefined;
    },
    closed({ spoken }, { isRetired, isAwaited }) {
      const isHollow = !isRetired && !spoken;
      hollow = isHollow ? hollow + 1 : 0;
      if (isHollow && isAwaited) refusals = Math.max(refusals, hollow - 2) + 1;
    },
    left() {
      hollow = 0;
    },
    wantsConnection: (why) => void connectionWanted.add(why),
    wantsBase: (why) => void baseWanted.add(why),
    wantsNoBase: () => baseWanted.clear(),
    silentBase() {
      isSilent = true;
    },
    lanes: () => lanes,
    hasGiven: (connection) => given.has(connection),
    wasCreated: (request) => created.has(request),
    state: (faultsLeft) => [
      [lanes, isNamed, isSilent, Math.min(refusals, faultsLeft > 0 ? refusals : patience)],
      faultsLeft > 0 ? [failures, hollow] : [],
      [...connectionWanted].sort(),
      // The third in a row decides, and each takes a fault.
      faults > 1 ? [unmade, lost] : [],
      [...baseWanted].sort(),
      prewarm === 'edit' ? [hope, outcomes] : [],
    ],
  };
}
