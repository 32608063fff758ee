/** What a server is given ahead, what is asked on it, and what becomes of asks when it is gone. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../server/core/ask.ts';
import type { ModelSession } from '../../server/core/model.ts';
import { roughTokens } from '../../server/core/tokens.ts';
import { createAllowance } from '../../server/session/allowance.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { idleMs } from '../../server/session/strategy/warmer.ts';
import { askDocument, completeAsk, drawn, editAsk } from '../support/asks.ts';
import { type VirtualClock, virtualClock, whilePassing } from '../support/clock.ts';
import {
  begin,
  event,
  type ModelServer,
  type ModelServerOptions,
  type Received,
  reply,
  type Step,
} from '../support/model-server.ts';
import { type SessionSettings, servedSession } from '../support/temporary-session.ts';

type Frame = Received['frame'];

const source = Array.from({ length: 120 }, (_, i) => `const value${i} = compute(input, ${i});\n`).join('');

/** A person at one place of one document. */
interface Typist {
  readonly session: ModelSession;
  readonly server: ModelServer;
  readonly clock: VirtualClock;
  /** Types one sign, at line 60 unless told otherwise, and lets what follows from it happen. */
  type(sign: string, line?: number): Promise<void>;
  ask(signal?: AbortSignal, snippets?: Ask['snippets']): Promise<string>;
  edit(instruction: string): Promise<string>;
  /** Types, then asks. */
  key(sign: string): Promise<string>;
  pause(ms: number): Promise<void>;
  text(): string;
  /** Closes the document, and opens it as it was at first. */
  reopen(): void;
  /** How each request was sent: `base`, `whole`, or `fork`. */
  sent(): string[];
}

/** Its first answer has begun, and comes to its end when it is let. */
const slowFirst: ModelServerOptions = {
  answer: (_frame, n) => (n === 0 ? [...begin(), { hold: 'slow' }, ...reply('ok').slice(4)] : reply('ok')),
};

