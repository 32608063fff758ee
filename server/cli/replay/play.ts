/**
 * A recorded session, played again: the real session on a virtual clock, given what its editor and its server did then,
 * each at its time.
 *
 * Laws
 * - Nothing is sent anywhere: the server is the recording.
 * - What the session does now is compared with what it did then, frame by frame for each connection; the first
 *   difference of a frame is named.
 */

import { describeRecord } from '../../core/measured.ts';
import type { AnswerEvent, ModelFailure } from '../../core/model.ts';
import type { Allowance } from '../../session/allowance.ts';
import { normalClosure } from '../../session/protocol/close-codes.ts';
import { askHeader } from '../../session/protocol/extension.ts';
import { openSession } from '../../session/session.ts';
import type { Dial, Dialled, SocketHandlers } from '../../session/socket.ts';
import type { RecordedSession, RecordedStep } from './read-trace.ts';
import { recordedClock } from './recorded-clock.ts';

export interface Played {
  readonly answers: readonly PlayedAnswer[];
  /** One sentence each, in order. */
  readonly divergences: readonly string[];
}

export interface PlayedAnswer {
  readonly number: number;
  readonly task: string;
  /** Of the first candidate. */
  readonly text: string;
  readonly outcome: string;
  /** Where the time went, in one line. */
  readonly line: string;
}

interface Answering {
  readonly number: number;
  readonly task: string;
  readonly abort: AbortController;
  text: string;
  outcome: string;
}

interface Connected {
  readonly handlers: SocketHandlers;
  /** Frames sent now that were not yet seen in the recording. */
  readonly sent: unknown[];
  open: boolean;
}

export async function playAgain({ settings, steps }: RecordedSession): Promise<Played> {
  const clock = recordedClock(settings.timed === true, settled);
  const { aheadTokens } = settings;
  const divergences: string[] = [];
  const dialling: { readonly handlers: SocketHandlers; settle(dialled: Dialled): void }[] = [];
  const connections = new Map<number, Connected>();
  const answering = new Map<number, Answering>();
  const known = steps.find((step) => step.kind === 'dialled');
  const url = known?.kind === 'dialled' ? `${known.scheme}//${known.host}/v1/responses` : 'ws://recorded/';
  const allowed = steps.flatMap((step) => (step.kind === 'allowed' ? step : []));
  const drawn = steps.flatMap((step) => (step.kind === 'random' ? step.value : []));
  const diverged = (at: number, what: string): void => void divergences.push(`${at.toFixed(1)} ms: ${what}`);

  const dial: Dial = (_endpoint, { handlers }, signal) =>
    new Promise((resolve) => {
      const entry = {
        handlers,
        settle(dialled: Dialled) {
          const index = dialling.indexOf(entry);
          if (index === -1) return;
          dialling.splice(index, 1);
          signal.removeEventListener('abort', onAbort);
          resolve(dialled);
        },
      };
      const onAbort = (): void => entry.settle({ kind: 'refused', refusal: { kind: 'aborted' } });
      dialling.push(entry);
      signal.addEventListener('abort', onAbort);
    });

  const session = openSession({
    endpoint: () => Promise.resolve({ url: url.replace(/^http/, 'ws'), headers: {} }),
    model: settings.model,
    clock,
    random: () => drawn.shift() ?? 0.5,
    log: () => undefined,
    dial,
    ...(steps.some((step) => step.kind === 'dialled' && step.way === 'http') ? { fallback: dial } : {}),
    connect: settings.warm ? 'now' : 'demand',
    prewarm: () => settings.prewarm,
    ...(aheadTokens === undefined ? {} : { aheadTokens: () => aheadTokens }),
    ...(allowed.length === 0 ? {} : { allowance: recordedAllowance(() => allowed.shift()?.failure) }),
  });

  function opened({ connection, takesAsks }: Extract<RecordedStep, { kind: 'opened' }>): boolean {
    const entry = dialling[0];
    if (!entry) return false;
    const made: Connected = { handlers: entry.handlers, sent: [], open: true };
    connections.set(connection, made);
    const close = (): void => {
      if (!made.open) return;
      made.open = false;
      made.handlers.closed({ code: normalClosure, reason: '' });
    };
    const socket = {
      headers: takesAsks === undefined ? {} : { [askHeader]: takesAsks },
      send(text: string) {
        made.sent.push(JSON.parse(text));
        return made.open;
      },
      ping: () => made.handlers.alive(),
      close,
    };
    entry.settle({ kind: 'open', socket });
    return true;
  }

  async function read(answer: Answering, events: AsyncIterable<AnswerEvent>): Promise<void> {
    for await (const event of events) {
      if (answer.outcome === 'left') return;
      if (event.kind === 'text' && event.index === 0) answer.text += event.text;
      if (event.kind === 'done') answer.outcome = event.outcome;
      if (event.kind === 'failed') answer.outcome = `failed ${event.failure.code}`;
    }
  }

  function play(step: RecordedStep): void {
    switch (step.kind) {
      case 'told':
        session.tell(step.event);
        return;
      case 'asked': {
        const { number, ask } = step;
        const answer = { number, task: ask.task, abort: new AbortController(), text: '', outcome: '' };
        answering.set(number, answer);
        void read(answer, session.ask({ ...ask, request: number }, answer.abort.signal));
        return;
      }
      case 'aborted':
        answering.get(step.number)?.abort.abort();
        return;
      case 'left': {
        const answer = answering.get(step.number);
        if (answer?.outcome !== '') return;
        answer.outcome = 'left';
        answer.abort.abort();
        return;
      }
      case 'answered': {
        const answer = answering.get(step.number);
        if (!answer) return;
        if (answer.text !== step.text || answer.outcome !== step.outcome)
          diverged(step.at, `request ${step.number} ended then as ${ending(step)}, now as ${ending(answer)}`);
        return;
      }
      case 'dialled':
      case 'allowed':
      case 'random':
        return;
      case 'fired':
        clock.fire(step.timer);
        return;
      case 'opened':
        if (!opened(step)) diverged(step.at, `connection ${step.connection} was opened then, not wanted now`);
        return;
      case 'refused': {
        const entry = dialling[0];
        if (entry) entry.settle({ kind: 'refused', refusal: step.refusal });
        else if (step.refusal.kind !== 'aborted')
          diverged(step.at, `connection ${step.connection} was refused then, not wanted now`);
        return;
      }
      case 'sent':
        compareSent(step, connections.get(step.connection), diverged);
        return;
      case 'received': {
        const connection = connections.get(step.connection);
        if (!connection?.open) return;
        connection.handlers.alive();
        const { frame } = step;
        connection.handlers.message(typeof frame === 'string' ? frame : JSON.stringify(frame));
        return;
      }
      case 'binary':
        connections.get(step.connection)?.handlers.binary();
        return;
      case 'closed': {
        const connection = connections.get(step.connection);
        if (!connection?.open) return;
        connection.open = false;
        connection.handlers.closed({ code: step.code, reason: step.reason });
        return;
      }
      default:
        step satisfies never;
    }
  }

  await settled();
  for (const step of steps) {
    await clock.passUntil(step.at);
    play(step);
    await settled();
  }
  const records = session.status().measured?.records ?? [];
  for (const [number, { sent }] of connections)
    for (const frame of sent)
      divergences.push(`connection ${number}: sent now and not then: ${named(frame)}`);
  await session.dispose();
  await settled();
  return {
    answers: [...answering.values()].map(({ number, task, text, outcome }) => {
      const record = records.find(({ request }) => request === number);
      return { number, task, text, outcome, line: record ? describeRecord(record) : '' };
    }),
    divergences,
  };
}

