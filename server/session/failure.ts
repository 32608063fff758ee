/**
 * What went wrong, in one sentence for the user: what it was and what to do. The peer's own words are quoted only
 * where they are about the request's parameters, and without what they repeat of the request: they hold no key and no
 * document text.
 */

import type { Ask } from '../core/ask.ts';
import { cancelled, type ModelFailure } from '../core/model.ts';
import { saidWithoutEcho, textsIn, withoutEcho } from './protocol/echo.ts';
import { isBusy, isTooLong, isUnpaid, type WireError } from './protocol/error.ts';
import { upstreamUnreachable } from './protocol/extension.ts';
import { retryMs } from './protocol/retry.ts';
import {
  busyFailure,
  forbiddenFailure,
  hostOf,
  isAboutModel,
  isWrongKey,
  lostFailure,
  networkFailure,
  quoted,
  redirectAddress,
  seconds,
  signInFailure,
  silentFailure,
  unknownModelFailure,
  unpaidFailure,
  wrongKeyFailure,
} from './protocol/sentences.ts';
import type { Refusal, SocketEnd } from './socket.ts';

export { cancelled, lostFailure, silentFailure };

export interface FailureContext {
  readonly url: string;
  readonly model: string;
  /** What became of the WebSocket, where the peer is asked over HTTP instead. */
  readonly webSocket?: string | undefined;
  /** Milliseconds since 1970, to tell how far off `resets_at` is; nothing where no wall clock is known. */
  readonly wallMs?: number;
  /** The texts that the peer was sent and may repeat. */
  readonly sent?: Iterable<string>;
}

/** Said to one who has heard words already: others are asked again. */
const connectionLimit = 'websocket_connection_limit_reached';

export const disposed: ModelFailure = { code: 'disposed', message: 'Whittle is shutting down.' };

const checkPath = 'check the path of `model.url`, which usually ends in /v1/responses, and `model.name`';

/** What became of a WebSocket that was refused, said of it. */
export function refusedWebSocket(refusal: Refusal): string {
  return refusal.kind === 'http' ? refusedWith(refusal.status) : 'was answered by something else';
}

const refusedWith = (status: number): string => `was refused with HTTP ${status}`;
const forbiddenWebSocket = refusedWith(403);

/** The same of one whose server, or what is before it, was out of order. */
export const flakyWebSocket = 'failed again and again';

/** The same of one that is closed under a message that is too long for it. */
export const shortWebSocket = 'took no message of this length';

/** Why no connection could be made. */
export function refusalFailure(refusal: Refusal, context: FailureContext): ModelFailure {
  const host = hostOf(context.url);
  switch (refusal.kind) {
    case 'http':
      return statusFailure(refusal, context);
    case 'timeout':
      return unreachedFailure(refusal.afterMs, context);
    case 'network':
      return networkFailure(refusal.code, context.url);
    case 'not-websocket':
      return {
        code: 'unsupported',
        message: `${host} answered, but not as a WebSocket server: check the path of \`model.url\`, which usually ends in /v1/responses.`,
      };
    case 'unsupported':
      return { code: 'unsupported', message: refusal.message };
    case 'no-endpoint':
      return {
        code: 'offline',
        message: `The model could not be started${quoted(refusal.message)}: the log says more.`,
      };
    case 'aborted':
      return cancelled;
    default:
      return refusal satisfies never;
  }
}

/** Why the peer ended a request with an error. */
export function errorFailure(error: WireError, context: FailureContext): ModelFailure {
  const { code, status } = error;
  const { sent = [] } = context;
  if (error.failure !== undefined) {
    const wait = retryMs(error, context.wallMs);
    const { failure } = error;
    const message = withoutEcho(error.message, sent);
    const isUnreached = failure === 'offline' && code === upstreamUnreachable;
    return {
      code: failure,
      message,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(isUnreached ? { unreached: true } : {}),
    };
  }
  const waitMs = retryMs(error, context.wallMs);
  // What ends at a time needs no money.
  if (isUnpaid(error) && waitMs === undefined) return unpaidFailure(saidWithoutEcho(error, sent), context);
  if (isBusy(error)) return busyFailure(waitMs, context);
  if (code === 'connection_failed') {
    return networkFailure(error.param ?? 'no answer', context.url);
  }
  if (code === 'connection_lost' || code === 'connection_stale' || code === connectionLimit)
    return lostFailure(context);
  if (isAboutModel(error)) return unknownModelFailure(saidWithoutEcho(error, sent), error, context);
  if (context.webSocket !== undefined && isNothingThere(error)) {
    // Some refuse so what is not asked as they want it, and others a key: who has nothing else meant the key.
    if (context.webSocket === forbiddenWebSocket) return forbiddenFailure('', context);
    if (context.webSocket === shortWebSocket) return tooLargeThereFailure(context);
    if (context.webSocket === flakyWebSocket)
      return {
        code: 'offline',
        message: `${hostOf(context.url)} is out of order (its WebSocket ${flakyWebSocket}, and a POST found nothing): try again later, or check the path of \`model.url\`.`,
      };
    return {
      code: 'not-found',
      message: `${hostOf(context.url)} has nothing at this address (its WebSocket ${context.webSocket}, and a POST found nothing): ${checkPath}.`,
    };
  }
  const said = saidWithoutEcho(error, sent);
  if (isWrongKey(status, said)) return wrongKeyFailure(context);
  if (status === 402 || status === 403 || status === 404) {
    return statusFailure({ status, message: said, retryAfterMs: undefined }, context);
  }
  if (isTooLong(error)) {
    const model = context.model === '' ? 'the model' : `"${context.model}"`;
    return {
      code: 'rejected',
      message: `The request is longer than ${model} can read: lower \`context.completionTokens\` and \`context.editTokens\`, or choose a smaller range.`,
    };
  }
  if (status === 413) return tooLargeThereFailure(context);
  const words = quoted(said);
  if (context.webSocket !== undefined && status !== undefined && status >= 500 && words === '') {
    return statusFailure({ status, message: '', retryAfterMs: undefined }, context);
  }
  // A proxy, mostly, that waited for too long, or not long enough.
  const mayPass = status === 408 || status === 425;
  if (status !== undefined && status >= 400 && status < 500 && !mayPass) {
    return { code: 'rejected', message: `${hostOf(context.url)} rejected the request${words}.` };
  }
  return {
    code: 'model',
    message: `The model failed while answering${words}: try again, or choose another model.`,
  };
}

