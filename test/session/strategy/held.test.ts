/** What a server is believed to have, event by event. */

import { beforeEach, describe, expect, test } from 'vitest';
import type { Usage } from '../../../server/core/model.ts';
import { type Base, makeBase } from '../../../server/core/prompt/base.ts';
import { noError } from '../../../server/session/protocol/error.ts';
import type { EventBody, OutputItem } from '../../../server/session/protocol/events.ts';
import { createHeld, type Held, type Sending, unnamedLane } from '../../../server/session/strategy/held.ts';
import { askDocument } from '../../support/asks.ts';

const base = baseOf('let a;\n');
const other = baseOf('let b;\n');
const shape = '{}';

function baseOf(text: string): Base {
  const document = askDocument(text);
  return makeBase({ document, snippets: [], history: [], contextTokens: 4096 }, { start: 0, end: 0 });
}

let held: Held;
let happened: string[];
let lanes: 'named' | 'one';
let doubts: boolean;
let stands: boolean;

beforeEach(() => {
  happened = [];
  lanes = 'named';
  doubts = true;
  stands = true;
  held = createHeld({
    hasOneLane: () => lanes === 'one',
    keep: (lane) => happened.push(`keep ${lane}`),
    release: (lane) => happened.push(`release ${lane}`),
    ready: () => happened.push('ready'),
    stands(_, beyond) {
      happened.push(`stands ${beyond}`);
      return stands;
    },
    lost: () => happened.push('lost'),
    doubts: () => doubts,
    continued: (how) => happened.push(`continued ${how}`),
  });
});

const sending = (kind: Sending['kind'], of: Base = base): Sending => ({
  kind,
  base: of,
  shape,
  characters: 100,
});
const created = (id: string, parent?: string): EventBody => ({ kind: 'created', id, parent });
const started: EventBody = { kind: 'started' };
const text: EventBody = { kind: 'text-delta', output: 0, part: 0, text: 'abcde' };
const ended = (
  id?: string,
  more: { readonly parent?: string; readonly usage?: Usage; readonly output?: readonly OutputItem[] } = {},
): EventBody => ({
  kind: 'ended',
  outcome: 'completed',
  response: {
    id,
    parent: undefined,
    output: undefined,
    usage: undefined,
    metadata: {},
    reason: undefined,
    error: undefined,
    ...more,
  },
});
const used = (inputTokens: number, outputTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cachedTokens: 0,
  reasoningTokens: 0,
});
const failed = (code: string): EventBody => ({
  kind: 'error',
  error: { ...noError, status: 400, code },
});

function make(lane = 'w0', of: Base = base): void {
  held.sent(lane, sending('base', of));
  held.read(lane, created('resp_b'));
  held.read(lane, ended('resp_b'));
}

