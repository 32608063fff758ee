/**
 * A model server in memory, moved one step at a time by a test: nothing happens on it by itself, so every order of
 * events can be tried. Its steps say whether they could be taken.
 */

import type { Dial, Dialled, Refusal, SocketHandlers } from '../../server/session/socket.ts';
import { waitingDials } from './waiting-dials.ts';

export interface MemoryServer {
  readonly dial: Dial;
  accept(): boolean;
  refuse(refusal: Refusal): boolean;
  /** An event of the request that runs `first` or `last`; a terminal one ends it. */
  send(which: 'first' | 'last', event: Readonly<Record<string, unknown>>): boolean;
  /** A frame of no request, on the oldest connection. */
  raw(text: string): boolean;
  /** Ends the oldest connection. */
  close(): boolean;
  running(): number;
  connections(): number;
  dials(): number;
  /** What runs where and how far it is, whatever its lanes are called. */
  shape(): object;
  /** Broken rules of the protocol. */
  readonly violations: string[];
}

interface Connection {
  readonly handlers: SocketHandlers;
  readonly running: {
    readonly lane: string | undefined;
    readonly parent: string | undefined;
    sequence: number;
  }[];
  end(code: number): void;
}

const terminal = /^(error|response\.(completed|incomplete|failed))$/;

export function memoryServer(): MemoryServer {
  const connections: Connection[] = [];
  const violations: string[] = [];

  const open = (handlers: SocketHandlers): Dialled => {
    const names = new Set<unknown>();
    const connection: Connection = {
      handlers,
      running: [],
      end(code) {
        const at = connections.indexOf(connection);
        if (at === -1) return;
        connections.splice(at, 1);
        handlers.closed({ code, reason: '' });
      },
    };
    connections.push(connection);
    const socket = {
      headers: {},
      send(text: string) {
        if (!connections.includes(connection)) return false;
        const frame = JSON.parse(text) as {
          readonly stream_id?: string;
          readonly previous_response_id?: string;
        };
        names.add(frame.stream_id);
        if (names.size > 32) violations.push('more than 32 lanes');
        if (connection.running.some(({ lane }) => lane === frame.stream_id))
          violations.push('two requests on a lane');
        const { stream_id: lane, previous_response_id: parent } = frame;
        connection.running.push({ lane, parent, sequence: 0 });
        if (connection.running.length > 16) violations.push('more than 16 requests');
        return true;
      },
      ping: () => handlers.alive(),
      close: () => connection.end(1000),
    };
    return { kind: 'open', socket };
  };

  const dials = waitingDials(open);
  return {
    dial: dials.dial,
    accept: dials.accept,
    refuse: dials.refuse,
    send(which, event) {
      const all = connections.flatMap((connection) =>
        connection.running.map((request) => ({ connection, request })),
      );
      const chosen = which === 'first' ? all[0] : all.at(-1);
      if (!chosen) return false;
      const { connection, request } = chosen;
      if (terminal.test(String(event.type)))
        connection.running.splice(connection.running.indexOf(request), 1);
      const lane = request.lane === undefined ? {} : { stream_id: request.lane };
      const said = { ...event, ...lane, sequence_number: request.sequence++ };
      const { response } = event;
      const lineage = { previous_response_id: request.parent ?? null };
      const named = typeof response === 'object' ? { response: { ...response, ...lineage } } : {};
      connection.handlers.message(JSON.stringify({ ...said, ...named }));
      return true;
    },
    raw(text) {
      connections[0]?.handlers.message(text);
      return connections.length > 0;
    },
    close() {
      const connection = connections[0];
      connection?.end(1006);
      return connection !== undefined;
    },
    running: () => connections.reduce((sum, { running }) => sum + running.length, 0),
    connections: () => connections.length,
    dials: dials.count,
    shape: () => [
      dials.count(),
      connections.map(({ running }) =>
        running.map(({ lane, sequence }) => [lane !== undefined, Math.min(sequence, 2)]),
      ),
    ],
    violations,
  };
}
