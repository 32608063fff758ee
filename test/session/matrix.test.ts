/**
 * The fault matrix: whatever goes wrong, no request is lost and nobody is left waiting.
 *
 * Each row is one fault, met by a burst of requests (completions and edits on a document that is edited meanwhile, some
 * superseded) on a provider in memory and a virtual clock. `answered`: every request that its user wants is answered
 * with its own words in spite of it. `told`: those it hits are told in one sentence, all others are answered.
 * Afterwards, when the fault has passed, the next request must be answered, and nothing may be left after disposal.
 *
 * Every row is played with as many seeds as `FAULT_SEEDS` says; `SEED` as in `test/support/seed.ts`. A failure names
 * its seed.
 */

import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import type { AnswerEvent } from '../../server/core/model.ts';
import type { Refusal } from '../../server/session/socket.ts';
import { askDocument } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import {
  answerFor,
  answerLength,
  createProvider,
  type DialFault,
  type Fault,
  type ProviderOptions,
  type RequestFault,
} from '../support/provider.ts';
import { randomFrom } from '../support/random.ts';
import { testSession } from '../support/session.ts';

const seedsWanted = Number(process.env.FAULT_SEEDS ?? 1);
const firstSeed =
  process.env.SEED === 'random'
    ? Math.floor(Math.random() * 2 ** 31)
    : Number(process.env.SEED ?? 20_261_121);

if (process.env.SEED === 'random')
  process.stderr.write(`seeds ${firstSeed} to ${firstSeed + seedsWanted - 1}\n`);

interface Row {
  readonly name: string;
  readonly becomes: 'answered' | 'told';
  readonly provider?: Omit<ProviderOptions, 'clock' | 'random' | 'fault'> & { readonly fault?: Faults };
  readonly play?: Play;
}

interface Play {
  readonly requests?: number;
  /** Milliseconds between two, on average. */
  readonly everyMs?: number;
  /** Share that is aborted, and how long after it was asked at most. */
  readonly superseded?: { readonly share: number; readonly withinMs: number };
  /** Disposes in the middle, after so many steps of the clock. */
  readonly disposeAfter?: number;
  /** Aborts the second request after so many steps of the clock. */
  readonly abortAfter?: number;
}

type Faults = () => RequestFault;

