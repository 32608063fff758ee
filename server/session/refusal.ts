/** Why a server gave no WebSocket: read out of its answer, or out of the error that came instead. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readError } from './protocol/error.ts';
import { retryIn, retryMs } from './protocol/retry.ts';
import type { Refusal } from './socket.ts';
import { HandshakeError } from './websocket/upgrade.ts';

/** An error page longer than this says nothing more to a user. */
const maxRefusalBytes = 64 * 1024;

/** Reads the page to its end, or as far as it is of use. What is returned ends the reading: the status stands. */
export function readRefusal(
  response: IncomingMessage,
  wallMs: number | undefined,
  done: (refusal: Refusal) => void,
): () => void {
  const status = response.statusCode ?? 0;
  let body = '';
  const finish = (): void => {
    const error = readError({ type: 'error', ...pageFields(body) });
    const retry =
      retryMs(error, wallMs) ??
      retryMs({ ...retryIn(plainHeaders(response.headers)), resetsAt: undefined }, wallMs);
    const { location } = response.headers;
    const refusal = {
      kind: 'http',
      status,
      message: error.message,
      code: error.code,
      retryAfterMs: retry,
    } as const;
    done(location === undefined ? refusal : { ...refusal, location });
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

/** Of an error on the way to an answer. */
export function errorRefusal(error: Error): Refusal {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The parser of HTTP says HPE_….
  if (error instanceof HandshakeError || code === '' || code.startsWith('HPE_')) {
    return { kind: 'not-websocket', message: error.message };
  }
  return { kind: 'network', code, message: error.message };
}

/** Several values of one name are joined as they would be on one line. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(pairs);
}

/** What an error page holds where it is an object of JSON, or a list of them as Gemini's; nothing where it is not. */
export function pageFields(body: string): object {
  try {
    const page: unknown = JSON.parse(body);
    const value: unknown = Array.isArray(page) ? page[0] : page;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
