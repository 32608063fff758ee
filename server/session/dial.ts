/** The socket over the network: package `ws` on Node's own TLS, no compression, no redirects, no delay of small writes. */

import { isUtf8 } from 'node:buffer';
import type { Agent, IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { Endpoint } from './endpoint.ts';
import { readError, retryIn, retryMs } from './protocol/error.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { type Environment, proxyAgent, proxyFor } from './proxy.ts';
import type { Dial, Dialled, DialOptions, Refusal, Socket } from './socket.ts';

/** An error page longer than this says nothing more to a user. */
const maxRefusalBytes = 64 * 1024;

/** Nothing follows a peer's close frame, nor one against the rules: that it hangs up is not waited for, as is usual, half a minute. */
const hangUpMs = 100;

export interface DialDependencies {
  readonly clock: Clock;
  /** `User-Agent` of the upgrade. */
  readonly userAgent?: string;
  /** Where `HTTPS_PROXY` and its like are read; none by default. */
  readonly environment?: Environment;
  /** Milliseconds since 1970, for waits that a server gives as a time of day. */
  readonly epochMs?: () => number;
}

export function createDial(dependencies: DialDependencies): Dial {
  const { clock, userAgent = 'whittle', environment = {}, epochMs } = dependencies;
  return (endpoint, options, signal) =>
    new Promise((resolve) => {
      const refused = (refusal: Refusal): Dialled => ({ kind: 'refused', refusal });
      if (signal.aborted) return resolve(refused({ kind: 'aborted' }));
      const proxy = proxyFor(endpoint.url, environment);
      const tunnel = proxy && openTunnel(proxy, endpoint.url);
      const created = createWebSocket(endpoint, userAgent, tunnel);
      if ('refusal' in created) return resolve(refused(created.refusal));
      const webSocket = created.webSocket;

      let headers: Record<string, string> = {};
      let settled = false;
      /** Refuses with the status that came, whatever became of the page behind it. */
      let answered: (() => void) | undefined;
      const settle = (result: Dialled): void => {
        if (settled) return;
        settled = true;
        cancelDeadline();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
        if (result.kind === 'open') return;
        webSocket.terminate();
        tunnel?.cancel();
      };
      const onAbort = (): void => settle(refused({ kind: 'aborted' }));
      const cancelDeadline = clock.after(options.connectMs, () => {
        if (answered) answered();
        else settle(refused({ kind: 'timeout', afterMs: options.connectMs }));
      });
      signal.addEventListener('abort', onAbort);

      webSocket.on('upgrade', (response) => {
        headers = plainHeaders(response);
      });
      webSocket.on('unexpected-response', (_request, response) => {
        answered = readRefusal(response, epochMs?.(), (refusal) => settle(refused(refusal)));
      });
      webSocket.on('error', (error) => {
        if (answered) answered();
        else settle(refused(errorRefusal(error)));
      });
      webSocket.once('open', () => {
        if (!settled) settle({ kind: 'open', socket: openSocket(webSocket, headers, options) });
      });
    });
}

function createWebSocket(
  endpoint: Endpoint,
  userAgent: string,
  tunnel: Tunnel | undefined,
): { readonly webSocket: WebSocket } | { readonly refusal: Refusal } {
  try {
    const options: ClientOptions & { readonly closeTimeout: number } = {
      headers: { 'User-Agent': userAgent, ...endpoint.headers },
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      // Text that is none would end the connection, and all that runs there: it is looked at below.
      skipUTF8Validation: true,
      followRedirects: false,
      closeTimeout: hangUpMs,
      ...(tunnel ? { agent: tunnel.agent } : {}),
    };
    return { webSocket: new WebSocket(endpoint.url, options) };
  } catch (error) {
    // An invalid URL or a header with a line break: wrong settings, said by `ws` before anything is sent.
    return {
      refusal: { kind: 'unsupported', message: error instanceof Error ? error.message : String(error) },
    };
  }
}

interface Tunnel {
  readonly agent: Agent;
  cancel(): void;
}

/** An agent for one connection, made through the proxy. */
function openTunnel(proxy: URL, address: string): Tunnel {
  let cancel = (): void => undefined;
  const made = (end: () => void): void => {
    cancel = end;
  };
  return { agent: proxyAgent(proxy, address, { keepAlive: false, made }), cancel: () => cancel() };
}

function openSocket(
  webSocket: WebSocket,
  headers: Readonly<Record<string, string>>,
  { handlers }: DialOptions,
): Socket {
  let open = true;
  const closed = (code: number, reason: string): void => {
    if (!open) return;
    open = false;
    handlers.closed({ code, reason });
  };
  webSocket.on('message', (data) => {
    if (!open) return;
    // Some servers send their events as binary frames: what is text in one is read as text.
    if (Buffer.isBuffer(data) && isUtf8(data)) handlers.message(data.toString());
    else handlers.binary();
  });
  webSocket.on('ping', () => open && handlers.alive());
  webSocket.on('pong', () => open && handlers.alive());
  webSocket.on('close', (code, reason) => closed(code, reason.toString()));
  return {
    headers,
    send(text) {
      if (!open || webSocket.readyState !== WebSocket.OPEN) return false;
      webSocket.send(text);
      return true;
    },
    ping() {
      if (open && webSocket.readyState === WebSocket.OPEN) webSocket.ping();
    },
    close() {
      // The close frame is a courtesy; nobody waits for its answer.
      if (webSocket.readyState === WebSocket.OPEN) webSocket.close(1000);
      webSocket.terminate();
      closed(1000, '');
    },
  };
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(response.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(pairs);
}

/** What is returned ends the reading. */
function readRefusal(
  response: IncomingMessage,
  wallMs: number | undefined,
  done: (refusal: Refusal) => void,
): () => void {
  const status = response.statusCode ?? 0;
  let body = '';
  const finish = (): void => {
    const error = readError({ type: 'error', ...parsed(body) });
    const retry =
      retryMs(error, wallMs) ?? retryMs({ ...retryIn(plainHeaders(response)), resetsAt: undefined }, wallMs);
    done({ kind: 'http', status, message: error.message, code: error.code, retryAfterMs: retry });
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    body += chunk;
    if (body.length > maxRefusalBytes) finish();
  });
  response.on('end', finish);
  response.on('error', finish);
  return finish;
}

function parsed(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function errorRefusal(error: Error): Refusal {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // `ws` has no code for a handshake it did not like; the parser of HTTP says HPE_….
  if (code === '' || code.startsWith('HPE_') || code.startsWith('WS_ERR_')) {
    return { kind: 'not-websocket', message: error.message };
  }
  return { kind: 'network', code, message: error.message };
}
