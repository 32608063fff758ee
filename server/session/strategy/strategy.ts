/**
 * Strategy: what a server is sent of each prompt, and what it is given ahead. Here the parts are joined: `bases` are
 * the prompts' beginnings, `words` puts asks on them, `warmer` says when one is made, `judge` whether it pays,
 * `choose` what follows from all that is known of the server.
 *
 * Laws
 * - A base that is lost costs one whole resend at once, and no failure: whoever asked notices nothing.
 * - A server that loses bases again and again, refuses to make one or answers it is not given any more.
 * - A peer that takes asks needs none of this, and nothing here costs it anything.
 */

import type { WorkspaceEvent } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Strategy } from '../../core/model.ts';
import type { Base } from '../../core/prompt/base.ts';
import { toolOf } from '../../core/prompt/render.ts';
import type { AnswerEnd } from '../accounts.ts';
import type { Exchange } from '../exchange.ts';
import type { Mirror } from '../mirror.ts';
import type { Peer } from '../peer.ts';
import { baseFrame, createWriter, type ModelParameters } from '../protocol/create.ts';
import type { WireError } from '../protocol/error.ts';
import { remedyFor } from '../remedy.ts';
import { createBases } from './bases.ts';
import { type Continued, chooseStrategy, type Known, learnt, mayStand, mayWarm } from './choose.ts';
import { type Held, type Sending, unnamedLane } from './held.ts';
import { createHopes } from './hopes.ts';
import { createJudge } from './judge.ts';
import { createLosses } from './losses.ts';
import { createRetrial } from './retrial.ts';
import { createSuspicion } from './suspicion.ts';
import { createWarmer, type Making } from './warmer.ts';
import { type BaseCost, billOf, Warming, type WarmingOutcome } from './warming.ts';
import { type Built, createWords } from './words.ts';

export interface StrategyOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly peer: Peer;
  readonly mirror: Mirror;
  readonly model: ModelParameters & { readonly format: string };
  readonly tokensPerEstimate: () => number;
  /** Tokens a base is made for before anything was asked. */
  readonly usualTokens: () => number;
  readonly prewarm: () => 'edit' | 'open' | 'never';
  /** What became of the WebSocket, while the peer is asked over HTTP. */
  readonly fallen: () => string | undefined;
  readonly isHeld: (base: Base) => boolean;
  /** Whether there is a connection with room for a base. */
  readonly hasRoom: () => boolean;
  /** Gives it to a connection with room for it, where there is one. */
  readonly send: (warming: Warming) => boolean;
  readonly drop: (base: Base) => void;
  /** Asks to spend about so many tokens on a base; nothing where that is not allowed now. */
  readonly afford: (tokens: number) => BaseCost | undefined;
  /** The server refused a base with what it would tell any request. */
  readonly refused: (error: WireError, base: Base) => void;
}

export interface StrategyParts {
  tell(event: WorkspaceEvent): void;
  /** An ask in words, for this lane of the connection that has this; `sent` is called when it goes out. */
  write(exchange: Exchange, lane: string | undefined, held: Held): Written;
  /** The message that makes a base. */
  writeBase(base: Base, lane: string | undefined, held: Held): string;
  /** Takes to heart that the server does not continue, or `perhaps`; whether the exchange is to be asked whole. */
  heed(exchange: Exchange, remedy: 'full' | 'no-chain' | 'perhaps'): boolean;
  ended(exchange: Exchange, end: AnswerEnd): void;
  ready(base: Base): void;
  /** As in `HeldOwner`. */
  stands(base: Base, beyond: number | undefined): boolean;
  lost(): void;
  continued(how: Continued): void;
  /** A connection has opened in place of another. */
  opened(): void;
  roomy(): void;
  /** What the server knew when it read the exchange's last message: the texts of the bases in use, and of its own. */
  told(exchange: Exchange): readonly string[];
  status(): Strategy;
  dispose(): void;
}

export type Written =
  | Exclude<Built, { kind: 'text' }>
  | (Extract<Built, { kind: 'text' }> & { sent(): void });

/** Bases in a row that were not made: the next would not be either. */
const mostInVain = 3;

