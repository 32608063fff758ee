/**
 * Proxies, as other tools take them from the environment: `HTTPS_PROXY` for wss, `HTTP_PROXY` for ws (either in
 * small letters), `ALL_PROXY` for both, and `NO_PROXY` with hosts that are reached directly. What runs on this
 * machine is always reached directly.
 */

import { Agent, type AgentOptions, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket as NetSocket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { isLoopback } from './endpoint.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a ws, wss, http or https address; nothing where it is reached directly. */
export function proxyFor(address: string, environment: Environment): URL | undefined {
  if (!URL.canParse(address) || isLoopback(address)) return undefined;
  const url = new URL(address);
  if (isExcepted(url, read(environment, 'NO_PROXY'))) return undefined;
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  const proxy = read(environment, secure ? 'HTTPS_PROXY' : 'HTTP_PROXY') || read(environment, 'ALL_PROXY');
  const shown = proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
  if (!URL.canParse(shown)) return undefined;
  const found = new URL(shown);
  return found.protocol === 'http:' || found.protocol === 'https:' ? found : undefined;
}

/**
 * A connection to the address through the proxy, with TLS to the address itself where it is secure. Calling what is
 * returned ends whatever has come of it so far.
 */
export function connectThrough(
  proxy: URL,
  address: string,
  done: (error: Error | null, socket?: NetSocket) => void,
): () => void {
  const { hostname, protocol, port } = new URL(address);
  const secure = protocol === 'wss:' || protocol === 'https:';
  const target = `${hostname}:${port || (secure ? 443 : 80)}`;
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const asked = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: {
      Host: target,
      ...(proxy.username === ''
        ? {}
        : { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    agent: false,
  });
  let current: { destroy(): unknown } = asked;
  asked.once('connect', (response: IncomingMessage, socket: NetSocket) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      done(new ProxyError(`the proxy ${proxy.host} answered ${response.statusCode}`));
      return;
    }
    current = socket;
    if (!secure) {
      done(null, socket);
      return;
    }
    const secured = tlsConnect({ socket, servername: hostname });
    current = secured;
    secured.once('error', done);
    secured.once('secureConnect', () => {
      secured.off('error', done);
      done(null, secured);
    });
  });
  asked.once('error', done);
  asked.end();
  return () => void current.destroy();
}

/** An agent whose connections to the address all go through the proxy; `made` is told how to end the newest. */
export function proxyAgent(
  proxy: URL,
  address: string,
  { made, ...options }: AgentOptions & { readonly made?: (cancel: () => void) => void },
): Agent {
  const agent = new (/^(?:wss|https):/.test(address) ? HttpsAgent : Agent)(options);
  agent.createConnection = (_options, done) => {
    const cancel = connectThrough(proxy, address, (error, socket) => {
      // The stream beside an error is never looked at, but has to be there.
      done?.(error, socket ?? new Duplex());
    });
    made?.(cancel);
    return undefined;
  };
  return agent;
}

/** The proxy would not let us through. */
export class ProxyError extends Error {
  readonly code = 'EPROXY';
}

/** Entries are hosts, `.suffixes`, `*.suffixes`, `*`, each perhaps with a port. */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const usual = protocol === 'wss:' || protocol === 'https:' ? '443' : '80';
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (onlyPort !== undefined && onlyPort !== (port || usual)) return false;
      const suffix = name.replace(/^\*?\.?/, '');
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}

function read(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] || environment[name] || '';
}
