/** The life of the syntax worker: begun when it is needed, ended when it is not, and every wish settled. */

import { describe, expect, test } from 'vitest';
import { answerJobs, type Job, type Result } from '../../../server/state/syntax/jobs.ts';
import { createParser, type Grammar, type Parser } from '../../../server/state/syntax/parser.ts';
import { createSyntax, longestText, type SyntaxWorker } from '../../../server/state/syntax/syntax.ts';
import { virtualClock } from '../../support/clock.ts';
import { inProcessSyntax, parsed } from '../../support/syntax.ts';

interface FakeWorker {
  readonly jobs: Job[];
  isEnded: boolean;
  answer(result: unknown): void;
  die(): void;
}

function scene() {
  const clock = virtualClock();
  const workers: FakeWorker[] = [];
  const log: string[] = [];
  const createWorker = (): SyntaxWorker => {
    const listeners = new Map<string, (value: never) => void>();
    const jobs: Job[] = [];
    const fake: FakeWorker = {
      jobs,
      isEnded: false,
      answer: (result) => listeners.get('message')?.(result as never),
      die: () => listeners.get('error')?.(new Error('out of memory') as never),
    };
    workers.push(fake);
    return {
      on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
      postMessage: (job) => void jobs.push(job),
      terminate() {
        fake.isEnded = true;
        return Promise.resolve();
      },
    };
  };
  const syntax = createSyntax({
    createWorker,
    clock,
    log: (level, message) => log.push(`${level}: ${message}`),
  });
  return { syntax, clock, workers, log };
}

const never = new AbortController().signal;
const none: Result = { kind: 'none' };

test('nothing is started before the first wish, nor for a language or a text that will not be parsed', async () => {
  const { syntax, workers } = scene();
  expect(syntax.knows('typescript')).toBe(true);
  expect(syntax.knows('yaml')).toBe(false);
  syntax.prepare('yaml', 'a');
  syntax.prepare('typescript', 'x'.repeat(longestText + 1));
  expect(await syntax.tree('yaml', 'a: 1', never)).toBe(undefined);
  expect(await syntax.tree('typescript', 'x'.repeat(longestText + 1), never)).toBe(undefined);
  expect(workers).toEqual([]);
  syntax.prepare('typescript', 'a');
  expect(workers[0]?.jobs).toEqual([{ kind: 'load', languageId: 'typescript', text: 'a' }]);
});

test('where no thread is to be had a wish comes to nothing, and the next one tries again', async () => {
  const clock = virtualClock();
  let tries = 0;
  const createWorker = (): SyntaxWorker => {
    tries++;
    throw new Error('no thread');
  };
  const syntax = createSyntax({ createWorker, clock, log: () => {} });
  syntax.prepare('typescript', 'a');
  expect(await syntax.tree('typescript', 'a', never)).toBe(undefined);
  expect(await syntax.tree('typescript', 'b', never)).toBe(undefined);
  expect(tries).toBe(3);
  await syntax.dispose();
  expect(clock.pending()).toBe(0);
});

test('one wish after the other, by one worker', async () => {
  const { syntax, workers } = scene();
  const first = syntax.tree('typescript', 'a', never);
  const second = syntax.tree('typescript', 'b', never);
  const tree = await parsed('typescript', 'a');
  expect(workers[0]?.jobs).toHaveLength(1);
  workers[0]?.answer({ kind: 'tree', tree });
  expect(await first).toBe(tree);
  expect(workers[0]?.jobs).toHaveLength(2);
  workers[0]?.answer(none);
  expect(await second).toBe(undefined);
  expect(workers).toHaveLength(1);
});

