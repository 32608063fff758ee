/** The addresses of a model server, from the one the user gave. */

import type { ServerKind } from './upstream.ts';

export interface Addresses {
  /** Without the path of any API and without a slash at its end. */
  readonly root: string;
  /** What `/chat/completions` and `/models` follow. */
  readonly base: string;
}

/** Paths of single calls that people copy out of documentation. */
const calls = /\/(?:chat\/completions|completions|fim\/completions|responses|models|infill|completion)\/?$/;
const ollamaCalls = /\/api(?:\/(?:generate|chat|tags|show))?$/;

/**
 * `http://host:11434`, `https://host/openai/v1`, or the address of one call below either. Where the path names no
 * version, `/v1` follows, which is where all of them have their OpenAI-compatible part.
 */
export function addressesOf(url: string): Addresses {
  if (!URL.canParse(url)) return { root: url, base: url };
  const { protocol, host, pathname } = new URL(url);
  const origin = `${protocol.replace(/^ws/, 'http')}//${host}`;
  const path = pathname.replace(/\/+$/, '').replace(calls, '').replace(ollamaCalls, '').replace(/\/+$/, '');
  const version = /\/v\d+\w*$/.exec(path);
  const root = origin + (version ? path.slice(0, version.index) : path);
  return { root, base: version ? origin + path : `${root}/v1` };
}

/** Servers that are told by their name. */
export function knownServer(url: string): ServerKind | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  if (/(?:^|\.)mistral\.ai$/.test(hostname)) return 'mistral';
  if (/(?:^|\.)deepseek\.com$/.test(hostname)) return 'deepseek';
  if (/(?:^|\.)inceptionlabs\.ai$/.test(hostname)) return 'inception';
  return undefined;
}

/** A machine of the user's own or of the same network: there one asks for what only local servers have. */
export function isNear(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    /^(?:localhost|\[::1\]|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cde])/.test(
      hostname,
    ) ||
    !hostname.includes('.') ||
    /\.(?:local|lan|home|internal|localhost)$/.test(hostname)
  );
}
