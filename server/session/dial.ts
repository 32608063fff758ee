/** The socket over the network: our own end of the WebSocket protocol on Node's TLS, through a proxy where one is set. */

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
      const settle = (result: Dialled): void => {
        if (settled) return;
        settled = true;
        cancelDeadline();
        signal.removeEventListener('abort', onAbort);
        resolve(result);
        if (result.kind === 'open') return;
        upgrade.cancel();
        tunnel?.cancel();
      };
      const onAbort = (): void => settle(refused({ kind: 'aborted' }));

      const proxy = proxyFor(endpoint.url, environment);
      const tunnel = proxy && openTunnel(proxy, endpoint.url);
      const { url } = endpoint;
      const headers = { 'User-Agent': userAgent, ...endpoint.headers };
      const asked = ask(
        { url, headers, agent: tunnel?.agent },
        {
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
      if ('refusal' in asked) return resolve(refused(asked.refusal));
      const { upgrade } = asked;
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
