/**
 * A whole model provider in memory, on a virtual clock: connections, lanes, chains, latencies. It follows the protocol
 * to the letter and checks that its client does; what goes wrong is data (`Fault`). Nothing in it is random but what
 * the given generator says, so a seed tells the whole story.
 */

import type { Dial, Dialled, Refusal, SocketHandlers } from '../../server/session/socket.ts';
import type { VirtualClock } from './clock.ts';

type Json = Readonly<Record<string, unknown>>;

/** What goes wrong with one request, or with the connection under it. */
export type Fault =
  /** After so many events of it (0: before the first), its connection ends with this code. */
  | { readonly kind: 'close'; readonly after: number; readonly code: number }
  /** Nothing comes through any more, no pong either, and nobody says so. */
  | { readonly kind: 'half-open'; readonly after: number }
  /** The connection lives, and no further event of this request comes. */
  | { readonly kind: 'hang'; readonly after: number }
  /** A frame that cannot be read, beside the events or instead of one. */
  | {
      readonly kind: 'garbage';
      readonly after: number;
      readonly frame: string | 'binary';
      readonly instead: boolean;
    }
  /** It ends with this event. */
  | { readonly kind: 'error'; readonly after: number; readonly event: Json }
  /** An event of no request, while this one runs. */
  | { readonly kind: 'aside'; readonly after: number; readonly event: Json };

export type DialFault = { readonly kind: 'refuse'; readonly refusal: Refusal } | { readonly kind: 'hang' };

export type RequestFault = (request: {
  /** From 0, over all connections. */
  readonly number: number;
  readonly question: string | undefined;
  readonly frame: Json;
}) => Fault | undefined;

export interface ProviderOptions {
  readonly clock: VirtualClock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Whether it echoes `stream_id`, ignores it, or answers it with 400. */
  readonly lanes?: 'named' | 'silent' | 'rejected';
  /** Requests that make a base are not counted. */
  readonly fault?: RequestFault;
  readonly baseFault?: (base: number) => Fault | undefined;
  /** For the try of this number, from 0. */
  readonly dialFault?: (dial: number) => DialFault | undefined;
  /** A connection this old is ended as the protocol says. Milliseconds. */
  readonly maxAgeMs?: number;
  readonly usage?: boolean;
}

export interface Provider {
  readonly dial: Dial;
  /** Broken rules of the protocol. */
  readonly violations: string[];
  /** Requests that asked for an answer. */
  requests(): number;
  bases(): number;
  dials(): number;
  /** Open ones, also those that only one side believes in. */
  connections(): number;
  /** Tries that nobody has answered. */
  dialling(): number;
}

/** What the scripted model answers to the question `r<number>`. */
export function answerFor(question: string): string {
  return `answer to ${question}, word by word`;
}

const laneName = /^[A-Za-z0-9_.-]{1,256}$/;
const mostInFlight = 16;
const mostLaneNames = 32;

/** Fields that say what a chain is: a fork must repeat them. */
const constant = ['model', 'store', 'text', 'reasoning', 'service_tier'] as const;

interface Kept {
  readonly id: string;
  readonly frame: Json;
  readonly question: string | undefined;
}

interface Connection {
  readonly handlers: SocketHandlers;
  readonly names: Set<string>;
  /** Newest response by lane, the unnamed lane as the empty name. */
  readonly newest: Map<string, Kept>;
  readonly running: Set<string>;
  readonly timers: Set<() => void>;
  readonly queue: (() => void)[];
  deaf: boolean;
  open: boolean;
}

