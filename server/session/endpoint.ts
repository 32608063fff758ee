/** Endpoint: where a connection goes, asked for anew for every connection because it may have moved. */

export interface Endpoint {
  /** `ws://` or `wss://`, with path. */
  readonly url: string;
  /** Sent with the upgrade; holds the key. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

export { hostOf } from './protocol/sentences.ts';

/** What servers call themselves that listen everywhere is this machine to who connects to it. */
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '[::1]', '0.0.0.0', '[::]']);

export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return loopbackNames.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname);
}
