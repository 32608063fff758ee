/** What a server is believed to have, event by event. */

import { beforeEach, describe, expect, test } from 'vitest';
import { type Base, makeBase } from '../../../server/core/prompt/base.ts';
import type { EventBody } from '../../../server/session/protocol/events.ts';
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

beforeEach(() => {
  happened = [];
  lanes = 'named';
  held = createHeld({
    hasOneLane: () => lanes === 'one',
    keep: (lane) => happened.push(`keep ${lane}`),
    release: (lane) => happened.push(`release ${lane}`),
    ready: () => happened.push('ready'),
    lost: () => happened.push('lost'),
  });
});

const sending = (kind: Sending['kind'], of: Base = base): Sending => ({
  kind,
  base: of,
  shape,
  characters: 100,
});
const created = (id: string): EventBody => ({ kind: 'created', id });
const started: EventBody = { kind: 'started' };
const text: EventBody = { kind: 'text-delta', output: 0, part: 0, text: 'abcde' };
const ended = (id?: string): EventBody => ({
  kind: 'ended',
  outcome: 'completed',
  response: { id, output: undefined, usage: undefined, metadata: {}, reason: undefined, error: undefined },
});
const failed = (code: string): EventBody => ({
  kind: 'error',
  error: {
    status: 400,
    code,
    type: undefined,
    message: '',
    param: undefined,
    retryAfterMs: undefined,
    retryAt: undefined,
    resetsAt: undefined,
  },
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
    expect(held.parentOf(base, shape)).toEqual({ id: 'resp_b', characters: 100 });
    expect(happened).toEqual(['keep w0', 'ready']);
  });

  test('is no parent of what has other parameters, nor of another document', () => {
    make();
    expect(held.parentOf(base, '{"reasoning":{}}')).toBeUndefined();
    expect(held.parentOf(other, shape)).toBeUndefined();
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
    ['has no name', ended()],
    ['was answered', ended('resp_b')],
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

  test('a named lane is one as well where the server knows no lanes', () => {
    lanes = 'one';
    make('w0');
    expect(held.newestOf(base, shape)).toMatchObject({ id: 'resp_b' });
  });
});
