/** What a model server is given to read before anything is asked. */

import { expect, test } from 'vitest';
import type { Ask } from '../../../server/core/ask.ts';
import { createAhead, type Prewarm } from '../../../server/gateway/upstreams/ahead.ts';
import { askDocument } from '../../support/asks.ts';
import { virtualClock } from '../../support/clock.ts';

function open(when: Prewarm) {
  const clock = virtualClock();
  const warmed: Ask[] = [];
  const signals: AbortSignal[] = [];
  const ahead = createAhead({
    clock,
    when,
    contextTokens: 4096,
    warm(ask, signal) {
      warmed.push(ask);
      signals.push(signal);
      return Promise.resolve();
    },
  });
  const type = (uri: string, version: number, at: number, text: string) =>
    ahead.change(uri, version, [{ start: at, end: at, text }]);
  return { clock, ahead, warmed, signals, type };
}

const a = askDocument('let a', { uri: 'file:///a.ts' });
const b = askDocument('let b', { uri: 'file:///b.ts' });

test('by default the first edit, once for each document, with the text as it stands then', () => {
  const { clock, ahead, warmed, type } = open('edit');
  ahead.open(a);
  clock.advance(1000);
  expect(warmed).toEqual([]);
  type(a.uri, 2, 5, 'b');
  type(a.uri, 3, 6, 'c');
  clock.advance(10);
  expect(warmed.map(({ document }) => document.text)).toEqual(['let abc']);
  type(a.uri, 4, 7, 'd');
  clock.advance(1000);
  expect(warmed.length).toBe(1);
  ahead.dispose();
  expect(clock.pending()).toBe(0);
});

test('another document takes its place, and it is read again when it is edited again', () => {
  const { clock, ahead, warmed, type } = open('edit');
  ahead.open(a);
  ahead.open(b);
  type(a.uri, 2, 5, 'x');
  clock.advance(10);
  type(b.uri, 2, 5, 'y');
  clock.advance(10);
  type(a.uri, 3, 6, 'z');
  clock.advance(10);
  expect(warmed.map(({ document }) => document.text)).toEqual(['let ax', 'let by', 'let axz']);
  ahead.dispose();
});

test('an ask with the edit makes it needless, an ask after it ends it', () => {
  const { clock, ahead, warmed, signals, type } = open('edit');
  ahead.open(a);
  ahead.open(b);
  type(a.uri, 2, 5, 'x');
  ahead.asked(a.uri);
  clock.advance(1000);
  expect(warmed).toEqual([]);
  type(b.uri, 2, 5, 'y');
  clock.advance(10);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  ahead.asked(b.uri);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  ahead.dispose();
});

test('at opening where the settings say so; never where they say that', () => {
  const early = open('open');
  early.ahead.open(a);
  early.clock.advance(10);
  expect(early.warmed.length).toBe(1);
  const never = open('never');
  never.ahead.open(a);
  never.type(a.uri, 2, 5, 'x');
  never.clock.advance(1000);
  expect(never.warmed).toEqual([]);
  expect(never.clock.pending()).toBe(0);
});

test('a closed document is not read', () => {
  const { clock, ahead, warmed, type } = open('edit');
  ahead.open(a);
  type(a.uri, 2, 5, 'x');
  ahead.close(a.uri);
  clock.advance(1000);
  expect(warmed).toEqual([]);
});

test('a server that turns asks away is given nothing to read until it answers one', () => {
  const { clock, ahead, warmed, type } = open('edit');
  ahead.open(a);
  ahead.open(b);
  ahead.asked(a.uri);
  ahead.ended('turned-away');
  type(b.uri, 2, 5, 'x');
  clock.advance(1000);
  expect(warmed).toEqual([]);
  ahead.asked(a.uri);
  ahead.ended('answered');
  type(b.uri, 3, 6, 'y');
  clock.advance(10);
  expect(warmed.map(({ document }) => document.text)).toEqual(['let bxy']);
  ahead.dispose();
});
