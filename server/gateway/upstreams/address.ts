/** The addresses of a model server, from the one the user gave. */

import type { ServerKind } from './upstream.ts';

export interface Addresses {
  /** Without the path of any API and without a slash at its end. */
  readonly root: string;
  /** What `/chat/completions` and `/models` follow (`callAt`). */
  readonly base: string;
  /** Where the same calls may be instead: without that `/v1`, or with it where the address was taken at its word. */
  readonly other?: string;
}

/** Paths of single calls that people copy out of documentation: OpenAI's, and those that only one server has. */
const calls = /\/(?:chat\/completions|(?:(?:fim|edit)\/)?completions|responses|models)$/;
const ownCalls = /\/(?:infill|completion|api(?:\/(?:generate|chat|tags|show))?)$/;
/** Azure has one such path for each model, and no version in it. */
const deployment = /\/deployments\/[^/]+$/;

/**
 * `http://host:11434`, `https://host/openai/v1`, or the address of one call below either. Where the path names no
 * version, `/v1` follows, which is where nearly all of them have their OpenAI-compatible part; where it does, or names
 * a call, it is taken at its word. A query goes along with every call.
 */
export function addressesOf(url: string): Addresses {
  if (!URL.canParse(url)) return { root: url, base: url };
  const { protocol, host, hostname, pathname, search } = new URL(url);
  const origin = `${protocol.replace(/^ws/, 'http')}//${host}`;
  const at = (path: string): string => origin + path + search;
  const whole = pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const path = isDeepseek(hostname) ? whole.replace(/\/beta(?=\/|$)/, '') : whole;
  const before = path.replace(calls, '');
  const root = before === path ? path.replace(ownCalls, '') : before;
  const version = /\/v\d+\w*$/.exec(root);
  if (version) return { root: at(root.slice(0, version.index)), base: at(root) };
  const usual = at(`${root}/v1`);
  if (before !== path || deployment.test(path) || /\/v\d+\w*\//.test(path))
    return { root: at(root), base: at(root), other: usual };
  const names = { root: at(root), base: usual };
  // Open WebUI has all at `/api`.
  return root === path || path.endsWith('/api') ? { ...names, other: at(path) } : names;
}

/** The address of a call below another one, before its query. */
export function callAt(address: string, call: string): string {
  const query = address.indexOf('?');
  return query === -1 ? address + call : address.slice(0, query) + call + address.slice(query);
}

function isDeepseek(hostname: string): boolean {
  return /(?:^|\.)deepseek\.com$/.test(hostname);
}

/** Servers that are told by their name. */
export function knownServer(url: string): ServerKind | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  if (/(?:^|\.)mistral\.ai$/.test(hostname)) return 'mistral';
  if (isDeepseek(hostname)) return 'deepseek';
  if (/(?:^|\.)inceptionlabs\.ai$/.test(hostname)) return 'inception';
  return undefined;
}

/** A machine of the user's own or of the same network: there one asks for what only local servers have. */
export function isNear(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    near.test(hostname) ||
    !hostname.includes('.') ||
    /\.(?:local|lan|home|internal|localhost|home\.arpa|fritz\.box|ts\.net)$/.test(hostname)
  );
}

/** This machine, private networks, and those that VPNs make of one's own machines (RFC 6598). */
const near =
  /^(?:localhost|\[::1?\]|0\.0\.0\.0|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[f[cde])/;
