/** The body of a request over HTTP: one JSON object, no larger than is allowed. */

import type { IncomingMessage } from 'node:http';
import { invalidBody, invalidJson, type RequestError } from './errors.ts';

export type Body =
  | { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly error: RequestError };

/** Calls back once, unless the client hangs up before. */
export function readBody(request: IncomingMessage, mostBytes: number, done: (body: Body) => void): void {
  // What says that it is too large is not read first.
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) {
    done({ kind: 'error', error: tooLarge });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onEnd = (): void => done(parse(Buffer.concat(chunks).toString('utf8')));
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= mostBytes) {
      chunks.push(chunk);
      return;
    }
    chunks.length = 0;
    request.off('data', onData).off('end', onEnd).pause();
    done({ kind: 'error', error: tooLarge });
  };
  request.on('data', onData).on('end', onEnd);
}

const tooLarge: RequestError = {
  status: 413,
  type: 'invalid_request_error',
  code: 'too_large',
  message: 'The request is too large.',
};

function parse(text: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'error', error: invalidJson };
  }
  return isObject(value) ? { kind: 'object', value } : { kind: 'error', error: invalidBody };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
