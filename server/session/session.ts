/**
 * The model session: every model, embedded or remote, over one persistent WebSocket.
 *
 * Here the parts are joined: `pool` holds the connections, `exchange` is one ask from start to end, `request` how it
 * is put to the peer, `strategy` what of it travels and what is given ahead, `mirror` what the peer was told, `peer`
 * what is learnt about it, `circuit` whether it is left alone for a while.
 */

import type { Ask, WorkspaceEvent } from '../core/ask.ts';
import { type Behind, createBehind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { AnswerEvent, ModelFailure, ModelSession, SessionStatus } from '../core/model.ts';
import { type Bill, createAccounts } from './accounts.ts';
import type { Allowance, Cost } from './allowance.ts';
import { createCalibration } from './calibration.ts';
import { createCircuit } from './circuit.ts';
import { createDeadlines } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeLimits, ExchangeOptions, ExchangeOwner } from './exchange-owner.ts';
import {
  cancelled,
  disposed,
  errorFailure,
  type FailureContext,
  garbledFailure,
  lostFailure,
  silentFailure,
  unreachedFailure,
} from './failure.ts';
import { createMirror } from './mirror.ts';
import { createPeer } from './peer.ts';
import { Pool } from './pool.ts';
import { dollarsFor, type Price } from './price.ts';
import { textsIn } from './protocol/echo.ts';
import { noError } from './protocol/error.ts';
import { errorOf } from './protocol/events.ts';
import { maxConnectionAgeMs } from './protocol/limits.ts';
import { createRequests, mostUsage } from './request.ts';
import type { Dial } from './socket.ts';
import { isUnwell, stateOf } from './state.ts';
import { createStrategy } from './strategy/strategy.ts';

export interface SessionModel {
  readonly name: string;
  /** Value of `model.format`. */
  readonly format: string;
  readonly effort?: string;
  readonly tier?: string;
}

export interface SessionOptions {
  /** Asked anew for every connection: an embedded gateway moves when it is started again, a key may be renewed. */
  readonly endpoint: (signal: AbortSignal) => Promise<Endpoint>;
  readonly model: SessionModel;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Whom to name where something fails: the server behind a gateway of our own. */
  readonly serverUrl?: string;
  /** `createDial` of `dial.ts`, or a peer in memory. */
  readonly dial: Dial;
  /** `createHttpDial` of `http.ts`: used for the rest of the session where the WebSocket fails. */
  readonly fallback?: Dial;
  /** `now` connects at once and keeps connected; `demand`, the default, when something is told or asked. */
  readonly connect?: 'now' | 'demand';
  readonly limits?: Partial<SessionLimits>;
  /** The user's limits on what is paid for, shared by all sessions they are for; none by default. */
  readonly allowance?: Allowance;
  /** What its tokens cost. */
  readonly price?: Price;
  /** What `status` tells may have changed; called often, so it had better be quick. */
  readonly changed?: () => void;
  /** `privacy.prewarm`: from when on a server may be given a document ahead; `edit` by default. */
  readonly prewarm?: () => 'edit' | 'open' | 'never';
  /** Tokens that what is given ahead may have; those of a completion by default. */
  readonly aheadTokens?: () => number;
  /** Shared by sessions that share an allowance, so that what one has spent counts when another is asked. */
  readonly behind?: Behind;
  /** Milliseconds since 1970, for limits that are lifted at a time of day. */
  readonly epochMs?: () => number;
}

export interface SessionLimits extends ExchangeLimits {
  readonly connectMs: number;
}

/** A handshake and a loaded model's queue fit in; who asked for an edit sees it run and can cancel it. */
const firstEventMs = 30_000;
/** Nobody looks for a completion any longer, and many clients ask for no other while one is under way. */
const completionMs = 8_000;
/** As the settings' default. */
const completionTokens = 4096;
const defaultLimits: SessionLimits = { connectMs: 15_000, firstEventMs, completionMs, idleMs: 60_000 };