/** Whether the address itself is wrong or out of reach, not the model's name. */
export function isNothingThere(error: WireError): boolean {
  const { code, status } = error;
  if (code === 'connection_failed') return true;
  return !isAboutModel(error) && (status === 404 || status === 405 || status === 426);
}

/** No connection, in so long a time. */
export function unreachedFailure(waitedMs: number, { url }: FailureContext): ModelFailure {
  return {
    code: 'offline',
    message: `${hostOf(url)} did not answer within ${seconds(waitedMs)}: check \`model.url\` and the network.`,
  };
}

export function garbledFailure(context: FailureContext): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(context.url)} sent an answer that cannot be read: try again, or check \`model.url\`.`,
  };
}

export function tooLargeFailure(): ModelFailure {
  return { code: 'rejected', message: 'The request is larger than 16 MiB: choose a smaller range.' };
}

/** Of a document that goes along whole. */
export const tooLargeFile: ModelFailure = {
  code: 'rejected',
  message: 'The file is larger than 15 MiB, which is more than this model can be given: use a smaller one.',
};

/** The server closed the connection over it. */
export function tooLargeThereFailure({ url }: FailureContext): ModelFailure {
  return {
    code: 'rejected',
    message: `${hostOf(url)} takes no request as large as this one: choose a smaller range.`,
  };
}

/** A connection that ended under these requests. */
export function closedFailure(
  { code, reason }: SocketEnd,
  under: readonly { readonly ask: Ask }[],
  context: FailureContext,
): ModelFailure {
  const words =
    reason === ''
      ? ''
      : withoutEcho(
          reason,
          under.flatMap(({ ask }) => textsIn(ask)),
        );
  return lostFailure(context, { code, words });
}

function statusFailure(
  {
    status,
    message,
    retryAfterMs,
    ...refused
  }: {
    readonly status: number;
    readonly message: string;
    readonly retryAfterMs: number | undefined;
    readonly code?: string | undefined;
    readonly location?: string | undefined;
  },
  context: FailureContext,
): ModelFailure {
  const host = hostOf(context.url);
  const location = redirectAddress(refused.location, context.url);
  if (isWrongKey(status, message)) return wrongKeyFailure(context);
  switch (status) {
    case 402:
      return unpaidFailure(message, context);
    case 403:
      return forbiddenFailure(message, context);
    case 404:
      return {
        code: 'not-found',
        message: `${host} has nothing at this address: ${checkPath}.`,
      };
    case 426:
      return {
        code: 'unsupported',
        message: `${host} does not offer WebSocket at this address: choose another \`model.url\`.`,
      };
    case 429:
      return isUnpaid(refused) && retryAfterMs === undefined
        ? unpaidFailure(message, context)
        : busyFailure(retryAfterMs, context);
    case 511:
      return signInFailure(context);
    default:
      if (status < 400 && location !== undefined)
        return {
          code: 'unsupported',
          message: `${host} sends requests on to ${location} (HTTP ${status}), which is not followed: set \`model.url\` to that address, or sign in there where it is a page of your network's.`,
        };
      if (status < 400)
        return {
          code: 'unsupported',
          message: `${host} showed a page instead of a WebSocket (HTTP ${status}): check \`model.url\`, and whether the network wants you to sign in.`,
        };
      return status >= 500
        ? { code: 'offline', message: `${host} is out of order (HTTP ${status}): try again later.` }
        : {
            code: 'unsupported',
            message: `${host} refused the connection (HTTP ${status})${quoted(message)}: check \`model.url\`.`,
          };
  }
}
