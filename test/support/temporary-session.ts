/**
 * Sessions in virtual time that end with their test: it fails where one leaves a timer or a connection behind, or where
 * its server was asked against the rules of the protocol.
 */

import { expect, onTestFinished } from 'vitest';
import type { AnswerEvent } from '../../server/core/model.ts';
import { createHttpDial } from '../../server/session/http.ts';
import { completeAsk } from './asks.ts';
import { type VirtualClock, virtualClock } from './clock.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.ts';
import { type TestSession, testSession } from './session.ts';

export type SessionSettings = Omit<NonNullable<Parameters<typeof testSession>[1]>, 'clock'>;

export interface TemporarySession extends TestSession {
  readonly clock: VirtualClock;
  /** Asks for a completion at the cursor; given up by the signal, or never. */
  ask(marked?: string, signal?: AbortSignal): AsyncIterable<AnswerEvent>;
}

export interface ServedSession extends TemporarySession {
  readonly server: ModelServer;
}

export function temporarySession(
  endpoint: Parameters<typeof testSession>[0],
  more: SessionSettings = {},
): TemporarySession {
  const clock = virtualClock();
  const { session, logged } = testSession(endpoint, { ...more, clock });
  onTestFinished(async () => {
    await session.dispose();
    expect(clock.pending()).toBe(0);
  });
  return {
    session,
    logged,
    clock,
    ask: (marked = 'let a█', signal = new AbortController().signal) =>
      session.ask(completeAsk(marked), signal),
  };
}

/** With a server of its own. */
export async function servedSession(
  options: ModelServerOptions = {},
  more: SessionSettings = {},
): Promise<ServedSession> {
  const server = await startModelServer(options);
  // Hooks run in reverse: the session has ended by then.
  onTestFinished(async () => {
    // What a session leaves open would stay so: it is waited for before the server ends anything itself.
    await server.deserted();
    await server.close();
    expect(server.violations).toEqual([]);
  });
  return { server, ...temporarySession(server.url, more) };
}

/** With a server of its own that takes requests by `POST` alone. */
export function servedOverHttp(options: ModelServerOptions = {}): Promise<ServedSession> {
  return servedSession(
    { post: true, refuse: () => ({ status: 426 }), ...options },
    { fallback: createHttpDial() },
  );
}
