/**
 * A session whose code is loaded when it is first needed: a server that answers `initialize` needs neither sockets
 * nor a schema library.
 *
 * Laws
 * - What is told while it loads is told in order once it is there.
 * - An answer asked for meanwhile begins as soon as it is there; it ends at once when it is aborted.
 * - `dispose` waits for the loading, so that nothing comes to life behind it.
 */

import type { Ask } from '../core/ask.ts';
import { type AnswerEvent, cancelled, type ModelSession, noUsage, takesAsks } from '../core/model.ts';

export function deferredSession(load: () => Promise<ModelSession>): ModelSession {
  let loaded: ModelSession | undefined;
  const held: Parameters<ModelSession['tell']>[0][] = [];
  const loading = load().then((session) => {
    for (const event of held.splice(0)) session.tell(event);
    loaded = session;
    return session;
  });
  return {
    ask: (ask, signal) => loaded?.ask(ask, signal) ?? later(loading, ask, signal),
    tell(event) {
      if (loaded) loaded.tell(event);
      else held.push(event);
    },
    status: () =>
      loaded?.status() ?? { state: 'connecting', takesAsks: false, model: '', requests: 0, usage: noUsage },
    takesAsks: () => loaded !== undefined && takesAsks(loaded),
    applied: (request) => loaded?.applied?.(request),
    dispose: async () => await (await loading).dispose(),
  };
}

async function* later(
  loading: Promise<ModelSession>,
  ask: Ask,
  signal: AbortSignal,
): AsyncIterable<AnswerEvent> {
  const session = await unlessAborted(loading, signal);
  if (session) yield* session.ask(ask, signal);
  else yield { kind: 'failed', failure: cancelled };
}

/** Nothing, and at once, where the signal is aborted first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', onAbort);
    work.then(resolve, reject).finally(settled);
  });
}
