/**
 * Upstream: a model server behind the gateway, asked in its own way.
 *
 * Laws
 * - An answer is its texts and then one `end` or `failed`; nothing follows it. Expected failures are events.
 * - Abort closes the request to the server at once; whoever reads on gets nothing more.
 * - The words that asks about one document share come first, so that the server can keep what it has read of them.
 */

import type { Ask } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { BackendEvent, Conversation } from '../backend.ts';
import type { Prewarm } from './ahead.ts';
import type { HttpClient } from './http.ts';

/** A model as the settings name it. */
export interface UpstreamModel {
  /** `http(s)://…` or `ws(s)://…`, as the user gave it. */
  readonly url: string;
  readonly name: string;
  /** Never logged. */
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of `model.format`. */
  readonly format: string;
  readonly effort?: string;
  readonly tier?: string;
  /** Whether documents are read to the server before anything is asked, and for asks of how many tokens. */
  readonly ahead?: { readonly when: Prewarm; readonly contextTokens: number };
}

export interface Upstream {
  /** The format in use, of the values of `model.format`. */
  readonly format: string;
  readonly tasks: readonly Ask['task'][];
  /** Tokens that prompt and answer may have together; nothing where the server does not say. */
  readonly contextTokens: number | undefined;
  answer(ask: Ask, signal: AbortSignal): AsyncIterable<BackendEvent>;
  /** Goes on with a conversation; absent where the model only takes code. */
  converse?(conversation: Conversation, signal: AbortSignal): AsyncIterable<BackendEvent>;
  /** Lets the server read what the next asks like this one begin with. What could not be warmed stays cold. */
  warm?(ask: Ask, signal: AbortSignal): Promise<void>;
}

/** What an upstream is made with. */
export interface UpstreamOptions {
  readonly model: UpstreamModel;
  /** What asking the server has shown. */
  readonly server: ServerFacts;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
}

export type CreateUpstream = (options: UpstreamOptions) => Upstream;

export type ServerKind =
  | 'ollama'
  | 'llama-server'
  | 'lm-studio'
  | 'vllm'
  | 'mistral'
  | 'deepseek'
  | 'inception'
  /** Anything else that speaks chat completions. */
  | 'openai';

export interface ServerFacts {
  readonly kind: ServerKind;
  /** Address without the path of any API and without a slash at its end: `http://127.0.0.1:11434`. */
  readonly root: string;
  /** Address that `/chat/completions` and `/completions` follow: usually `root` and `/v1`. */
  readonly base: string;
  /** The model in use: the one named, or the only or first one where none is. */
  readonly model: string;
  readonly models: readonly string[];
  readonly contextTokens: number | undefined;
  /** Whether the server can fill in the middle by itself (`/infill`, a template with a place for the suffix). */
  readonly infill: boolean;
}

/** The headers every request to the model's own server carries: the key and what the user added. */
export function requestHeaders({ apiKey, headers }: UpstreamModel): Readonly<Record<string, string>> {
  return { ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }), ...headers };
}
