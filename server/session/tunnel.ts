/**
 * A connection through an HTTP proxy (RFC 9110, section 9.3.6), with TLS to the address itself where that is secure.
 *
 * Laws
 * - Who waits for it is told once, also where the proxy never answers, or it is cancelled.
 * - What goes wrong with the proxy is said of the proxy, never of the address behind it.
 * - Nothing is left of one that came to nothing; an agent that is destroyed ends those that are under way.
 */

import { Agent, type AgentOptions, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type Socket as NetSocket } from 'node:net';
import { unescape as unescapePercents } from 'node:querystring';
import { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { unbracketed } from '../core/unbracketed.ts';
import { patientFamilies } from './protocol/families.ts';

export type TunnelDone = (error: Error | null, socket?: NetSocket) => void;

/** What is wrong with the proxy; each has a sentence of its own (`protocol/sentences.ts`). */
export type ProxyErrorCode =
  /** It does not answer, or not as a proxy does. */
  | 'EPROXYDOWN'
  /** It wants to know who asks. */
  | 'EPROXYAUTH'
  /** It does not take the name and password that it was given. */
  | 'EPROXYDENIED'
  /** It wants to know so in a way that is not spoken here. */
  | 'EPROXYSCHEME'
  /** It finds no way to the address. */
  | 'EPROXYWAY'
  /** It does not let this through. */
  | 'EPROXY';

class ProxyError extends Error {
  readonly code: ProxyErrorCode;

  constructor(code: ProxyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A proxy that is well answers by then; so does the address behind it. */
const answerWithinMs = 10_000;

/** Calling what is returned ends whatever has come of it so far. */
function connectThrough(proxy: URL, address: string, done: TunnelDone): () => void {
  const { hostname, protocol, port } = new URL(address);
  const secure = protocol === 'wss:' || protocol === 'https:';
  const target = `${hostname}:${port || (secure ? 443 : 80)}`;
  const asked = ask(proxy, target);
  let current: { destroy(): unknown } = asked;
  let isOver = false;
  const settle = (error: Error | null, socket?: NetSocket): void => {
    if (isOver) return;
    isOver = true;
    if (error) current.destroy();
    else socket?.setTimeout(0);
    done(error, socket);
  };
  const down = (): void => settle(new ProxyError('EPROXYDOWN', `the proxy ${proxy.host} does not answer`));
  asked.setTimeout(answerWithinMs, down);
  asked.on('error', down);
  asked.on('close', down);
  asked.once('connect', (response, socket) => {
    asked.off('close', down);
    socket.setTimeout(0);
    current = socket;
    const status = response.statusCode ?? 0;
    if (status < 200 || status >= 300) {
      settle(refusalOf(response, proxy));
      return;
    }
    if (!secure) {
      settle(null, socket);
      return;
    }
    const host = unbracketed(hostname);
    const secured = tlsConnect({ socket, host, servername: isIP(host) ? '' : host });
    current = secured;
    secured.setTimeout(answerWithinMs, () => settle(wayError(proxy)));
    secured.on('error', settle);
    secured.on('close', () => settle(wayError(proxy)));
    secured.once('secureConnect', () => {
      secured.off('error', settle);
      settle(null, secured);
    });
  });
  asked.end();
  return () => settle(new ProxyError('EPROXYDOWN', 'the connection was given up'));
}

function ask(proxy: URL, target: string) {
  const secure = proxy.protocol === 'https:';
  const credentials = `${unescapePercents(proxy.username)}:${unescapePercents(proxy.password)}`;
  return (secure ? httpsRequest : httpRequest)({
    ...patientFamilies,
    host: unbracketed(proxy.hostname),
    port: proxy.port || (secure ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: {
      Host: target,
      ...(credentials === ':'
        ? {}
        : { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    agent: false,
  });
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage, proxy: URL): ProxyError {
  const message = `the proxy ${proxy.host} answered ${statusCode}`;
  if (statusCode === 407) {
    const asksFor = String(headers['proxy-authenticate'] ?? 'basic');
    if (!/\bbasic\b/i.test(asksFor)) return new ProxyError('EPROXYSCHEME', message);
    return new ProxyError(proxy.username === '' ? 'EPROXYAUTH' : 'EPROXYDENIED', message);
  }
  return new ProxyError(statusCode >= 500 ? 'EPROXYWAY' : 'EPROXY', message);
}

function wayError(proxy: URL): ProxyError {
  return new ProxyError('EPROXYWAY', `nothing answered behind the proxy ${proxy.host}`);
}

/** Makes a connection; what it returns cancels it. */
export type Connect = (done: TunnelDone) => () => void;

/** An agent whose connections are all made so; `made` is told how to end the newest. */
export function tunnelAgent(
  connect: Connect,
  {
    secure,
    made,
    ...options
  }: AgentOptions & { readonly secure: boolean; readonly made?: (cancel: () => void) => void },
): Agent {
  const underWay = new Set<() => void>();
  const agent = new (secure ? HttpsAgent : Agent)(options);
  agent.createConnection = (_options, done) => {
    let isOver = false;
    const cancel = connect((error, socket) => {
      isOver = true;
      underWay.delete(cancelled);
      // The stream beside an error is never looked at, but has to be there.
      done?.(error, socket ?? new Duplex());
    });
    const cancelled = (): void => cancel();
    if (!isOver) underWay.add(cancelled);
    made?.(cancelled);
    return undefined;
  };
  const { destroy } = agent;
  agent.destroy = () => {
    for (const cancel of [...underWay]) cancel();
    destroy.call(agent);
  };
  return agent;
}

/** An agent whose connections to the address all go through the proxy. */
export function proxyAgent(
  proxy: URL,
  address: string,
  options: AgentOptions & { readonly made?: (cancel: () => void) => void },
): Agent {
  const secure = /^(?:wss|https):/i.test(address);
  return tunnelAgent((done) => connectThrough(proxy, address, done), { ...options, secure });
}
