/**
 * Channel: a WebSocket of the gateway and the client behind it, for as long as it lives.
 *
 * It ends when its peer ends it, when it gets too old (with the error clients know), and when its peer does not
 * answer a ping; its timers end with it.
 */

import type { Duplex, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import { normalClosure } from '../session/protocol/close-codes.ts';
import type { Frame } from '../session/protocol/frame.ts';
import { type ClientOptions, GatewayClient } from './client.ts';
import { connectionLimit, errorFrame } from './errors.ts';

export interface ChannelLimits {
  readonly connectionAgeMs: number;
  /** Silence after which a client is pinged, and ended when it stays silent as long again. */
  readonly silenceMs: number;
}

export interface ChannelOptions {
  readonly client: Omit<ClientOptions, 'send' | 'ready'>;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
}

/** A write costs as much as everything else that is done for an answer. */
const prefaceMs = 5;
/** Bytes a client may be behind before its answers wait for it. */
const mostUnsent = 256 * 1024;

export function serveWebSocket(
  webSocket: WebSocket,
  socket: Duplex,
  { client: options, clock, limits }: ChannelOptions,
): void {
  // What one turn sends leaves in one write: a short answer is nine events. That a response was created is nothing
  // anyone waits for: it goes with the first words, or a moment behind the request to the model.
  let corked = false;
  let flushing = false;
  let cancelPreface = (): void => undefined;
  const uncork = (): void => {
    flushing = false;
    if (!corked) return;
    corked = false;
    cancelPreface();
    socket.uncork();
  };
  const client = new GatewayClient({
    ...options,
    send(frame) {
      if (!corked) {
        corked = true;
        socket.cork();
        if (isPreface(frame)) cancelPreface = clock.after(prefaceMs, uncork);
      }
      if (!flushing && !isPreface(frame)) {
        flushing = true;
        process.nextTick(uncork);
      }
      webSocket.send(JSON.stringify(frame));
    },
    ready: () => (socket.writableLength > mostUnsent ? drained(socket) : undefined),
  });
  let alive = true;
  let cancelPing = clock.after(limits.silenceMs, ping);
  function ping(): void {
    if (!alive) {
      webSocket.terminate();
      return;
    }
    alive = false;
    webSocket.ping();
    cancelPing = clock.after(limits.silenceMs, ping);
  }
  const cancelAge = clock.after(limits.connectionAgeMs, () => {
    webSocket.send(JSON.stringify(errorFrame(connectionLimit)));
    webSocket.close(normalClosure);
  });

  webSocket.on('message', (data, isBinary) => {
    alive = true;
    if (isBinary) client.binary();
    else client.message(data.toString());
  });
  webSocket.on('pong', () => {
    alive = true;
  });
  webSocket.on('error', (error) => options.log('debug', `gateway: ${error.message}`));
  webSocket.on('close', () => {
    cancelPing();
    cancelAge();
    cancelPreface();
    client.closed();
  });
}

function isPreface({ type }: Frame): boolean {
  return type === 'response.created' || type === 'response.in_progress';
}

/** Settles when what was written is gone, or never will be. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    if (stream.destroyed || !stream.writableNeedDrain) resolve();
    else stream.on('drain', done).on('close', done);
  });
}