async function typist(
  options: ModelServerOptions = {},
  { opened = source, ...more }: SessionSettings & { readonly opened?: string } = {},
): Promise<Typist> {
  const { session, server, clock } = await servedSession({ counts: true, ...options }, more);
  let text = opened;
  let version = 1;
  let at = 0;
  const { uri } = askDocument('');
  const wire = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn++) await new Promise(setImmediate);
  };
  const self: Typist = {
    session,
    server,
    clock,
    async type(sign, line = 60) {
      at = text.split('\n').slice(0, line).join('\n').length;
      text = `${text.slice(0, at)}${sign}${text.slice(at)}`;
      version++;
      session.tell({ kind: 'changed', uri, version, edit: [{ start: at, end: at, text: sign }] });
      at += sign.length;
      await self.pause(20);
    },
    async ask(signal = new AbortController().signal, snippets = []) {
      const marked = `${text.slice(0, at)}█${text.slice(at)}`;
      const wish = { ...completeAsk(marked, { version }), snippets };
      const answer = await drawn(session.ask(wish, signal));
      await self.pause(20);
      return answer;
    },
    async edit(instruction) {
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const end = text.indexOf('\n', at);
      const marked = `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
      const ask = editAsk(marked, instruction);
      const answer = await drawn(
        session.ask(
          { ...ask, contextTokens: 16_384, document: { ...ask.document, version } } as Ask,
          new AbortController().signal,
        ),
      );
      await self.pause(20);
      return answer;
    },
    async key(sign) {
      await self.type(sign);
      return await self.ask();
    },
    async pause(ms) {
      await wire();
      clock.advance(ms);
      await wire();
    },
    text: () => text,
    reopen() {
      text = opened;
      session.tell({ kind: 'closed', uri });
      session.tell({ kind: 'opened', document: askDocument(text, { version: ++version }) });
    },
    sent: () =>
      server.received.map(({ frame }) =>
        frame.generate === false ? 'base' : frame.previous_response_id === undefined ? 'whole' : 'fork',
      ),
  };
  session.tell({ kind: 'opened', document: askDocument(opened) });
  await self.pause(20);
  return self;
}

const ok = '"ok" completed';

/** Asks, and gives up while the answer is slow, which comes to its end all the same. */
async function giveUp({ ask, pause, server }: Typist): Promise<void> {
  const abort = new AbortController();
  const given = ask(abort.signal);
  await pause(1);
  abort.abort();
  expect(await given).toBe('failed cancelled');
  server.release('slow');
  await pause(20);
}

describe('a document is given ahead', () => {
  test('at its first edit, and asks are forks of it from then on', async () => {
    const { key, edit, sent, server, session } = await typist();
    expect(await key('x')).toBe(ok);
    expect(await key('y')).toBe(ok);
    expect(await edit('shorten')).toBe(ok);
    expect(sent()).toEqual(['base', 'fork', 'fork', 'fork']);
    const [base, fork] = server.received.map(({ frame }) => JSON.stringify(frame));
    expect(base).toContain('value110');
    expect(fork?.length).toBeLessThan(1500);
    expect(session.status().strategy).toMatchObject({ name: 'forks' });
  });

  test.each([
    ['ASCII', source, 4096],
    ['ideographs', source.replaceAll('compute', '計算する関数の名前'.repeat(8)), 4096],
    ['ideographs, with little room', '値'.repeat(9000).replace(/.{40}/g, '$&\n'), 1200],
  ])('with no more than an ask may bring: %s', async (_, opened, most) => {
    const { type, server } = await typist({}, { opened, aheadTokens: () => most });
    await type('x');
    const frames = server.received.map(({ frame }) => frame);
    expect(frames.map(({ generate }) => generate)).toEqual([false]);
    const told = JSON.stringify(frames[0]?.input);
    expect(roughTokens(told)).toBeLessThanOrEqual(most);
    expect(roughTokens(told)).toBeGreaterThan(most / 2);
  });

  test('again when nobody types, with the pieces of other files that were not known before', async () => {
    const { type, ask, sent, pause, server } = await typist();
    const snippets = [{ path: 'other.ts', text: 'export function other() {}\n'.repeat(40) }];
    await type('x');
    expect(await ask(undefined, snippets)).toBe(ok);
    await pause(2 * idleMs);
    expect(sent()).toEqual(['base', 'fork', 'base']);
    expect(JSON.stringify(server.received.at(-1)?.frame)).toContain('From other.ts');
    for (let n = 0; n < 8; n++) expect(await ask(undefined, snippets)).toBe(ok);
    await pause(2 * idleMs);
    expect(sent().slice(3)).toEqual(Array(8).fill('fork'));
  });

  test('not where the instructions alone are more than that', async () => {
    const { type, sent } = await typist({}, { aheadTokens: () => 300 });
    for (const sign of 'xyz') await type(sign);
    expect(sent()).toEqual([]);
  });

  test('when it is opened, where the settings say so', async () => {
    const { ask, type, sent } = await typist({}, { prewarm: () => 'open' });
    expect(sent()).toEqual(['base']);
    expect(await ask()).toBe(ok);
    await type('x');
    expect(sent()).toEqual(['base', 'fork']);
  });

  test('never, where the settings say so', async () => {
    const { key, sent, pause, session } = await typist({}, { prewarm: () => 'never' });
    for (const sign of 'abc') expect(await key(sign)).toBe(ok);
    await pause(2 * idleMs);
    expect(sent()).toEqual(['whole', 'whole', 'whole']);
    expect(session.status().strategy).toMatchObject({
      name: 'full',
      reason: expect.stringContaining('never'),
    });
  });

  test('by the answer to an ask that comes with the same edit, where nothing is asked before it has ended', async () => {
    const { session, ask, edit, key, sent, pause, server } = await typist({ answer: () => reply('ok') });
    session.tell({
      kind: 'changed',
      uri: askDocument('').uri,
      version: 2,
      edit: [{ start: 0, end: 0, text: '' }],
    });
    expect(await ask()).toBe(ok);
    await pause(2 * idleMs);
    for (const sign of 'xyz') expect(await key(sign)).toBe(ok);
    expect(await edit('shorten')).toBe(ok);
    await pause(2 * idleMs);
    expect(sent()).toEqual(['whole', 'fork', 'fork', 'fork', 'fork']);
    expect(server.received.at(-1)?.frame.previous_response_id).toBe(
      server.received.at(1)?.frame.previous_response_id,
    );
    expect(session.status().strategy).toMatchObject({ name: 'forks' });
  });

  test('by the whole prompt itself where there is one lane, which the next ask goes on from', async () => {
    for (const lanes of ['silent', 'rejected'] as const) {
      const { key, sent, session, server } = await typist({ lanes });
      for (const sign of 'abc') expect(await key(sign)).toBe(ok);
      expect(sent().filter((kind) => kind === 'whole')).toEqual([]);
      expect(sent().slice(-3)).toEqual(['fork', 'fork', 'fork']);
      expect(session.status().strategy).toMatchObject({ name: 'linear' });
      expect(server.upgrades.length).toBe(1);
    }
  });

  test('a chain that has grown over what the ask allows is begun anew', async () => {
    const { key, sent } = await typist({ lanes: 'silent', answer: () => reply('z'.repeat(1900)) });
    for (const sign of 'abcdefghijkl') expect(await key(sign)).toMatch(/completed$/);
    expect(sent().filter((kind) => kind === 'whole').length).toBeGreaterThan(0);
    expect(sent().filter((kind) => kind === 'fork').length).toBeGreaterThan(2);
  });

  test('by the first of two answers to the same prompt: the other keeps no lane', async () => {
    const { ask, type, server, reopen } = await typist({ rejects: ['generate'] });
    for (let n = 0; n < 40; n++) {
      await type('x');
      expect(await Promise.all([ask(), ask()])).toEqual([ok, ok]);
      reopen();
    }
    expect(server.received.filter(({ frame }) => frame.stream_id === undefined)).toEqual([]);
  });

  test('each of several documents, up to as many as there is room for', async () => {
    const { session, server, pause, clock } = await typist();
    // A connection has 32 lanes.
    for (let n = 0; n < 40; n++) {
      const uri = `file:///work/${n}.ts`;
      session.tell({ kind: 'opened', document: askDocument(source, { uri }) });
      session.tell({ kind: 'changed', uri, version: 2, edit: [{ start: 0, end: 0, text: ';' }] });
      await pause(20);
      const ask = { ...completeAsk(`;█${source}`, { uri, version: 2 }) };
      expect(await drawn(session.ask(ask, new AbortController().signal))).toBe(ok);
    }
    expect(server.received.filter(({ frame }) => frame.generate === false).length).toBe(40);
    expect(server.received.filter(({ frame }) => 'previous_response_id' in frame).length).toBe(40);
    expect(server.received.filter(({ frame }) => frame.stream_id === undefined)).toEqual([]);
    expect(clock.pending()).toBeLessThan(6);
  });
});

