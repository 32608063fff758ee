/**
 * The opening handshake of a WebSocket (RFC 6455, section 4.1), as an HTTP request that becomes a connection.
 *
 * Laws
 * - What cannot be asked for is said at once, and nothing is sent then. Everything else is said later, and once.
 * - A server that shows that it read the request is believed, and nobody else: its answer is derived from our key. What
 *   nobody asked for, a subprotocol or an extension, is no agreement.
 * - TLS is verified as Node does it, no protocol is offered in it, no redirect is followed, nothing is compressed.
 * - Bytes behind the answer belong to the connection, and are the first that it gives.
 */

import { createHash, randomBytes } from 'node:crypto';
import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket as NetSocket } from 'node:net';
import { unescape as unescapePercents } from 'node:querystring';
import { connect as tlsConnect } from 'node:tls';
import { unbracketed } from '../../core/unbracketed.ts';
import { type BytesListener, createIncoming, hearOn, type Incoming } from '../incoming.ts';
import { patientFamilies } from '../protocol/families.ts';

export interface UpgradeOptions {
  /** `ws://` or `wss://`; user and password go into the header `Authorization` where there is none. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Who connects; Node itself by default. */
  readonly agent?: Agent | undefined;
}

export interface UpgradeHandlers {
  /** The server has taken the connection, with TLS where it is secure; nothing of HTTP has come. */
  reached?(): void;
  upgraded(connection: Upgraded, response: IncomingMessage): void;
  /** It answered with something else; `failed` may follow while that is read. */
  answered(response: IncomingMessage): void;
  failed(error: Error): void;
}

/** A connection that is no longer HTTP. */
export interface Upgraded {
  /** Small writes are not delayed, and it has no time-out. */
  readonly socket: NetSocket;
  /** To be called once, in this turn of the event loop or a later one. The bytes are the listener's until it returns. */
  hear(listener: BytesListener): void;
}

export interface Upgrade {
  /** Ends all that has come of it, unless it is upgraded. */
  cancel(): void;
}

/** It answered, and not as a WebSocket server does. */
export class HandshakeError extends Error {}

/** Throws where the address or a header cannot be used; the message is for the user. */
export function requestUpgrade(options: UpgradeOptions, handlers: UpgradeHandlers): Upgrade {
  const key = randomBytes(16).toString('base64');
  const incoming = options.agent ? undefined : createIncoming();
  const request = openRequest(options, key, incoming);
  let isOver = false;
  const reached = (): void => {
    if (!isOver) handlers.reached?.();
  };
  request.on('socket', (socket) => {
    // On the way to it TLS takes most of the packets, each of which may be lost.
    if (socket.connecting) socket.once(isSecure(options) ? 'secureConnect' : 'connect', reached);
    else reached();
  });
  request.on('upgrade', (response, socket, head) => {
    if (isOver) {
      socket.destroy();
      return;
    }
    isOver = true;
    const wrong = wrongIn(response, key);
    if (wrong !== undefined) {
      socket.on('error', () => undefined);
      socket.destroy();
      handlers.failed(new HandshakeError(wrong));
      return;
    }
    socket.setTimeout(0);
    socket.setNoDelay();
    if (incoming) incoming.hold(head);
    else if (head.length > 0) socket.unshift(head);
    handlers.upgraded({ socket, hear: (listener) => hearOn(socket, incoming, listener) }, response);
  });
  request.on('response', (response) => {
    if (!isOver) handlers.answered(response);
  });
  request.on('error', (error) => {
    if (!isOver) handlers.failed(error);
  });
  request.end();
  return {
    cancel() {
      if (isOver) return;
      isOver = true;
      request.destroy();
      // A request whose answer is complete has let go of its connection, which may still be open.
      request.socket?.destroy();
    },
  };
}

/** `incoming`: where it is given, what comes in on a connection of its own comes there. */
function openRequest(
  { url: address, headers, agent }: UpgradeOptions,
  key: string,
  incoming: Incoming | undefined,
): ClientRequest {
  if (!/^wss?:/i.test(address) || !URL.canParse(address)) {
    throw new TypeError(
      'This is no address of a WebSocket server: set `model.url` to one that begins with ws:// or wss:// and ends in /v1/responses.',
    );
  }
  const url = new URL(address);
  if (url.hash !== '') {
    throw new TypeError('A WebSocket server is asked for nothing behind a #: take it out of `model.url`.');
  }
  const secure = isSecure({ url: address });
  const host = unbracketed(url.hostname);
  const port = Number(url.port || (secure ? 443 : 80));
  const credentials = `${unescapePercents(url.username)}:${unescapePercents(url.password)}`;
  return (secure ? httpsRequest : httpRequest)({
    host,
    port,
    defaultPort: secure ? 443 : 80,
    path: url.pathname + url.search,
    ...(credentials === ':' ? {} : { auth: credentials }),
    headers: {
      ...headers,
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
    },
    ...(agent
      ? { agent }
      : {
          // A connection of its own. Node's agents would offer protocols in TLS.
          createConnection: () => {
            const servername = isIP(host) ? '' : host;
            const place = { ...patientFamilies, host, port, servername, onread: incoming?.onread };
            const socket = secure ? tlsConnect(place) : connect(place);
            // HTTP waits for events, which a socket with `onread` does not have.
            incoming?.hear((bytes) => socket.emit('data', Buffer.from(bytes)));
            return socket;
          },
        }),
  });
}

function isSecure({ url }: Pick<UpgradeOptions, 'url'>): boolean {
  return /^wss:/i.test(url);
}

/** Why this is no agreement to what was asked for; nothing where it is one. */
function wrongIn({ headers }: IncomingMessage, key: string): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'the server upgraded to another protocol';
  if (headers['sec-websocket-accept'] !== acceptFor(key)) return 'the server answered another request';
  if (headers['sec-websocket-protocol'] !== undefined) return 'the server chose a subprotocol of its own';
  if (headers['sec-websocket-extensions'] !== undefined) return 'the server chose an extension of its own';
  return undefined;
}

/** RFC 6455, section 4.2.2: SHA-1 of the key and a fixed name, in base64. */
function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
