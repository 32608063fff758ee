/**
 * Discovery: what a model server is and has, found out by asking it.
 *
 * Laws
 * - Only the configured origin is asked, with its key; servers beyond this network only for their list of models.
 * - What was found is kept for each server and model; a failure is not: the next ask tries again.
 * - A server of one's own may be another one a minute later: its list is looked at again where the last look is old,
 *   and where it changed all is asked anew. Who asks meanwhile waits a moment at most; facts that stay are the same object.
 * - Many who ask at once wait for one asking; whoever aborts leaves, and the asking ends when nobody waits.
 */

import type { Clock } from '../../core/clock.ts';
import { isNear } from './address.ts';
import type { HttpClient } from './http.ts';
import { askServer, type Discovered, listRequest, signatureOf } from './server-facts.ts';
import type { ServerFacts, UpstreamModel } from './upstream.ts';

export interface Discovery {
  discover(model: UpstreamModel, signal: AbortSignal): Promise<Discovered>;
  /** What was found was wrong: a model is gone. */
  forget(model: UpstreamModel): void;
}

/** Servers and models that are remembered. */
const mostKept = 16;
/** A look is old after this. */
const freshMs = 10_000;
/** On this machine a list takes a millisecond or two; a server that works may take longer, and is not waited for. */
const lookMs = 50;

interface Kept {
  readonly server: ServerFacts;
  readonly isNear: boolean;
  /** Of its list of models. */
  readonly signature: string;
  lookedAt: number;
  look: Promise<'same' | 'other' | 'gone'> | undefined;
}

export function createDiscovery(http: HttpClient, clock: Clock): Discovery {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Asking>();

  const ask = (model: UpstreamModel, signal: AbortSignal, before?: ServerFacts): Promise<Discovered> => {
    const key = keyOf(model);
    const current = asking.get(key) ?? startAsking();
    asking.set(key, current);
    return waitFor(current, signal);

    function startAsking(): Asking {
      const end = new AbortController();
      const found = askServer(http, model, end.signal).then(({ discovered, signature }): Discovered => {
        if (asking.get(key)?.end === end) asking.delete(key);
        if (discovered.kind === 'failed') return discovered;
        const isSame = JSON.stringify(before) === JSON.stringify(discovered.server);
        const server = before && isSame ? before : discovered.server;
        const found = { server, signature, isNear: isNear(model.url), look: undefined };
        keep(key, { ...found, lookedAt: clock.now() });
        return { kind: 'found', server };
      });
      return { end, found, waiting: 0, leave: () => asking.delete(key) };
    }
  };

  const look = (model: UpstreamModel, known: Kept): Promise<'same' | 'other' | 'gone'> => {
    known.look ??= lookAt(http, model, known.server.base).then((signature) => {
      known.look = undefined;
      known.lookedAt = clock.now();
      const state =
        signature === 'gone'
          ? signature
          : (signature ?? known.signature) === known.signature
            ? 'same'
            : 'other';
      // Whoever asks next finds out; whoever waits does so now.
      if (state !== 'same' && kept.get(keyOf(model)) === known) kept.delete(keyOf(model));
      return state;
    });
    return known.look;
  };

  return {
    async discover(model, signal) {
      const known = kept.get(keyOf(model));
      if (!known) return ask(model, signal);
      if (known.isNear && clock.now() - known.lookedAt > freshMs) {
        const state = await within(look(model, known), clock);
        if (state === 'other' || state === 'gone') return ask(model, signal, known.server);
      }
      return { kind: 'found', server: known.server };
    },
    forget: (model) => void kept.delete(keyOf(model)),
  };

  function keep(key: string, found: Kept): void {
    kept.set(key, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) return;
      kept.delete(oldest);
    }
  }
}

function keyOf({ url, name, apiKey }: UpstreamModel): string {
  return JSON.stringify([url, name, apiKey]);
}

/** What comes within a moment. */
function within<T>(promise: Promise<T>, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.after(lookMs, () => resolve(undefined));
    void promise.then((value) => {
      cancel();
      resolve(value);
    });
  });
}

/** The signature of its list as it is now; nothing where it only takes its time. */
async function lookAt(http: HttpClient, model: UpstreamModel, base: string): Promise<string | undefined> {
  const list = await http.json(listRequest(model, base), new AbortController().signal);
  if (list.kind === 'json' || list.status !== undefined) return signatureOf(list);
  const { code } = list.failure;
  return code === 'offline' || code === 'barred' ? 'gone' : undefined;
}

interface Asking {
  readonly end: AbortController;
  readonly found: Promise<Discovered>;
  waiting: number;
  leave(): void;
}

function waitFor(asking: Asking, signal: AbortSignal): Promise<Discovered> {
  asking.waiting++;
  return new Promise((resolve) => {
    const leave = (): void => {
      if (--asking.waiting > 0) return;
      asking.leave();
      asking.end.abort();
    };
    const onAbort = (): void => {
      resolve({ kind: 'failed', failure: { code: 'cancelled', message: 'The request was cancelled.' } });
      leave();
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    void asking.found.then((discovered) => {
      signal.removeEventListener('abort', onAbort);
      resolve(discovered);
    });
  });
}