test('edits of a file too large for completions have a base of their own, made when they come', async () => {
  const { key, edit, pause, sent, server } = await typist({}, { opened: source.repeat(6) });
  expect(await key('x')).toBe(ok);
  expect(await edit('shorten')).toBe(ok);
  expect(sent()).toEqual(['base', 'fork', 'whole']);
  await pause(idleMs + 100);
  expect(await edit('shorten')).toBe(ok);
  expect(await key('y')).toBe(ok);
  expect(sent()).toEqual(['base', 'fork', 'whole', 'fork', 'fork']);
  const [usual, , wide] = server.received.map(({ frame }) => JSON.stringify(frame).length);
  expect(usual).toBeLessThan(4096 * 3.5);
  expect(wide).toBeGreaterThan(source.length * 5);
});

test('a server that minds that a fork chooses a tool, as its base does not, is asked without a choice', async () => {
  const model = { name: 'm', format: 'apply_patch' };
  const refusal = event('error', { status: 400, error: { type: 'invalid_request_error', message: 'No.' } });
  const isMinded = (frame: Frame) => frame.previous_response_id !== undefined && 'tool_choice' in frame;
  const answer = (frame: Frame) => (isMinded(frame) ? [refusal] : reply('ok'));
  const { key, edit, sent, server, session } = await typist({ answer }, { model });
  for (const sign of 'abcde') expect(await key(sign)).toBe(ok);
  expect(await edit('shorten')).toBe(ok);
  expect(sent()).toEqual(['base', ...Array(7).fill('fork')]);
  expect(server.received.filter(({ frame }) => 'tool_choice' in frame).length).toBe(1);
  expect(session.status().strategy).toMatchObject({ name: 'forks' });
});

test.each(['named', 'silent'] as const)(
  'where neither the parent is named nor the end comes, all is asked anew within seconds, and whole from then on: lanes %s',
  async (lanes) => {
    const endless: readonly Step[] = [
      ...reply('ok').filter((step) => !('event' in step && step.event.type === 'response.completed')),
      { hold: 'its end' },
    ];
    const { type, text, sent, session, clock } = await typist({
      lanes,
      continues: 'counted',
      answer: () => endless,
    });
    const heard = async (ask: Ask): Promise<boolean> => {
      for await (const { kind } of session.ask(ask, new AbortController().signal))
        if (kind === 'text') return true;
      return false;
    };
    for (const [version, within] of [
      [2, 3_000],
      [3, 1_000],
      [4, 1_000],
    ] as const) {
      await type('x');
      const asked = clock.now();
      expect(await whilePassing(clock, heard(completeAsk(`${text()}█`, { version })))).toBe(true);
      expect(clock.now() - asked).toBeLessThan(within);
    }
    expect(sent()).toEqual(['base', 'fork', 'whole', 'whole', 'whole']);
    expect(session.status().strategy).toMatchObject({ name: 'full' });
  },
);

test.each(['named', 'silent'] as const)(
  'an end that only comes late decides nothing: what it counts does, lanes %s',
  async (lanes) => {
    const isEnd = (step: Step): boolean => 'event' in step && step.event.type === 'response.completed';
    const steps = reply('ok');
    const late = [...steps.filter((step) => !isEnd(step)), { hold: 'its end' }, ...steps.filter(isEnd)];
    const { type, text, sent, server, session, clock, pause } = await typist({
      lanes,
      continues: 'counted',
      answer: (_frame, n) => (n === 0 ? late : steps),
    });
    const heard = async (version: number): Promise<boolean> => {
      for await (const { kind } of session.ask(
        completeAsk(`${text()}█`, { version }),
        new AbortController().signal,
      ))
        if (kind === 'text') return true;
      return false;
    };
    await type('x');
    expect(await whilePassing(clock, heard(2))).toBe(true);
    await type('y');
    expect(await whilePassing(clock, heard(3))).toBe(true);
    expect(sent()).toEqual(['base', 'fork', 'whole', 'whole']);
    expect(session.status().strategy?.reason).toMatch(/end/);
    server.release('its end');
    await pause(20);
    await type('z');
    expect(await whilePassing(clock, heard(4))).toBe(true);
    expect(sent().at(-1)).toBe('fork');
  },
);

