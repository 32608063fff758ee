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
import type { ModelFailure } from '../../core/model.ts';
import { addressesOf, isNear, knownServer } from './address.ts';
import type { HttpClient, JsonAnswer } from './http.ts';
import {
  contextOf,
  type ListedModel,
  listedModels,
  ollamaModels,
  readOllamaShow,
  readProps,
} from './listings.ts';
import { requestHeaders, type ServerFacts, type UpstreamModel } from './upstream.ts';

export type Discovered =
  | { readonly kind: 'found'; readonly server: ServerFacts }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export interface Discovery {
  discover(model: UpstreamModel, signal: AbortSignal): Promise<Discovered>;
  /** What was found was wrong: a model is gone. */
  forget(model: UpstreamModel): void;
}

/** Servers and models that are remembered. */
const mostKept = 16;
/** A server that is there answers these at once, also while it loads a model. */
const limits = { connectMs: 5_000, idleMs: 5_000 };

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
    known.look ??= lookAt(http, model).then((signature) => {
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
async function lookAt(http: HttpClient, model: UpstreamModel): Promise<string | undefined> {
  const url = `${addressesOf(model.url).base}/models`;
  const request = { method: 'GET', url, headers: requestHeaders(model), model: model.name, limits } as const;
  const list = await http.json(request, new AbortController().signal);
  if (list.kind === 'json' || list.status !== undefined) return signatureOf(list);
  return list.failure.code === 'offline' ? 'gone' : undefined;
}

/** Without what is made up anew at each asking. */
function signatureOf(list: JsonAnswer): string {
  if (list.kind === 'failed') return `failed ${list.status}`;
  return JSON.stringify(list.value, (key, value) =>
    key === 'created' || key === 'permission' ? undefined : value,
  );
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

async function askServer(
  http: HttpClient,
  model: UpstreamModel,
  signal: AbortSignal,
): Promise<{ readonly discovered: Discovered; readonly signature: string }> {
  const { base } = addressesOf(model.url);
  const url = `${base}/models`;
  const headers = requestHeaders(model);
  const list = http.json({ method: 'GET', url, headers, model: model.name, limits }, signal);
  return {
    discovered: await factsOf(http, model, { list, signal }),
    signature: signatureOf(await list),
  };
}

async function factsOf(
  http: HttpClient,
  model: UpstreamModel,
  { list: listing, signal }: { readonly list: Promise<JsonAnswer>; readonly signal: AbortSignal },
): Promise<Discovered> {
  const { root, base } = addressesOf(model.url);
  const get = (url: string): Promise<JsonAnswer> => http.json({ ...request, method: 'GET', url }, signal);
  const request = { headers: requestHeaders(model), model: model.name, limits };
  const near = isNear(model.url);
  const [list, tags, props, studio] = await Promise.all([
    listing,
    near ? get(`${root}/api/tags`) : undefined,
    near ? get(`${root}/props`) : undefined,
    near ? get(`${root}/api/v0/models`) : undefined,
  ]);
  const found = { root, base, infill: false, ...choose(model.name, read(list, listedModels) ?? []) };

  const ollama = read(tags, ollamaModels);
  if (ollama) {
    const named = choose(ollamaName(model.name, ollama), ollama);
    if (named.model === '' || (model.name !== '' && !named.models.includes(named.model))) {
      return { kind: 'failed', failure: notPulled(model) };
    }
    const shown = await http.json(
      { ...request, method: 'POST', url: `${root}/api/show`, body: { model: named.model } },
      signal,
    );
    const loaded = read(await get(`${root}/api/ps`), ollamaModels) ?? [];
    const { infill, trained } = read(shown, readOllamaShow) ?? {};
    const inUse = loaded.find(({ id }) => id === named.model)?.contextTokens;
    // A size that differs from the loaded one makes the server load the model again.
    const contextTokens = inUse ?? Math.min(trained ?? usualContext, usualContext);
    return asFound({ ...found, ...named, kind: 'ollama', contextTokens, infill: infill === true });
  }
  const llama = read(props, readProps);
  if (llama) {
    const infill = await takesInfill(http, { ...request, url: `${root}/infill` }, signal);
    const contextTokens = llama.contextTokens ?? found.contextTokens;
    return asFound({ ...found, kind: 'llama-server', contextTokens, infill });
  }
  const loadable = read(studio, listedModels);
  if (loadable && loadable.length > 0)
    return asFound({ ...found, ...choose(model.name, loadable), kind: 'lm-studio' });
  if (list.kind === 'failed' && !isOnlyMissing(list)) return { kind: 'failed', failure: list.failure };
  const vllm = list.kind === 'json' && JSON.stringify(list.value).includes('"owned_by":"vllm"');
  return asFound({ ...found, kind: knownServer(model.url) ?? (vllm ? 'vllm' : 'openai') });
}

/** What Ollama gives a model where nobody says; more takes memory that machines like these do not have to spare. */
const usualContext = 8192;

function asFound(server: ServerFacts): Discovered {
  return { kind: 'found', server };
}

/** The model named, else one that is loaded, else the first. */
function choose(
  name: string,
  models: readonly ListedModel[],
): Pick<ServerFacts, 'model' | 'models' | 'contextTokens'> {
  const chosen =
    name === '' ? (models.find(({ loaded }) => loaded) ?? models[0]) : models.find(({ id }) => id === name);
  return {
    model: name || (chosen?.id ?? ''),
    models: models.map(({ id }) => id),
    contextTokens: contextOf(chosen),
  };
}

/** `qwen2.5-coder` stands for `qwen2.5-coder:latest`. */
function ollamaName(name: string, models: readonly ListedModel[]): string {
  const full = `${name}:latest`;
  return name !== '' && !models.some(({ id }) => id === name) && models.some(({ id }) => id === full)
    ? full
    : name;
}

function notPulled({ url, name }: UpstreamModel): ModelFailure {
  const host = new URL(url).host;
  const message =
    name === ''
      ? `Ollama at ${host} has no model yet: run \`ollama pull qwen2.5-coder:1.5b\`.`
      : `Ollama at ${host} has no model "${name}": run \`ollama pull ${name}\`, or change \`model.name\`.`;
  return { code: 'not-found', message };
}

/** llama-server says whether the loaded model can, without answering anything. */
async function takesInfill(
  http: HttpClient,
  request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly model: string;
  },
  signal: AbortSignal,
): Promise<boolean> {
  const body = { input_prefix: '', input_suffix: '', n_predict: 0, cache_prompt: false };
  const answer = await http.json({ ...request, method: 'POST', body }, signal);
  return answer.kind === 'json';
}

/** The server is there and has no list of models. */
function isOnlyMissing(answer: Extract<JsonAnswer, { kind: 'failed' }>): boolean {
  return answer.status === 404 || answer.status === 405 || answer.status === 501;
}

function read<T>(answer: JsonAnswer | undefined, decode: (value: unknown) => T | undefined): T | undefined {
  return answer?.kind === 'json' ? decode(answer.value) : undefined;
}
