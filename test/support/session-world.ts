/**
 * A session and a stepped server, as something to explore: what can happen next, what state it is in, and what must
 * hold there.
 *
 * A state is what decides what can happen from there on: of each request how far it is, how often it was sent and on
 * what; of each connection its age and what it remembers; what the session says of itself and has learnt, and what of
 * its past it still acts on (`session-past.ts`). Requests
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
import { idleMs } from '../../server/session/strategy/warmer.ts';
import { askDocument, completeAsk } from './asks.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { createPast } from './session-past.ts';
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
  /** On this machine nobody suspects that the network was changed under a connection. */
  readonly place: 'here' | 'elsewhere';
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
  /** Its end was looked at. */
  isNoted: boolean;
  isQueued: boolean;
  /** Since when it waits for a connection, or has. */
  waitingSince: number | undefined;
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
/** So long a base is waited for. */
const mostBaseMs = 30_000;
/** After so long a base is made, as the session does it: right behind an edit. */
const firstBaseMs = 10;
/** More than any few requests need. */
const mostTurns = 300;
/** `maxOutputTokens` of the first ask: by it a request is known for its ask's. */
const firstMark = 100;

const urls = { here: 'wss://localhost/v1/responses', elsewhere: 'wss://api.x.ai/v1/responses' };