describe('an answer stands for its base', () => {
  test('not while it is under way: where two ask meanwhile one is made', async () => {
    const { ask, key, sent, server, pause } = await typist(slowFirst);
    const slow = ask();
    await pause(100);
    expect(await key('w')).toBe(ok);
    await pause(100);
    expect(sent()).toEqual(['whole', 'whole']);
    expect(await key('x')).toBe(ok);
    expect(sent()).toEqual(['whole', 'whole', 'whole', 'base']);
    server.release('slow');
    expect(await slow).toBe(ok);
    for (const sign of 'yz') expect(await key(sign)).toBe(ok);
    expect(sent().slice(4)).toEqual(['fork', 'fork']);
    const [made, again] = server.received.slice(4).map(({ frame }) => frame.previous_response_id);
    expect(again).toBe(made);
  });

  test('also for who asked a second time before', async () => {
    const { ask, key, sent, server, pause } = await typist(slowFirst);
    const slow = ask();
    await pause(100);
    expect(await key('w')).toBe(ok);
    server.release('slow');
    expect(await slow).toBe(ok);
    expect(await key('x')).toBe(ok);
    expect(sent()).toEqual(['whole', 'whole', 'fork']);
  });

  test('also where nobody waits for it any more', async () => {
    const person = await typist(slowFirst);
    await giveUp(person);
    expect(await person.key('x')).toBe(ok);
    expect(person.sent()).toEqual(['whole', 'fork']);
  });

  test.each<[string, ModelServerOptions]>([
    ['is long', { answer: (_, n) => reply(n === 0 ? 'z'.repeat(2000) : 'ok') }],
    [
      'was cut off',
      {
        answer: (_, n) =>
          n > 0
            ? reply('ok')
            : [
                ...begin(),
                event('response.incomplete', {
                  response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
                }),
              ],
      },
    ],
    [
      'failed',
      {
        answer: (_, n) =>
          n > 0
            ? reply('ok')
            : [
                ...begin(),
                event('response.failed', { response: { status: 'failed', error: { code: 'x' } } }),
              ],
      },
    ],
  ])('not one that %s: the base is made in the next pause', async (_, options) => {
    const { ask, key, sent, pause } = await typist(options);
    await ask();
    await pause(100);
    expect(sent()).toEqual(['whole']);
    await pause(idleMs);
    await pause(20);
    expect(sent()).toEqual(['whole', 'base']);
    expect(await key('x')).toBe(ok);
    expect(sent()).toEqual(['whole', 'base', 'fork']);
  });

  test('not one that may be the call of a tool', async () => {
    const { ask, sent, pause } = await typist({}, { model: { name: 'm', format: 'apply_patch' } });
    expect(await ask()).toBe(ok);
    await pause(idleMs);
    await pause(20);
    expect(sent()).toEqual(['whole', 'base']);
  });

  test('where it was lost, of the text as it is now', async () => {
    const { type, ask, server, key, sent, pause } = await typist();
    expect(await key('x')).toBe(ok);
    server.forget();
    await type('newer');
    expect(await ask()).toBe(ok);
    await pause(20);
    expect(sent()).toEqual(['base', 'fork', 'fork', 'whole']);
    expect(JSON.stringify(server.received.at(-1)?.frame).match(/xnewer/g)).toHaveLength(2);
    expect(await key('y')).toBe(ok);
    expect(sent().at(-1)).toBe('fork');
  });

  test('until it leaves no room for an ask: the base alone takes its place', async () => {
    const { type, ask, sent, server } = await typist(
      { counts: false, answer: (_frame, n) => reply(n === 0 ? 'z'.repeat(1900) : 'ok') },
      { opened: source.repeat(2) },
    );
    expect(await ask()).toMatch(/completed$/);
    await type('x');
    expect(await ask()).toBe(ok);
    expect(sent()).toEqual(['whole', 'fork']);
    await type(`// ${'y'.repeat(1000)}`);
    for (let i = 0; i < 3; i++) expect(await ask()).toBe(ok);
    expect(sent().slice(2)).toEqual(['whole', 'base', 'fork', 'fork']);
    const parents = server.received.map(({ frame }) => frame.previous_response_id);
    expect(parents[5]).not.toBe(parents[1]);
  });

  test('in each of many documents, one after the other', async () => {
    const { session, server, pause } = await typist();
    for (let n = 0; n < 40; n++) {
      const uri = `file:///work/${n}.ts`;
      session.tell({ kind: 'opened', document: askDocument(source, { uri }) });
      for (const at of [1, 2]) {
        const ask = completeAsk(`${source.slice(0, at * 38)}█${source.slice(at * 38)}`, { uri });
        expect(await drawn(session.ask(ask, new AbortController().signal))).toBe(ok);
      }
      await pause(20);
      if (n % 3 === 0) session.tell({ kind: 'closed', uri });
    }
    expect(server.received.map(({ frame }) => 'previous_response_id' in frame)).toEqual(
      Array.from({ length: 80 }, (_, i) => i % 2 === 1),
    );
  });
});

describe('a base is made again', () => {
  test('in a pause, when what changed is told too often', async () => {
    const { type, key, pause, sent } = await typist();
    await type('x');
    await type(`${'// a comment far from where the cursor is\n'.repeat(20)}`, 2);
    for (let i = 0; i < 12; i++) expect(await key('y')).toBe(ok);
    expect(sent().filter((kind) => kind === 'base').length).toBe(1);
    await pause(idleMs + 100);
    expect(sent().filter((kind) => kind === 'base').length).toBe(2);
    expect(await key('y')).toBe(ok);
    expect(sent().at(-1)).toBe('fork');
  });

  test('not in a pause when little is told, or seldom', async () => {
    const { type, key, pause, sent } = await typist();
    await type('x');
    await type('// short\n', 2);
    for (let i = 0; i < 12; i++) expect(await key('y')).toBe(ok);
    await pause(10 * idleMs);
    expect(sent().filter((kind) => kind === 'base').length).toBe(1);
  });

  test('where the server lost it, after one whole resend at once', async () => {
    const { key, server, sent } = await typist();
    expect(await key('x')).toBe(ok);
    server.forget();
    expect(await key('y')).toBe(ok);
    expect(await key('z')).toBe(ok);
    expect(sent()).toEqual(['base', 'fork', 'fork', 'whole', 'fork']);
  });

  test('on a new connection', async () => {
    const { key, server, sent, pause } = await typist();
    expect(await key('x')).toBe(ok);
    server.cut();
    await pause(20);
    expect(await key('y')).toBe(ok);
    await pause(20);
    expect(await key('z')).toBe(ok);
    expect(sent().slice(-1)).toEqual(['fork']);
    expect(sent().filter((kind) => kind === 'base').length).toBe(2);
  });
});

