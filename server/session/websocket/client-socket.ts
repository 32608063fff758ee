/**
 * An upgraded connection as a socket of the session.
 *
 * Laws
 * - Nothing is heard before who opened it can have it in hand: not within the turn of the event loop that opened it.
 * - Any end is an end at once, whoever began it: the close frame goes out if the system takes it now, the connection is
 *   destroyed, `closed` is called. Nobody waits for the other side, so nothing is left behind.
 * - A ping is answered while there is room for the answer; where there is none, only the newest is, later (RFC 6455,
 *   section 5.5.3). However many pings come, no more than one answer waits.
 */

import { cutOff, noCode, normalClosure } from '../protocol/close-codes.ts';
import { isLeft } from '../protocol/own-address.ts';
import type { Socket, SocketHandlers } from '../socket.ts';
import { closePayload, controlFrame, textFrame } from './frame.ts';
import { createFrameReader } from './reader.ts';
import type { Upgraded } from './upgrade.ts';
import { violationCode } from './violation.ts';

export interface ClientSocketOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly handlers: SocketHandlers;
  readonly maxMessageBytes: number;
  /** A masking key of 32 bits, another one each time. */
  readonly nextKey: () => number;
}

const nothing = new Uint8Array(0);

export function openClientSocket(upgraded: Upgraded, options: ClientSocketOptions): Socket {
  const { socket: connection } = upgraded;
  const { headers, handlers, maxMessageBytes, nextKey } = options;
  const { localAddress } = connection;
  let open = true;
  /** The answer to the newest ping, where the connection takes no more for now. */
  let waitingPong: Buffer | undefined;

  const end = (code: number, reason: string, farewell?: Uint8Array): void => {
    if (!open) return;
    open = false;
    reader.stop();
    waitingPong = undefined;
    if (farewell && connection.writable) connection.write(controlFrame('close', farewell, nextKey()));
    connection.destroy();
    handlers.closed({ code, reason });
  };
  const reader = createFrameReader(
    {
      message: (text) => handlers.message(text),
      binary: () => handlers.binary(),
      ping(payload) {
        const pong = controlFrame('pong', payload, nextKey());
        if (connection.writableNeedDrain) waitingPong = pong;
        else if (connection.writable) connection.write(pong);
        handlers.alive();
      },
      pong: () => handlers.alive(),
      closed: (code, reason) => end(code, reason, code === noCode ? nothing : closePayload(code)),
      violated: (violation) => end(cutOff, '', closePayload(violationCode(violation))),
    },
    maxMessageBytes,
  );

  // An error may also come when all is over; it is of no interest then, and must find a listener.
  connection.on('error', () => end(cutOff, ''));
  connection.on('close', () => end(cutOff, ''));
  connection.on('end', () => end(cutOff, ''));
  connection.on('drain', () => {
    if (waitingPong) connection.write(waitingPong);
    waitingPong = undefined;
  });
  setImmediate(() => {
    if (open) upgraded.hear(reader.read);
  });

  return {
    headers,
    send(text) {
      if (!open || !connection.writable) return false;
      connection.write(textFrame(text, nextKey()));
      return true;
    },
    ping() {
      if (open && connection.writable) connection.write(controlFrame('ping', nothing, nextKey()));
    },
    hasLeft: () => isLeft(localAddress),
    close() {
      end(normalClosure, '', closePayload(normalClosure));
    },
  };
}