export async function openWorld(options: WorldOptions): Promise<World> {
  const clock = watchedClock();
  const takesAsks = options.peer === 'asks';
  const lanes = options.peer === 'asks' ? 'named' : options.peer;
  const server = steppedServer({ lanes, takesAsks, now: clock.now });
  const session = openSession({
    endpoint: () => Promise.resolve({ url: urls[options.place], headers: {} }),
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
  const past = createPast(options);
  let faults = 0;
  let isChanged = false;
  /** Dials refused in a row, and connections that ended without a word. */
  let refused = 0;
  /** Numbers of connections that are open, and of those that their server ends. */
  let open: readonly number[] = [];
  const closedByServer = new Set<number>();
  /** When the dial that waits began, and those that were accepted. */
  let dialAt: number | undefined;
  const dialledAt = new Map<number, number>();
  /** A base waits until nobody types. */
  let waitsForIdle = false;

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

  const isRetired = ({ number, limited }: SteppedConnection): boolean =>
    limited || aged.get(number) === 'retired';
  const isWaiting = ({ newest }: Asked): boolean =>
    newest === undefined || dropped.has(newest) || !requests().includes(newest);
  /** Whether a base is there, or on its way. */
  const hasBase = (connection: SteppedConnection, before?: SteppedRequest): boolean =>
    past.hasGiven(connection) ||
    connection.requests.some(
      ({ frame, number }) =>
        frame.generate === false && number < (before?.number ?? Number.POSITIVE_INFINITY),
    );
  const isAnyBase = (): boolean => server.connections.some((each) => !isRetired(each) && hasBase(each));
  const hasRoom = (): boolean =>
    server.connections.some(
      (each) =>
        !isRetired(each) && (past.lanes() === 'named' || each.requests.every((one) => dropped.has(one))),
    );

  function noteSent(): void {
    const sent = server.connections.flatMap((connection) =>
      connection.requests
        .filter(({ number }) => number > newestRequest)
        .map((request) => ({ request, connection })),
    );
    // One step may have sent several, the first of them on the newest connection.
    for (const { request, connection } of sent.sort((a, b) => a.request.number - b.request.number)) {
      isAnySent = true;
      newestRequest = request.number;
      const isWaitedBehind = past.sent(request, hasBase(connection, request));
      if (isWaitedBehind) activeAt = clock.now();
      const found = askOf(request);
      if (!found) continue;
      found.newest = request;
      if (found.attempts++ > 0 && !found.isQueued) found.waitingSince = clock.now();
    }
  }

  /** `isPumped`: the step was one that has the session look what there is room for. */
  function noteRest(isPumped: boolean): void {
    for (const one of asked) {
      const waits = !one.over && isWaiting(one);
      if (waits && !one.isQueued) one.waitingSince = clock.now();
      one.isQueued = waits;
      if (!one.over || one.isNoted) continue;
      one.isNoted = true;
      past.ended(one.events.at(-1));
    }
    const numbers = server.connections.map(({ number }) => number);
    if (open.some((number) => !numbers.includes(number) && !closedByServer.has(number))) past.left();
    open = numbers;
    dialAt = server.dials() > 0 ? (dialAt ?? clock.now()) : undefined;
    if (requests().some((each) => !askOf(each) && clock.now() - each.heardAt >= mostBaseMs))
      past.silentBase();
    const waitedForIdle = waitsForIdle;
    waitsForIdle = clock.running().some(([, ms]) => ms === idleMs);
    if (waitedForIdle && !waitsForIdle) past.wantsBase('idle');
    if (live().some(isWaiting)) past.wantsConnection('an ask');
    else if (hasRoom() && (isPumped || clock.running().every(([, ms]) => ms !== firstBaseMs)))
      past.wantsNoBase();
  }

  function ask(): void {
    const number = asked.length;
    const one: Asked = {
      number,
      events: [],
      abort: new AbortController(),
      over: false,
      isNoted: false,
      isQueued: false,
      waitingSince: undefined,
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

  /** What goes on where its connection is used up is not waited for any longer, and asked again only once. */
  function harmUsedUp(): void {
    for (const { limited, requests } of server.connections)
      for (const request of limited ? requests : [])
        if (request.stage === 'worded' || (waiterOf(request)?.attempts ?? 0) > 1) harm(request);
  }

  /** The patience of who waited for a connection has begun with that, until the server says something. */
  function waitedSince(request: SteppedRequest): number {
    const since = request.stage === 'sent' ? waiterOf(request)?.waitingSince : undefined;
    return since ?? request.heardAt;
  }

  function harm(request: SteppedRequest): void {
    const waiter = waiterOf(request);
    if (waiter) waiter.isHarmed = true;
  }

  /** What can be done to one request, by its server. */
  function stepsOf(
    request: SteppedRequest,
    connection: SteppedConnection,
  ): readonly (readonly [string, Fault | 'usual', () => void])[] {
    const isBase = askOf(request) === undefined;
    const isAwaited = connection.requests.some((each) => waiterOf(each));
    const over = (isWell: boolean): void => {
      if (past.over(request, { connection, isWell, isAnyBase: isAnyBase() })) activeAt = clock.now();
    };
    if (lanes === 'rejected' && request.frame.stream_id !== undefined) {
      const error = { code: 'unknown_parameter', param: 'stream_id' };
      const reject = (): void => {
        if (isBase || waiterOf(request)) past.rejected();
        request.fail(400, error);
      };
      return [['reject the lane of', 'usual', reject]];
    }
    const words = `t${markOf(request.frame)}`;
    const failing = (status: number, error: object) => () => {
      harm(request);
      over(false);
      if (isBase) {
        past.failed();
        past.unmade();
      }
      request.fail(status, { ...error });
    };
    return [
      ...(request.stage === 'sent'
        ? [
            [
              'created',
              'usual',
              () => {
                if (!dropped.has(request)) past.created(request);
                request.created();
              },
            ] as const,
          ]
        : []),
      ...(request.stage === 'worded' || isBase
        ? []
        : [
            [
              'words',
              'usual',
              () => {
                if (!dropped.has(request)) past.heard(request);
                request.word(words);
              },
            ] as const,
          ]),
      [
        'complete',
        'usual',
        () => {
          if (!dropped.has(request)) {
            past.completed(request, connection);
            over(true);
          }
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
          // Where nobody waits there, the connection ends before that is heard.
          if (isBase && isAwaited) past.unmade();
          if (isAwaited) over(false);
          if ((isBase && isAwaited) || (waiterOf(request) && request.stage === 'worded')) past.failed();
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
                past.lostParent(connection);
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
    const awaited = connection.requests.flatMap((request) => waiterOf(request) ?? []);
    past.closed(connection, { isRetired: isRetired(connection), isAwaited: awaited.length > 0 });
    if (!connection.spoken && !isRetired(connection) && awaited.length > 0) refuse(awaited);
    closedByServer.add(connection.number);
    connection.close();
  }

  /** It is told to all who wait, and at the second time they hear of it. */
  function refuse(also: readonly Asked[] = []): void {
    refused++;
    for (const each of live()) if (isWaiting(each) || also.includes(each)) each.refusals++;
    for (const each of live()) if (each.refusals >= 2 || refused >= 2) each.isHarmed = true;
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
      // The patience of who waited for a connection has begun with that.
      waiter?.waitingSince !== undefined && request.stage === 'sent' ? minutesSince(waiter.waitingSince) : 0,
      // By that alone it is known that its parent was read.
      request.parent !== undefined && past.wasCreated(request),
      // Rules for who is blamed are part of what is checked.
      waiter?.isHarmed,
    ];
  }

  function describeAsk(one: Asked): unknown {
    if (one.newest && requests().includes(one.newest) && !dropped.has(one.newest))
      return describe(one.newest);
    return [
      'waiting',
      one.attempts,
      one.refusals,
      one.isHarmed,
      one.waitingSince === undefined ? 0 : minutesSince(one.waitingSince),
    ];
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
      past.hasGiven(connection),
      Math.min(minutesSince(dialledAt.get(connection.number) ?? 0), agedMs / 60_000),
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
        past.dialled('accepted');
        past.wantsBase(`accept ${isAnyBase()} ${activeAt !== undefined && minutesSince(activeAt) < 5}`);
        refused = 0;
        server.accept();
        for (const { number } of server.connections)
          if (!dialledAt.has(number)) dialledAt.set(number, dialAt ?? clock.now());
        dialAt = undefined;
      });
      add('fault', 'refuse', only, () => {
        replaced('kept');
        past.dialled('refused');
        refuse();
        server.refuse({ kind: 'http', status: 503, message: '', code: undefined, retryAfterMs: undefined });
      });
    }
    for (const connection of server.connections) {
      const { number } = connection;
      for (const request of connection.requests)
        for (const [name, kind, take] of stepsOf(request, connection))
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
        harmUsedUp();
        for (const request of requests())
          if (clock.now() + agedMs - waitedSince(request) >= patienceMs) harm(request);
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
        harmUsedUp();
        clock.advance(soonest);
      });
    if (options.prewarm === 'edit' && !isChanged)
      add('usual', 'change', only, () => {
        isChanged = true;
        activeAt = clock.now();
        past.wantsBase(`change ${isAnyBase()} ${past.hopes()}`);
        if (server.connections.length === 0) past.wantsConnection('a change');
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
      noteSent();
      noteRest(false);
    }
  }

  async function settled(isPumped = false): Promise<void> {
    await turns();
    noteSent();
    noteRest(isPumped);
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
      if (/^(busy|reject)/.test(name)) past.wantsBase('again');
      await step.take();
      await settled(!/^(change|a moment|age|late|abort)/.test(name));
    },
    state() {
      const { retryAfterMs, strategy, state, message } = session.status();
      return JSON.stringify([
        server.connections.map(describeConnection),
        live()
          .map((one) => JSON.stringify(describeAsk(one)))
          .sort(),
        options.requests - asked.length,
        [options.faults - faults, refused, isChanged, server.dials()],
        [retryAfterMs === undefined ? 0 : Math.ceil(retryAfterMs / 10), strategy, state, message],
        past.state(options.faults - faults),
        clock.running(),
        activeAt === undefined ? -1 : Math.min(5, minutesSince(activeAt)),
        // What is put off while somebody types is put off from the last that was done.
        activeAt === undefined || clock.running().length === 0
          ? 0
          : Math.min(idleMs, Math.round(clock.now() - activeAt)),
        isAnySent,
        dialAt === undefined ? 0 : Math.min(minutesSince(dialAt), agedMs / 60_000),
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
  /** The same, each with how long it was set for, by which one timer is known from another. */
  running(): readonly (readonly [name: string, ms: number, leftMs: number])[];
  /** When the next timer is due that is not a watch: these look after a connection, again and again. */
  next(): number;
}

function watchedClock(): WatchedClock {
  const clock = virtualClock();
  interface Timer {
    readonly at: number;
    /** How long it, or the one it goes on from, was set for. */
    readonly ms: number;
    readonly isShort: boolean;
    readonly name: string;
  }
  let running: Timer | undefined;
  const timers = new Set<Timer>();
  const soon = (): Timer[] => [...timers].filter(({ isShort }) => isShort).sort((a, b) => a.at - b.at);
  return {
    ...clock,
    after(ms, callback) {
      if (callback.name === 'check') return clock.after(ms, callback);
      const { name } = callback;
      const timer = {
        at: clock.now() + ms,
        ms: running?.name === name ? running.ms : ms,
        isShort: ms <= soonMs,
        name,
      };
      timers.add(timer);
      const cancel = clock.after(ms, () => {
        timers.delete(timer);
        running = timer;
        callback();
        running = undefined;
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
    soon: () => soon().map(({ at }) => at - clock.now()),
    running: () => soon().map(({ at, ms, name }) => [name, Math.round(ms), Math.round(at - clock.now())]),
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
