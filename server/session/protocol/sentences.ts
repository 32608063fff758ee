/** Sentences about servers and connections that both ends say: the session of its peer, the gateway of what is behind it. */

import type { ModelFailure } from '../../core/model.ts';
import { cutOff, goingAway, noCode } from './close-codes.ts';
import { unreached } from './unreached.ts';

/** Whom a sentence is about. */
export interface About {
  readonly url: string;
  /** As it is called, empty where it has no name. */
  readonly model: string;
}

/** Host and port for messages: never path, query, user or password. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the model server';
}

/** A connection that ended under an answer. */
export function lostFailure({ url }: About, closed: Closed = { code: noCode, words: '' }): ModelFailure {
  const { code, words } = closed;
  // The rest are those of connections that end as they should, or of nothing that anybody said.
  const isTelling = words !== '' || (code > goingAway && code !== noCode && code !== cutOff);
  const said = inQuotes(words);
  const why = isTelling ? ` (${said === '' ? code : `${code}, ${said}`})` : '';
  return {
    code: 'offline',
    message: `The connection to ${hostOf(url)} ended while it was answering${why}: try again.`,
  };
}

/** How that sentence begins, whatever the reason; taken off it, which stays whole for the table of messages. */
export function lostBeginning(about: About): string {
  return lostFailure(about).message.slice(0, -': try again.'.length);
}

/** What a close frame said; `words` without what they repeat of what was sent. */
export interface Closed {
  readonly code: number;
  readonly words: string;
}

/** HTTP 511: something between here and the server answered in its place. */
export function signInFailure({ url }: About): ModelFailure {
  return {
    code: 'offline',
    message: `The network wants you to sign in before it lets anybody through to ${hostOf(url)} (HTTP 511): do that in a browser, then try again.`,
  };
}

export function silentFailure(waitedMs: number, { url }: About): ModelFailure {
  return {
    code: 'model',
    message: `${hostOf(url)} took the request and sent nothing for ${seconds(waitedMs)}: try again, or choose another model.`,
  };
}

export function busyFailure(waitMs: number | undefined, { url }: About): ModelFailure {
  const message = `${hostOf(url)} is busy or your limit there is reached:`;
  if (waitMs === undefined) return { code: 'busy', message: `${message} try again later.` };
  // A wait that is over before it is read says nothing.
  return waitMs < leastSaidMs
    ? { code: 'busy', message: `${message} try again.`, retryAfterMs: waitMs }
    : { code: 'busy', message: `${message} ${nextTry(waitMs)}`, retryAfterMs: waitMs };
}

const leastSaidMs = 100;
const nextTry = (ms: number): string => `next try in ${seconds(Math.max(leastSaidMs, ms))}.`;

/** The same failure, told when so much of its wait is left. */
export function retold(failure: ModelFailure, leftMs: number): ModelFailure {
  const { message, retryAfterMs } = failure;
  const told = retryAfterMs === undefined ? undefined : nextTry(retryAfterMs);
  const isTimed = told !== undefined && message.endsWith(told);
  return {
    ...failure,
    message: isTimed ? message.slice(0, -told.length) + nextTry(leftMs) : message,
    retryAfterMs: leftMs,
  };
}

export function wrongKeyFailure({ url }: About): ModelFailure {
  return { code: 'unauthorized', message: `${hostOf(url)} does not accept the key: check \`model.apiKey\`.` };
}

/** `words` as in `unknownModelFailure`: a country, an address or an organisation may be what is forbidden. */
export function forbiddenFailure(words: string, { url, model }: About): ModelFailure {
  return {
    code: 'unauthorized',
    message: `${hostOf(url)} does not let this key use ${model === '' ? 'the model' : `"${model}"`}${quoted(words)}: check \`model.name\` and the key's rights.`,
  };
}

/** Some refuse a wrong key as a wrong request, and say only in words what was wrong with it. */
export function isWrongKey(status: number | undefined, words: string): boolean {
  if (status === 401) return true;
  return (
    status === 400 &&
    /\b(?:incorrect|invalid|expired) api[ _-]?key\b|\bapi[ _-]?key (?:is )?(?:not valid|invalid|expired)\b/i.test(
      words,
    )
  );
}

/** OpenAI's word for a model that it does not have, and Azure's. */
export function isUnknownModel(code: string | undefined): boolean {
  return code === 'model_not_found' || code === 'DeploymentNotFound';
}

/** What of an error tells whether it is about the model. */
export interface ModelSaid {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly message: string;
}

/** Whether it is the model's name that a server refuses: not all have a code for it. */
export function isAboutModel({ status, code, param, message }: ModelSaid): boolean {
  if (isUnknownModel(code) || param === 'model') return true;
  return (status === 404 || status === 400) && refusedModel.test(message);
}

