/** Endpoint: where a connection goes, asked for anew for every connection because it may have moved. */

export interface Endpoint {
  /** `ws://` or `wss://`, with path. */
  readonly url: string;
  /** Sent with the upgrade; holds the key. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

export type EndpointKind = 'websocket' | 'http' | 'unknown';

export function endpointKind(url: string): EndpointKind {
  if (!URL.canParse(url)) return 'unknown';
  const { protocol } = new URL(url);
  if (protocol === 'ws:' || protocol === 'wss:') return 'websocket';
  return protocol === 'http:' || protocol === 'https:' ? 'http' : 'unknown';
}

export { hostOf } from './protocol/sentences.ts';

/** What servers call themselves that listen everywhere is this machine to who connects to it. */
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '[::1]', '0.0.0.0', '[::]']);

export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return loopbackNames.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Why the session cannot go there, in one sentence; nothing where it can. */
export function unsupportedSentence(url: string): string | undefined {
  switch (endpointKind(url)) {
    case 'websocket':
      return undefined;
    case 'http':
      return 'HTTP model servers are not supported yet: set `model.url` to "local" or to a ws:// or wss:// address that ends in /v1/responses.';
    case 'unknown':
      return '`model.url` is no address: set it to "local" or to a ws:// or wss:// address that ends in /v1/responses.';
  }
}
