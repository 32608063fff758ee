/**
 * What went wrong at an upstream, in one sentence that names its host and says what to do. Its own words are quoted
 * only where they are about the request, in one short line, without what they repeat of it, and never where they may
 * hold the key.
 */

import type { ModelFailure } from '../../core/model.ts';
import { saidWithoutEcho, textsIn } from '../../session/protocol/echo.ts';
import { isBusy } from '../../session/protocol/error.ts';
import {
  busyFailure,
  forbiddenFailure,
  hostOf,
  lostFailure,
  networkSentence,
  quoted,
  silentFailure,
  wrongKeyFailure,
} from '../../session/protocol/sentences.ts';

export { hostOf, lostFailure, silentFailure };

export interface AskedServer {
  readonly url: string;
  readonly model: string;
  /** What was sent as JSON, and may be repeated. */
  readonly body?: unknown;
  /** With the key, which may be repeated as well. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RefusedRequest {
  readonly status: number;
  readonly words: string;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** The server answered with an error. */
export function refusedFailure(refused: RefusedRequest, asked: AskedServer): ModelFailure {
  const { status, code, retryAfterMs } = refused;
  const words = saidWithoutEcho({ message: refused.words, code }, textsIn(asked.body));
  const host = hostOf(asked.url);
  const model = asked.model === '' ? 'the model' : `"${asked.model}"`;
  if (isBusy(refused)) return busyFailure(retryAfterMs, asked);
  if (status === 401) return wrongKeyFailure(asked);
  if (status === 403) return forbiddenFailure(asked);
  if (code === 'model_not_found' || (status === 404 && /model/i.test(words))) {
    return {
      code: 'not-found',
      message: `${host} has no model ${model}${quoted(words)}: check \`model.name\`.`,
    };
  }
  if (status === 404 || status === 405) {
    return {
      code: 'not-found',
      message: `${host} has nothing at this address: check \`model.url\` and \`model.format\`.`,
    };
  }
  if (status === 503) {
    const message = `${host} is not ready${quoted(words)}: try again in a moment.`;
    return { code: 'busy', message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 300 && status < 400) {
    return {
      code: 'unsupported',
      message: `${host} sends requests on to another address, which is not followed: set \`model.url\` to that address.`,
    };
  }
  if (status >= 400 && status < 500) {
    return { code: 'rejected', message: `${host} rejected the request${quoted(words)}.` };
  }
  return status >= 500
    ? {
        code: 'model',
        message: `${host} failed (HTTP ${status})${quoted(words)}: try again, or look at its log.`,
      }
    : {
        code: 'model',
        message: `The model at ${host} failed while answering${quoted(words)}: try again, or choose another model.`,
      };
}

/** No connection, or one that ended; `code` is the system's. */
export function connectionFailure(code: string, { url }: AskedServer): ModelFailure {
  return {
    code: 'offline',
    message:
      code === 'ETIMEDOUT'
        ? `${hostOf(url)} did not answer in time: check \`model.url\` and the network.`
        : networkSentence(code, url),
  };
}

export function garbledFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(url)} sent an answer that cannot be read: check \`model.url\` and \`model.format\`.`,
  };
}
