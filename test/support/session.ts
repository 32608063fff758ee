/** A session for tests: real sockets, a log that is kept, and a clock that can be either. */

import type { Clock } from '../../server/core/clock.ts';
import type { ModelSession } from '../../server/core/model.ts';
import { createDial } from '../../server/session/dial.ts';
import type { Endpoint } from '../../server/session/endpoint.ts';
import { openSession, type SessionOptions } from '../../server/session/session.ts';
import { systemClock } from './clock.ts';

export interface TestSession {
  readonly session: ModelSession;
  readonly logged: string[];
}

export function testSession(
  endpoint: string | ((signal: AbortSignal) => Promise<Endpoint>),
  more: Partial<SessionOptions> & { readonly clock?: Clock } = {},
): TestSession {
  const clock = more.clock ?? systemClock();
  const logged: string[] = [];
  const session = openSession({
    endpoint:
      typeof endpoint === 'string'
        ? () => Promise.resolve({ url: endpoint, headers: { Authorization: 'Bearer key-1' } })
        : endpoint,
    model: { name: 'model-1', format: 'auto' },
    random: () => 0.5,
    log: (level, message) => logged.push(`${level}: ${message}`),
    dial: createDial({ clock }),
    ...more,
    clock,
  });
  return { session, logged };
}
