/**
 * What went wrong at an upstream, in one sentence that names its host and says what to do. Its own words are quoted
 * only where they are about the request, in one short line, without what they repeat of it, and never where they may
 * hold the key.
 */

import type { ModelFailure } from '../../core/model.ts';
import { saidWithoutEcho, textsIn } from '../../session/protocol/echo.ts';
import { isBusy, isUnpaid } from '../../session/protocol/error.ts';
import {
  busyFailure,
  forbiddenFailure,
  hostOf,
  isUnknownModel,
  isWrongKey,
  lostFailure,
  networkFailure,
  quoted,
  redirectAddress,
  signInFailure,
  silentFailure,
  unpaidFailure,
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
  /** Where a redirect leads. */
  readonly location?: string | undefined;
}

/** The server answered with an error. */
export function refusedFailure(refused: RefusedRequest, asked: AskedServer): ModelFailure {
  const { status, code, retryAfterMs } = refused;
  const words = saidWithoutEcho({ message: refused.words, code }, textsIn(asked.body));
  const host = hostOf(asked.url);
  const model = asked.model === '' ? 'the model' : `"${asked.model}"`;
  if (isUnpaid(refused) && retryAfterMs === undefined) return unpaidFailure(words, asked);
  if (isBusy(refused)) return busyFailure(retryAfterMs, asked);
  if (isWrongKey(status, words)) return wrongKeyFailure(asked);
  if (status === 402) return unpaidFailure(words, asked);
  if (status === 403) return forbiddenFailure(words, asked);
  if (isUnknownModel(code) || (status === 404 && /model/i.test(words))) {
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
  if (status === 511) return signInFailure(asked);
  if (status === 503) {
    const message = `${host} is not ready${quoted(words)}: try again in a moment.`;
    return { code: 'busy', message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 300 && status < 400) {
    const address = redirectAddress(refused.location, asked.url) ?? 'another address';
    // As an address that is not there: only the user can mend it, and each further request gets the same.
    return {
      code: 'not-found',
      message: `${host} sends requests on to ${address}, which is not followed: set \`model.url\` to that address, or sign in there where it is a page of your network's.`,
    };
  }
  // A proxy, mostly, that waited for too long, or not long enough.
  if (status >= 400 && status < 500 && status !== 408 && status !== 425) {
    return { code: 'rejected', message: `${host} rejected the request${quoted(words)}.` };
  }
  return status >= 400
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
  if (code !== 'ETIMEDOUT') return networkFailure(code, url);
  const message = `${hostOf(url)} did not answer in time: check \`model.url\` and the network.`;
  return { code: 'offline', message, unreached: true };
}

export function garbledFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(url)} sent an answer that cannot be read: check \`model.url\` and \`model.format\`.`,
  };
}

/** A page, as browsers are shown: no model server's. */
export function pageFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(url)} showed a page instead of an answer: check \`model.url\`, and whether the network wants you to sign in.`,
  };
}

/** An answer of success with nothing in it. */
export function emptyFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(url)} answered without a word: look at its log, and check \`model.url\` and \`model.format\`.`,
  };
}
