/** The way to a provider of the Responses WebSocket protocol, for a gateway that joins its clients to it. */

import type { Log } from '../core/log.ts';
import type { OpenProvider } from '../gateway/relay.ts';
import { createDial } from '../session/dial.ts';
import { refusalFailure } from '../session/failure.ts';
import { keyless } from '../session/keyless.ts';
import type { ResolvedBase } from '../state/settings/resolve.ts';
import type { Environment } from './engine-backend.ts';
import { machineClock } from './machine.ts';
import { remote } from './open-model.ts';

const connectMs = 15_000;

export function createRelay(model: ResolvedBase, environment: Environment, log: Log): OpenProvider {
  const dial = keyless(createDial({ clock: machineClock, environment, epochMs: Date.now }));
  const endpoint = remote(model);
  return async (handlers, signal) => {
    const dialled = await dial(
      endpoint,
      {
        connectMs,
        handlers: {
          message: handlers.message,
          binary: () => log('warn', 'gateway: the provider sent a frame that is not text'),
          alive: () => undefined,
          closed: ({ code }) => handlers.closed(code),
        },
      },
      signal,
    );
    if (dialled.kind === 'open') return { kind: 'open', provider: dialled.socket };
    const { url, name } = model;
    return { kind: 'failed', failure: refusalFailure(dialled.refusal, { url, model: name }) };
  };
}
