/**
 * A model that says what a test tells it: each ask is answered by a script at once, or waits until the test speaks.
 * It keeps the laws of ModelSession, and counts what is still open.
 */

import type { Ask, WorkspaceEvent } from '../../server/core/ask.ts';
import {
  type AnswerEvent,
  type ModelFailureCode,
  type ModelSession,
  noUsage,
} from '../../server/core/model.ts';

/** Text, candidates, or a refusal or failure in words. */
export type Reply =
  | string
  | readonly string[]
  | { readonly refusal: string; readonly metadata?: Readonly<Record<string, string>> }
  | { readonly failed: ModelFailureCode; readonly message?: string }
  | { readonly incomplete: string; readonly reason: string }
  | { readonly metadata: Readonly<Record<string, string>>; readonly text?: string };

export interface FakeAsk {
  readonly ask: Ask;
  readonly isOpen: boolean;
  /** A piece of the answer. */
  text(text: string, index?: number): void;
  /** All of it has been said; its end is to come. */
  whole(): void;
  /** The rest of the answer and its end. */
  end(reply?: Reply): void;
}

export interface FakeModel {
  readonly session: ModelSession;
  /** Every ask, oldest first. */
  readonly asks: readonly FakeAsk[];
  readonly told: readonly WorkspaceEvent[];
  /** What is answered at once; nothing waits for the test. */
  script: (ask: Ask, index: number) => Reply | undefined;
  /** The ask with this number, counted from 0, once it is there. */
  asked(index: number): Promise<FakeAsk>;
  isDisposed(): boolean;
}

export function fakeModel(script: FakeModel['script'] = () => undefined): FakeModel {
  const asks: FakeAsk[] = [];
  const told: WorkspaceEvent[] = [];
  const waiters = new Map<number, ((ask: FakeAsk) => void)[]>();
  const open = new Set<() => void>();
  let disposed = false;

  const session: ModelSession = {
    ask(ask, signal) {
      const answer = createAnswer();
      const stop = () => answer.end({ failed: disposed ? 'disposed' : 'cancelled' });
      open.add(stop);
      signal.addEventListener('abort', stop);
      const made: FakeAsk = {
        ask,
        get isOpen() {
          return answer.isOpen();
        },
        text: (text, index = 0) => answer.push({ kind: 'text', index, text }),
        whole: () => answer.push({ kind: 'whole' }),
        end: answer.end,
      };
      const index = asks.push(made) - 1;
      if (signal.aborted || disposed) stop();
      else {
        const reply = model.script(ask, index);
        if (reply !== undefined) made.end(reply);
      }
      for (const waiter of waiters.get(index) ?? []) waiter(made);
      return (async function* () {
        try {
          yield* answer.events();
        } finally {
          open.delete(stop);
          signal.removeEventListener('abort', stop);
          answer.end({ failed: 'cancelled' });
        }
      })();
    },
    tell: (event) => void told.push(event),
    status: () => ({
      state: disposed ? 'disposed' : 'ready',
      takesAsks: true,
      model: 'fake',
      requests: asks.length,
      usage: noUsage,
    }),
    dispose() {
      disposed = true;
      for (const stop of [...open]) stop();
      return Promise.resolve();
    },
  };

  const model: FakeModel = {
    session,
    asks,
    told,
    script,
    asked(index) {
      const made = asks[index];
      if (made) return Promise.resolve(made);
      return new Promise((resolve) => waiters.set(index, [...(waiters.get(index) ?? []), resolve]));
    },
    isDisposed: () => disposed,
  };
  return model;
}

interface Answer {
  push(event: AnswerEvent): void;
  end(reply?: Reply): void;
  isOpen(): boolean;
  events(): AsyncGenerator<AnswerEvent>;
}

function createAnswer(): Answer {
  const events: AnswerEvent[] = [];
  let wake = () => {};
  let open = true;
  const push = (event: AnswerEvent) => {
    if (!open) return;
    events.push(event);
    if (event.kind === 'done' || event.kind === 'failed') open = false;
    wake();
  };
  return {
    push,
    end(reply = '') {
      for (const event of eventsOf(reply)) push(event);
    },
    isOpen: () => open,
    async *events() {
      for (let index = 0; ; index++) {
        while (index >= events.length) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const event = events[index] as AnswerEvent;
        yield event;
        if (event.kind === 'done' || event.kind === 'failed') return;
      }
    },
  };
}

function eventsOf(reply: Reply): readonly AnswerEvent[] {
  const done = (metadata: Readonly<Record<string, string>> = {}): AnswerEvent => ({
    kind: 'done',
    outcome: 'completed',
    metadata,
    timing: { queued: 0, sent: 1, created: 2, firstText: 3, done: 4 },
  });
  const said = (text: string, index = 0): readonly AnswerEvent[] =>
    text === '' ? [] : [{ kind: 'text', index, text }];
  if (typeof reply === 'string') return [...said(reply), done()];
  if (Array.isArray(reply)) return [...reply.flatMap((text: string, index) => said(text, index)), done()];
  if ('refusal' in reply) return [{ kind: 'refusal', text: reply.refusal }, done(reply.metadata)];
  if ('failed' in reply) {
    const message = reply.message ?? `The model says ${reply.failed}.`;
    return [{ kind: 'failed', failure: { code: reply.failed, message } }];
  }
  if ('incomplete' in reply) {
    const timing = { queued: 0, sent: 1, created: 2, done: 4 };
    const end = { kind: 'done', outcome: 'incomplete', metadata: {}, reason: reply.reason } as const;
    const { incomplete } = reply;
    return [
      ...said(incomplete),
      { ...end, timing: incomplete === '' ? timing : { ...timing, firstText: 3 } },
    ];
  }
  if ('metadata' in reply) return [...said(reply.text ?? ''), done(reply.metadata)];
  return [];
}