export function createProvider(options: ProviderOptions): Provider {
  const { clock, random, lanes = 'named', maxAgeMs } = options;
  const violations: string[] = [];
  const connections = new Set<Connection>();
  let requests = 0;
  let bases = 0;
  let dials = 0;
  let dialling = 0;
  let responses = 0;

  /** Whole milliseconds: fractions add up to waits too short for time to pass. */
  const jitter = (ms: number): number => Math.ceil(ms * (0.5 + random()));

  function later(connection: Connection, ms: number, act: () => void): void {
    const cancel = clock.after(ms, () => {
      connection.timers.delete(cancel);
      act();
    });
    connection.timers.add(cancel);
  }

  function end(connection: Connection, code: number): void {
    if (!connections.delete(connection)) return;
    connection.open = false;
    for (const cancel of connection.timers) cancel();
    connection.handlers.closed({ code, reason: '' });
  }

  function send(connection: Connection, event: Json): void {
    if (connection.open && !connection.deaf) connection.handlers.message(JSON.stringify(event));
  }

  function create(connection: Connection, frame: Json): void {
    const isBase = frame.generate === false;
    const fault = isBase
      ? options.baseFault?.(bases++)
      : options.fault?.({ number: requests++, question: questionIn(frame), frame });
    check(connection, frame);
    const lane = typeof frame.stream_id === 'string' ? frame.stream_id : '';
    const echoed = lanes === 'named' && lane !== '' ? { stream_id: lane } : {};
    if (lanes === 'rejected' && lane !== '') {
      later(connection, jitter(5), () =>
        send(connection, {
          type: 'error',
          status: 400,
          error: { code: 'unknown_parameter', param: 'stream_id' },
        }),
      );
      return;
    }
    const start = (): void => {
      connection.running.add(lane);
      play(connection, frame, { lane, echoed, fault, isBase });
    };
    // Without lanes one response runs at a time; a lane is in order by itself.
    if (lanes !== 'named' && connection.running.size > 0) connection.queue.push(start);
    else start();
  }

  function check(connection: Connection, frame: Json): void {
    const lane = frame.stream_id;
    if ('stream' in frame || 'background' in frame) violations.push('stream or background on a socket');
    if (frame.store !== false) violations.push('store is not false');
    if (!Array.isArray(frame.input) || frame.input.length === 0) violations.push('no input');
    if (lane === undefined) return;
    if (typeof lane !== 'string' || !laneName.test(lane)) {
      violations.push('lane name');
      return;
    }
    if (lanes === 'named' && connection.running.has(lane)) violations.push(`two requests on lane ${lane}`);
    connection.names.add(lane);
    if (connection.names.size > mostLaneNames) violations.push('more than 32 lanes');
    if (connection.running.size >= mostInFlight) violations.push('more than 16 requests at once');
  }

  interface Playing {
    readonly lane: string;
    readonly echoed: Json;
    readonly fault: Fault | undefined;
    readonly isBase: boolean;
  }

  function play(connection: Connection, frame: Json, { lane, echoed, fault, isBase }: Playing): void {
    const id = `resp_${++responses}`;
    const parent = parentOf(connection, frame, lane);
    const done = (): void => {
      connection.running.delete(lane);
      connection.queue.shift()?.();
    };
    const error = (event: Json): void => {
      if (frame.previous_response_id !== undefined) connection.newest.delete(lane);
      done();
      send(connection, { ...event, ...echoed });
    };
    if (parent === 'not-found') {
      later(connection, jitter(5), () =>
        error({
          type: 'error',
          status: 400,
          error: {
            code: 'previous_response_not_found',
            param: 'previous_response_id',
            message: 'Not found.',
          },
        }),
      );
      return;
    }
    if (parent) {
      for (const field of constant)
        if (JSON.stringify(parent.frame[field]) !== JSON.stringify(frame[field]))
          violations.push(`${field} changed on a chain`);
    }
    const question = questionIn(frame) ?? parent?.question;
    const script = isBase
      ? baseEvents(id)
      : answerEvents(id, answerFor(question ?? 'nothing'), {
          ...options,
          parent: frame.previous_response_id,
        });
    let sequence = 0;
    let at = 0;

    const step = (): void => {
      if (fault && fault.after === at) {
        switch (fault.kind) {
          case 'close':
            end(connection, fault.code);
            return;
          case 'half-open':
            connection.deaf = true;
            return;
          case 'hang':
            return;
          case 'error':
            error({ ...fault.event, sequence_number: sequence });
            return;
          case 'aside':
            send(connection, fault.event);
            break;
          case 'garbage':
            if (connection.open && !connection.deaf) {
              if (fault.frame === 'binary') connection.handlers.binary();
              else connection.handlers.message(fault.frame);
            }
            if (fault.instead) {
              sequence++;
              at++;
            }
        }
        if (!connection.open) return;
      }
      const event = script[at];
      if (!event) {
        done();
        return;
      }
      at++;
      if (at === script.length) {
        connection.newest.set(lane, { id, frame, question });
        done();
      }
      send(connection, { ...event, sequence_number: sequence++, ...echoed });
      if (at < script.length && connection.open) later(connection, jitter(at === 2 ? 60 : 4), step);
    };
    later(connection, jitter(15), step);
  }

  function parentOf(connection: Connection, frame: Json, lane: string): Kept | 'not-found' | undefined {
    const id = frame.previous_response_id;
    if (id === undefined) return undefined;
    const own = connection.newest.get(lane);
    if (own?.id === id) return own;
    return [...connection.newest.values()].find((kept) => kept.id === id) ?? 'not-found';
  }

  function open(handlers: SocketHandlers): Dialled {
    const connection: Connection = {
      handlers,
      names: new Set(),
      newest: new Map(),
      running: new Set(),
      timers: new Set(),
      queue: [],
      deaf: false,
      open: true,
    };
    connections.add(connection);
    if (maxAgeMs !== undefined) {
      later(connection, maxAgeMs, () => {
        send(connection, {
          type: 'error',
          status: 400,
          error: { code: 'websocket_connection_limit_reached' },
        });
        end(connection, 1000);
      });
    }
    const socket = {
      headers: {},
      send(text: string) {
        if (!connection.open) return false;
        const frame = JSON.parse(text) as Json;
        if (connection.deaf) return true;
        if (frame.type === 'response.create') create(connection, frame);
        else violations.push(`a frame of type ${String(frame.type)}`);
        return true;
      },
      ping() {
        if (!connection.deaf) later(connection, 1, () => connection.handlers.alive());
      },
      close: () => end(connection, 1000),
    };
    return { kind: 'open', socket };
  }

  return {
    dial: (_endpoint, { handlers, connectMs }, signal) =>
      new Promise((resolve) => {
        const fault = options.dialFault?.(dials);
        dials++;
        dialling++;
        const settle = (dialled: () => Dialled): void => {
          cancel();
          signal.removeEventListener('abort', onAbort);
          dialling--;
          resolve(dialled());
        };
        const onAbort = (): void =>
          settle(() => ({ kind: 'refused', refusal: { kind: 'aborted' } }) as const);
        signal.addEventListener('abort', onAbort);
        const cancel =
          fault?.kind === 'hang'
            ? clock.after(connectMs, () =>
                settle(() => ({ kind: 'refused', refusal: { kind: 'timeout', afterMs: connectMs } })),
              )
            : clock.after(jitter(120), () =>
                settle(() => (fault ? { kind: 'refused', refusal: fault.refusal } : open(handlers))),
              );
      }),
    violations,
    requests: () => requests,
    bases: () => bases,
    dials: () => dials,
    connections: () => connections.size,
    dialling: () => dialling,
  };
}

