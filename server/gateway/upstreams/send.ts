/**
 * One HTTP request, from connecting to the head of its answer.
 *
 *   connecting ──connected──► sent ──head──► open
 *       │ connectMs             │ idleMs       │
 *       └───────────────────────┴──► failed ◄──┘ nobody can be reached there any more
 *
 * Abort ends it at any time, also when it is open.
 */

import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import type { Clock } from '../../core/clock.ts';
import type { ModelFailure } from '../../core/model.ts';
import { asItIs, decoded } from '../../session/protocol/decoded.ts';
import { type Reach, watchWay } from '../../session/protocol/way.ts';
import type { Failed } from '../backend.ts';
import { readText } from './body.ts';
import { connectionFailure, lostFailure, silentFailure } from './failure.ts';
import type { HttpLimits, HttpRequest } from './http.ts';
import type { Life } from './life.ts';
import { readRefusal } from './refusal.ts';
import { refused } from './refused.ts';

export interface Attempt {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly text: string | undefined;
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly life: Life;
  readonly agent: Agent;
  /** As in `WayOptions`. */
  readonly reach?: Reach | undefined;
}

export interface OpenAnswer {
  readonly kind: 'open';
  readonly response: IncomingMessage;
  /** Of the response. */
  readonly body: Readable;
  readonly request: HttpRequest;
  readonly limits: HttpLimits;
  readonly clock: Clock;
  /** Closes the connection; the failure, if any, is why. */
  giveUp(failure?: ModelFailure): void;
  /** Why this side closed it. */
  gaveUp(): ModelFailure | undefined;
}

export type Opened = OpenAnswer | (Failed & { readonly status?: number }) | { readonly kind: 'aborted' };

/** An error page longer than this says nothing more to a user. */
const longestRefusal = 64 * 1024;

/** `stale`: the kept connection was closed before the request was looked at. */
export function sendRequest(attempt: Attempt): Promise<Opened | { readonly kind: 'stale' }> {
  const { request, limits, clock, life } = attempt;
  return new Promise((resolve) => {
    if (life.ended()) return resolve({ kind: 'aborted' });
    const failed = (failure: ModelFailure): void => resolve({ kind: 'failed', failure });
    const sent = begin(attempt);
    if ('failure' in sent) return failed(sent.failure);
    let why: ModelFailure | undefined;
    let answered = false;
    const giveUp = (failure?: ModelFailure): void => {
      why ??= failure;
      stopWatch();
      sent.destroy();
      // One that still waits for its connection says nothing of its end before that is made, or never.
      if (!sent.socket)
        resolve(life.ended() || !why ? { kind: 'aborted' } : { kind: 'failed', failure: why });
    };
    const lost = (): void => giveUp(connectionFailure('ETIMEDOUT', request));
    const stopWatch = watchWay({ clock, socket: () => sent.socket, lost, reach: attempt.reach });
    life.onEnd(() => giveUp());
    let stop = clock.after(limits.connectMs, () => giveUp(connectionFailure('ETIMEDOUT', request)));
    const connected = (): void => {
      stop();
      stop = clock.after(limits.idleMs, () => giveUp(silentFailure(limits.idleMs, request)));
    };
    sent.once('socket', (socket) => {
      if (!socket.connecting) connected();
      else socket.once(attempt.url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
    });
    sent.once('close', () => {
      stop();
      stopWatch();
      // Settles what no event before did; the words of a refusal may still be read.
      if (answered) return;
      resolve(life.ended() ? { kind: 'aborted' } : { kind: 'failed', failure: why ?? lostFailure(request) });
    });
    sent.on('error', (error) => {
      stop();
      const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ERR_HTTP';
      const reset = code === 'ECONNRESET' || code === 'EPIPE';
      if (life.ended()) resolve({ kind: 'aborted' });
      else if (why) failed(why);
      else if (reset && sent.reusedSocket) resolve({ kind: 'stale' });
      else failed(reset ? lostFailure(request) : connectionFailure(code, request));
    });
    sent.once('response', (response) => {
      stop();
      answered = true;
      const body = decoded(response);
      // Whoever reads it learns of the error there; without a listener it would end the process.
      response.on('error', () => undefined);
      body.on('error', () => undefined);
      const gaveUp = (): ModelFailure | undefined => why;
      const open: OpenAnswer = { kind: 'open', response, body, request, limits, clock, giveUp, gaveUp };
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve(open);
      else void refuse(open, status).then(resolve);
    });
  });
}

function begin({ request, url, text, agent }: Attempt): ClientRequest | { readonly failure: ModelFailure } {
  const headers = {
    'User-Agent': 'whittle',
    Accept: 'text/event-stream, application/json',
    ...asItIs,
    ...request.headers,
    ...(text === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
  };
  try {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, { method: request.method, headers, agent });
    sent.setNoDelay(true);
    return sent.end(text);
  } catch {
    // A header with a line break, an address of another scheme: settings, found before anything was sent.
    return {
      failure: {
        code: 'unsupported',
        message:
          'The request cannot be made: check `model.url` and `model.headers` for characters that do not belong there.',
      },
    };
  }
}

async function refuse(open: OpenAnswer, status: number): Promise<Opened> {
  const { request, response } = open;
  const text = await readText(open, longestRefusal);
  const refusal = readRefusal(text.slice(0, longestRefusal), response.headers);
  return { ...refused({ ...refusal, status }, request), status };
}