/** Two requests meet it, once each: by then lanes, base and connection are as in daily use. */
const hit = (fault: Fault): Faults => {
  return () => {
    const met = new Set<string | undefined>();
    return ({ number, question, frame }) => {
      if (number < 2 || met.size >= 2 || met.has(question)) return undefined;
      // What was not sent cannot be what is wrong.
      const [field] = /(?<="param":")\w+/.exec(JSON.stringify(fault)) ?? [];
      if (field !== undefined && !(field in frame)) return undefined;
      met.add(question);
      return fault;
    };
  };
};
/** The same for requests that go on from an earlier response. */
const hitChained = (fault: Fault): Faults => {
  return () => {
    let met = 0;
    return ({ frame }) => (frame.previous_response_id !== undefined && ++met <= 2 ? fault : undefined);
  };
};
const first =
  (fault: Fault): Faults =>
  () =>
  ({ number }) =>
    number === 0 ? fault : undefined;
const firstBase = (fault: Fault) => (base: number) => (base === 0 ? fault : undefined);
const eachPoint = Array.from({ length: answerLength }, (_, after) => after);
/** From here on the reader has heard words. */
const firstWord = 2;

const refusal = (status: number, more: object = {}): Extract<Refusal, { kind: 'http' }> => ({
  kind: 'http',
  status,
  message: '',
  code: undefined,
  retryAfterMs: undefined,
  ...more,
});
const tries =
  (count: number, fault: DialFault) =>
  (dial: number): DialFault | undefined =>
    dial < count ? fault : undefined;

const nested = (status: number, code: string, more: object = {}): object => ({
  type: 'error',
  status,
  error: { type: 'invalid_request_error', code, message: `${code}.`, ...more },
});
const flat = (code: string): object => ({ type: 'error', code, message: `${code}.`, param: null });
const failed = (code: string): object => ({
  type: 'response.failed',
  response: { status: 'failed', error: { code, message: `${code}.` } },
});

/** Every code of the protocol, in every shape, and what becomes of the request before anything was heard. */
const errors: readonly (readonly [string, object, Row['becomes']])[] = [
  ['invalid_stream_id', nested(400, 'invalid_stream_id', { param: 'stream_id' }), 'answered'],
  ['websocket_stream_limit_reached', nested(400, 'websocket_stream_limit_reached'), 'answered'],
  ['websocket_connection_limit_reached', nested(400, 'websocket_connection_limit_reached'), 'answered'],
  ['an unknown field', nested(400, 'unknown_parameter', { param: 'stream_options' }), 'answered'],
  ['401', nested(401, 'invalid_api_key'), 'answered'],
  [
    'rate_limit_exceeded with a wait',
    nested(429, 'rate_limit_exceeded', { headers: { 'retry-after': '2' } }),
    'told',
  ],
  ['rate_limit_exceeded without', nested(429, 'rate_limit_exceeded'), 'told'],
  ['rate_limit_exceeded, failed', failed('rate_limit_exceeded'), 'told'],
  ['usage_limit_reached', nested(429, 'usage_limit_reached', { resets_at: 3 }), 'told'],
  ['model_not_found, 400', nested(400, 'model_not_found'), 'told'],
  ['model_not_found, 404', nested(404, 'model_not_found'), 'told'],
  ['403', nested(403, 'forbidden'), 'told'],
  ['invalid_prompt', nested(400, 'invalid_prompt'), 'told'],
  ['server_error', nested(500, 'server_error'), 'told'],
  ['server_error, flat', flat('server_error'), 'told'],
  ['server_error, failed', failed('server_error'), 'told'],
];

const rows: readonly Row[] = [
  { name: 'nothing', becomes: 'answered' },
  { name: 'nothing, on a provider that ignores lanes', becomes: 'answered', provider: { lanes: 'silent' } },
  { name: 'nothing, on a provider that rejects lanes', becomes: 'answered', provider: { lanes: 'rejected' } },
  { name: 'nothing, and no word of what it cost', becomes: 'answered', provider: { usage: false } },
  ...[1000, 1001, 1006, 1009, 1011, 1013].map(
    (code): Row => ({
      name: `a connection closed with ${code} before the first event`,
      becomes: 'answered',
      provider: { fault: first({ kind: 'close', after: 0, code }) },
    }),
  ),
  ...(['named', 'silent'] as const).flatMap((lanes) =>
    eachPoint.map(
      (after): Row => ({
        name: `a connection closed after ${after} events, lanes ${lanes}`,
        becomes: 'told',
        provider: { lanes, fault: hit({ kind: 'close', after, code: 1006 }) },
      }),
    ),
  ),
  ...eachPoint.map(
    (after): Row => ({
      name: `a half-open connection after ${after} events`,
      becomes: 'told',
      provider: { fault: first({ kind: 'half-open', after }) },
    }),
  ),
  ...eachPoint.map(
    (after): Row => ({
      name: `a hang after ${after} events`,
      becomes: 'told',
      provider: { fault: hit({ kind: 'hang', after }) },
    }),
  ),
  ...eachPoint.flatMap((after) =>
    ['{"type":"response.output_text.delta","del', '[1]', '{"event":1}', '', 'binary'].map(
      (frame): Row => ({
        name: `garbage (${frame.slice(0, 12)}) beside the events after ${after} of them`,
        becomes: 'answered',
        provider: { fault: hit({ kind: 'garbage', after, frame, instead: false }) },
      }),
    ),
  ),
  ...eachPoint.map(
    (after): Row => ({
      name: `garbage instead of event ${after}`,
      // The end is then missing too, which only silence shows.
      becomes: 'told',
      provider: { fault: hit({ kind: 'garbage', after, frame: '{', instead: true }) },
    }),
  ),
  ...errors.flatMap(([name, event, becomes]): readonly Row[] => [
    { name: `${name}, at once`, becomes, provider: { fault: hit(withEvent(0, event)) } },
    { name: `${name}, to the first request`, becomes, provider: { fault: first(withEvent(0, event)) } },
    {
      name: `${name}, after words`,
      becomes: 'told',
      provider: { fault: hit(withEvent(firstWord + 2, event)) },
    },
    {
      name: `${name}, of no request`,
      becomes: 'answered',
      provider: { fault: hit({ kind: 'aside', after: 1, event: { ...event, stream_id: 'nobody' } }) },
    },
    { name: `${name}, for a base`, becomes: 'told', provider: { baseFault: firstBase(withEvent(0, event)) } },
  ]),
  ...[nested(400, 'previous_response_not_found'), flat('previous_response_not_found')].flatMap((event, i) =>
    (['named', 'silent'] as const).map(
      (lanes): Row => ({
        name: `previous_response_not_found, shape ${i}, lanes ${lanes}`,
        becomes: 'answered',
        provider: { lanes, fault: hitChained(withEvent(0, event)) },
        play: { requests: 30, everyMs: 400 },
      }),
    ),
  ),
  ...eachPoint.slice(0, 3).map(
    (after): Row => ({
      name: `a connection closed after ${after} events of a base`,
      becomes: 'told',
      provider: { baseFault: firstBase({ kind: 'close', after, code: 1006 }) },
    }),
  ),
  {
    name: 'a base that never comes',
    becomes: 'answered',
    provider: { baseFault: firstBase({ kind: 'hang', after: 0 }) },
  },
  {
    name: 'keep-alive and rate-limit notes between the events',
    becomes: 'answered',
    provider: { fault: () => () => ({ kind: 'aside', after: 2, event: { type: 'codex.rate_limits' } }) },
  },
  ...[401, 403, 404, 429, 500, 503].map(
    (status): Row => ({
      name: `an upgrade refused with ${status}`,
      becomes: 'told',
      provider: { dialFault: tries(1, { kind: 'refuse', refusal: refusal(status) }) },
    }),
  ),
  {
    name: 'an upgrade refused with 429 and a wait',
    becomes: 'told',
    provider: { dialFault: tries(1, { kind: 'refuse', refusal: refusal(429, { retryAfterMs: 2000 }) }) },
  },
  {
    name: 'a server that is just being restarted',
    becomes: 'answered',
    provider: {
      dialFault: tries(1, {
        kind: 'refuse',
        refusal: { kind: 'network', code: 'ECONNREFUSED', message: '' },
      }),
    },
  },
  { name: 'an upgrade that hangs', becomes: 'told', provider: { dialFault: tries(2, { kind: 'hang' }) } },
  {
    name: 'rotation under load',
    becomes: 'answered',
    provider: { maxAgeMs: 60 * 60_000 },
    play: { requests: 60, everyMs: 4 * 60_000 },
  },
  {
    name: 'a shorter limit than any that is known, under load',
    becomes: 'told',
    provider: { maxAgeMs: 7 * 60_000 },
    play: { requests: 200, everyMs: 10_000 },
  },
  {
    name: 'a thousand requests superseded at random',
    becomes: 'answered',
    play: { requests: 1000, everyMs: 20, superseded: { share: 0.9, withinMs: 150 } },
  },
  {
    name: 'a thousand requests superseded at random on single lanes',
    becomes: 'answered',
    provider: { lanes: 'silent' },
    play: { requests: 1000, everyMs: 60, superseded: { share: 0.9, withinMs: 150 } },
  },
  {
    name: 'requests superseded while connections end',
    becomes: 'told',
    provider: {
      fault:
        () =>
        ({ number }) =>
          number % 7 === 3 ? { kind: 'close', after: number % answerLength, code: 1006 } : undefined,
    },
    play: { requests: 200, everyMs: 300, superseded: { share: 0.5, withinMs: 200 } },
  },
  ...Array.from(
    { length: 40 },
    (_, abortAfter): Row => ({
      name: `an abort after ${abortAfter} steps`,
      becomes: 'answered',
      play: { abortAfter },
    }),
  ),
  ...Array.from(
    { length: 40 },
    (_, disposeAfter): Row => ({
      name: `disposal after ${disposeAfter} steps`,
      becomes: 'told',
      play: { disposeAfter },
    }),
  ),
  ...Array.from({ length: Number(process.env.MIXED ?? 24) }, (_, number): Row => {
    const lanes = (['named', 'silent', 'rejected'] as const)[number % 3] ?? 'named';
    return {
      name: `faults of all kinds at once, mixture ${number}, lanes ${lanes}`,
      becomes: 'told',
      provider: { lanes, ...mixture(number) },
      play: {
        requests: 60,
        everyMs: number % 2 === 0 ? 60 : 700,
        superseded: { share: 0.3, withinMs: 200 },
      },
    };
  }),
];

function withEvent(after: number, event: object): Fault {
  return { kind: 'error', after, event: { ...event } };
}

/** Of what single rows meet one by one: one fault in so many requests, bases and tries to connect. */
function mixture(number: number): NonNullable<Row['provider']> {
  const random = randomFrom(number);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const one = (): Fault | undefined => {
    const after = Math.floor(random() * answerLength);
    const [, event = {}] = pick(errors) ?? [];
    const lost = ['previous_response_not_found', 'websocket_connection_limit_reached'];
    return pick<Fault>([
      { kind: 'close', after, code: pick([1000, 1001, 1006, 1008, 1009, 1011, 1012, 1013, 4000]) ?? 1006 },
      { kind: 'half-open', after },
      { kind: 'hang', after },
      { kind: 'garbage', after, frame: pick(['{', '[1]', '', 'binary']) ?? '{', instead: random() < 0.5 },
      { kind: 'aside', after, event: { ...event, stream_id: 'nobody' } },
      withEvent(0, nested(400, pick(lost) ?? '')),
      withEvent(after, event),
    ]);
  };
  const often = pick([0.1, 0.3, 0.6]) ?? 0;
  const sometimes = (): Fault | undefined => (random() < often ? one() : undefined);
  const maxAgeMs = pick([undefined, 1_500, 20_000]);
  return {
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    usage: random() < 0.7,
    fault: () => sometimes,
    baseFault: (base) => (base < 12 ? sometimes() : undefined),
    dialFault: (dial) => {
      if (dial >= 8 || random() >= often) return undefined;
      return random() < 0.3
        ? { kind: 'hang' }
        : { kind: 'refuse', refusal: refusal(pick([429, 500, 503]) ?? 500) };
    },
  };
}

interface Asked {
  readonly question: string;
  readonly events: AnswerEvent[];
  readonly abort: AbortController;
  wanted: boolean;
  over: boolean;
}

const mostSteps = 40_000;

async function play({ becomes, provider: given = {}, play: how = {} }: Row, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const clock = virtualClock();
  const { fault, ...options } = given;
  const faultOf = fault?.();
  let hasPassed = false;
  const passing =
    <T>(faultAt: (number: number) => T | undefined) =>
    (number: number) =>
      hasPassed ? undefined : faultAt(number);
  const provider = createProvider({
    ...options,
    ...(faultOf ? { fault: (request) => (hasPassed ? undefined : faultOf(request)) } : {}),
    ...(options.dialFault ? { dialFault: passing(options.dialFault) } : {}),
    ...(options.baseFault ? { baseFault: passing(options.baseFault) } : {}),
    clock,
    random,
  });
  const { session, logged } = testSession('ws://model.example/v1/responses', {
    clock,
    random,
    dial: provider.dial,
    limits: { completionMs: 4000, firstEventMs: 6000, idleMs: 6000 },
  });
  const asked: Asked[] = [];
  const { requests = 8, everyMs = 40, superseded, disposeAfter, abortAfter } = how;
  let text = '// a file\n';
  let version = 1;
  let disposed = false;
  session.tell({ kind: 'opened', document: askDocument(text, { version }) });

  /** What the user types, and asks for. */
  function ask(): void {
    const question = `r${asked.length}`;
    const inserted = `let ${question}\n`;
    version++;
    session.tell({
      kind: 'changed',
      uri: askDocument('').uri,
      version,
      edit: [{ start: text.length, end: text.length, text: inserted }],
    });
    text += inserted;
    const one: Asked = {
      question,
      events: [],
      abort: new AbortController(),
      wanted: true,
      over: false,
    };
    asked.push(one);
    void (async () => {
      for await (const event of session.ask(wish(question), one.abort.signal)) one.events.push(event);
      one.over = true;
    })();
    if (superseded && asked.length < requests && random() < superseded.share) {
      const at = Math.ceil(clock.now() + random() * superseded.withinMs);
      aborts.push({ at, one });
    }
  }

  function wish(question: string): Ask {
    const document = askDocument(text, { version });
    const common = {
      document,
      history: [],
      snippets: [],
      diagnostics: [],
      contextTokens: 4096,
      maxOutputTokens: 64,
    };
    return random() < 0.7
      ? { ...common, task: 'complete', cursor: text.length - 1, maxLines: 5, candidates: 1 }
      : {
          ...common,
          task: 'edit',
          region: { start: 0, end: text.length },
          instruction: `answer ${question}`,
        };
  }

  function give(one: Asked): void {
    one.wanted = false;
    one.abort.abort();
  }

  const aborts: { readonly at: number; readonly one: Asked }[] = [];
  let nextAsk = 0;
  /** To the next thing that happens, whoever does it. */
  async function step(): Promise<boolean> {
    const waits = [
      ...clock.due().slice(0, 1),
      ...(asked.length < requests ? [nextAsk - clock.now()] : []),
      ...aborts.map(({ at }) => at - clock.now()),
    ];
    if (waits.length === 0) return false;
    clock.advance(Math.max(0, Math.min(...waits)));
    for (const due of aborts.filter(({ at }) => at <= clock.now())) {
      aborts.splice(aborts.indexOf(due), 1);
      give(due.one);
    }
    if (asked.length < requests && nextAsk <= clock.now()) {
      ask();
      nextAsk = Math.ceil(clock.now() + everyMs * 2 * random());
    }
    await settled();
    return true;
  }

  async function pass(ms: number): Promise<void> {
    const until = clock.now() + ms;
    for (;;) {
      const [next] = clock.due();
      if (next === undefined || clock.now() + next > until) break;
      clock.advance(next);
      await settled();
    }
    clock.advance(until - clock.now());
  }

  for (let steps = 0; steps < mostSteps; steps++) {
    if (asked.length >= requests && asked.every(({ over }) => over) && aborts.length === 0) break;
    const second = asked[1];
    if (steps === abortAfter && second) give(second);
    if (steps === disposeAfter) {
      disposed = true;
      break;
    }
    if (!(await step())) break;
  }

  if (!disposed) {
    expect(asked.map(({ over }) => over)).toEqual(asked.map(() => true));
    for (const one of asked) expect(outcomes(becomes, one)).toContain(said(one));
    // The fault has passed, also where too few were sent to meet it: after the longest wait anyone imposes, the next request is answered.
    hasPassed = true;
    await pass(60_000);
    ask();
    // Its connection is asked for before time goes on.
    await settled();
    for (let steps = 0; steps < mostSteps && !asked.at(-1)?.over; steps++) await step();
    const last = asked.at(-1);
    expect(last && said(last)).toBe(last && answerFor(last.question));
  }
  const disposal = session.dispose();
  await settled();
  await disposal;
  for (const { events, over, abort } of asked) {
    expect(over).toBe(true);
    expect(events.filter(({ kind }) => kind === 'done' || kind === 'failed').length).toBe(1);
    expect(events.at(-1)?.kind).toMatch(/^(done|failed)$/);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  }
  expect(provider.violations).toEqual([]);
  expect([provider.connections(), provider.dialling()]).toEqual([0, 0]);
  // What is left is the provider's own.
  expect(clock.pending()).toBe(0);
  expect(session.status().measured?.running).toBe(0);
  expect(logged.filter((line) => line.startsWith('error'))).toEqual([]);
}

/** Its text, or the code of its failure. */
function said({ events }: Asked): string {
  const end = events.at(-1);
  if (end?.kind === 'failed') return end.failure.code;
  return events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
}

function outcomes(becomes: Row['becomes'], { question, wanted }: Asked): readonly string[] {
  const codes = [
    'offline',
    'model',
    'protocol',
    'busy',
    'not-found',
    'unauthorized',
    'rejected',
    'unsupported',
  ];
  return [answerFor(question), ...(wanted ? [] : ['cancelled']), ...(becomes === 'told' ? codes : [])];
}

/** Everything that follows from what has happened, without time passing. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe.each(Array.from({ length: seedsWanted }, (_, i) => firstSeed + i))('seed %d', (seed) => {
  test.each(rows)('$name: $becomes', async (row) => {
    await play(row, seed);
  });
});
