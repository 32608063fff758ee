import { describe, expect, test } from 'vitest';
import { readTold, show, type Told } from '../../../../clients/vscode/src/status/shown.ts';
import { Malformed } from '../../../../server/lsp/params.ts';

const ready: Told = { state: 'ready', enabled: true, model: 'm' };
const busy: Told = {
  ...ready,
  state: 'busy',
  message: 'm is busy: next try in 12 s.',
  retryAfterMs: 12_000,
};

describe('the status bar', () => {
  test.each([
    ['ready', ready, '$(sparkle) Whittle', 'Whittle with m is ready.'],
    ['not asked yet', { ...ready, state: 'idle' }, '$(sparkle) Whittle', 'Whittle with m is ready.'],
    ['of a model without a name', { ...ready, model: '' }, '$(sparkle) Whittle', 'Whittle is ready.'],
    ['asking', { ...ready, running: 1 }, '$(loading~spin) Whittle', 'Whittle with m is asking.'],
    [
      'connecting',
      { ...ready, state: 'connecting' },
      '$(loading~spin) Whittle',
      'Whittle with m is connecting.',
    ],
    [
      'off, whatever else is the matter',
      { ...busy, enabled: false, snoozedMs: 5 },
      '$(circle-slash) Whittle: off',
      'Whittle is switched off.',
    ],
    [
      'snoozed',
      { ...ready, snoozedMs: 600_000 },
      '$(bell-slash) Whittle: 10 min',
      'Whittle is silent for another 10 min.',
    ],
    ['busy', busy, '$(warning) Whittle: model busy, next try in 12 s', busy.message],
    [
      'busy for long',
      { ...busy, retryAfterMs: 3_600_000 },
      '$(warning) Whittle: model busy, next try in 60 min',
      busy.message,
    ],
    [
      'busy nobody knows how long',
      { ...ready, state: 'busy', message: 'Try later.' },
      '$(warning) Whittle: model busy',
      'Try later.',
    ],
    [
      'failed',
      { ...ready, state: 'failed', message: 'The key is wrong.' },
      '$(error) Whittle',
      'The key is wrong.',
    ],
  ])('%s', (_, told, text, tooltip) => {
    expect(show(told as Told, 0)).toMatchObject({ text, tooltip });
  });

  test('counts seconds down, and then waits for what the server tells', () => {
    const { changesInMs } = show(busy, 500);
    expect(show(busy, 500).text).toContain('in 12 s');
    expect(changesInMs).toBe(500);
    expect(show(busy, 500 + (changesInMs ?? 0)).text).toContain('in 11 s');
    expect(show(busy, 12_000)).toEqual(show({ ...busy, retryAfterMs: undefined }, 0));
    expect(show(busy, 12_000).changesInMs).toBeUndefined();
  });

  test('counts minutes of a snooze down, and is ready after it', () => {
    const snoozed = { ...ready, snoozedMs: 90_000 };
    expect(show(snoozed, 0)).toMatchObject({ text: '$(bell-slash) Whittle: 2 min', changesInMs: 30_000 });
    expect(show(snoozed, 30_000)).toMatchObject({ text: '$(bell-slash) Whittle: 1 min' });
    expect(show(snoozed, 90_000)).toEqual(show(ready, 0));
  });
});

test('what a server tells is read, and what is none is refused', () => {
  const told = {
    state: 'ready',
    enabled: true,
    model: 'm',
    running: 2,
    snoozedMs: 0,
    requests: 4,
    usage: {},
  };
  expect(readTold(told)).toMatchObject({
    state: 'ready',
    enabled: true,
    model: 'm',
    running: 2,
    snoozedMs: 0,
  });
  for (const value of [undefined, null, 'ready', {}, { state: 'ready' }, { ...told, running: 'two' }])
    expect(() => readTold(value)).toThrow(Malformed);
});