export function createStrategy(options: StrategyOptions): StrategyParts {
  const { clock, log, peer, mirror, model, tokensPerEstimate, isHeld } = options;
  const judge = createJudge(clock);
  const losses = createLosses();
  const retried = createRetrial(clock, peer);
  const sentAs = new WeakMap<Exchange, Sending['kind']>();
  const sentOn = new WeakMap<Exchange, Base>();
  let unmadeInRow = 0;

  // Behind a call of a tool a provider wants the tool's answer first: such an answer cannot be continued.
  const answersStand = !toolOf(model.format);
  const suspicion = createSuspicion(!answersStand);
  const known = (): Known => ({
    peer,
    fallen: options.fallen(),
    verdict: judge.verdict(),
    prewarm: options.prewarm(),
    answersStand,
  });
  const strategy = (): Strategy => chooseStrategy(known());

  const bases = createBases({
    mirror,
    tokensPerEstimate,
    usualTokens: options.usualTokens,
    dropped: options.drop,
  });
  const writer = createWriter(model);
  const hopes = createHopes();
  const isServed = (base: Base): boolean => hopes.has(base) || isHeld(base);
  const served = { bases, isServed, answersStand };
  const words = createWords({ peer, format: model.format, writer, tokensPerEstimate, ...served });
  const warmer = createWarmer({
    clock,
    bases,
    isServed,
    mayWarm: () => mayWarm(known()),
    prewarm: options.prewarm,
    hasRoom: options.hasRoom,
    make,
  });

  function make(base: Base): Making {
    const cost = options.afford(base.tokens);
    if (!cost) return 'barred';
    const warming = new Warming(base, clock, (outcome) => {
      cost.billed(billOf(outcome));
      warmed(base, outcome);
    });
    if (options.send(warming)) return 'sent';
    cost.notSent();
    return 'full';
  }

  function warmed(base: Base, outcome: WarmingOutcome): void {
    switch (outcome.kind) {
      case 'made':
        judge.warmed(outcome.usage);
        if (isHeld(base)) unmadeInRow = 0;
        else unmade(base);
        return;
      case 'answered':
        judge.warmed(outcome.usage);
        peer.prewarms = 'ignored';
        bases.failed(base);
        return;
      case 'refused':
        refusedBase(base, outcome.error);
        return;
      case 'silent':
        peer.prewarms = 'silent';
        bases.failed(base);
        return;
      case 'gone':
        bases.failed(base);
        return;
      default:
        outcome satisfies never;
    }
  }

  function unmade(base: Base): void {
    bases.failed(base);
    if (++unmadeInRow >= mostInVain) peer.prewarms = 'silent';
  }

  function refusedBase(base: Base, error: WireError | undefined): void {
    bases.failed(base);
    const remedy = error && remedyFor(error);
    switch (remedy?.kind) {
      case 'no-prewarm':
        peer.prewarms = 'refused';
        break;
      case 'no-lanes':
        peer.lanes = 'none';
        warmer.again(base);
        break;
      case 'without':
        if (peer.without.has(remedy.field)) unmade(base);
        else {
          peer.without.add(remedy.field);
          warmer.again(base);
        }
        break;
      default:
        unmade(base);
        if (error) options.refused(error, base);
    }
    log('debug', `model session: the server took no base (${error?.code ?? error?.param ?? 'failed'})`);
  }

  function sent(
    exchange: Exchange,
    { sending, drift, missed, isOutgrown }: Extract<Built, { kind: 'text' }>,
    { lane, held }: { readonly lane: string | undefined; readonly held: Held },
  ): void {
    const { kind, base } = sending;
    sentAs.set(exchange, kind);
    sentOn.set(exchange, base);
    // While the server reads: what is asked next is compared with it, by lines.
    void base.text.lineStarts;
    held.sent(lane ?? unnamedLane, sending);
    hopes.asked(base);
    if (kind !== 'whole') {
      warmer.forked(drift);
      return;
    }
    // With one lane the answer itself is what the next one continues from.
    if (peer.lanes === 'none') return;
    if (isOutgrown) held.drop(base);
    if (held.has(base)) return;
    if (sending.isFresh) hopes.begin(base);
    warmer.sentWhole(base, missed);
  }

  return {
    tell: warmer.tell,
    write(exchange, lane, held) {
      const wanted = strategy().name;
      const isWhole = suspicion.isWhole(exchange) || (wanted === 'forks' && judge.wantsWhole());
      const name = isWhole ? 'full' : wanted;
      const chooses = !suspicion.isUnchosen(exchange);
      const built = words(exchange.ask, { strategy: name, lane, held, chooses });
      if (built.kind === 'failed') return built;
      return { ...built, sent: () => sent(exchange, built, { lane, held }) };
    },
    writeBase(base, lane, held) {
      const { characters } = base;
      const shape = writer.shape(peer.without);
      held.sent(lane ?? unnamedLane, { kind: 'base', base, shape, characters });
      return JSON.stringify(baseFrame(base.parts, { model, lane, without: peer.without }));
    },
    heed(exchange, remedy) {
      const kind = sentAs.get(exchange);
      if (kind !== 'fork' && kind !== 'next') return false;
      if (remedy === 'perhaps') return suspicion.refused(exchange);
      if (remedy === 'no-chain') peer.continues = 'refused';
      return true;
    },
    ended(exchange, end) {
      const kind = sentAs.get(exchange);
      if (kind === undefined || end.kind !== 'done') return;
      retried();
      const way = kind === 'whole' ? 'whole' : 'continued';
      if (way === 'continued') losses.kept();
      const shown = suspicion.answered(exchange, way);
      if (shown === 'continues-never') peer.continues = 'refused';
      else if (shown === 'continues-unchosen') peer.without.add('tool_choice');
      if (exchange.attempts !== 1) return;
      const { sent, firstText } = end.timing;
      const firstTextMs = sent === undefined || firstText === undefined ? undefined : firstText - sent;
      judge.observe({ way, usage: end.usage, firstTextMs });
    },
    ready: bases.ready,
    stands(base, beyond) {
      const stands = beyond !== undefined && mayStand(known()) && bases.stands(base, beyond);
      if (hopes.ended(base, stands) && !stands) warmer.unserved(base);
      if (!stands || isHeld(base)) return false;
      bases.stood(base, beyond);
      return true;
    },
    lost() {
      if (losses.lost()) peer.continues = 'forgets';
      log('debug', 'model session: the server lost a base; sending everything');
    },
    continued(how) {
      peer.continues = learnt(peer.continues, how);
    },
    opened() {
      // What another connection has begun to answer stands for nothing on this one.
      for (const base of bases.inUse()) hopes.forget(base);
      warmer.opened();
    },
    roomy: warmer.roomy,
    told(exchange) {
      const own = sentOn.get(exchange);
      const known = new Set([...bases.inUse(), ...(own ? [own] : [])]);
      return [...known].flatMap(({ parts }) => parts.map(({ text }) => text));
    },
    status: strategy,
    dispose: warmer.dispose,
  };
}
