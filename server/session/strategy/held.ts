/**
 * Held: what the server at the other end of one connection still has of what was sent there, and by which name.
 *
 *   base:   sent ──completed──► ready ──dropped──► its lane is free when the forks under way have begun
 *   whole:  sent ──completed──► ready, where its response may stand for that of the base
 *   chain:  every response of the unnamed lane is the parent of the next one
 *
 * Laws
 * - A server keeps the newest response of each lane, in memory, as long as the connection lives. So a base has a lane
 *   of its own on which nothing else is sent, and is named as parent only while it is the newest there. So has a whole
 *   prompt whose answer stands for its base, from its end on.
 * - The lane of a base moves only when every fork of it has begun (`response.in_progress`): until then the server may
 *   not yet have looked its parent up.
 * - A chain is continued only by what it was made of: the same base, the same parameters, and no frame of it lost.
 * - A request that fails may have lost its parent on its own lane: after an error a chain starts anew.
 * - A server that ignores the parent it is given has nothing: what it answers is worth nothing either.
 */

import type { Base } from '../../core/prompt/base.ts';
import { isParentGone, type WireError } from '../protocol/error.ts';
import type { EndedBody, EventBody } from '../protocol/events.ts';
import { counts, generates, names, type Parent, tokensOf } from './belief.ts';
import type { Continued } from './choose.ts';

/** What a message holds. */
export interface Sending {
  /** `base`: only the base. `whole`: base and fork. `fork`: on a base. `next`: on the newest response of its lane. */
  readonly kind: 'base' | 'whole' | 'fork' | 'next';
  readonly base: Base;
  /** Parameters that must not change on a chain. */
  readonly shape: string;
  /** UTF-16 code units the server has read when it reads this, all of the chain. */
  readonly characters: number;
  /** What it continues from: with `fork` and `next`. */
  readonly parent?: Parent;
  /** Of a whole prompt: whether it tells nothing newer than its base, so that its response could stand for that of the base. */
  readonly isFresh?: boolean;
}

/**
 * What an answer is worth so far. `unproven`: it may have been made without its parent; `worthless`: it has ended and
 * was.
 */
export type Worth = 'sound' | 'unproven' | 'worthless';

export interface Held {
  sent(lane: string, sending: Sending): void;
  read(lane: string, body: EventBody): Worth;
  /** Whether it ends, once more, the response before: some servers say `error` and then `response.failed`. */
  isRepeated(lane: string, body: EventBody): boolean;
  /** A frame was lost that may have been part of anything under way. */
  doubt(): void;
  /** The response that is this base, where the server has it. */
  parentOf(base: Base, shape: string): Parent | undefined;
  /** The newest response of the unnamed lane, where it goes on from this base. */
  newestOf(base: Base, shape: string): Parent | undefined;
  /** Whether the server has it, or is being given it. */
  has(base: Base): boolean;
  /** It is of no more use. */
  drop(base: Base): void;
  /** Whether there is a response that what is asked about this document may go on from. */
  serves(uri: string): boolean;
}

export interface HeldOwner {
  /** Whether all that is sent is on one lane for the peer, whatever it is called here. */
  hasOneLane(): boolean;
  /** The lane is not to be used for anything else; `release` ends that. */
  keep(lane: string): void;
  release(lane: string): void;
  ready(base: Base): void;
  /**
   * A fresh whole prompt has ended: whether its response is to stand for that of its base. `beyond`: UTF-16 code units
   * that were read and written beyond the base; nothing where it cannot be continued.
   */
  stands(base: Base, beyond: number | undefined): boolean;
  /** The server says that it has a base no longer. */
  lost(): void;
  /** Whether nothing but its own word shows that an answer of this server has read its parent. */
  doubts(): boolean;
  continued(how: Exclude<Continued, 'late'>): void;
}

/** Name of the lane that has none. */
export const unnamedLane = '';

interface Running {
  readonly sending: Sending;
  /** What it was sent on: the same base may be made again meanwhile, on another lane. */
  readonly on: HeldBase | undefined;
  id: string | undefined;
  /** Its parent was named back. */
  isNamed: boolean;
  written: number;
  isGenerated: boolean;
  isDoubtful: boolean;
}

interface HeldBase {
  readonly lane: string;
  readonly shape: string;
  parent: Parent | undefined;
  /** Lanes of forks that have not begun. */
  readonly unbegun: Set<string>;
  isDropped: boolean;
}

