/**
 * Which model a task uses, and what may be sent to it.
 *
 * Laws
 * - A key or header goes to the origin it was given for and to no other; a task whose own address has another
 *   origin inherits neither.
 * - A task that names a model of its own inherits no price.
 * - `OPENAI_API_KEY` goes to OpenAI's own host only, and there it is taken without being named.
 */

import { modelOrigin } from './origin.ts';
import type { ModelPrice, ModelSettings, Settings } from './settings.ts';

export type ModelTask = 'completion' | 'edit' | 'nextEdit';

export type ResolvedModel =
  | (ResolvedBase & { readonly kind: 'embedded' })
  | (ResolvedBase & { readonly kind: 'websocket' | 'http' })
  /** `message` is one sentence: what is wrong and what to do. */
  | { readonly kind: 'invalid'; readonly message: string };

export interface ResolvedBase {
  readonly url: string;
  readonly name: string;
  readonly apiKey?: string;
  readonly format: string;
  readonly effort: string;
  readonly tier: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly price: ModelPrice;
  /** One sentence, where something works but not as meant. Holds no key. */
  readonly warning?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function resolveModel(settings: Settings, task: ModelTask, environment: Environment): ResolvedModel {
  const model = modelOf(settings, settings[task].model);
  const { url, name, format, effort, tier, headers, price } = model;
  const base = { url, name, format, effort, tier, headers, price };
  if (url === 'local') return { kind: 'embedded', ...base, headers: {} };
  const origin = modelOrigin(url);
  if (origin === 'invalid') {
    return {
      kind: 'invalid',
      message: `The model address ${JSON.stringify(url)} cannot be used; set \`whittle.model.url\` to "local" or a ws, wss, http or https address.`,
    };
  }
  const kind = /^wss?:/i.test(url) ? 'websocket' : 'http';
  const key = keyFor(model, origin, environment);
  const unsendable = unsendableIn(key.value, headers);
  if (unsendable !== undefined) return { kind: 'invalid', message: unsendable };
  const warning =
    key.warning ??
    (key.value !== undefined && isPlain(origin)
      ? `The key is sent to ${origin} unencrypted; use a wss or https address.`
      : isLocal(origin)
        ? undefined
        : unpriced(settings, task, model));
  return {
    kind,
    ...base,
    ...(key.value === undefined ? {} : { apiKey: key.value }),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Headers that no client of HTTP sends (RFC 9110, 5.5 and 5.6.2), without what they hold. */
function unsendableIn(
  key: string | undefined,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  if (key !== undefined && !headerValue.test(key))
    return '`model.apiKey` holds a character that cannot be sent, such as a line break or a letter that is not Latin; check it.';
  for (const [name, value] of Object.entries(headers)) {
    if (headerName.test(name) && headerValue.test(value)) continue;
    return `\`model.headers\` holds a character in ${JSON.stringify(name)} that cannot be sent, such as a line break or a letter that is not Latin; check it.`;
  }
  return undefined;
}

const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A limit that cannot be kept is worth a word. */
function unpriced({ limits }: Settings, task: ModelTask, { name, price }: ModelSettings): string | undefined {
  if (limits.spendPerDay === 'none' || limits.spendPerDay === 0) return undefined;
  if (price.input !== undefined || price.output !== undefined) return undefined;
  return `\`limits.spendPerDay\` cannot be kept for ${name || 'the model'}, whose price is not known: set \`model.price.input\` and \`.output\`, or those of \`${task}.model\`.`;
}

function modelOf({ model }: Settings, own: Partial<ModelSettings>): ModelSettings {
  const sameOrigin = own.url === undefined || modelOrigin(own.url) === modelOrigin(model.url);
  const inherited = sameOrigin ? model : { ...model, apiKey: '', headers: {} };
  // The price of one model says nothing about another's, and nor does how it is asked.
  const sameModel = own.url === undefined && own.name === undefined && own.tier === undefined;
  const format = own.url === undefined && own.name === undefined ? model.format : 'auto';
  return { ...inherited, format, ...own, price: { ...(sameModel ? model.price : {}), ...own.price } };
}

interface Key {
  readonly value?: string;
  readonly warning?: string;
}

function keyFor({ apiKey }: ModelSettings, origin: string, environment: Environment): Key {
  const named = /^\$\{?(\w+)\}?$/.exec(apiKey.trim())?.[1];
  if (named === undefined)
    return keyIn(apiKey) === '' ? openAiKey(origin, environment) : { value: keyIn(apiKey) };
  if (named === 'OPENAI_API_KEY' && !isOpenAi(origin)) {
    return {
      warning: `OPENAI_API_KEY is sent to OpenAI's own host only, not to ${origin}; set \`whittle.model.apiKey\` for this address.`,
    };
  }
  const value = keyIn(environment[named]);
  if (value) return { value };
  // The default names a variable that many do not set; only a name chosen by the user deserves a word.
  if (named === 'WHITTLE_API_KEY') return openAiKey(origin, environment);
  return {
    warning: `The environment variable ${named}, named by \`whittle.model.apiKey\`, is not set; set it where the editor is started, or name another.`,
  };
}

function openAiKey(origin: string, environment: Environment): Key {
  const value = isOpenAi(origin) ? keyIn(environment.OPENAI_API_KEY) : '';
  return value === '' ? {} : { value };
}

/** Without what is copied along: quotes that a shell or an `.env` file left in it, and the word that goes before it. */
function keyIn(text = ''): string {
  const key = text.trim();
  const bare = /^(["'`])(.*)\1$/.exec(key)?.[2] ?? key;
  return bare.replace(/^Bearer(?:\s+|$)/i, '').trim();
}

function isOpenAi(origin: string): boolean {
  return origin === 'https://api.openai.com' || /^https:\/\/[a-z]{2}\.api\.openai\.com$/.test(origin);
}

function isPlain(origin: string): boolean {
  return origin.startsWith('http://') && !isLocal(origin);
}

/** On this machine. */
function isLocal(origin: string): boolean {
  return /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(origin);
}
