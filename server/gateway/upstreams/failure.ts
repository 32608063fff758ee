/**
 * What went wrong at an upstream, in one sentence that names its host and says what to do. Its own words are quoted
 * only where they are about the request, in one short line, and never where they may hold the key.
 */

import type { ModelFailure } from '../../core/model.ts';

export interface AskedServer {
  readonly url: string;
  readonly model: string;
}

export interface RefusedRequest {
  readonly status: number;
  readonly words: string;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Host and port for messages: never path, query, user or password. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the model server';
}

/** The server answered with an error. */
export function refusedFailure(refused: RefusedRequest, asked: AskedServer): ModelFailure {
  const { status, code, words, retryAfterMs } = refused;
  const host = hostOf(asked.url);
  const model = asked.model === '' ? 'the model' : `"${asked.model}"`;
  if (status === 429 || code === 'rate_limit_exceeded' || code === 'insufficient_quota') {
    return busyFailure(host, retryAfterMs);
  }
  if (status === 401) {
    return { code: 'unauthorized', message: `${host} does not accept the key: check \`model.apiKey\`.` };
  }
  if (status === 403) {
    return {
      code: 'unauthorized',
      message: `${host} does not let this key use ${model}: check \`model.name\` and the key's rights.`,
    };
  }
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
  return { code: 'offline', message: connectionSentence(code, hostOf(url)) };
}

export function lostFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'offline',
    message: `The connection to ${hostOf(url)} ended while it was answering: try again.`,
  };
}

export function silentFailure(waitedMs: number, { url }: AskedServer): ModelFailure {
  return {
    code: 'model',
    message: `${hostOf(url)} took the request and sent nothing for ${seconds(waitedMs)}: try again, or choose another model.`,
  };
}

export function garbledFailure({ url }: AskedServer): ModelFailure {
  return {
    code: 'protocol',
    message: `${hostOf(url)} sent an answer that cannot be read: check \`model.url\` and \`model.format\`.`,
  };
}

/** The upstream's words in one short line, in brackets; nothing where there are none. */
export function quoted(words: string): string {
  const line = words
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.:]+$/, '');
  if (line === '') return '';
  return ` ("${line.length > 200 ? `${line.slice(0, 199)}…` : line}")`;
}

export function seconds(ms: number): string {
  return `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`;
}

function busyFailure(host: string, retryAfterMs: number | undefined): ModelFailure {
  const message = `${host} is busy or your limit there is reached:`;
  return retryAfterMs === undefined
    ? { code: 'busy', message: `${message} try again later.` }
    : { code: 'busy', message: `${message} next try in ${seconds(retryAfterMs)}.`, retryAfterMs };
}

function connectionSentence(code: string, host: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing answers at ${host}: start the model server or check \`model.url\`.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${host} cannot be found: check \`model.url\` and the network.`;
    case 'ETIMEDOUT':
      return `${host} did not answer in time: check \`model.url\` and the network.`;
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${host} is not trusted (${code}): for a certificate of your own set NODE_EXTRA_CA_CERTS.`;
    case 'EPROXY':
      return `The proxy does not let Whittle through to ${host}: check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.`;
    case 'EPROTO':
      return `${host} does not speak TLS there: check whether \`model.url\` should begin with http:// instead of https://.`;
    default:
      return `No connection to ${host} (${code}): check \`model.url\` and the network.`;
  }
}