describe('a base', () => {
  test('has a lane of its own from when it is sent, and is a parent once it is complete', () => {
    held.sent('w0', sending('base'));
    expect([held.has(base), held.parentOf(base, shape)]).toEqual([true, undefined]);
    held.read('w0', created('resp_b'));
    expect(held.parentOf(base, shape)).toBeUndefined();
    held.read('w0', ended());
    expect(held.parentOf(base, shape)).toEqual({ id: 'resp_b', characters: 100, tokens: undefined });
    expect(happened).toEqual(['keep w0', 'ready']);
  });

  test('is no parent of what has other parameters, nor of another document', () => {
    make();
    expect(held.parentOf(base, '{"reasoning":{}}')).toBeUndefined();
    expect(held.parentOf(other, shape)).toBeUndefined();
  });

  test('that is made again is another one than the one before, whose forks may still be to begin', () => {
    make();
    held.sent('w1', sending('fork'));
    held.sent('w2', sending('fork'));
    held.read('w1', failed('previous_response_not_found'));
    make('w3');
    held.read('w2', failed('previous_response_not_found'));
    expect(happened).toEqual(['keep w0', 'ready', 'lost', 'keep w3', 'ready', 'release w0', 'lost']);
    expect(held.parentOf(base, shape)?.id).toBe('resp_b');
  });

  test('keeps its lane until its forks have begun', () => {
    make();
    held.sent('w1', sending('fork'));
    held.sent('w2', sending('fork'));
    held.read('w1', created('resp_1'));
    held.drop(base);
    expect([held.has(base), held.parentOf(base, shape)]).toEqual([false, undefined]);
    held.read('w1', started);
    expect(happened).not.toContain('release w0');
    // A server that leaves out what announces a response shows by its text that it found the parent.
    held.read('w2', text);
    expect(happened.at(-1)).toBe('release w0');
  });

  test('that is dropped while it is made lets its lane go when it is complete', () => {
    held.sent('w0', sending('base'));
    held.drop(base);
    expect(happened).toEqual(['keep w0']);
    held.read('w0', ended('resp_b'));
    expect(happened).toEqual(['keep w0', 'release w0']);
  });

  test('is lost by a fork that does not find it, and by no other error', () => {
    make();
    held.sent('w1', sending('fork'));
    held.read('w1', failed('server_error'));
    expect(held.parentOf(base, shape)).toBeDefined();
    held.sent('w1', sending('fork'));
    held.sent('w2', sending('fork'));
    held.read('w1', failed('previous_response_not_found'));
    expect(held.has(base)).toBe(false);
    held.read('w2', failed('previous_response_not_found'));
    expect(happened).toEqual(['keep w0', 'ready', 'lost', 'release w0', 'lost']);
  });

  test.each<[string, EventBody]>([
    ['fails', failed('server_error')],
    ['fails at its end', { ...ended('resp_b'), outcome: 'failed' } as EventBody],
    ['has no name', ended()],
    ['was answered', ended('resp_b')],
    ['was answered at its end', ended('resp_b', { output: [{ kind: 'hidden' }] })],
    ['cost tokens of an answer', ended('resp_b', { usage: used(900, 16) })],
  ])('that %s is none', (how, body) => {
    held.sent('w0', sending('base'));
    if (how === 'was answered') held.read('w0', text);
    held.read('w0', body);
    expect([held.has(base), happened]).toEqual([false, ['keep w0', 'release w0']]);
  });

  test('is none where a frame of it may have been lost', () => {
    held.sent('w0', sending('base'));
    held.doubt();
    held.read('w0', ended('resp_b'));
    expect(held.has(base)).toBe(false);
  });
});