describe('while it is made again', () => {
  const made = ['created', 'completed'].map((state) =>
    event(`response.${state}`, { response: { id: 'resp_1', status: state, output: [] } }),
  );

  /** A person whose base is made again just now, and comes to be as these steps say. */
  async function renewing(steps: readonly Step[]): Promise<Typist> {
    let bases = 0;
    const person = await typist({
      bases: 'answered',
      answer: ({ generate }) => (generate !== false ? reply('ok') : ++bases === 2 ? steps : made),
    });
    await driftFrom(person);
    return person;
  }

  async function driftFrom({ type, key, pause }: Typist): Promise<void> {
    await type('x');
    await type('// a comment far from where the cursor is\n'.repeat(20), 2);
    for (let i = 0; i < 9; i++) await key('y');
    await pause(idleMs + 100);
  }
  const basesIn = (sent: readonly string[]): number => sent.filter((kind) => kind === 'base').length;

  test('what is typed is told to who is asked on it', async () => {
    const { type, key, sent, server, pause } = await renewing([{ hold: 'base' }, ...made]);
    await type('const meanwhile = 1;\n', 1);
    server.release('base');
    await pause(20);
    expect(await key('z')).toBe(ok);
    expect(sent().slice(-2)).toEqual(['base', 'fork']);
    const told = JSON.stringify(server.received.at(-1)?.frame);
    expect(told).toContain('const meanwhile = 1;');
    expect(told).not.toContain('a comment far');
  });

  test('and is refused, the one before serves, and the next is asked for in a later pause', async () => {
    const { key, sent, pause } = await renewing([event('error', { status: 500, error: { code: 'x' } })]);
    expect(await key('z')).toBe(ok);
    expect(sent().slice(-2)).toEqual(['base', 'fork']);
    await pause(idleMs + 100);
    expect(basesIn(sent())).toBe(3);
    expect(await key('z')).toBe(ok);
    expect(sent().at(-1)).toBe('fork');
  });

  test('and is not allowed now, it is asked for in a later pause', async () => {
    const limits = { requestsPerMinute: 10, tokensPerHour: 1_000_000, spendPerDay: 'none' } as const;
    const clock = virtualClock();
    const person = await typist(
      { bases: 'answered', answer: ({ generate }) => (generate === false ? made : reply('ok')) },
      { allowance: createAllowance({ clock, limits: () => limits }) },
    );
    await driftFrom(person);
    expect(basesIn(person.sent())).toBe(1);
    clock.advance(60_000);
    await person.key('z');
    await person.pause(idleMs + 100);
    expect(basesIn(person.sent())).toBe(2);
  });

  test('the one before lets its lane go, however often that is', async () => {
    const person = await typist({
      bases: 'answered',
      answer: ({ generate }) => (generate === false ? made : reply('ok')),
    });
    const { server, sent, reopen } = person;
    for (let i = 0; i < 40; i++) {
      await driftFrom(person);
      expect(basesIn(sent())).toBe(2 * i + 2);
      reopen();
    }
    expect(sent()).not.toContain('whole');
    expect(server.received.filter(({ frame }) => frame.stream_id === undefined)).toEqual([]);
  });

  test('its document may be closed: no lane is lost to it', async () => {
    let bases = 0;
    const person = await typist({
      bases: 'answered',
      answer: ({ generate }) =>
        generate !== false ? reply('ok') : bases++ % 2 === 0 ? made : [{ hold: 'base' }, ...made],
    });
    const { server, pause, reopen, sent } = person;
    // A connection has 32 lanes.
    for (let i = 0; i < 40; i++) {
      await driftFrom(person);
      expect(basesIn(sent())).toBe(2 * i + 2);
      reopen();
      server.release('base');
      await pause(20);
    }
    expect(sent()).not.toContain('whole');
    expect(server.received.filter(({ frame }) => frame.stream_id === undefined)).toEqual([]);
    expect(server.upgrades.length).toBe(1);
  });
});

