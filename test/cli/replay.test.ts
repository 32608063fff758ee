/** What is recorded is played again with the same result; what was changed in between is found. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogFile, wireMark } from '../../server/cli/log-file.ts';
import { playAgain } from '../../server/cli/replay/play.ts';
import { readTrace } from '../../server/cli/replay/read-trace.ts';
import { replay } from '../../server/cli/replay.ts';
import type { AnswerEvent, ModelSession } from '../../server/core/model.ts';
import { type AllowanceLimits, createAllowance } from '../../server/session/allowance.ts';
import { createDial } from '../../server/session/dial.ts';
import { openSession } from '../../server/session/session.ts';
import { createTrace } from '../../server/session/trace.ts';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';
import { systemClock, virtualClock } from '../support/clock.ts';
import { testConsole } from '../support/console.ts';
import { memoryServer } from '../support/model-memory.ts';
import {
  begin,
  delta,
  error,
  type ModelServerOptions,
  reply,
  startModelServer,
} from '../support/model-server.ts';
import { testSession } from '../support/session.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whittle-replay-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = 'sk-not-to-be-found-anywhere';

/** A session on real sockets, recorded into a file; the file's name. */
async function recorded(
  name: string,
  options: ModelServerOptions,
  use: (
    ask: (marked: string, abort?: AbortController) => Promise<string>,
    release: (name: string) => void,
    session: ModelSession,
  ) => Promise<unknown>,
  limits?: AllowanceLimits,
): Promise<string> {
  const server = await startModelServer(options);
  const clock = systemClock();
  const file = path.join(folder, name);
  const fail = (sentence: string) => expect.fail(sentence);
  const logFile = createLogFile({ wallClock: () => new Date(0), home: folder });
  logFile.moveTo(file, fail);
  const model = { name: 'model-1', format: 'auto' };
  const trace = createTrace({
    session: 'one',
    clock,
    isOn: () => true,
    write: (line) => logFile.write('trace', `${wireMark}${JSON.stringify(line)}`),
  });
  trace.begin({ model, warm: false, prewarm: 'never' });
  const timed = trace.timed();
  const session = trace.session(
    openSession({
      endpoint: () =>
        Promise.resolve({ url: `${server.url}?key=${key}`, headers: { Authorization: `Bearer ${key}` } }),
      model,
      clock: timed,
      random: trace.random(() => 0),
      log: (level, message) => logFile.write(level, message),
      dial: trace.dial(createDial({ clock }), 'websocket'),
      prewarm: () => 'never',
      ...(limits ? { allowance: trace.allowance(createAllowance({ clock, limits: () => limits })) } : {}),
    }),
  );
  session.tell({ kind: 'opened', document: askDocument('let a') });
  const ask = (marked: string, abort?: AbortController): Promise<string> => {
    const answer = session.ask(completeAsk(marked), (abort ?? new AbortController()).signal);
    return drawn(abort ? abortedWhenHeard(answer, abort) : answer);
  };
  await use(ask, server.release, session);
  await session.dispose();
  await server.close();
  await logFile.close();
  return file;
}

async function* abortedWhenHeard(
  answer: AsyncIterable<AnswerEvent>,
  abort: AbortController,
): AsyncGenerator<AnswerEvent, void, void> {
  for await (const event of answer) {
    yield event;
    abort.abort();
  }
}

async function played(file: string): Promise<{ readonly code: number; readonly printed: readonly string[] }> {
  const console = testConsole(folder);
  const code = await replay(file, console);
  expect(console.complaints).toEqual([]);
  return { code, printed: console.printed };
}

test.each(['trace.jsonl', 'trace.log'])(
  '%s: an answer, a failure, an abort and an answer left early',
  async (name) => {
    const file = await recorded(
      name,
      {
        answer: (_frame, n) =>
          n === 0
            ? reply('first\nanswer', { pieces: 3 })
            : n === 1
              ? [error(400, 'invalid_prompt')]
              : n === 2
                ? [...begin(), delta('hal'), { hold: 'abort' }]
                : reply('last'),
      },
      async (ask) => {
        expect(await ask('let a█')).toBe('"first\\nanswer" completed');
        expect(await ask('let a█')).toBe('failed rejected');
        expect(await ask('let a█', new AbortController())).toBe('"hal" failed cancelled');
        expect(await ask('let a█')).toBe('"last" completed');
      },
    );
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(key);
    if (name.endsWith('.jsonl')) for (const line of text.trim().split('\n')) JSON.parse(line);
    const { code, printed } = await played(file);
    expect(printed.filter((line) => line.includes('!!'))).toEqual([]);
    expect(printed[0]).toBe('session one: model-1, 4 requests');
    expect(printed.filter((line) => line.includes('│')).map((line) => line.trim())).toEqual([
      '│ first',
      '│ answer',
      '│ hal',
      '│ last',
    ]);
    expect(
      printed
        .filter((line) => line.includes('request '))
        .map((line) => line.split(':').slice(0, 2).join(':')),
    ).toEqual([
      '  request 1: completion, answered whole',
      '  request 2: completion, rejected by its server',
      '  request 3: completion, cancelled',
      '  request 4: completion, answered whole',
    ]);
    expect(code).toBe(0);
  },
);

