/**
 * The socket over the network: our own end of the WebSocket protocol on Node's TLS, through a proxy where one is set.
 *
 * A question to a DNS server, or one of the first packets to a host, that was lost is sent again after one to five
 * seconds, and then later and later. So where nobody is reached for a while, another try begins beside the first: the
 * network may be back by then. The first that reaches the server ends the others, before any of them has asked for
 * anything.
 */

import type { Agent } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { type Environment, proxyFor } from './proxy.ts';
import { errorRefusal, plainHeaders, readRefusal } from './refusal.ts';
import type { Dial, Dialled, Refusal } from './socket.ts';
import { proxyAgent } from './tunnel.ts';
import { openClientSocket } from './websocket/client-socket.ts';
import { createMaskingKeys } from './websocket/masking-keys.ts';
import {
  requestUpgrade,
  type Upgrade,
  type UpgradeHandlers,
  type UpgradeOptions,
} from './websocket/upgrade.ts';

/** A server that is far away has been reached by then. */
const unreachedMs = 2_000;
const mostAttempts = 4;

export interface DialDependencies {
  readonly clock: Clock;
  /** `User-Agent` of the upgrade. */
  readonly userAgent?: string;
  /** Where `HTTPS_PROXY` and its like are read; none by default. */
  readonly environment?: Environment;
  /** Milliseconds since 1970, for waits that a server gives as a time of day. */
  readonly epochMs?: () => number;
}

export function createDial(dependencies: DialDependencies): Dial {
  const { clock, userAgent = 'whittle', environment = {}, epochMs } = dependencies;
  const nextKey = createMaskingKeys();
  return (endpoint, { connectMs, handlers }, signal) =>
    new Promise((resolve) => {
      const refused = (refusal: Refusal): Dialled => ({ kind: 'refused', refusal });
      if (signal.aborted) return resolve(refused({ kind: 'aborted' }));
      let settled = false;
      /** Refuses with the status that came, whatever became of the page behind it. */
      let answered: (() => void) | undefined;
      /** Under way: several only as long as none has reached the server. */
      const attempts: { cancel(): void }[] = [];
      let cancelNext = (): void => undefined;
      const settle = (result: Dialled): void => {
        if (settled) return;
        settled = true;
        cancelDeadline();
        cancelNext();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
        if (result.kind === 'open') return;
        for (const attempt of attempts) attempt.cancel();
      };
      const onAbort = (): void => settle(refused({ kind: 'aborted' }));

      const proxy = proxyFor(endpoint.url, environment);
      const { url } = endpoint;
      const headers = { 'User-Agent': userAgent, ...endpoint.headers };
      const begin = (): Refusal | undefined => {
        const tunnel = proxy && openTunnel(proxy, endpoint.url);
        const attempt = { cancel: () => tunnel?.cancel() };
        const asked = ask(
          { url, headers, agent: tunnel?.agent },
          {
            reached() {
              cancelNext();
              for (const each of attempts.splice(0)) if (each !== attempt) each.cancel();
              attempts.push(attempt);
            },
            upgraded(connection, response) {
              const shown = plainHeaders(response.headers);
              const options = { headers: shown, handlers, maxMessageBytes, nextKey };
              settle({ kind: 'open', socket: openClientSocket(connection, options) });
            },
            answered(response) {
              answered = readRefusal(response, epochMs?.(), (refusal) => settle(refused(refusal)));
            },
            failed(error) {
              if (answered) answered();
              else settle(refused(errorRefusal(error)));
            },
          },
        );
        if ('refusal' in asked) return asked.refusal;
        attempt.cancel = () => {
          asked.upgrade.cancel();
          tunnel?.cancel();
        };
        attempts.push(attempt);
        if (!proxy && attempts.length < mostAttempts) cancelNext = clock.after(unreachedMs, begin);
        return undefined;
      };
      const refusal = begin();
      if (refusal) return resolve(refused(refusal));
      const cancelDeadline = clock.after(connectMs, () => {
        if (answered) answered();
        else settle(refused({ kind: 'timeout', afterMs: connectMs }));
      });
      signal.addEventListener('abort', onAbort);
    });
}

function ask(
  options: UpgradeOptions,
  handlers: UpgradeHandlers,
): { readonly upgrade: Upgrade } | { readonly refusal: Refusal } {
  try {
    return { upgrade: requestUpgrade(options, handlers) };
  } catch (error) {
    // An invalid address or a header with a line break: wrong settings, said before anything is sent.
    return {
      refusal: { kind: 'unsupported', message: error instanceof Error ? error.message : String(error) },
    };
  }
}

interface Tunnel {
  readonly agent: Agent;
  cancel(): void;
}

/** An agent for one connection, made through the proxy. */
function openTunnel(proxy: URL, address: string): Tunnel {
  let cancel = (): void => undefined;
  const made = (end: () => void): void => {
    cancel = end;
  };
  return { agent: proxyAgent(proxy, address, { keepAlive: false, made }), cancel: () => cancel() };
}
