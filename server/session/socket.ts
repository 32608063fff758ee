/**
 * Socket: one connection to a peer, behind the smallest interface the session needs, so that tests can put a
 * peer of their own there.
 *
 * Laws
 * - `dial` settles exactly once: with an open socket or with a refusal. Aborting the signal refuses at once.
 * - After `open`, `closed` is called exactly once, also when this side closes; no `message` follows it.
 * - `send` never throws; false means that nothing was written.
 */

import type { Endpoint } from './endpoint.ts';

export interface Socket {
  /** Headers of the upgrade response, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `whittle.cancel` ends a response here, whatever the peer. */
  readonly cancels?: boolean;
  send(text: string): boolean;
  ping(): void;
  /** Whether this machine has left the network that it was opened in. */
  hasLeft?(): boolean;
  /** Ends the connection now; `closed` is called before this returns. */
  close(): void;
}

export interface SocketHandlers {
  /** A sign of life too, as is `binary`. */
  message(text: string): void;
  /** A frame that holds no text, whatever it says of itself; it is lost, the connection goes on. */
  binary(): void;
  /** Any other sign of life: ping or pong. */
  alive(): void;
  closed(end: SocketEnd): void;
}

export interface SocketEnd {
  /** Code of the close frame; 1006 where there was none. */
  readonly code: number;
  readonly reason: string;
  /** This side gave it up, as nothing came any more. */
  readonly isDead?: boolean;
}

export type Refusal =
  /** The server answered the upgrade with something else. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly message: string;
      readonly code: string | undefined;
      readonly retryAfterMs: number | undefined;
      /** Where a redirect leads. */
      readonly location?: string;
    }
  /** No connection: the system's code (`ECONNREFUSED`, `ENOTFOUND`, a TLS error, …). */
  | { readonly kind: 'network'; readonly code: string; readonly message: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** It answered, and not as a WebSocket server does. */
  | { readonly kind: 'not-websocket'; readonly message: string }
  | { readonly kind: 'unsupported'; readonly message: string }
  /** Nobody could say where to connect to. */
  | { readonly kind: 'no-endpoint'; readonly message: string }
  | { readonly kind: 'aborted' };

export type Dialled =
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface DialOptions {
  readonly handlers: SocketHandlers;
  /** The whole of name look-up, TCP, TLS and upgrade. */
  readonly connectMs: number;
}

export type Dial = (endpoint: Endpoint, options: DialOptions, signal: AbortSignal) => Promise<Dialled>;