export function openSession(options: SessionOptions): ModelSession {
  const { clock, log, model, price = {}, changed = () => undefined } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const peer = createPeer(maxConnectionAgeMs);
  const mirror = createMirror();
  const circuit = createCircuit(clock, options.random, options.epochMs);
  const calibration = createCalibration();
  const { tokensPerEstimate } = calibration;
  const accounts = createAccounts({ clock, log, price, calibration, changed });
  let asked = 0;
  let ended = false;
  /** Why the newest ask that came to an end was not answered, where the model is at fault. */
  let unwell: ModelFailure | undefined;
  /** What became of the WebSocket, for all that was asked over HTTP before it was given another chance. */
  let fallen: string | undefined;

  const mostCost = (ask: Ask): Cost => {
    const { inputTokens, outputTokens } = mostUsage(ask, mirror, tokensPerEstimate());
    const dollars = dollarsFor({ inputTokens, outputTokens, cachedTokens: 0 }, price) ?? 0;
    return { tokens: inputTokens + outputTokens, dollars };
  };

  const context = (sent: Iterable<string> = []): FailureContext => {
    fallen = pool.fallen() ?? (pool.state() === 'ready' ? undefined : fallen);
    const known = { url: options.serverUrl ?? pool.url(), model: model.name, webSocket: fallen, sent };
    return options.epochMs ? { ...known, wallMs: options.epochMs() } : known;
  };

  const noted = (failure: ModelFailure): ModelFailure => {
    circuit.failed(failure);
    if (isUnwell(failure)) unwell = failure;
    changed();
    return failure;
  };

  /** A gateway tells what its model cost, where it cost anything. */
  const billed = (exchange: Exchange, bill: Bill): void =>
    accounts.billed(exchange, bill === 'untold' && peer.takesAsks ? 'free' : bill);

  const owner: ExchangeOwner = {
    released(exchange) {
      pool.withdraw(exchange);
    },
    ended(exchange, end) {
      accounts.ended(exchange, end);
      strategy.ended(exchange, end);
    },
    billed,
    answered() {
      circuit.answered();
      unwell = undefined;
    },
    isProvider: () => !peer.takesAsks,
    silent: (waitedMs) => noted(silentFailure(waitedMs, context())),
    unsent: (waitedMs) => pool.failure() ?? unreachedFailure(waitedMs, context()),
    unproven(exchange, waitedMs) {
      strategy.continued('late');
      return pool.elsewhere(exchange) ? undefined : noted(silentFailure(waitedMs, context()));
    },
    usedUp: (exchange) => (pool.elsewhere(exchange) ? undefined : lostFailure(context())),
    garbled: () => noted(garbledFailure(context())),
    failed(exchange, body) {
      const error = errorOf(body) ?? noError;
      const failure = errorFailure(error, context([...textsIn(exchange.ask), ...strategy.told(exchange)]));
      // The way over HTTP is none either: whoever asks later starts from the WebSocket again.
      pool.refused(error);
      return noted(failure);
    },
  };

  const deadlines = createDeadlines(clock);
  const behind = options.behind ?? createBehind();
  /** For room: who asks comes before what a connection is given ahead. */
  const freed = createBehind();
  const exchangeOptions: ExchangeOptions = { clock, behind, deadlines, limits, owner };

  const strategy = createStrategy({
    clock,
    log,
    peer,
    mirror,
    model,
    tokensPerEstimate,
    usualTokens: options.aheadTokens ?? (() => completionTokens),
    prewarm: options.prewarm ?? (() => 'edit'),
    fallen: () => pool.fallen(),
    isHeld: (base) => pool.isHeld(base),
    hasRoom: () => pool.canWarm(),
    send: (warming) => pool.warm(warming),
    drop: (base) => pool.drop(base),
    refused: (error, base) => noted(errorFailure(error, context(textsIn(base.parts)))),
    afford(inputTokens) {
      if (circuit.refusal()) return undefined;
      const dollars = dollarsFor({ inputTokens, outputTokens: 0, cachedTokens: 0 }, price) ?? 0;
      const grant = options.allowance?.take({ tokens: inputTokens, dollars });
      if (grant?.kind === 'refused') return undefined;
      return {
        notSent: () => grant?.giveBack(),
        billed: (bill) => accounts.warmed(bill, { inputTokens, grant }),
      };
    },
  });
  const requests = createRequests({ peer, mirror, model, strategy });

  const pool: Pool = new Pool({
    endpoint: options.endpoint,
    dial: options.dial,
    fallback: options.fallback,
    clock,
    behind: freed,
    random: options.random,
    log,
    peer,
    mirror,
    connectMs: limits.connectMs,
    epochMs: options.epochMs,
    warm: options.connect === 'now',
    mayAsk: () => options.allowance?.isUsedUp() !== true,
    model: model.name,
    strategy,
    frameFor(exchange, lane, held) {
      const request = requests.write(exchange, lane, held);
      if (request.kind === 'failed') {
        exchange.fail(request.failure);
        return undefined;
      }
      return {
        text: request.text,
        sent() {
          accounts.sending(exchange, request.inputTokens);
          request.sent();
        },
      };
    },
    lost: (exchange) => billed(exchange, 'untold'),
    broke: noted,
    changed,
    remedied(connection, exchange, error) {
      const change = requests.heed(exchange, error);
      if (change === 'none') return false;
      accounts.billed(exchange, 'free');
      if (change === 'elsewhere') connection.retire();
      log('debug', `model session: asking again, ${change} (${error.code ?? error.param ?? ''})`);
      pool.again(exchange);
      return true;
    },
    worthless(exchange, { usage }) {
      accounts.billed(exchange, usage ?? 'untold');
      log('debug', 'model session: answered without what it continues from; asking again with everything');
      pool.again(exchange);
    },
  });

  return {
    ask(ask: Ask, signal: AbortSignal): AsyncIterable<AnswerEvent> {
      // What an earlier answer cost counts by then.
      behind.catchUp();
      const exchange = new Exchange(ask, signal, exchangeOptions);
      const refusal = ended ? disposed : signal.aborted ? cancelled : circuit.refusal(ask.task);
      const granted = refusal ? undefined : options.allowance?.take(mostCost(ask));
      if (refusal) exchange.fail(refusal);
      else if (granted?.kind === 'refused') exchange.fail(granted.failure);
      else {
        accounts.asked(exchange, granted);
        asked++;
        pool.submit(exchange);
        exchange.listen();
        changed();
      }
      return exchange.answer;
    },
    tell(event: WorkspaceEvent): void {
      if (ended) return;
      const told = mirror.tell(event);
      if (!peer.takesAsks) strategy.tell(event);
      if (told) pool.tell(told);
    },
    status(): SessionStatus {
      behind.catchUp();
      const connection = pool.state();
      const failure = pool.failure() ?? (connection === 'ready' ? unwell : undefined);
      return {
        ...(ended ? { state: 'disposed' } : stateOf({ connection, failure, refusal: circuit.refusal() })),
        takesAsks: peer.takesAsks,
        model: model.name,
        requests: asked,
        usage: accounts.usage(),
        measured: accounts.read(),
        strategy: strategy.status(),
      };
    },
    takesAsks: () => peer.takesAsks,
    applied: accounts.applied,
    async dispose(): Promise<void> {
      ended = true;
      strategy.dispose();
      deadlines.dispose();
      const closed = pool.dispose();
      for (const each of [freed, behind]) each.catchUp();
      await closed;
    },
  };
}
