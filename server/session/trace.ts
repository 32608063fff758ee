/**
 * Trace: everything that went into a session and out of it, one line for each thing, so that any exchange can be
 * played again (`whittle replay`).
 *
 * Laws
 * - Keys are in none of them: no header of a request, and of an address only its host.
 * - What is recorded changes nothing of what happens, and costs next to nothing while it is off.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { AnswerEvent, ModelFailure, ModelSession } from '../core/model.ts';
import type { Allowance } from './allowance.ts';
import { hostOf } from './endpoint.ts';
import { askHeader, eventFrame } from './protocol/extension.ts';
import type { Frame } from './protocol/frame.ts';
import type { SessionModel } from './session.ts';
import type { Dial, Refusal, SocketEnd, SocketHandlers } from './socket.ts';

/** What happened, at so many milliseconds of the session's clock. */
export type TraceLine = { readonly session: string; readonly at: number } & TraceStep;

export type TraceStep =
  | {
      readonly kind: 'session';
      readonly model: SessionModel;
      readonly warm: boolean;
      readonly prewarm: 'edit' | 'open' | 'never';
      /** Tokens that what is given ahead may have; nothing where that is the default. */
      readonly aheadTokens?: number;
      /** Whether what timers did is recorded: they fire late where a machine is busy. */
      readonly timed?: boolean;
    }
  | { readonly kind: 'told'; readonly frame: Frame }
  | { readonly kind: 'asked'; readonly number: number; readonly ask: unknown }
  /** Its signal fired, or its reader had heard enough. */
  | { readonly kind: 'aborted' | 'left'; readonly number: number }
  | {
      readonly kind: 'answered';
      readonly number: number;
      /** Of the first candidate. */
      readonly text: string;
      readonly outcome: string;
    }
  | {
      readonly kind: 'dialled';
      readonly connection: number;
      readonly host: string;
      readonly scheme: string;
      readonly way: Way;
    }
  | { readonly kind: 'opened'; readonly connection: number; readonly takesAsks: string | undefined }
  | { readonly kind: 'refused'; readonly connection: number; readonly refusal: Refusal }
  /** Frames as they were, as text where they are no JSON. */
  | { readonly kind: 'sent' | 'received'; readonly connection: number; readonly frame: unknown }
  | { readonly kind: 'binary'; readonly connection: number }
  /** The timer that was set as number so and so fired. */
  | { readonly kind: 'fired'; readonly timer: number }
  /** The user's limits let one more go, or why not. */
  | { readonly kind: 'allowed'; readonly failure?: ModelFailure }
  /** What waits before another try were drawn with. */
  | { readonly kind: 'random'; readonly value: number }
  | ({ readonly kind: 'closed'; readonly connection: number } & SocketEnd);

export type Way = 'websocket' | 'http';

export interface TraceOptions {
  /** Tells the sessions of one file apart. */
  readonly session: string;
  readonly clock: Clock;
  readonly isOn: () => boolean;
  readonly write: (line: TraceLine) => void;
}

export interface Trace {
  begin(options: Omit<Extract<TraceStep, { kind: 'session' }>, 'kind' | 'timed'>): void;
  /** Of the session alone: what else sets timers by it is not there when it is played again. */
  timed(): Clock;
  allowance(allowance: Allowance): Allowance;
  dial(dial: Dial, way: Way): Dial;
  random(random: () => number): () => number;
  session(session: ModelSession): ModelSession;
}

export function createTrace({ session: name, clock, isOn, write }: TraceOptions): Trace {
  let connections = 0;
  let numbers = 0;
  let timers = 0;
  let begin: TraceStep | undefined;

  const note = (step: TraceStep): void => {
    // Whoever switches it on later finds out all the same what it is about.
    if (begin) write({ session: name, at: clock.now(), ...begin });
    begin = undefined;
    write({ session: name, at: clock.now(), ...step });
  };

  function recording(connection: number, handlers: SocketHandlers): SocketHandlers {
    return {
      alive: handlers.alive,
      message(text) {
        if (isOn()) note({ kind: 'received', connection, frame: frameIn(text) });
        handlers.message(text);
      },
      binary() {
        if (isOn()) note({ kind: 'binary', connection });
        handlers.binary();
      },
      closed(end) {
        if (isOn()) note({ kind: 'closed', connection, ...end });
        handlers.closed(end);
      },
    };
  }

  async function* read(
    number: number,
    answer: AsyncIterable<AnswerEvent>,
    over: () => void,
  ): AsyncGenerator<AnswerEvent> {
    let text = '';
    let outcome = 'left';
    try {
      for await (const event of answer) {
        if (event.kind === 'text' && event.index === 0) text += event.text;
        if (event.kind === 'done') outcome = event.outcome;
        if (event.kind === 'failed') outcome = `failed ${event.failure.code}`;
        let isLeft = outcome === 'left';
        try {
          yield event;
          isLeft = false;
        } finally {
          // Before what leaving it sends.
          if (isLeft) note({ kind: 'left', number });
        }
      }
    } finally {
      over();
      if (outcome !== 'left') note({ kind: 'answered', number, text, outcome });
    }
  }

  return {
    begin(options) {
      begin = { kind: 'session', ...options };
    },
    timed() {
      if (begin?.kind === 'session') begin = { ...begin, timed: true };
      return {
        now: clock.now,
        after(ms, callback) {
          const timer = ++timers;
          return clock.after(ms, () => {
            if (isOn()) note({ kind: 'fired', timer });
            callback();
          });
        },
      };
    },
    allowance: (inner) => ({
      isUsedUp: inner.isUsedUp,
      take(cost) {
        const taken = inner.take(cost);
        if (isOn())
          note({ kind: 'allowed', ...(taken.kind === 'refused' ? { failure: taken.failure } : {}) });
        return taken;
      },
    }),
    dial: (dial, way) => async (endpoint, options, signal) => {
      if (!isOn()) return await dial(endpoint, options, signal);
      const connection = ++connections;
      const scheme = URL.canParse(endpoint.url) ? new URL(endpoint.url).protocol : '';
      note({ kind: 'dialled', connection, host: hostOf(endpoint.url), scheme, way });
      const handlers = recording(connection, options.handlers);
      const dialled = await dial(endpoint, { ...options, handlers }, signal);
      if (dialled.kind === 'refused') {
        note({ kind: 'refused', connection, refusal: dialled.refusal });
        return dialled;
      }
      const { socket } = dialled;
      note({ kind: 'opened', connection, takesAsks: socket.headers[askHeader] });
      return {
        kind: 'open',
        socket: {
          ...socket,
          send(text) {
            if (isOn()) note({ kind: 'sent', connection, frame: frameIn(text) });
            return socket.send(text);
          },
        },
      };
    },
    random: (random) => () => {
      const value = random();
      if (isOn()) note({ kind: 'random', value });
      return value;
    },
    session: (inner) => ({
      ...inner,
      ask(ask, signal) {
        if (!isOn()) return inner.ask(ask, signal);
        const number = ++numbers;
        note({ kind: 'asked', number, ask });
        const onAbort = (): void => note({ kind: 'aborted', number });
        // Listens before the session does: what the session sends then comes behind it.
        signal.addEventListener('abort', onAbort, { once: true });
        const answer = inner.ask(ask, signal);
        return read(number, answer, () => signal.removeEventListener('abort', onAbort));
      },
      tell(event: WorkspaceEvent) {
        if (isOn()) note({ kind: 'told', frame: eventFrame(event) });
        inner.tell(event);
      },
    }),
  };
}

function frameIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