describe('the answer to a whole prompt', () => {
  const fresh: Sending = { ...sending('whole'), characters: base.characters + 40, isFresh: true };
  const answered = (body: EventBody, sent = fresh, lane = 'w0') => {
    held.sent(lane, sent);
    held.read(lane, created('resp_1'));
    held.read(lane, text);
    held.read(lane, body);
  };
  const beyond = 45;

  test('stands for its base from its end on, on its lane, with all that was read and written', () => {
    held.sent('w0', fresh);
    held.read('w0', created('resp_1'));
    held.read('w0', text);
    expect([held.has(base), held.serves(base.uri), happened]).toEqual([false, false, []]);
    held.read('w0', ended(undefined, { usage: used(900, 6) }));
    expect(held.parentOf(base, shape)).toEqual({
      id: 'resp_1',
      characters: base.characters + beyond,
      tokens: 906,
    });
    expect([held.has(base), held.serves(base.uri), held.serves('file:///other')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(happened).toEqual([`stands ${beyond}`, 'keep w0']);
    held.sent('w1', sending('fork'));
    held.drop(base);
    expect(held.serves(base.uri)).toBe(false);
    held.read('w1', started);
    expect(happened.at(-1)).toBe('release w0');
  });

  test.each<[string, EventBody]>([
    ['fails', failed('server_error')],
    ['is cut off', { ...ended('resp_1'), outcome: 'incomplete' } as EventBody],
    ['fails at its end', { ...ended('resp_1'), outcome: 'failed' } as EventBody],
  ])('does not where it %s, and that is told', (_, body) => {
    answered(body);
    expect([held.has(base), happened]).toEqual([false, ['stands undefined']]);
  });

  test('does not where a frame of it may have been lost', () => {
    held.sent('w0', fresh);
    held.doubt();
    held.read('w0', ended('resp_1'));
    expect([held.has(base), happened]).toEqual([false, ['stands undefined']]);
  });

  test('does not where it is not wanted', () => {
    stands = false;
    answered(ended());
    expect([held.has(base), happened]).toEqual([false, [`stands ${beyond}`]]);
  });

  test('does not, and nobody is asked, where it tells what is newer, or there is one lane', () => {
    answered(ended(), { ...fresh, isFresh: false });
    answered(ended(), fresh, unnamedLane);
    lanes = 'one';
    answered(ended());
    expect(happened).toEqual([]);
  });
});

describe('an answer is worth nothing before it is shown that its parent was read', () => {
  const parent = { id: 'resp_b', characters: 4000, tokens: 1000 };
  const fork: Sending = { ...sending('fork'), characters: 4400, parent };
  const read = (...bodies: EventBody[]) => {
    held.sent('w1', fork);
    return bodies.map((body) => held.read('w1', body));
  };

  test('it is, where the parent is named back at its beginning', () => {
    expect(read(created('resp_1', 'resp_b'), text, ended('resp_1'))).toEqual(['sound', 'sound', 'sound']);
    expect(happened).toEqual(['continued named']);
  });

  test('or at its end', () => {
    const worths = read(created('resp_1'), text, ended('resp_1', { parent: 'resp_b', usage: used(100) }));
    expect(worths).toEqual(['unproven', 'unproven', 'sound']);
    expect(happened).toEqual(['continued named']);
  });

  test('or where its tokens are counted', () => {
    expect(read(created('resp_1'), text, ended('resp_1', { usage: used(1100) }))).toEqual([
      'unproven',
      'unproven',
      'sound',
    ]);
    expect(happened).toEqual(['continued counted']);
  });

  test.each<[string, EventBody, 'ignored' | 'untold']>([
    ['says nothing', ended('resp_1'), 'untold'],
    ['counts zeros', ended('resp_1', { usage: used(0) }), 'untold'],
    ['names another parent', ended('resp_1', { parent: 'resp_a' }), 'untold'],
    ['counts the fork alone', ended('resp_1', { usage: used(100) }), 'ignored'],
  ])('it is not where the server %s', (_, body, how) => {
    expect(read(created('resp_1'), text, body)).toEqual(['unproven', 'unproven', 'worthless']);
    expect(happened).toEqual([`continued ${how}`]);
  });

  test('it is as before where the server was counted to read, unless it counts otherwise', () => {
    doubts = false;
    expect(read(created('resp_1'), text, ended('resp_1'))).toEqual(['sound', 'sound', 'sound']);
    expect(read(text, ended('resp_1', { usage: used(100) }))).toEqual(['sound', 'worthless']);
  });

  test('one that fails says nothing about it', () => {
    expect(read(created('resp_1'), failed('server_error'))).toEqual(['unproven', 'unproven']);
    expect(happened).toEqual([]);
  });

  test('and no chain goes on from it', () => {
    lanes = 'one';
    make('w0');
    const newest = held.newestOf(base, shape);
    expect(newest).toBeDefined();
    held.sent('w1', { ...sending('next'), ...(newest ? { parent: newest } : {}) });
    held.read('w1', ended('resp_1'));
    expect(held.newestOf(base, shape)).toBeUndefined();
  });
});

describe('a chain', () => {
  test('goes on from the newest response, with all that was read and written', () => {
    held.sent(unnamedLane, sending('whole'));
    held.read(unnamedLane, created('resp_1'));
    held.read(unnamedLane, text);
    expect(held.newestOf(base, shape)).toBeUndefined();
    held.read(unnamedLane, ended());
    expect(held.newestOf(base, shape)).toMatchObject({ id: 'resp_1', characters: 105 });
    expect(held.newestOf(other, shape)).toBeUndefined();
    expect(held.newestOf(base, '{"text":{}}')).toBeUndefined();
  });

  test.each<[string, EventBody]>([
    ['fails', failed('server_error')],
    ['is lost', failed('previous_response_not_found')],
    ['has no name', ended()],
  ])('starts anew after a request that %s', (_, body) => {
    make(unnamedLane);
    expect(held.newestOf(base, shape)).toBeDefined();
    held.sent(unnamedLane, sending('next'));
    held.read(unnamedLane, body);
    expect(held.newestOf(base, shape)).toBeUndefined();
  });

  test('does not go on from a base that was answered', () => {
    lanes = 'one';
    held.sent('w0', sending('base'));
    held.read('w0', text);
    held.read('w0', ended('resp_b'));
    expect(held.newestOf(base, shape)).toBeUndefined();
  });

  test('a named lane is one as well where the server knows no lanes', () => {
    lanes = 'one';
    make('w0');
    expect(held.newestOf(base, shape)).toMatchObject({ id: 'resp_b' });
  });
});
