/**
 * A model server in memory that does nothing by itself: each of its requests, connections and dials waits until a test
 * moves it, so everything that can happen in some state can be tried there. It watches the rules of the protocol, and
 * remembers what a Responses server does: the newest response of each lane, on one connection.
 */

import type { Dial, Dialled, Refusal, SocketHandlers } from '../../server/session/socket.ts';
import { createChain, type Frame } from './model-chain.ts';
import { waitingDials } from './waiting-dials.ts';

export interface SteppedOptions {
  /** `silent`: it does not name lanes back, and has one; `rejected`: it takes no frame that names one. */
  readonly lanes: 'named' | 'silent' | 'rejected';
  /** It is a gateway: takes asks, documents and cancels. */
  readonly takesAsks: boolean;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface SteppedServer {
  readonly dial: Dial;
  /** Dials that wait. */
  dials(): number;
  /** Settles the oldest dial. */
  accept(): void;
  refuse(refusal: Refusal): void;
  readonly connections: readonly SteppedConnection[];
  /** Broken rules of the protocol. */
  readonly violations: string[];
}

export interface SteppedConnection {
  readonly number: number;
  readonly openedAt: number;
  readonly requests: readonly SteppedRequest[];
  /** Whether it ever sent an event. */
  readonly spoken: boolean;
  /** Whether it said that it is too old. */
  readonly limited: boolean;
  /** A frame of no request. */
  raw(text: string): void;
  limit(): void;
  close(): void;
  /** The responses that can be continued from, as requests that made them. */
  remembered(): readonly SteppedRequest[];
}

export interface SteppedRequest {
  readonly number: number;
  readonly frame: Frame;
  /** What it named as its parent. */
  readonly parent: SteppedRequest | undefined;
  /** Events sent for it: nothing, its beginning, words. */
  readonly stage: 'sent' | 'created' | 'worded';
  readonly words: string;
  /** When it came, or the newest event went. */
  readonly heardAt: number;
  readonly cancelled: boolean;
  /** Whether a frame that could not be read came since the last event of it, or at any time while it ran. */
  readonly doubted: 'no' | 'then' | 'now';
  created(): void;
  word(text: string): void;
  /** Ends it well. */
  complete(): void;
  /** Ends it by an error. */
  fail(status: number, error: Readonly<Record<string, unknown>>): void;
}

interface Running extends SteppedRequest {
  words: string;
  heardAt: number;
  stage: SteppedRequest['stage'];
  cancelled: boolean;
  doubted: SteppedRequest['doubted'];
}

export function steppedServer(options: SteppedOptions): SteppedServer {
  const connections: SteppedConnection[] = [];
  const violations: string[] = [];
  let dialled = 0;
  let asked = 0;
  const strip = new WeakMap<Frame, Frame>();
  /** As this server reads it. */
  const seen = (frame: Frame): Frame => {
    if (options.lanes !== 'silent') return frame;
    const { stream_id: _, ...rest } = frame;
    const known = strip.get(frame) ?? rest;
    strip.set(frame, known);
    return known;
  };

  function open(handlers: SocketHandlers): Dialled {
    const requests: Running[] = [];
    const chain = createChain((text) => violations.push(text));
    const byId = new Map<unknown, SteppedRequest>();
    const newest = new Map<unknown, SteppedRequest>();
    const laneOf = (frame: Frame): unknown => seen(frame).stream_id;

    const begin = (frame: Frame): void => {
      const number = ++asked;
      const id = `r${number}`;
      let sequence = 0;
      const send = (event: Readonly<Record<string, unknown>>): void => {
        request.heardAt = options.now();
        connection.spoken = true;
        if (request.doubted === 'now') request.doubted = 'then';
        const lane =
          options.lanes === 'named' && frame.stream_id !== undefined ? { stream_id: frame.stream_id } : {};
        handlers.message(JSON.stringify({ ...event, ...lane, sequence_number: sequence++ }));
      };
      const end = (failed: boolean, event: Readonly<Record<string, unknown>>): void => {
        requests.splice(requests.indexOf(request), 1);
        chain.end(seen(frame), { id, failed, written: request.words.length });
        if (!failed) {
          newest.set(laneOf(frame), request);
          byId.set(id, request);
        } else if (newest.get(laneOf(frame)) === request.parent) newest.delete(laneOf(frame));
        send(event);
      };
      const response = { id, previous_response_id: frame.previous_response_id ?? null };
      const request: Running = {
        number,
        frame,
        parent: byId.get(frame.previous_response_id),
        stage: 'sent',
        words: '',
        heardAt: options.now(),
        cancelled: false,
        doubted: 'no',
        created() {
          request.stage = 'created';
          send({ type: 'response.created', response });
        },
        word(more) {
          request.words += more;
          request.stage = 'worded';
          send({ type: 'response.output_text.delta', delta: more, output_index: 0, content_index: 0 });
        },
        complete: () => end(false, { type: 'response.completed', response }),
        fail(status, error) {
          if (error.code === connectionLimit) connection.limited = true;
          end(true, { type: 'error', status, error: { message: 'Oh.', ...error } });
        },
      };
      requests.push(request);
      if (chain.begin(seen(frame)) === 'parent-not-found')
        violations.push('a parent that this connection does not have');
    };

    const connection = {
      number: ++dialled,
      openedAt: options.now(),
      requests,
      spoken: false,
      limited: false,
      raw(data: string) {
        for (const request of requests) request.doubted = 'now';
        handlers.message(data);
      },
      limit() {
        connection.limited = true;
        handlers.message(
          JSON.stringify({ type: 'error', status: 400, error: { code: connectionLimit, message: '' } }),
        );
      },
      close: () => end(1006),
      remembered: () => [...newest.values()],
    };
    const end = (code: number): void => {
      const at = connections.indexOf(connection);
      if (at === -1) return;
      connections.splice(at, 1);
      handlers.closed({ code, reason: '' });
    };
    connections.push(connection);
    const socket = {
      headers: options.takesAsks ? { 'x-whittle-ask': '1' } : {},
      send(data: string) {
        if (!connections.includes(connection)) return false;
        const frame: Frame = JSON.parse(data);
        if (frame.type === 'response.create') begin(frame);
        else if (!options.takesAsks) violations.push(`a frame of ours: ${frame.type}`);
        else if (frame.type === 'whittle.cancel')
          for (const each of requests) if (each.frame.stream_id === frame.stream_id) each.cancelled = true;
        return true;
      },
      ping: () => handlers.alive(),
      close: () => end(1000),
    };
    return { kind: 'open', socket };
  }

  const dials = waitingDials(open);
  return {
    dial: dials.dial,
    dials: dials.count,
    accept: () => void dials.accept(),
    refuse: (refusal) => void dials.refuse(refusal),
    connections,
    violations,
  };
}

export const connectionLimit = 'websocket_connection_limit_reached';
