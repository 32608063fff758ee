/**
 * Long orders of what can happen to a few requests, at random, with more that goes wrong on one way than
 * `states.test.ts` can visit: whatever comes, each ask ends once, nothing waits for ever once the server is well again,
 * and disposal leaves nothing.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { askDocument, completeAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const mostAsks = 4;

const done = { type: 'response.completed', response: { id: 'r', output: [] } };
const lost = {
  type: 'error',
  status: 400,
  error: { code: 'previous_response_not_found', param: 'previous_response_id', message: '' },
};
const limit = {
  type: 'error',
  status: 400,
  error: { code: 'websocket_connection_limit_reached', message: '' },
};

function scene() {
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession('ws://127.0.0.1:1/v1/responses', {
    clock,
    dial: server.dial,
    limits: { firstEventMs: 20_000, idleMs: 40_000 },
  });
  const answers: { readonly events: AnswerEvent[]; readonly abort: AbortController; over: boolean }[] = [];

  const ask = (): boolean => {
    if (answers.length >= mostAsks) return false;
    const abort = new AbortController();
    const answer = { events: [] as AnswerEvent[], abort, over: false };
    answers.push(answer);
    void (async () => {
      for await (const event of session.ask(completeAsk('a█'), abort.signal)) answer.events.push(event);
      answer.over = true;
    })();
    return true;
  };
  let version = 1;
  const { uri } = askDocument('');
  /** An edit, and as much time as the base that follows from it waits. */
  const type = (): boolean => {
    if (version === 1) session.tell({ kind: 'opened', document: askDocument('a') });
    session.tell({ kind: 'changed', uri, version: ++version, edit: [{ start: 0, end: 0, text: 'b' }] });
    return pass(10);
  };
  const closed = (): boolean => {
    session.tell({ kind: 'closed', uri });
    version = 1;
    return true;
  };
  const abort = (which: 'first' | 'last'): boolean => {
    const live = answers.filter(({ over }) => !over);
    const chosen = which === 'first' ? live[0] : live.at(-1);
    chosen?.abort.abort();
    return chosen !== undefined;
  };
  const pass = (ms: number): boolean => {
    clock.advance(ms);
    return true;
  };

  const steps = {
    ask,
    type,
    'document closed': closed,
    'abort first': () => abort('first'),
    'abort last': () => abort('last'),
    accept: () => server.accept(),
    'refuse with 503': () =>
      server.refuse({ kind: 'http', status: 503, message: '', code: undefined, retryAfterMs: undefined }),
    'refuse with 401': () =>
      server.refuse({ kind: 'http', status: 401, message: '', code: undefined, retryAfterMs: undefined }),
    created: () => server.send('first', { type: 'response.created', response: { id: 'r' } }),
    text: () =>
      server.send('last', {
        type: 'response.output_text.delta',
        delta: 'x',
        output_index: 0,
        content_index: 0,
      }),
    complete: () => server.send('first', done),
    'complete last': () => server.send('last', done),
    error: () =>
      server.send('first', { type: 'error', status: 500, error: { code: 'server_error', message: 'Oh.' } }),
    'parent lost': () => server.send('last', lost),
    'reject lanes': () =>
      server.send('first', {
        type: 'error',
        status: 400,
        error: { code: 'unknown_parameter', param: 'stream_id', message: '' },
      }),
    'limit of the connection': () => server.raw(JSON.stringify(limit)),
    'limit for a request': () => server.send('last', limit),
    garbage: () => server.raw('{'),
    close: () => server.close(),
    'a moment': () => pass(300),
    'half a minute': () => pass(30_000),
    'an hour': () => pass(3_600_000),
  };
  return { clock, server, session, answers, steps };
}

type StepName = keyof ReturnType<typeof scene>['steps'];
const stepNames = Object.keys(scene().steps) as StepName[];

async function settle(): Promise<void> {
  for (let i = 0; i < 16; i++) await Promise.resolve();
}

/** Plays those of the steps that can be taken, then the ending. */
async function play(names: readonly StepName[], ending: 'server well again' | 'disposed'): Promise<void> {
  const { clock, server, session, answers, steps } = scene();
  for (const name of names) {
    steps[name]();
    await settle();
  }
  if (ending === 'server well again') {
    for (let i = 0; i < 80 && answers.some(({ over }) => !over); i++) {
      while (server.accept()) await settle();
      while (server.send('first', done)) await settle();
      clock.advance(1000);
      await settle();
    }
    expect(answers.map(({ over }) => over)).toEqual(answers.map(() => true));
  }
  await session.dispose();
  await settle();
  for (const { events, over } of answers) {
    expect(over).toBe(true);
    expect(events.filter(({ kind }) => kind === 'done' || kind === 'failed').length).toBe(1);
    expect(['done', 'failed']).toContain(events.at(-1)?.kind);
  }
  expect(server.violations).toEqual([]);
  expect([clock.pending(), server.connections(), server.dials()]).toEqual([0, 0, 0]);
}

test('long orders at random', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...stepNames), { maxLength: 40 }),
      fc.constantFrom('server well again' as const, 'disposed' as const),
      async (names, ending) => {
        await play(names, ending);
      },
    ),
    { numRuns: 1000 },
  );
});