describe('a server that can do less is asked as it can', () => {
  const nameless = [event('response.completed', { response: { status: 'completed', output: [] } })];

  test.each<[string, ModelServerOptions, string, RegExp]>([
    [
      'takes no request without an answer',
      { rejects: ['generate'] },
      'forks',
      /of answers alone.*takes no request without an answer/,
    ],
    ['answers what is not to be answered', { bases: 'answered' }, 'forks', /of answers alone.*answers also/],
    ['does not continue', { rejects: ['previous_response_id'] }, 'full', /does not continue/],
    [
      'has one lane and does not continue',
      { lanes: 'silent', rejects: ['previous_response_id'] },
      'full',
      /does not continue/,
    ],
    ['has one lane and makes no base', { lanes: 'silent', rejects: ['generate'] }, 'linear', /one lane/],
    ['has one lane and answers bases', { lanes: 'rejected', bases: 'answered' }, 'linear', /one lane/],
  ])('%s', async (_, options, name, reason) => {
    const { key, session, sent, pause } = await typist(options);
    for (const sign of 'abcdef') expect(await key(sign)).toBe(ok);
    expect(session.status().strategy).toEqual({ name, reason: expect.stringMatching(reason) });
    const before = sent().length;
    for (const sign of 'gh') expect(await key(sign)).toBe(ok);
    await pause(2 * idleMs);
    // Nothing is tried again and again.
    expect(sent().slice(before)).toEqual(name === 'full' ? ['whole', 'whole'] : ['fork', 'fork']);
  });

  test.each<[string, ModelServerOptions]>([
    ['refuses', { rejects: ['generate'] }],
    ['answers', { bases: 'answered' }],
    [
      'completes without a name',
      { bases: 'answered', answer: ({ generate }) => (generate === false ? nameless : reply('ok')) },
    ],
  ])('one that %s every base is asked for few of them, however much drifts', async (_, options) => {
    const { key, type, sent, pause } = await typist(options);
    for (let i = 0; i < 8; i++) {
      await type('// a comment far from where the cursor is\n'.repeat(20), 2);
      for (let n = 0; n < 9; n++) expect(await key('y')).toBe(ok);
      await pause(idleMs + 100);
    }
    expect(sent().filter((kind) => kind === 'base').length).toBeLessThan(4);
  });

  test('one that bills what it had read before as if it had not is asked whole', async () => {
    const billed = (input: number, cached: number) => ({
      usage: { input_tokens: input, input_tokens_details: { cached_tokens: cached }, output_tokens: 2 },
    });
    const { key, sent, session } = await typist({
      counts: false,
      bases: 'answered',
      answer: ({ generate, previous_response_id }) =>
        generate === false
          ? [
              ...begin().slice(0, 2),
              event('response.completed', { response: { id: 'b', ...billed(1500, 0) } }),
            ]
          : reply('ok', {
              response: previous_response_id === undefined ? billed(1500, 1400) : billed(1600, 0),
            }),
    });
    for (const sign of 'abcdefghijkl') expect(await key(sign)).toBe(ok);
    expect(session.status().strategy).toEqual({
      name: 'full',
      reason: expect.stringMatching(/^continuing was billed \d+ % of whole prompts$/),
    });
    expect(sent().slice(-2)).toEqual(['whole', 'whole']);
  });

  test('one that makes no base, and whose answers may be calls of a tool, gets everything each time', async () => {
    const { ask, sent, session, pause } = await typist(
      { rejects: ['generate'] },
      { model: { name: 'm', format: 'apply_patch' } },
    );
    for (let i = 0; i < 3; i++) {
      expect(await ask()).toBe(ok);
      await pause(2 * idleMs);
    }
    expect(sent()).toEqual(['whole', 'base', 'whole', 'whole']);
    expect(session.status().strategy).toEqual({
      name: 'full',
      reason: expect.stringMatching(/takes no request without an answer/),
    });
  });

  test('one that loses every base is given no more', async () => {
    const { key, server, session, sent } = await typist();
    for (const sign of 'abcdefgh') {
      server.forget();
      expect(await key(sign)).toBe(ok);
    }
    expect(session.status().strategy).toMatchObject({
      name: 'full',
      reason: expect.stringContaining('forgets'),
    });
    expect(sent().slice(-2)).toEqual(['whole', 'whole']);
  });

  test.each([
    ['every second', 2, 'full'],
    ['every third', 3, 'forks'],
  ])('one that loses %s is asked as that pays', async (_, each, name) => {
    const { key, server, session, sent } = await typist();
    for (let n = 1; n <= 36; n++) {
      const forks = sent().filter((kind) => kind === 'fork').length;
      if ((forks + 1) % each === 0) server.forget();
      expect(await key('abcdef'.charAt(n % 6))).toBe(ok);
    }
    expect(session.status().strategy?.name).toBe(name);
  });

  test('one that does not end a base is asked all the same', async () => {
    for (const lanes of ['named', 'silent'] as const) {
      const { key, pause, session, server } = await typist({ bases: 'silent', lanes });
      const asked = key('x');
      for (let seconds = 0; seconds < 35; seconds++) await pause(1000);
      expect(await asked).toBe(ok);
      expect(await key('y')).toBe(ok);
      expect(session.status().strategy?.name).toBe(lanes === 'named' ? 'forks' : 'linear');
      expect(server.received.filter(({ frame }) => frame.generate === false).length).toBe(1);
    }
  });

  test('one that has only HTTP gets everything each time', async () => {
    const { key, sent, session } = await typist(
      { post: true, refuse: () => ({ status: 426 }) },
      { fallback: createHttpDial() },
    );
    for (const sign of 'abc') expect(await key(sign)).toBe(ok);
    expect(sent()).toEqual(['whole', 'whole', 'whole']);
    expect(session.status().strategy).toMatchObject({
      name: 'full',
      reason: expect.stringContaining('HTTP'),
    });
  });

  test('one that does not know the prompt cache option is given the base without it', async () => {
    const { key, sent, server } = await typist({ rejects: ['prompt_cache_options'] });
    expect(await key('x')).toBe(ok);
    expect(await key('y')).toBe(ok);
    expect(sent()).toEqual(['base', 'base', 'fork', 'fork']);
    expect(server.received.map(({ frame }) => 'prompt_cache_options' in frame)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a server that ignores what it is to continue from', () => {
  /** Which it shows by answering only what it read. */
  const forgetful: ModelServerOptions = {
    continues: 'ignored',
    answer: (frame) => reply(JSON.stringify(frame.input).includes('value110') ? 'ok' : 'what file?'),
  };

  test.each<[string, ModelServerOptions]>([
    ['with lanes', {}],
    ['with one lane', { lanes: 'silent' }],
    ['that refuses lanes', { lanes: 'rejected' }],
    ['that counts nothing', { counts: false }],
    ['that answers bases too', { lanes: 'silent', bases: 'answered' }],
    ['that refuses bases', { lanes: 'silent', rejects: ['generate'] }],
  ])('%s is asked again in full, once and unseen', async (_, more) => {
    const { key, edit, sent, session, pause } = await typist({ ...forgetful, ...more });
    for (const sign of 'abc') expect(await key(sign)).toBe(ok);
    expect(await edit('shorten')).toBe(ok);
    const kinds = sent();
    expect(kinds.filter((kind) => kind === 'fork').length).toBeLessThanOrEqual(1);
    expect(kinds.slice(kinds.indexOf('fork') + 1)).not.toContain('base');
    expect(session.status().strategy).toMatchObject({ name: 'full' });
    await pause(2 * idleMs);
    expect(sent()).toEqual(kinds);
  });

  test('costs what it counted for nothing, and says so', async () => {
    const { key, session, sent } = await typist(forgetful);
    expect(await key('a')).toBe(ok);
    expect(sent()).toEqual(['base', 'fork', 'whole']);
    const measured = session.status().measured;
    expect(measured?.ledger.wasted).toBeGreaterThan(0);
    expect(measured?.records.map(({ outcome }) => outcome)).toEqual(['completed']);
    expect(session.status().strategy?.reason).toMatch(/too few tokens/);
  });

  test('is tried again some time, and believed once it continues', async () => {
    const told: { continues: 'ignored' | 'counted' } = { continues: 'ignored' };
    const { key, sent, session, pause } = await typist({
      continues: () => told.continues,
      answer: (frame, n) =>
        told.continues === 'counted' ? reply('ok') : (forgetful.answer?.(frame, n) ?? []),
    });
    const work = async (): Promise<number> => {
      const before = sent().length;
      for (let n = 0; n < 60; n++) {
        expect(await key('x')).toBe(ok);
        await pause(15_000);
      }
      return sent()
        .slice(before)
        .filter((kind) => kind === 'fork').length;
    };
    expect(await work()).toBeLessThanOrEqual(2);
    expect(session.status().strategy).toMatchObject({ name: 'full' });
    told.continues = 'counted';
    expect(await work()).toBeGreaterThan(5);
    expect(session.status().strategy).toMatchObject({ name: 'forks' });
  });

  test('several at once are all asked again', async () => {
    const { type, ask, session } = await typist(forgetful);
    await type('x');
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask()));
    expect(new Set(answers)).toEqual(new Set([ok]));
    expect(session.status().strategy).toMatchObject({ name: 'full' });
  });

  test('one given up meanwhile is not asked again', async () => {
    const person = await typist({
      ...forgetful,
      answer: () => [...begin(), { hold: 'slow' }, ...reply('what file?').slice(4)],
    });
    await person.type('x');
    await giveUp(person);
    expect(person.sent()).toEqual(['base', 'fork']);
  });

  test.each([1, 2, 3, 4])('its connection ends %d events into what is worth nothing', async (events) => {
    const whole = reply('what file?');
    const { key, sent } = await typist({
      ...forgetful,
      answer: (_frame, n) => (n === 0 ? [...whole.slice(0, events), { destroy: true }] : reply('ok')),
    });
    expect(await key('x')).toBe('failed offline');
    expect(await key('y')).toBe(ok);
    expect(sent().slice(0, 2)).toEqual(['base', 'fork']);
  });
});

test.each<[string, ModelServerOptions]>([
  ['with lanes', {}],
  ['with one lane', { lanes: 'silent' }],
])('a server %s that only counts what it continues from is believed', async (_, more) => {
  const { key, sent, session } = await typist({ continues: 'counted', ...more });
  for (const sign of 'abcd') expect(await key(sign)).toBe(ok);
  expect(sent().filter((kind) => kind === 'whole')).toEqual([]);
  expect(session.status().strategy).toMatchObject({ name: more.lanes ? 'linear' : 'forks' });
});

test('text is kept back once, until it is known that its server continues', async () => {
  const steps = [...begin(), ...reply('ok').slice(4, 5), { hold: 'end' }, ...reply('ok').slice(5)];
  for (const continues of ['named', 'counted'] as const) {
    const { type, session, server, pause, text } = await typist({ continues, answer: () => steps });
    await type('x');
    const at = text().indexOf('x') + 1;
    const marked = `${text().slice(0, at)}█${text().slice(at)}`;
    for (const round of [0, 1]) {
      const heard: string[] = [];
      const answered = (async () => {
        const ask = completeAsk(marked, { version: 2 });
        for await (const event of session.ask(ask, new AbortController().signal)) heard.push(event.kind);
      })();
      await pause(1);
      expect(heard).toEqual(continues === 'named' || round === 1 ? ['text'] : []);
      server.release('end');
      await answered;
      // That it is whole is of no use where it is kept back to its end.
      const isKept = continues === 'counted' && round === 0;
      expect(heard).toEqual(isKept ? ['text', 'done'] : ['text', 'whole', 'done']);
    }
  }
});

describe('nothing that happens to a base costs an ask', () => {
  const whole = [...begin(), ...reply('ok').slice(4)];

  test.each(whole.map((_, i) => i))('its connection ends after %d events of a fork', async (steps) => {
    const { key, sent, pause } = await typist({
      answer: (_frame, n) => (n === 1 ? [...whole.slice(0, steps), { destroy: true }] : whole),
    });
    expect(await key('x')).toBe(ok);
    // All of it was there by then: only what it cost was to come.
    const isAnswered = steps === 0 || steps === whole.length - 1;
    expect(await key('y')).toMatch(isAnswered ? /^"ok" completed$/ : /^("ok" )?failed offline$/);
    await pause(20);
    expect(await key('z')).toBe(ok);
    await pause(20);
    expect(await key('z')).toBe(ok);
    expect(sent().at(-1)).toBe('fork');
  });

  test.each([0, 1, 2, 3])('the document is closed %d turns after its base was sent', async (turns) => {
    const { session, clock, server, sent, pause } = await typist();
    const { uri } = askDocument('');
    session.tell({ kind: 'changed', uri, version: 2, edit: [{ start: 0, end: 0, text: 'x' }] });
    clock.advance(20);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    session.tell({ kind: 'closed', uri });
    await pause(20);
    session.tell({ kind: 'opened', document: askDocument('new text\n', { version: 9 }) });
    const ask = completeAsk('new █text\n', { version: 9 });
    expect(await drawn(session.ask(ask, new AbortController().signal))).toBe(ok);
    expect(JSON.stringify(server.received.at(-1)?.frame)).not.toContain('value1');
    expect(sent().at(-1)).toBe('whole');
    await pause(2 * idleMs);
  });

  test('an ask given up while its base is lost changes nothing for the next', async () => {
    const { type, ask, key, server } = await typist({
      answer: (_frame, n) => (n === 1 ? [{ hold: 'slow' }, ...whole] : whole),
    });
    expect(await key('x')).toBe(ok);
    await type('y');
    const abort = new AbortController();
    const given = ask(abort.signal);
    await new Promise(setImmediate);
    abort.abort();
    expect(await given).toBe('failed cancelled');
    server.forget();
    server.release('slow');
    expect(await key('z')).toBe(ok);
  });

  test('a renewal races with forks: each finds its parent', async () => {
    let held = 0;
    const { type, ask, pause, server, key } = await typist({
      answer: (frame) =>
        frame.previous_response_id !== undefined && held++ % 3 === 0 ? [{ hold: 'fork' }, ...whole] : whole,
    });
    await type('x');
    await type('// far away and long enough to be told again and again\n'.repeat(20), 2);
    const asked: Promise<string>[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 8; i++) asked.push(ask());
      await pause(idleMs + 10);
      server.release('fork');
      await pause(20);
    }
    expect(new Set(await Promise.all(asked))).toEqual(new Set([ok]));
    expect(await key('y')).toBe(ok);
  });

  test('a thousand superseded requests, with everything that can happen between them', async () => {
    const events = fc.sample(
      fc.oneof(
        { arbitrary: fc.constant('key'), weight: 30 },
        { arbitrary: fc.constantFrom('forget', 'far', 'release', 'pause'), weight: 2 },
        { arbitrary: fc.constantFrom('cut', 'close'), weight: 1 },
      ),
      { numRuns: 1400, seed: 20261121 },
    );
    const { server, session, clock } = await typist({
      answer: (_frame, n) => (n % 5 === 0 ? [{ hold: 'late' }, ...whole] : whole),
    });
    const { uri } = askDocument('');
    let text = source;
    let version = 1;
    let before: AbortController | undefined;
    const answers: Promise<string>[] = [];
    const replace = (start: number, inserted: string): void => {
      text = `${text.slice(0, start)}${inserted}${text.slice(start)}`;
      session.tell({
        kind: 'changed',
        uri,
        version: ++version,
        edit: [{ start, end: start, text: inserted }],
      });
    };
    const reopen = (): void => {
      text = source;
      session.tell({ kind: 'closed', uri });
      session.tell({ kind: 'opened', document: askDocument(text, { version: ++version }) });
    };
    reopen();
    for (const [i, event] of events.entries()) {
      if (event === 'key') {
        before?.abort();
        before = new AbortController();
        const at = 2000 + (i % 40);
        replace(at, 'k');
        const ask = completeAsk(`${text.slice(0, at + 1)}█${text.slice(at + 1)}`, { version });
        answers.push(drawn(session.ask(ask, before.signal)));
      } else if (event === 'forget') server.forget();
      else if (event === 'far') replace(0, '// a line that every fork will have to tell\n');
      else if (event === 'release') server.release('late');
      else if (event === 'pause') clock.advance(idleMs);
      else if (event === 'cut') server.cut();
      else reopen();
      clock.advance(7);
      if (i % 3 === 0) await new Promise(setImmediate);
    }
    for (let i = 0; i < 60; i++) {
      server.release('late');
      clock.advance(200);
      await new Promise(setImmediate);
    }
    const outcomes = await Promise.all(answers);
    expect(outcomes.length).toBeGreaterThan(1000);
    for (const outcome of outcomes)
      expect(outcome).toMatch(/^("ok" completed|("ok" )?failed (cancelled|offline|model))$/);
  }, 60_000);
});
