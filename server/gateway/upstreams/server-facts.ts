/** What a model server is and has: what it is asked for, and what its answers tell. */

import type { ModelFailure } from '../../core/model.ts';
import { addressesOf, callAt, isNear, knownServer } from './address.ts';
import type { HttpClient, HttpRequest, JsonAnswer } from './http.ts';
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

/** A server that is there answers these at once, also while it loads a model. */
export const limits = { connectMs: 5_000, idleMs: 5_000 };

/** Asks it for all that is of use, and for what its list looks like, by which a later look knows it again. */
export async function askServer(
  http: HttpClient,
  model: UpstreamModel,
  signal: AbortSignal,
): Promise<{ readonly discovered: Discovered; readonly signature: string }> {
  const listing = listingOf(http, model, signal);
  return {
    discovered: await factsOf(http, model, { listing, signal }),
    signature: signatureOf((await listing).list),
  };
}

interface Listing {
  readonly list: JsonAnswer;
  /** Where it was found, or should be. */
  readonly base: string;
}

/** The list of models, below `/v1` or below the address itself. */
async function listingOf(http: HttpClient, model: UpstreamModel, signal: AbortSignal): Promise<Listing> {
  const { base, other } = addressesOf(model.url);
  const list = await http.json(listRequest(model, base), signal);
  if (other === undefined || read(list, listedModels) || !isElsewhere(list)) return { list, base };
  const second = await http.json(listRequest(model, other), signal);
  return read(second, listedModels) ? { list: second, base: other } : { list, base };
}

/** Asks a server for its list of models. */
export function listRequest(model: UpstreamModel, base: string): HttpRequest {
  const url = callAt(base, '/models');
  return { method: 'GET', url, headers: requestHeaders(model), model: model.name, limits };
}

async function factsOf(
  http: HttpClient,
  model: UpstreamModel,
  { listing, signal }: { readonly listing: Promise<Listing>; readonly signal: AbortSignal },
): Promise<Discovered> {
  const { root } = addressesOf(model.url);
  const get = (url: string): Promise<JsonAnswer> => http.json({ ...request, method: 'GET', url }, signal);
  const request = { headers: requestHeaders(model), model: model.name, limits };
  const near = isNear(model.url);
  const [{ list, base }, tags, props, studio] = await Promise.all([
    listing,
    near ? get(callAt(root, '/api/tags')) : undefined,
    near ? get(callAt(root, '/props')) : undefined,
    near ? get(callAt(root, '/api/v0/models')) : undefined,
  ]);
  const found = { root, base, infill: false, ...choose(model.name, read(list, listedModels) ?? []) };

  const ollama = read(tags, ollamaModels);
  if (ollama) {
    const named = choose(ollamaName(model.name, ollama), ollama);
    if (named.model === '' || (model.name !== '' && !named.models.includes(named.model))) {
      return { kind: 'failed', failure: notPulled(model) };
    }
    const shown = await http.json(
      { ...request, method: 'POST', url: callAt(root, '/api/show'), body: { model: named.model } },
      signal,
    );
    const loaded = read(await get(callAt(root, '/api/ps')), ollamaModels) ?? [];
    const { infill, trained } = read(shown, readOllamaShow) ?? {};
    const inUse = loaded.find(({ id }) => id === named.model)?.contextTokens;
    // A size that differs from the loaded one makes the server load the model again.
    const contextTokens = inUse ?? Math.min(trained ?? usualContext, usualContext);
    return asFound({ ...found, ...named, kind: 'ollama', contextTokens, infill: infill === true });
  }
  const llama = read(props, readProps);
  if (llama) {
    const asked = { ...request, model: found.model, url: callAt(root, '/infill') };
    const infill = await takesInfill(http, asked, signal);
    const contextTokens = llama.contextTokens ?? found.contextTokens;
    return asFound({ ...found, kind: 'llama-server', contextTokens, infill });
  }
  const loadable = read(studio, listedModels);
  if (loadable && loadable.length > 0)
    return asFound({ ...found, ...choose(model.name, loadable), kind: 'lm-studio' });
  if (list.kind === 'failed' && !isOnlyMissing(list, model)) return { kind: 'failed', failure: list.failure };
  const vllm = list.kind === 'json' && JSON.stringify(list.value).includes('"owned_by":"vllm"');
  return asFound({ ...found, kind: knownServer(model.url) ?? (vllm ? 'vllm' : 'openai') });
}

/** What Ollama gives a model where nobody says; more takes memory that machines like these do not have to spare. */
const usualContext = 8192;

function asFound(server: ServerFacts): Discovered {
  return { kind: 'found', server };
}

/** The model named, else one that is loaded, else the first that writes. */
function choose(
  name: string,
  models: readonly ListedModel[],
): Pick<ServerFacts, 'model' | 'models' | 'contextTokens'> {
  const writing = models.filter(({ isMute }) => isMute !== true);
  const chosen =
    name === '' ? (writing.find(({ loaded }) => loaded) ?? writing[0]) : models.find(({ id }) => id === name);
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
  // One that serves several models has to be told which.
  const { model } = request;
  const body = { model, input_prefix: '', input_suffix: '', n_predict: 0, cache_prompt: false };
  const answer = await http.json({ ...request, method: 'POST', body }, signal);
  return answer.kind === 'json';
}

/**
 * The server is there and has no list of models, or none for this key: keys may be for answers alone. Whoever named a
 * model needs none.
 */
function isOnlyMissing(
  { status = 0 }: Extract<JsonAnswer, { kind: 'failed' }>,
  { name }: UpstreamModel,
): boolean {
  return hasNone(status) || (name !== '' && [400, 401, 403].includes(status));
}

/** Nothing at this address, or a page. */
function isElsewhere(list: JsonAnswer): boolean {
  return list.kind === 'json' || list.failure.code === 'protocol' || hasNone(list.status ?? 0);
}

function hasNone(status: number): boolean {
  return status === 404 || status === 405 || status === 501;
}

function read<T>(answer: JsonAnswer | undefined, decode: (value: unknown) => T | undefined): T | undefined {
  return answer?.kind === 'json' ? decode(answer.value) : undefined;
}

/** A list of models as text, without what is made up anew at each asking. */
export function signatureOf(list: JsonAnswer): string {
  if (list.kind === 'failed') return `failed ${list.status}`;
  return JSON.stringify(list.value, (key, value) =>
    key === 'created' || key === 'permission' ? undefined : value,
  );
}
