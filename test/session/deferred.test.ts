import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { WorkspaceEvent } from '../../server/core/ask.ts';
import { type ModelSession, noUsage } from '../../server/core/model.ts';
import { deferredSession } from '../../server/session/deferred.ts';
import { askDocument, completeAsk, drawn } from '../support/asks.ts';

/** A session whose code comes when the test says so, and what reached it. */
function setUp() {
  const reached: string[] = [];
  const status = { state: 'ready', takesAsks: true, model: 'm', requests: 1, usage: noUsage } as const;
  const loaded: ModelSession = {
    async *ask({ document }, signal) {
      reached.push(`ask ${document.text}${signal.aborted ? ', aborted' : ''}`);
      yield { kind: 'text', index: 0, text: 'fine' };
      yield { kind: 'done', outcome: 'completed', metadata: {}, timing: { queued: 0 } };
    },
    tell: (event) => void reached.push(`tell ${nameOf(event)}`),
    status: () => status,
    applied: (request) => void reached.push(`applied ${request}`),
    dispose: async () => void reached.push('dispose'),
  };
  let load = (): void => undefined;
  const session = deferredSession(
    () =>
      new Promise((resolve) => {
        load = () => resolve(loaded);
      }),
  );
  const ask = (marked: string, signal = new AbortController().signal): Promise<string> =>
    drawn(session.ask(completeAsk(marked), signal));
  return { session, ask, reached, load: () => load(), status };
}

function nameOf(event: WorkspaceEvent): string {
  if (event.kind === 'folders') return event.kind;
  return `${event.kind} ${event.kind === 'opened' ? event.document.uri : event.uri}`;
}

const opened = (uri: string): WorkspaceEvent => ({ kind: 'opened', document: askDocument('', { uri }) });

test('what is told while it loads is told in order, before what is asked and told later', async () => {
  const { session, ask, reached, load } = setUp();
  session.tell(opened('a'));
  session.tell({ kind: 'changed', uri: 'a', version: 2, edit: [] });
  const answer = ask('1█');
  session.tell(opened('b'));
  session.tell({ kind: 'closed', uri: 'a' });
  load();
  expect(await answer).toBe('"fine" completed');
  session.tell({ kind: 'closed', uri: 'b' });
  expect(await ask('2█')).toBe('"fine" completed');
  session.applied?.(7);
  expect(reached).toEqual([
    'tell opened a',
    'tell changed a',
    'tell opened b',
    'tell closed a',
    'ask 1',
    'tell closed b',
    'ask 2',
    'applied 7',
  ]);
});

test('an answer that is aborted while it loads ends at once, and is never asked for', async () => {
  const { session, ask, reached, load } = setUp();
  const abort = new AbortController();
  const before = ask('1█', AbortSignal.abort());
  const meanwhile = ask('2█', abort.signal);
  abort.abort();
  // Nothing has loaded by now.
  expect(await Promise.all([before, meanwhile])).toEqual(['failed cancelled', 'failed cancelled']);
  load();
  await session.dispose();
  expect(reached).toEqual(['dispose']);
});

test('an answer that waited leaves no listener behind', async () => {
  const { ask, load } = setUp();
  const { signal } = new AbortController();
  const answer = ask('1█', signal);
  expect(getEventListeners(signal, 'abort').length).toBe(1);
  load();
  await answer;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('it is connecting until it is there, and says then what the session says', async () => {
  const { session, ask, load, status } = setUp();
  expect(session.status()).toMatchObject({ state: 'connecting', requests: 0 });
  load();
  await ask('1█');
  expect(session.status()).toBe(status);
});

test('disposal waits for the loading, so that nothing comes to life behind it', async () => {
  const { session, reached, load } = setUp();
  let isOver = false;
  const disposal = session.dispose().then(() => {
    isOver = true;
  });
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  load();
  await disposal;
  expect(reached).toEqual(['dispose']);
});
