/**
 * A session and a stepped server, as something to explore: what can happen next, what state it is in, and what must
 * hold there.
 *
 * A state is what decides what can happen from there on: of each request how far it is, how often it was sent and on
 * what; of each connection its age and what it remembers; what the session says of itself and has learnt. Requests
 * that are alike are the same; names of lanes, ids and words are not part of it, nor is time below a minute but for
 * timers that are about to run.
 *
 * Laws that are checked
 * - Whoever asked is told one end. Whom nothing hit is answered, with the words of the last attempt.
 * - From every state a server that is well again brings every request to its end; disposal does so at once, and leaves
 *   no timer, connection, dial or listener.
 * - The rules of the protocol.
 */

import { getEventListeners } from 'node:events';
import type { AnswerEvent } from '../../server/core/model.ts';
import { openSession } from '../../server/session/session.ts';
import { askDocument, completeAsk } from './asks.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import {
  connectionLimit,
  type SteppedConnection,
  type SteppedRequest,
  steppedServer,
} from './stepped-server.ts';

export interface WorldOptions {
  /** Asked at most. */
  readonly requests: number;
  /** What may go wrong at most, on one way. */
  readonly faults: number;
  /** `asks`: a gateway. The others as in `SteppedOptions`. */
  readonly peer: 'named' | 'silent' | 'rejected' | 'asks';
  readonly prewarm: 'edit' | 'never';
}

export interface World {
  /** What can happen next; of things that are alike, one. */
  possible(): readonly string[];
  /** Takes a step, and checks what holds in every state. */
  take(step: string): Promise<void>;
  state(): string;
  /** From now on the server answers all that is asked. */
  wellAgain(): Promise<void>;
  dispose(): Promise<void>;
}

interface Asked {
  readonly number: number;
  readonly events: AnswerEvent[];
  readonly abort: AbortController;
  over: boolean;
  /** Something hit it: it may fail. */
  isHarmed: boolean;
  /** Dials that were refused while it waited. */
  refusals: number;
  attempts: number;
  newest: SteppedRequest | undefined;
}

/** Until a connection to xAI makes way for another. */
const agedMs = 24 * 60_000;
/** Sums of these are no multiples of the five minutes after which an unused connection ends. */
const patienceMs = 28 * 60_000;
/** Longer than anybody waits. */
const lateMs = 34 * 60_000;
/** Shorter timers are a state's own: the next try, a pause that ends. */
const soonMs = 4_000;
/** More than any few requests need. */
const mostTurns = 300;
/** `maxOutputTokens` of the first ask: by it a request is known for its ask's. */
const firstMark = 100;