describe('a wish comes to nothing', () => {
  test('when it takes too long: the worker is ended, the next one starts another', async () => {
    const { syntax, workers, clock, log } = scene();
    const wishes = [syntax.tree('go', 'a', never), syntax.tree('go', 'b', never)];
    clock.advance(2_500);
    expect(await Promise.all(wishes)).toEqual([undefined, undefined]);
    expect(workers[0]?.isEnded).toBe(true);
    expect(log).toEqual([expect.stringContaining('2500 ms')]);
    void syntax.tree('go', 'c', never);
    expect(workers).toHaveLength(2);
  });

  test('when the worker dies', async () => {
    const { syntax, workers } = scene();
    const wish = syntax.tree('go', 'a', never);
    workers[0]?.die();
    expect(await wish).toBe(undefined);
  });

  test('when it is aborted, and the answer is nobody’s', async () => {
    const { syntax, workers } = scene();
    const stop = new AbortController();
    const wish = syntax.tree('go', 'a', stop.signal);
    const next = syntax.tree('go', 'b', never);
    stop.abort();
    expect(await wish).toBe(undefined);
    workers[0]?.answer({ kind: 'tree', tree: await parsed('go', 'a') });
    workers[0]?.answer(none);
    expect(await next).toBe(undefined);
  });

  test('when the parser is not installed, which is said once', async () => {
    const { syntax, workers, log } = scene();
    const wish = syntax.tree('go', 'a', never);
    workers[0]?.answer({ kind: 'missing', message: 'Cannot find module' });
    expect(await wish).toBe(undefined);
    expect(await syntax.tree('go', 'b', never)).toBe(undefined);
    expect(syntax.knows('go')).toBe(false);
    expect(workers).toHaveLength(1);
    expect(workers[0]?.isEnded).toBe(true);
    expect(log).toEqual([expect.stringMatching(/^debug: .*Cannot find module/)]);
  });

  test('when it is disposed of, and leaves no timer', async () => {
    const { syntax, workers, clock } = scene();
    const wish = syntax.tree('go', 'a', never);
    await syntax.dispose();
    expect(await wish).toBe(undefined);
    expect(workers[0]?.isEnded).toBe(true);
    expect(clock.pending()).toBe(0);
    expect(await syntax.tree('go', 'b', never)).toBe(undefined);
    expect(workers).toHaveLength(1);
  });
});

test('a worker without work ends after a minute, and is begun again when it is needed', async () => {
  const { syntax, workers, clock } = scene();
  syntax.prepare('go', 'package p');
  workers[0]?.answer({ kind: 'loaded' });
  clock.advance(59_000);
  expect(workers[0]?.isEnded).toBe(false);
  clock.advance(1_000);
  expect(workers[0]?.isEnded).toBe(true);
  expect(clock.pending()).toBe(0);
  syntax.prepare('go', 'package p');
  expect(workers).toHaveLength(2);
});

describe('the worker’s program', () => {
  test('tells where the parser is not installed', async () => {
    const syntax = inProcessSyntax(createParser('/nowhere/program.js'));
    expect(await syntax.tree('go', 'package p', never)).toBe(undefined);
  });

  test('gives a tree', async () => {
    const tree = await inProcessSyntax().tree('go', 'package p\n', never);
    expect(tree).toEqual(await parsed('go', 'package p\n'));
  });

  test('stops a parse whose time is over, and the next one begins anew', async () => {
    const grammar = await createParser(import.meta.filename).grammarFor('javascript');
    const long = 'f(a, b);\n'.repeat(20_000);
    expect(grammar?.parse(long, () => true)).toBe(undefined);
    const again = grammar?.parse('g();', () => false);
    expect(again).toEqual(await parsed('javascript', 'g();'));
  });

  test('a text loaded before is parsed no more for its review, which gives the same', async () => {
    const inner = createParser(import.meta.filename);
    const texts: string[] = [];
    const parser: Parser = {
      async grammarFor(languageId) {
        const grammar = await inner.grammarFor(languageId);
        const parse: Grammar['parse'] = (text, isOver) => {
          texts.push(text);
          return grammar?.parse(text, isOver);
        };
        return grammar && { parse };
      },
    };
    const languageId = 'javascript';
    const before = 'f(a, b);\ng(1);\n';
    const edit = [{ start: before.indexOf('1'), end: before.indexOf(')', 10), text: '(2' }];
    const review: Job = { kind: 'review', languageId, before, edit, asked: [] };
    const results = async (...jobs: readonly Job[]) => {
      const given: Result[] = [];
      let send = (_: Job) => {};
      const done = new Promise<void>((resolve) => {
        const postMessage = (result: Result) => void (given.push(result) === jobs.length && resolve());
        answerJobs({ on: (_, listener) => (send = listener), postMessage }, parser, () => 0);
      });
      for (const job of jobs) send(job);
      await done;
      return given;
    };
    const [alone] = await results(review);
    expect(alone).toMatchObject({ kind: 'review', reviewed: { faults: [expect.anything()] } });
    expect(texts.filter((text) => text === before)).toHaveLength(1);
    texts.length = 0;
    const load: Job = { kind: 'load', languageId, text: before };
    const other: Job = { ...review, before: before.replace('f', 'h') };
    const [, prepared, unprepared] = await results(load, review, other);
    expect([prepared, unprepared]).toEqual([alone, alone]);
    // Once itself, and once as its own rehearsal.
    expect(texts.filter((text) => text === before)).toHaveLength(2);
  });
});
