/** What servers say about their models, decoded. */

import * as z from 'zod';
import { loose } from '../../session/protocol/field.ts';

export interface ListedModel {
  readonly id: string;
  readonly contextTokens?: number;
  readonly loaded?: boolean;
  /** It makes vectors of texts, or sorts them, and writes nothing. */
  readonly isMute?: boolean;
}

/** As they are named; Ollama and most others do not tell them apart otherwise. */
const muteName = /embed|rerank|\bbge-|\ball-minilm\b|\bgte-|\be5-/i;

export function contextOf(model: ListedModel | undefined): number | undefined {
  return model?.contextTokens;
}

/** `/v1/models`, in the dialects of vLLM, llama.cpp, OpenRouter, Groq, Mistral and LM Studio's `/api/v0/models`. */
export function listedModels(value: unknown): readonly ListedModel[] | undefined {
  const read = list.safeParse(value);
  if (!read.success) return undefined;
  return read.data.data
    .flatMap((each) => listed.safeParse(each).data ?? [])
    .filter(({ type }) => type !== 'embeddings')
    .map((each) => ({
      id: each.id,
      ...tokens(
        each.loaded_context_length ??
          each.max_model_len ??
          each.meta?.n_ctx ??
          each.context_length ??
          each.context_window ??
          each.max_context_length,
      ),
      // LM Studio, and llama-server with several models.
      loaded: each.state === 'loaded' || each.status?.value === 'loaded',
      isMute: muteName.test(each.id),
    }));
}

/** Ollama's `/api/tags` and `/api/ps`. */
export function ollamaModels(value: unknown): readonly ListedModel[] | undefined {
  const read = ollama.safeParse(value);
  if (!read.success) return undefined;
  return read.data.models.map(({ name, context_length, details }) => ({
    id: name,
    ...tokens(context_length),
    isMute: muteName.test(name) || /bert/i.test(details?.family ?? ''),
  }));
}

/** Ollama's `/api/show`: whether the template has a place for a suffix, and the context the model was made for. */
export function readOllamaShow(
  value: unknown,
): { readonly infill: boolean; readonly trained: number | undefined } | undefined {
  const read = show.safeParse(value);
  if (!read.success) return undefined;
  const { template, capabilities, model_info } = read.data;
  const length = Object.entries(model_info ?? {}).find(([name]) => name.endsWith('.context_length'))?.[1];
  return {
    infill: capabilities?.includes('insert') === true || /\.Suffix\b/.test(template ?? ''),
    trained: typeof length === 'number' ? length : undefined,
  };
}

/** llama-server's `/props`. */
export function readProps(value: unknown): { readonly contextTokens: number | undefined } | undefined {
  const read = props.safeParse(value);
  if (!read.success) return undefined;
  return { contextTokens: read.data.default_generation_settings.n_ctx ?? undefined };
}

function tokens(value: number | null | undefined): { readonly contextTokens?: number } {
  return value ? { contextTokens: value } : {};
}

const size = loose(z.number().positive());
const list = z.object({ data: z.array(z.unknown()) });
const listed = z.object({
  id: z.string(),
  type: loose(z.string()),
  state: loose(z.string()),
  status: loose(z.object({ value: loose(z.string()) })),
  max_model_len: size,
  context_length: size,
  context_window: size,
  max_context_length: size,
  loaded_context_length: size,
  meta: loose(z.object({ n_ctx: size })),
});
const ollama = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      context_length: size,
      details: loose(z.object({ family: loose(z.string()) })),
    }),
  ),
});
const show = z.object({
  template: loose(z.string()),
  capabilities: loose(z.array(z.string())),
  model_info: loose(z.record(z.string(), z.unknown())),
});
const props = z.object({ default_generation_settings: z.object({ n_ctx: size }) });