/** As LiteLLM, vLLM, xAI, Codex and OpenAI say it. */
const refusedModel =
  /\b(?:invalid|unknown|no such) model\b|\bmodel is (?:not supported|only supported in)\b|\bmust be verified to (?:use|stream) (?:this|the) model\b|\bmodel\b[^\n]{0,99}? (?:not found|(?:does not|doesn't) exist)\b/i;

/** `words` are the server's own, without what they repeat of the request. */
export function unknownModelFailure(
  words: string,
  { code }: Pick<ModelSaid, 'code'>,
  { url, model }: About,
): ModelFailure {
  const host = hostOf(url);
  if (model === '')
    return {
      code: 'not-found',
      message: `${host} wants the name of a model: set \`model.name\` or WHITTLE_MODEL to one it has.`,
    };
  if (isUnknownModel(code))
    return {
      code: 'not-found',
      message: `${host} has no model "${model}", or the key may not use it: check \`model.name\`.`,
    };
  return {
    code: 'not-found',
    message: `${host} does not take model "${model}"${quoted(words)}: check \`model.name\`.`,
  };
}

/** HTTP 402: no request is answered before somebody pays. */
export function unpaidFailure(words: string, { url }: About): ModelFailure {
  return {
    code: 'unauthorized',
    message: `${hostOf(url)} wants to be paid first${quoted(words)}: top up your account there, or choose another model.`,
  };
}

/** Where a redirect leads, without what may be a secret in it; nothing where it says no address. */
export function redirectAddress(location: string | undefined, url: string): string | undefined {
  if (location === undefined || !URL.canParse(location, url)) return undefined;
  const { protocol, host, pathname } = new URL(location, url);
  // What leads elsewhere may be a page to sign in on.
  const isSocket = /^ws/i.test(url) && new URL(url).pathname === pathname;
  return `${isSocket ? protocol.replace(/^http/, 'ws') : protocol}//${host}${pathname}`;
}

/** Why no connection was made; `code` is the system's. */
export function networkFailure(code: string, url: string): ModelFailure {
  const isBarred = /CERT|^UNABLE_TO_|^INVALID_CA$|^EPROXY(?:AUTH|DENIED|SCHEME)?$/.test(code);
  const failure = { code: isBarred ? 'barred' : 'offline', message: networkSentence(code, url) } as const;
  return unreached(code) ? { ...failure, unreached: true } : failure;
}

function networkSentence(code: string, url: string): string {
  const host = hostOf(url);
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing answers at ${host}: start the model server or check \`model.url\`.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${host} cannot be found: check \`model.url\` and the network.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${host} has expired: have it renewed, or set this machine's clock right.`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of ${host} is not valid yet: set this machine's clock right.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${host} is for another name: use a name it holds in \`model.url\`.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_UNTRUSTED':
    case 'INVALID_CA':
      return `The certificate of ${host} is not trusted (${code}): set NODE_EXTRA_CA_CERTS to a file with the authority that signed it, such as your company's, where the editor is started.`;
    case 'EPROXYDOWN':
      return `The proxy for ${host} does not answer: start it, correct HTTPS_PROXY or HTTP_PROXY, or name ${host} in NO_PROXY.`;
    case 'EPROXYAUTH':
      return `The proxy for ${host} wants a name and a password: put them into HTTPS_PROXY or HTTP_PROXY, as in http://name:password@proxy:port.`;
    case 'EPROXYDENIED':
      return `The proxy for ${host} does not accept the name and password in HTTPS_PROXY or HTTP_PROXY: correct them, with special characters percent-encoded.`;
    case 'EPROXYSCHEME':
      return `The proxy for ${host} wants a sign-in other than Basic, such as NTLM: run a local proxy that does it, and name that one in HTTPS_PROXY or HTTP_PROXY.`;
    case 'EPROXYWAY':
      return `The proxy finds no way to ${host}: check \`model.url\`, or name ${host} in NO_PROXY where it is reached directly.`;
    case 'EPROXY':
      return `The proxy does not let Whittle through to ${host}: check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG': {
      const [plain, secure] = /^ws/i.test(url) ? ['ws://', 'wss://'] : ['http://', 'https://'];
      return `${host} does not speak TLS there: check whether \`model.url\` should begin with ${plain} instead of ${secure}.`;
    }
    default:
      // Of the parser of HTTP.
      if (code.startsWith('HPE_'))
        return `${host} answers there in another way than HTTP (${code}): check host and port of \`model.url\`.`;
      return `No connection to ${host} (${code}): check \`model.url\` and the network.`;
  }
}

export function seconds(ms: number): string {
  // Limits of hours and days are lifted at a time, not after so many seconds.
  if (ms >= 2 * hourMs) return `${Math.round(ms / hourMs)} h`;
  if (ms >= 10 * minuteMs) return `${Math.round(ms / minuteMs)} min`;
  return `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The other side's words in one short line, in brackets; nothing where there are none. */
export function quoted(words: string): string {
  const said = inQuotes(words);
  return said === '' ? '' : ` (${said})`;
}

function inQuotes(words: string): string {
  const line = words
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<![.:])[.:]+$/, '');
  if (line === '') return '';
  return `"${line.length > 200 ? `${line.slice(0, 199)}…` : line}"`;
}