export function createHeld(owner: HeldOwner): Held {
  const running = new Map<string, Running>();
  /** By lane, the response that ended last by an error. */
  const failedIds = new Map<string, string | undefined>();
  const bases = new Map<Base, HeldBase>();
  let newest: (Parent & Pick<Sending, 'base' | 'shape'>) | undefined;

  const isUnnamed = (lane: string): boolean => lane === unnamedLane || owner.hasOneLane();

  const free = (base: Base, held: HeldBase): void => {
    if (!held.isDropped || held.unbegun.size > 0 || running.has(held.lane)) return;
    if (bases.get(base) === held) bases.delete(base);
    if (held.lane !== unnamedLane) owner.release(held.lane);
  };

  const begun = (lane: string, { sending, on }: Running): void => {
    if (on?.unbegun.delete(lane)) free(sending.base, on);
  };

  const drop = (base: Base): void => {
    const held = bases.get(base);
    if (!held) return;
    held.isDropped = true;
    free(base, held);
  };

  const failed = (lane: string, run: Running, error: WireError | undefined): void => {
    const { kind, base } = run.sending;
    if (isUnnamed(lane)) newest = undefined;
    const isGone = error !== undefined && isParentGone(error) && (kind === 'fork' || kind === 'next');
    if ((kind === 'base' || isGone) && bases.get(base) === run.on) drop(base);
    if (isGone) owner.lost();
    stand(lane, run, undefined);
  };

  const stand = (lane: string, { sending }: Running, parent: Parent | undefined): void => {
    const { base, shape, isFresh } = sending;
    if (!isFresh || isUnnamed(lane)) return;
    const stands = owner.stands(base, parent && parent.characters - base.characters);
    if (!stands || !parent) return;
    bases.set(base, { lane, shape, parent, unbegun: new Set(), isDropped: false });
    owner.keep(lane);
  };

  const completed = (lane: string, run: Running, { outcome, response }: EndedBody): void => {
    const { kind, base, shape, characters } = run.sending;
    const id = response.id ?? run.id;
    const isUsable = id !== undefined && !run.isDoubtful && !(kind === 'base' && run.isGenerated);
    const tokens = tokensOf(response.usage);
    const parent = isUsable ? { id, characters: characters + run.written, tokens } : undefined;
    if (isUnnamed(lane)) newest = parent && { ...parent, base, shape };
    if (kind === 'whole') stand(lane, run, outcome === 'completed' ? parent : undefined);
    if (kind !== 'base') return;
    const held = bases.get(base);
    if (!held) return;
    if (!parent) {
      drop(base);
      return;
    }
    held.parent = parent;
    if (held.isDropped) free(base, held);
    else owner.ready(base);
  };

  const worthOf = (run: Running, body: EventBody): Worth => {
    const { parent, characters } = run.sending;
    if (!parent || run.isNamed) return 'sound';
    if (names(body, parent)) {
      run.isNamed = true;
      owner.continued('named');
      return 'sound';
    }
    if (body.kind !== 'ended' || body.outcome === 'failed') return owner.doubts() ? 'unproven' : 'sound';
    const { usage } = body.response;
    if (usage ? counts(usage.inputTokens, parent, characters - parent.characters) : !owner.doubts()) {
      owner.continued('counted');
      return 'sound';
    }
    owner.continued(usage && usage.inputTokens > 0 ? 'ignored' : 'untold');
    return 'worthless';
  };

  return {
    sent(lane, sending) {
      const { kind, base } = sending;
      if (kind === 'base') {
        bases.set(base, {
          lane,
          shape: sending.shape,
          parent: undefined,
          unbegun: new Set(),
          isDropped: false,
        });
        if (lane !== unnamedLane) owner.keep(lane);
      }
      const on = bases.get(base);
      if (kind === 'fork') on?.unbegun.add(lane);
      running.set(lane, {
        sending,
        on,
        id: undefined,
        isNamed: false,
        written: 0,
        isGenerated: false,
        isDoubtful: false,
      });
    },
    read(lane, body) {
      const run = running.get(lane);
      if (!run) return 'sound';
      const worth = worthOf(run, body);
      if (run.sending.kind === 'base') run.isGenerated ||= generates(body);
      switch (body.kind) {
        case 'text-delta':
          run.written += body.text.length;
          begun(lane, run);
          break;
        case 'created':
          run.id = body.id;
          break;
        case 'started':
        case 'item-added':
          begun(lane, run);
          break;
        case 'ended':
          running.delete(lane);
          begun(lane, run);
          if (body.outcome === 'failed') failed(lane, run, body.response.error);
          else if (worth === 'sound') completed(lane, run, body);
          else if (isUnnamed(lane)) newest = undefined;
          break;
        case 'error':
          running.delete(lane);
          failedIds.set(lane, run.id);
          begun(lane, run);
          failed(lane, run, body.error);
          break;
        default:
      }
      return worth;
    },
    isRepeated(lane, body) {
      if (body.kind !== 'ended' || body.response.id === undefined) return false;
      // A server without lanes has one, whatever it is called here.
      const isKnown = [...failedIds.values()].includes(body.response.id);
      return isKnown && running.get(lane)?.id === undefined;
    },
    doubt() {
      for (const run of running.values()) run.isDoubtful = true;
    },
    parentOf(base, shape) {
      const held = bases.get(base);
      return held && !held.isDropped && held.shape === shape ? held.parent : undefined;
    },
    newestOf(base, shape) {
      if (running.size > 0 || newest?.base !== base || newest.shape !== shape) return undefined;
      return newest;
    },
    has(base) {
      const held = bases.get(base);
      return (held !== undefined && !held.isDropped) || newest?.base === base;
    },
    drop,
    serves(uri) {
      if (newest?.base.uri === uri) return true;
      for (const [base, { parent, isDropped }] of bases)
        if (base.uri === uri && parent && !isDropped) return true;
      return false;
    },
  };
}