/** What the newest message asks: where a completion's mark stands, or what an edit's instruction says. */
function questionIn(frame: Json): string | undefined {
  const words = JSON.stringify(frame.input);
  const found = [...words.matchAll(/answer (r\d+)|(r\d+)<\|cursor/g)].at(-1);
  return found?.[1] ?? found?.[2];
}

function baseEvents(id: string): readonly Json[] {
  return [
    { type: 'response.created', response: { id, status: 'in_progress' } },
    { type: 'response.in_progress', response: { id } },
    {
      type: 'response.completed',
      response: { id, output: [], usage: { input_tokens: 900, output_tokens: 0 } },
    },
  ];
}

function answerEvents(
  id: string,
  text: string,
  { parent = null, usage = true }: { readonly parent?: unknown; readonly usage?: boolean } = {},
): readonly Json[] {
  const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
  const counted = {
    usage: { input_tokens: 1000, output_tokens: 8, input_tokens_details: { cached_tokens: 0 } },
  };
  const words = text.split(/(?<= )/);
  return [
    { type: 'response.created', response: { id, previous_response_id: parent, status: 'in_progress' } },
    { type: 'response.in_progress', response: { id } },
    ...words.map((delta) => ({
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      delta,
    })),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id, status: 'completed', ...(usage ? counted : {}) } },
  ];
}

/** Number of events of an answer, for faults at every point of it. */
export const answerLength = answerEvents('resp_0', answerFor('r1')).length;
