/**
 * All that can happen to a few requests, exhaustively: from every state of session and server that can be reached,
 * every next thing is tried (a request more, a step of an answer, an error, the end of a connection, a rotation, an
 * abort, the next timer), and every state is visited once. From each of them, a server that is well again answers or
 * ends every request, and disposal leaves nothing.
 *
 * A state is what can be seen of it: the answers so far, what runs on which connection and how far it is, which timers
 * are due about when, and what the session says of itself. So that there is an end to them, a few things go wrong on one
 * way (`mostFaults`), time runs out a few times (`mostLate`), and more words of an answer are no new state.
 * `EXPLORED_REQUESTS` and `EXPLORED_STATES` say how far to go. Beside that, up to four requests are followed on their
 * usual course with something going wrong at every step of it, or at every two (`EXPLORED_FAULTS`).
 */

import { describe, expect, test } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { askDocument, completeAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { memoryServer } from '../support/model-memory.ts';
import { testSession } from '../support/session.ts';

const mostRequests = Number(process.env.EXPLORED_REQUESTS ?? 1);
const mostStates = Number(process.env.EXPLORED_STATES ?? 700);
const mostFaults = 2;
const mostLate = 2;

const done = { type: 'response.completed', response: { id: 'r', output: [] } };
const limit = {
  type: 'error',
  status: 400,
  error: { code: 'websocket_connection_limit_reached', message: '' },
};
const serverError = { type: 'error', status: 500, error: { code: 'server_error', message: 'Oh.' } };
const piece = { type: 'response.output_text.delta', delta: 'x', output_index: 0, content_index: 0 };

type Prewarm = 'edit' | 'never';

function scene(requests: number, prewarm: Prewarm) {
  const clock = virtualClock();
  const server = memoryServer();
  const { session } = testSession('ws://model.example/v1/responses', {
    clock,
    dial: server.dial,
    prewarm: () => prewarm,
    limits: { firstEventMs: 20_000, completionMs: 20_000, idleMs: 40_000 },
  });
  session.tell({ kind: 'opened', document: askDocument('a') });
  const answers: { readonly events: AnswerEvent[]; readonly abort: AbortController; over: boolean }[] = [];
  let changes = 0;

  const abort = (which: 'first' | 'last'): boolean => {
    const live = answers.filter(({ over }) => !over);
    if (which === 'last' && live.length < 2) return false;
    const chosen = which === 'first' ? live[0] : live.at(-1);
    chosen?.abort.abort();
    return chosen !== undefined;
  };
  let faults = 0;
  let lates = 0;
  const wrong = (happen: () => boolean) => (): boolean => {
    if (faults >= mostFaults || !happen()) return false;
    faults++;
    return true;
  };
  const last = (event: object): boolean => server.running() > 1 && server.send('last', { ...event });

  const steps: Readonly<Record<string, () => boolean>> = {
    ask() {
      if (answers.length >= requests) return false;
      const answer = { events: [] as AnswerEvent[], abort: new AbortController(), over: false };
      answers.push(answer);
      void (async () => {
        for await (const event of session.ask(completeAsk('a█'), answer.abort.signal))
          answer.events.push(event);
        answer.over = true;
      })();
      return true;
    },
    'abort first': wrong(() => abort('first')),
    'abort last': wrong(() => abort('last')),
    accept: () => server.accept(),
    created: () => server.send('first', { type: 'response.created', response: { id: 'r' } }),
    text: () => server.send('first', piece),
    'text of the last': () => last(piece),
    complete: () => server.send('first', done),
    'complete the last': () => last(done),
    error: wrong(() => server.send('first', serverError)),
    rotate: wrong(() => server.raw(JSON.stringify(limit))),
    'limit for a request': wrong(() => server.send('first', limit)),
    close: wrong(() => server.close()),
    change() {
      // One is enough for a base to be wanted.
      if (prewarm === 'never' || changes > 0) return false;
      changes++;
      session.tell({ kind: 'changed', uri: askDocument('').uri, version: 1, edit: [] });
      return true;
    },
    late() {
      const [next] = clock.due();
      if (next === undefined || lates >= mostLate) return false;
      lates++;
      clock.advance(next);
      return true;
    },
  };

  const state = (): string => {
    const { state: name, message, retryAfterMs, strategy } = session.status();
    const told = answers.map(({ events, over }) => `${[...new Set(events.map(({ kind }) => kind))]}${over}`);
    const wait = retryAfterMs === undefined ? undefined : magnitude(retryAfterMs);
    const due = clock.due().map(magnitude);
    return JSON.stringify([name, message, wait, strategy, told, server.shape(), due, changes, faults, lates]);
  };
  return { clock, server, session, answers, steps, state };
}

/** Moments, seconds, longer. */
function magnitude(ms: number): string {
  return ms <= 500 ? 'moment' : ms <= 10_000 ? 'seconds' : 'long';
}

type Scene = ReturnType<typeof scene>;

async function settle(): Promise<void> {
  for (let i = 0; i < 24; i++) await undefined;
}

async function reach(path: readonly string[], requests: number, prewarm: Prewarm): Promise<Scene> {
  // What was let go is collected between turns of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const made = scene(requests, prewarm);
  for (const name of path) {
    made.steps[name]?.();
    await settle();
  }
  return made;
}

async function finish(
  { clock, server, session, answers }: Scene,
  end: 'well again' | 'disposed',
): Promise<void> {
  if (end === 'well again') {
    for (let i = 0; i < 80 && answers.some(({ over }) => !over); i++) {
      let sends = 0;
      while (server.accept()) await settle();
      while (server.send('first', done)) {
        // A client that asks again at every answer would go on for ever.
        expect(++sends).toBeLessThan(100);
        await settle();
      }
      clock.advance(1000);
      await settle();
    }
    expect(answers.every(({ over }) => over)).toBe(true);
  }
  await session.dispose();
  await settle();
  for (const { events, over } of answers) {
    expect(over).toBe(true);
    expect(events.filter(({ kind }) => kind === 'done' || kind === 'failed').length).toBe(1);
    expect(events.at(-1)?.kind).toMatch(/done|failed/);
  }
  expect(server.violations).toEqual([]);
  expect([clock.pending(), server.connections(), server.dials()]).toEqual([0, 0, 0]);
}

/** Breadth first: a failure names the shortest way to it. */
async function explore(requests: number, prewarm: Prewarm): Promise<{ states: number; complete: boolean }> {
  const seen = new Set<string>([(await reach([], requests, prewarm)).state()]);
  let frontier: (readonly string[])[] = [[]];
  const names = Object.keys(scene(requests, prewarm).steps);
  while (frontier.length > 0) {
    const next: (readonly string[])[] = [];
    for (const path of frontier) {
      for (const name of names) {
        if (seen.size >= mostStates) return { states: seen.size, complete: false };
        const way = [...path, name];
        try {
          const made = await reach(path, requests, prewarm);
          const possible = made.steps[name]?.() === true;
          await settle();
          const state = made.state();
          if (!possible || seen.has(state)) {
            await made.session.dispose();
            continue;
          }
          seen.add(state);
          next.push(way);
          await finish(made, 'well again');
          await finish(await reach(way, requests, prewarm), 'disposed');
        } catch (error) {
          throw new Error(`after: ${way.join(', ')}`, { cause: error });
        }
      }
    }
    frontier = next;
  }
  return { states: seen.size, complete: true };
}

test.each(['never', 'edit'] as const)(
  'every state of a request or more, bases made: %s',
  async (prewarm) => {
    for (let requests = 1; requests <= mostRequests; requests++) {
      const { states, complete } = await explore(requests, prewarm);
      const isWhole = complete ? 'all' : 'the nearest';
      process.stderr.write(`${requests} requests, bases made: ${prewarm}: ${isWhole} ${states} states\n`);
      expect(states).toBeGreaterThan(100);
    }
  },
  1_800_000,
);

const faultNames = [
  'abort first',
  'abort last',
  'error',
  'rotate',
  'limit for a request',
  'close',
  'late',
] as const;

/** What happens to some requests where nothing goes wrong: asked together, or one while the one before is answered. */
function course(requests: number, order: 'together' | 'overlapping'): readonly string[] {
  const answer = ['created', 'text', 'complete'];
  const each = Array.from({ length: requests });
  if (order === 'together')
    return [...each.map(() => 'ask'), 'accept', 'accept', ...each.flatMap(() => answer), 'late'];
  return ['ask', 'accept', ...each.slice(1).flatMap(() => ['created', 'ask', 'text', 'complete']), ...answer];
}

const depth = Number(process.env.EXPLORED_FAULTS ?? 1);

/** The course with up to `left` faults, each at every place from `from` on. */
function* courses(steps: readonly string[], from: number, left: number): Generator<readonly string[]> {
  yield steps;
  if (left === 0) return;
  for (let at = from; at <= steps.length; at++)
    for (const fault of faultNames)
      for (const more of courses([...steps.slice(0, at), fault, ...steps.slice(at)], at + 1, left - 1))
        if (more.length > steps.length) yield more;
}

describe.each([1, 2, 3, 4])('%d requests', (requests) => {
  test.each(['together', 'overlapping'] as const)(
    'what goes wrong at every step of them, %s',
    async (order) => {
      for (const way of courses(course(requests, order), 0, depth)) {
        try {
          await finish(await reach(way, requests, 'never'), 'well again');
          await finish(await reach(way, requests, 'edit'), 'disposed');
        } catch (error) {
          throw new Error(`after: ${way.join(', ')}`, { cause: error });
        }
      }
    },
    1_800_000,
  );
});