test('a connection that was cut is cut again, and the request put anew when it was then', async () => {
  const file = await recorded(
    'trace.jsonl',
    { answer: (_frame, n) => (n === 0 ? [{ destroy: true }] : reply('ok')) },
    async (ask) => expect(await ask('let a█')).toBe('"ok" completed'),
  );
  const { code, printed } = await played(file);
  expect(printed.filter((line) => line.includes('!!'))).toEqual([]);
  expect(code).toBe(0);
});

test('what a frame said then and does not say now is named', async () => {
  const file = await recorded('trace.jsonl', {}, (ask) => ask('let a█'));
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll('"verbosity":"low"', '"verbosity":"high"').replace('"text":"ok"', '"text":"ko"'),
  );
  const { code, printed } = await played(file);
  expect(code).toBe(4);
  expect(printed.join('\n')).toMatch(
    /!! {2}[\d.]+ ms: connection 1: response\.create on w0 differs in `text\.verbosity`/,
  );
});

test('what holds no trace, and what cannot be read, is said', async () => {
  await writeFile(path.join(folder, 'a.log'), '2026-11-21T00:00:00.000Z info hello\n{"a":1}\n');
  for (const [file, sentence] of [
    ['a.log', /holds no trace: set `log\.level` to "trace"/],
    ['missing.log', /^There is no file missing\.log; check the path\.$/],
    ['.', /^\. is a folder; name a file in it\.$/],
  ] as const) {
    const console = testConsole(folder);
    expect(await replay(file, console)).toBe(2);
    expect(console.complaints).toEqual([expect.stringMatching(sentence)]);
  }
});

test('lines that are cut short or made up are counted and passed over', () => {
  const step = { session: 's', at: 1, kind: 'binary', connection: 1 };
  const text = [
    JSON.stringify(step),
    JSON.stringify(step).slice(0, 20),
    JSON.stringify({ ...step, connection: -1 }),
    JSON.stringify({ ...step, kind: 'asked', number: 1, ask: { task: 'complete' } }),
    JSON.stringify({ ...step, kind: 'told', frame: { type: 'whittle.nothing' } }),
    `2026-11-21T00:00:00.000Z trace wire ${JSON.stringify(step)}`,
    JSON.stringify({ time: '', level: 'trace', wire: step }),
    JSON.stringify({ time: '', level: 'info', message: 'wire {}' }),
  ].join('\n');
  const { sessions, broken } = readTrace(text);
  expect(sessions.map(({ steps }) => steps.length)).toEqual([3]);
  expect(broken).toBe(3);
});

test('timers that fired late, as they do where a machine is busy, fire late again', async () => {
  const clock = virtualClock();
  const { now } = clock;
  const lines: string[] = [];
  const server = memoryServer();
  const model = { name: 'm', format: 'auto' };
  const trace = createTrace({
    session: 'one',
    clock: { now, after: (ms, callback) => clock.after(ms + 60, callback) },
    isOn: () => true,
    write: (line) => lines.push(JSON.stringify(line)),
  });
  trace.begin({ model, warm: false, prewarm: 'edit' });
  const settings = {
    clock: trace.timed(),
    dial: trace.dial(server.dial, 'websocket'),
    random: trace.random(() => 0),
    model,
    prewarm: () => 'edit' as const,
  };
  const session = trace.session(testSession('ws://model.example/v1/responses', settings).session);
  const document = askDocument('let c');
  const { uri } = document;
  const turns = () => new Promise(setImmediate);
  const other = { ...document, uri: 'file:///work/d.ts', path: 'd.ts' };
  session.tell({ kind: 'opened', document: other });
  await turns();
  server.accept();
  await turns();
  session.tell({ kind: 'opened', document });
  // What is typed meanwhile is in the base that is made then.
  for (let version = 2; version < 6; version++) {
    session.tell({ kind: 'changed', uri, version, edit: [{ start: 5, end: 5, text: 'b' }] });
    clock.advance(12);
    await turns();
  }
  clock.advance(100);
  await turns();
  await session.dispose();
  expect(lines.filter((line) => line.includes('let cbbbb'))).toHaveLength(1);
  const [recording] = readTrace(lines.join('\n')).sessions;
  expect(recording && (await playAgain(recording)).divergences).toEqual([]);
});

test('what an abort sends, and leaving an answer, comes behind it', async () => {
  const held = [...begin(), delta('hal'), { hold: 'abort' } as const];
  const file = await recorded(
    'trace.jsonl',
    { takesAsks: true, answer: () => held },
    async (ask, _release, session) => {
      expect(await ask('let a█', new AbortController())).toBe('"hal" failed cancelled');
      for await (const event of session.ask(completeAsk('let a█'), new AbortController().signal))
        if (event.kind === 'text') break;
    },
  );
  expect((await readFile(file, 'utf8')).match(/"whittle.cancel"/g)).toHaveLength(2);
  expect(await played(file)).toMatchObject({ code: 0 });
});

test('what the limits of the settings did not let go is not let go again', async () => {
  const file = await recorded(
    'trace.jsonl',
    {},
    async (ask) => {
      expect(await ask('let a█')).toBe('"ok" completed');
      expect(await ask('let a█')).toBe('failed limit');
    },
    { requestsPerMinute: 1, tokensPerHour: 1_000_000, spendPerDay: 'none' },
  );
  const { code, printed } = await played(file);
  expect(printed.join('\n')).toContain('request 2: complete failed limit');
  expect(code).toBe(0);
});
