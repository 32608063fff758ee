/**
 * Relay: a client's WebSocket joined to one of a provider that speaks this protocol itself. Every frame goes through
 * as it is, so lanes, chains and warm bases are the provider's own; what is added is the way there and the key.
 *
 * Laws
 * - One connection to the provider for each client, made for its first frame; the end of one is the end of the other.
 * - Frames keep their order; those that come while the connection is made wait for it.
 * - A connection that cannot be made is an error event for each request that waits, and the next frame tries again.
 * - A client that does not read is ended before its unread frames fill the memory.
 */

import type { WebSocket } from 'ws';
import type { Log } from '../core/log.ts';
import type { ModelFailure } from '../core/model.ts';
import { readFrame } from '../session/protocol/frame.ts';
import { maxMessageBytes } from '../session/protocol/limits.ts';
import { binaryMessage, errorFrame, failureError, queueFull, shuttingDown } from './errors.ts';
import type { Work } from './work.ts';

export interface Provider {
  /** False where nothing was written. */
  send(text: string): boolean;
  close(): void;
}

export interface ProviderHandlers {
  message(text: string): void;
  closed(code: number): void;
}

/** Connects to the provider; settles once. */
export type OpenProvider = (
  handlers: ProviderHandlers,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'open'; readonly provider: Provider }
  | { readonly kind: 'failed'; readonly failure: ModelFailure }
>;

export interface RelayOptions {
  readonly open: OpenProvider;
  readonly work: Work;
  readonly log: Log;
}

/** Code units of frames that may wait for the connection, and bytes that a client may leave unread. */
const mostWaiting = 2 * maxMessageBytes;

/** Everybody writes the type first; what does not is let finish no longer than any end waits. */
const request = /^\{\s*"type"\s*:\s*"response\.create"/;
const terminal = /^\{\s*"type"\s*:\s*"(?:response\.(?:completed|incomplete|failed)|error)"/;

export function relayWebSocket(webSocket: WebSocket, { open, work, log }: RelayOptions): void {
  const end = new AbortController();
  const waiting: string[] = [];
  /** Requests under way, to let them finish when the gateway ends. */
  const unfinished: (() => void)[] = [];
  let waitingLength = 0;
  let provider: Provider | undefined;
  let connecting = false;

  const connect = async (): Promise<void> => {
    connecting = true;
    const opened = await open(
      {
        message(text) {
          if (terminal.test(text)) unfinished.shift()?.();
          webSocket.send(text);
          if (webSocket.bufferedAmount > mostWaiting) webSocket.terminate();
        },
        closed(code) {
          provider = undefined;
          // Codes below 1000 and those of the library itself must not be sent.
          webSocket.close(
            code >= 1000 && code < 5000 && ![1004, 1005, 1006, 1015].includes(code) ? code : 1011,
          );
        },
      },
      end.signal,
    );
    connecting = false;
    const frames = waiting.splice(0);
    waitingLength = 0;
    if (opened.kind === 'failed') {
      for (const text of frames) refuse(text, opened.failure);
      return;
    }
    if (end.signal.aborted) {
      opened.provider.close();
      return;
    }
    provider = opened.provider;
    for (const text of frames) provider.send(text);
  };

  const refuse = (text: string, failure: ModelFailure): void => {
    if (request.test(text)) unfinished.shift()?.();
    webSocket.send(JSON.stringify(errorFrame(failureError(failure), laneOf(text))));
  };

  webSocket.on('message', (data, isBinary) => {
    if (isBinary) {
      webSocket.send(JSON.stringify(errorFrame(binaryMessage)));
      return;
    }
    const text = data.toString();
    const isRequest = request.test(text);
    const over = isRequest ? work.begin() : () => undefined;
    if (!over) {
      webSocket.send(JSON.stringify(errorFrame(shuttingDown, laneOf(text))));
      return;
    }
    if (waitingLength + text.length > mostWaiting) {
      over();
      webSocket.send(JSON.stringify(errorFrame(queueFull, laneOf(text))));
      return;
    }
    if (isRequest) unfinished.push(over);
    if (provider) {
      provider.send(text);
      return;
    }
    waiting.push(text);
    waitingLength += text.length;
    if (!connecting) {
      connect().catch((error) => {
        log('error', `gateway: ${error}`);
        webSocket.close(1011);
      });
    }
  });
  webSocket.on('error', (error) => log('debug', `gateway: ${error.message}`));
  webSocket.on('close', () => {
    end.abort();
    provider?.close();
    for (const over of unfinished.splice(0)) over();
  });
}

function laneOf(text: string): string | undefined {
  const read = readFrame(text);
  const lane = read.kind === 'frame' ? read.frame.stream_id : undefined;
  return typeof lane === 'string' ? lane : undefined;
}