export async function openWorld(options: WorldOptions): Promise<World> {
  const clock = watchedClock();
  const takesAsks = options.peer === 'asks';
  const lanes = options.peer === 'asks' ? 'named' : options.peer;
  const server = steppedServer({ lanes, takesAsks, now: clock.now });
  const session = openSession({
    endpoint: () => Promise.resolve({ url: 'wss://api.x.ai/v1/responses', headers: {} }),
    model: { name: 'model-1', format: 'auto' },
    random: () => 0.5,
    log: () => undefined,
    clock,
    dial: server.dial,
    prewarm: () => options.prewarm,
    limits: { firstEventMs: patienceMs, completionMs: patienceMs, idleMs: patienceMs },
  });
  const document = askDocument('a');
  session.tell({ kind: 'opened', document });

  const asked: Asked[] = [];
  /** What became of connections at the age at which they make way. */
  const aged = new Map<number, 'replacing' | 'retired' | 'kept'>();
  let activeAt: number | undefined;
  let isAnySent = false;
  let newestRequest = 0;
  /** What may have made the session want a base since it sent the last. */
  const sinceBase = new Set<string>();
  /** What became of bases that were not made. */
  const troubles: string[] = [];
  let faults = 0;
  let isChanged = false;
  /** In a row: dials refused, connections ended without a word, requests failed. */
  let refused = 0;
  let hollow = 0;
  let failures = 0;
  let lost = 0;

  /** Asked again though their server goes on. */
  const dropped = new Set<SteppedRequest>();
  const requests = (): SteppedRequest[] => server.connections.flatMap((each) => [...each.requests]);
  const askOf = (request: SteppedRequest): Asked | undefined => asked[markOf(request.frame) - firstMark];
  /** Who waits for this very request; nobody for a base and for what was abandoned. */
  const waiterOf = (request: SteppedRequest): Asked | undefined => {
    const found = askOf(request);
    return found && !found.over && found.newest === request && !dropped.has(request) ? found : undefined;
  };
  const live = (): Asked[] => asked.filter(({ over }) => !over);
  const minutesSince = (at: number): number => Math.round((clock.now() - at) / 60_000);

  function noteSent(): void {
    for (const request of requests()) {
      isAnySent = true;
      if (request.number > newestRequest) {
        newestRequest = request.number;
        if (request.frame.generate === false) sinceBase.clear();
        else if (request.frame.previous_response_id === undefined) sinceBase.add('whole');
      }
      const found = askOf(request);
      if (!found || request.number <= (found.newest?.number ?? 0)) continue;
      found.newest = request;
      found.attempts++;
      activeAt = clock.now();
    }
  }

  function ask(): void {
    const number = asked.length;
    const one: Asked = {
      number,
      events: [],
      abort: new AbortController(),
      over: false,
      isHarmed: false,
      refusals: 0,
      attempts: 0,
      newest: undefined,
    };
    asked.push(one);
    const wanted = { ...completeAsk('a█'), maxOutputTokens: firstMark + number };
    if (refused >= 2 || session.status().retryAfterMs !== undefined) one.isHarmed = true;
    void (async () => {
      for await (const event of session.ask(wanted, one.abort.signal)) one.events.push(event);
      one.over = true;
    })();
  }

  function harm(request: SteppedRequest): void {
    const waiter = waiterOf(request);
    if (waiter) waiter.isHarmed = true;
  }

  /** What can be done to one request, by its server. */
  function stepsOf(request: SteppedRequest): readonly (readonly [string, Fault | 'usual', () => void])[] {
    const isBase = askOf(request) === undefined;
    if (lanes === 'rejected' && request.frame.stream_id !== undefined) {
      const error = { code: 'unknown_parameter', param: 'stream_id' };
      return [['reject the lane of', 'usual', () => request.fail(400, error)]];
    }
    const words = `t${markOf(request.frame)}`;
    const failing = (status: number, error: object) => () => {
      harm(request);
      if (isBase) troubles.push('failed');
      failures++;
      request.fail(status, { ...error });
    };
    return [
      ...(request.stage === 'sent' ? [['created', 'usual', request.created] as const] : []),
      ...(request.stage === 'worded' || isBase
        ? []
        : [['words', 'usual', () => request.word(words)] as const]),
      [
        'complete',
        'usual',
        () => {
          failures = 0;
          request.complete();
        },
      ],
      ['error', 'fault', failing(500, { code: 'server_error' })],
      ['busy', 'fault', failing(429, { code: 'rate_limit_exceeded' })],
      [
        'limit',
        'fault',
        () => {
          if (request.stage === 'worded') harm(request);
          request.fail(400, { code: connectionLimit });
        },
      ],
      ...(request.frame.previous_response_id === undefined
        ? []
        : [
            [
              'parent lost',
              'fault',
              () => {
                if (request.stage === 'worded') harm(request);
                lost++;
                request.fail(400, { code: 'previous_response_not_found', param: 'previous_response_id' });
              },
            ] as const,
          ]),
    ];
  }

  function close(connection: SteppedConnection): void {
    for (const request of connection.requests) {
      const waiter = waiterOf(request);
      const isHeard = takesAsks ? request.stage === 'worded' : request.stage !== 'sent';
      if (waiter && (isHeard || waiter.attempts > 1)) waiter.isHarmed = true;
    }
    if (!connection.spoken) {
      hollow++;
      refuse();
    } else hollow = 0;
    connection.close();
  }

  /** It is told to all who wait, and at the second time they hear of it. */
  function refuse(): void {
    refused++;
    for (const each of live()) if (++each.refusals >= 2 || refused >= 2) each.isHarmed = true;
  }

  function noteForBases(kind: string): void {
    if (['change', 'accept', 'busy', 'reject the lane of'].includes(kind)) sinceBase.add(kind);
    if (kind === 'late' && requests().some(({ frame }) => frame.generate === false)) troubles.push(kind);
  }

  /** A try for a successor has ended. */
  function replaced(outcome: 'retired' | 'kept'): void {
    for (const [number, state] of aged) if (state === 'replacing') aged.set(number, outcome);
  }

  function describe(request: SteppedRequest): unknown {
    const waiter = waiterOf(request);
    return [
      askOf(request) === undefined ? 'base' : waiter ? 'awaited' : 'tail',
      dropped.has(request),
      request.stage,
      request.doubted,
      request.cancelled,
      request.parent ? (request.parent.frame.generate === false ? 'fork' : 'next') : 'whole',
      request.frame.stream_id !== undefined,
      waiter ? [waiter.attempts, waiter.refusals, minutesSince(request.heardAt)] : [],
      // Rules for who is blamed are part of what is checked.
      waiter?.isHarmed,
    ];
  }

  function describeAsk(one: Asked): unknown {
    if (one.newest && requests().includes(one.newest) && !dropped.has(one.newest))
      return describe(one.newest);
    return ['waiting', one.attempts, one.refusals, one.isHarmed];
  }

  function describeConnection(connection: SteppedConnection): unknown {
    return [
      connection.requests
        .map(describe)
        .map((each) => JSON.stringify(each))
        .sort(),
      connection
        .remembered()
        .map(({ frame, doubted }) => `${frame.generate === false} ${doubted !== 'no'}`)
        .sort(),
      Math.min(minutesSince(connection.openedAt), agedMs / 60_000),
      connection.spoken,
      connection.limited,
      aged.get(connection.number),
    ];
  }

  /** Every step that can be taken: what it is alike to, its name, and what it does. */
  function steps(): readonly Step[] {
    const found: Step[] = [];
    const add = (
      kind: Fault | 'usual',
      name: string,
      like: () => unknown,
      take: () => void | Promise<void>,
    ): void => {
      if (kind === 'fault' && faults >= options.faults) return;
      const taken = (): void | Promise<void> => {
        if (kind === 'fault') faults++;
        return take();
      };
      found.push({ name, like, take: taken });
    };
    if (asked.length < options.requests) add('usual', 'ask', only, ask);
    for (const one of live())
      add(
        'fault',
        `abort ${one.number}`,
        () => describeAsk(one),
        () => {
          one.isHarmed = true;
          one.abort.abort();
        },
      );
    if (server.dials() > 0) {
      add('usual', 'accept', only, () => {
        replaced('retired');
        refused = 0;
        server.accept();
      });
      add('fault', 'refuse', only, () => {
        replaced('kept');
        refuse();
        server.refuse({ kind: 'http', status: 503, message: '', code: undefined, retryAfterMs: undefined });
      });
    }
    for (const connection of server.connections) {
      const { number } = connection;
      for (const request of connection.requests)
        for (const [name, kind, take] of stepsOf(request))
          add(kind, `${name} ${request.number}`, () => [number, describe(request)], take);
      add(
        'fault',
        `close ${number}`,
        () => number,
        () => close(connection),
      );
      add(
        'fault',
        `rotate ${number}`,
        () => number,
        () => {
          const [only, ...others] = connection.requests;
          // What has not begun is asked again elsewhere; on an only lane it is an error of what runs there.
          if (only && others.length === 0 && (lanes !== 'named' || only.stage === 'sent')) {
            if (only.stage === 'worded') harm(only);
            dropped.add(only);
          }
          connection.limit();
        },
      );
      if (connection.requests.length > 0)
        add(
          'fault',
          `garbage ${number}`,
          () => number,
          () => connection.raw('{'),
        );
    }
    if (server.connections.some(({ openedAt }) => clock.now() - openedAt < agedMs))
      add('fault', 'age', only, () => {
        for (const request of requests())
          if (clock.now() + agedMs - request.heardAt >= patienceMs) harm(request);
        return pass(agedMs);
      });
    if (live().length > 0)
      add('fault', 'late', only, () => {
        for (const each of live()) each.isHarmed = true;
        return pass(lateMs);
      });
    const [soonest] = clock.soon();
    if (soonest !== undefined)
      add('usual', 'a moment', only, () => {
        // What goes on where its connection is used up is not waited for any longer, and asked again only once.
        for (const { limited, requests } of server.connections)
          for (const request of limited ? requests : [])
            if (request.stage === 'worded' || (waiterOf(request)?.attempts ?? 0) > 1) harm(request);
        clock.advance(soonest);
      });
    if (options.prewarm === 'edit' && !isChanged)
      add('usual', 'change', only, () => {
        isChanged = true;
        activeAt = clock.now();
        session.tell({ kind: 'changed', uri: document.uri, version: 1, edit: [] });
      });
    return found;
  }

  function check(): void {
    for (const { number, events, over, isHarmed, newest } of asked) {
      const ends = events.filter(({ kind }) => kind === 'done' || kind === 'failed');
      const end = events.at(-1);
      const fail = (what: string): never => {
        throw new Error(`request ${number} ${what}: ${JSON.stringify(events)}`);
      };
      if (over && (ends.length !== 1 || ends[0] !== end)) fail('has not one end, the last');
      if (!over && ends.length > 0) fail('has an end and goes on');
      if (isHarmed || !over) continue;
      if (end?.kind !== 'done') fail('was hit by nothing and not answered');
      const heard = events.flatMap((event) => (event.kind === 'text' ? event.text : [])).join('');
      if (heard !== newest?.words) fail(`heard other words than "${newest?.words}"`);
    }
    if (server.violations.length > 0) throw new Error(server.violations.join(', '));
  }

  /** Every timer at its own time, and what follows from it before the next. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      const next = Math.min(clock.next(), until);
      for (const { number, openedAt } of server.connections) {
        if (openedAt + agedMs > next || aged.has(number)) continue;
        const isAlone = server.dials() === 0 && ![...aged.values()].includes('replacing');
        aged.set(number, isAlone ? 'replacing' : 'retired');
      }
      clock.advance(next - clock.now());
      await turns();
    }
  }

  async function settled(): Promise<void> {
    await turns();
    noteSent();
    check();
  }

  await settled();
  return {
    possible() {
      const likes = new Set<string>();
      return steps().flatMap(({ name, like }) => {
        const kind = `${name.replace(/ \d+$/, '')} ${JSON.stringify(like())}`;
        if (likes.has(kind)) return [];
        likes.add(kind);
        return name;
      });
    },
    async take(name) {
      const step = steps().find((each) => each.name === name);
      if (!step) throw new Error(`${name} is not possible here`);
      if (options.prewarm === 'edit') noteForBases(name.replace(/ \d+$/, ''));
      await step.take();
      await settled();
    },
    state() {
      const { retryAfterMs, strategy } = session.status();
      return JSON.stringify([
        server.connections.map(describeConnection),
        live()
          .map((one) => JSON.stringify(describeAsk(one)))
          .sort(),
        options.requests - asked.length,
        [options.faults - faults, refused, hollow, failures, lost, isChanged, server.dials()],
        [retryAfterMs === undefined ? 0 : Math.ceil(retryAfterMs / 10), strategy],
        clock.soon().map(Math.round),
        activeAt === undefined ? -1 : Math.min(5, minutesSince(activeAt)),
        isAnySent,
        [...sinceBase].sort(),
        troubles,
      ]);
    },
    async wellAgain() {
      for (let turn = 0; live().length > 0; turn++) {
        if (turn > mostTurns) throw new Error(`${live().length} requests are never answered`);
        const [next] = requests();
        const [due] = clock.due();
        if (server.dials() > 0) server.accept();
        else if (!next) clock.advance(due ?? 0);
        else if (lanes === 'rejected' && next.frame.stream_id !== undefined)
          next.fail(400, { code: 'unknown_parameter', param: 'stream_id' });
        else {
          if (next.stage === 'sent' && next.frame.generate !== false) next.word(`t${markOf(next.frame)}`);
          next.complete();
        }
        await settled();
      }
    },
    async dispose() {
      for (const each of live()) each.isHarmed = true;
      await session.dispose();
      await settled();
      if (live().length > 0) throw new Error(`${live().length} requests were left waiting by disposal`);
      const left = [clock.pending(), server.connections.length, server.dials()];
      if (left.some((count) => count > 0))
        throw new Error(`disposal left timers, connections, dials: ${left.join(', ')}`);
      const listening = asked.filter(({ abort }) => getEventListeners(abort.signal, 'abort').length > 0);
      if (listening.length > 0) throw new Error(`disposal left ${listening.length} listeners`);
    },
  };
}

const only = (): unknown => 0;

/** More than any chain of promises here is long. */
async function turns(): Promise<void> {
  for (let i = 0; i < 10; i++) await undefined;
}

interface WatchedClock extends VirtualClock {
  /** In how many milliseconds short timers are due. */
  soon(): readonly number[];
  /** When the next timer is due that is not a watch: these look after a connection, again and again. */
  next(): number;
}

function watchedClock(): WatchedClock {
  const clock = virtualClock();
  const timers = new Set<{ readonly at: number; readonly isShort: boolean }>();
  return {
    ...clock,
    after(ms, callback) {
      if (callback.name === 'check') return clock.after(ms, callback);
      const timer = { at: clock.now() + ms, isShort: ms <= soonMs };
      timers.add(timer);
      const cancel = clock.after(ms, () => {
        timers.delete(timer);
        callback();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
    soon: () =>
      [...timers].flatMap(({ at, isShort }) => (isShort ? at - clock.now() : [])).sort((a, b) => a - b),
    next: () => Math.min(Number.POSITIVE_INFINITY, ...[...timers].map(({ at }) => at)),
  };
}

type Fault = 'fault';

interface Step {
  readonly name: string;
  /** Steps of one kind with the same are alike. */
  like(): unknown;
  take(): void | Promise<void>;
}

function markOf(frame: Readonly<Record<string, unknown>>): number {
  if (frame.generate === false) return 0;
  const ask = frame.whittle_ask;
  const typed = typeof ask === 'object' && ask !== null && 'maxOutputTokens' in ask ? ask : undefined;
  return Number(typed?.maxOutputTokens ?? frame.max_output_tokens);
}