/** What the user's limits let go then, they let go now. */
function recordedAllowance(next: () => ModelFailure | undefined): Allowance {
  const grant = { kind: 'granted', giveBack() {}, again() {}, used() {} } as const;
  return {
    isUsedUp: () => false,
    take() {
      const failure = next();
      return failure ? { kind: 'refused', failure } : grant;
    },
  };
}

/** Whatever follows from what has happened, without time passing. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function compareSent(
  { at, connection, frame }: Extract<RecordedStep, { kind: 'sent' | 'received' }>,
  now: Connected | undefined,
  diverged: (at: number, what: string) => void,
): void {
  const next = now?.sent.shift();
  if (next === undefined) {
    diverged(at, `connection ${connection}: sent then and not now: ${named(frame)}`);
    return;
  }
  const field = firstDifference(frame, next);
  if (field !== undefined)
    diverged(
      at,
      `connection ${connection}: ${named(frame)} differs in ${field === '' ? 'all' : `\`${field}\``}`,
    );
}

/** The path of the first field that differs; nothing where all are equal. */
function firstDifference(then: unknown, now: unknown): string | undefined {
  if (JSON.stringify(then) === JSON.stringify(now)) return undefined;
  if (typeof then !== 'object' || typeof now !== 'object' || then === null || now === null) return '';
  for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) {
    const inner = firstDifference(Reflect.get(then, key), Reflect.get(now, key));
    if (inner !== undefined) return inner === '' ? key : `${key}.${inner}`;
  }
  return undefined;
}

function named(frame: unknown): string {
  if (typeof frame !== 'object' || frame === null) return 'a frame';
  const type: unknown = Reflect.get(frame, 'type');
  const lane: unknown = Reflect.get(frame, 'stream_id');
  return `${String(type)}${lane === undefined ? '' : ` on ${String(lane)}`}`;
}

function ending({ text, outcome }: { readonly text: string; readonly outcome: string }): string {
  return `${outcome === '' ? 'nothing yet' : outcome} with ${JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)}`;
}
