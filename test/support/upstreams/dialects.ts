/**
 * The APIs of model servers in the shapes they really have, over one model that everybody can predict: it completes a
 * line with the same line in capitals, answers an edit with its instruction, and says no to the instruction `cannot`.
 */

import { nextInWords } from '../worded-model.ts';
import type { ApiAnswer, ApiRequest, Dialect } from './api-server.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What the model says to a prompt in words. */
export function worded(prompt: string): { readonly text: string } | { readonly refusal: string } {
  const line = [...prompt.matchAll(/^(.*)<\|cursor\|>/gm)].at(-1)?.[1];
  if (line !== undefined) return { text: line.toUpperCase() };
  const next = nextInWords(prompt);
  if (next !== undefined) return { text: next };
  const instruction = [...prompt.matchAll(/^Task "edit" in [^:]*: (.*)$/gm)].at(-1)?.[1];
  if (instruction === undefined) return { text: prompt.toUpperCase() };
  return instruction === 'cannot' ? { refusal: 'Not that.' } : { text: instruction };
}

/** vLLM, OpenRouter, Groq, Cerebras, …: chat completions and nothing else. */
export function chatServer(
  list: Json = { object: 'list', data: [{ id: 'chat-1', object: 'model' }] },
): Dialect {
  return (request) => {
    if (request.path === '/v1/models') return whole(list);
    return request.path === '/v1/chat/completions' ? chatAnswer(request) : undefined;
  };
}

/** LM Studio: a model of code, asked by raw completions and by chat. */
export const lmStudio: Dialect = (request) => {
  const model = { id: 'qwen2.5-coder-7b', type: 'llm', state: 'loaded', loaded_context_length: 8192 };
  switch (request.path) {
    case '/v1/models':
      return whole({ object: 'list', data: [{ id: model.id, object: 'model' }] });
    case '/api/v0/models':
      return whole({ object: 'list', data: [model] });
    case '/v1/completions':
      return rawAnswer(request);
    case '/v1/chat/completions':
      return chatAnswer(request);
    default:
      return undefined;
  }
};

export const llamaServer: Dialect = (request) => {
  switch (request.path) {
    case '/props':
      return whole({ default_generation_settings: { n_ctx: 8192 }, total_slots: 1, model_path: 'a.gguf' });
    case '/v1/models':
      return whole({ object: 'list', data: [{ id: 'a.gguf', meta: { n_ctx_train: 32768 } }] });
    case '/infill':
      return infillAnswer(request);
    case '/v1/chat/completions':
      return chatAnswer(request);
    default:
      return undefined;
  }
};

export const ollama: Dialect = (request) => {
  switch (request.path) {
    case '/api/tags':
      return whole({
        models: [{ name: 'qwen2.5-coder:1.5b', model: 'qwen2.5-coder:1.5b', size: 986061892 }],
      });
    case '/api/ps':
      return whole({ models: [] });
    case '/api/show':
      return whole({
        template:
          '{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ end }}',
        capabilities: ['completion', 'insert'],
        model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 32768 },
      });
    case '/v1/models':
      return whole({ object: 'list', data: [{ id: 'qwen2.5-coder:1.5b', owned_by: 'library' }] });
    case '/api/generate':
      return generateAnswer(request);
    case '/api/chat':
      return ollamaChatAnswer(request);
    default:
      return undefined;
  }
};

/** A provider of the Responses protocol over HTTP. */
export const responsesServer: Dialect = (request) => {
  if (request.path === '/v1/models')
    return whole({ object: 'list', data: [{ id: 'gpt-6', object: 'model' }] });
  return request.path === '/v1/responses' ? responsesAnswer(request) : undefined;
};

export function chatAnswer({ body }: ApiRequest): ApiAnswer {
  const said = worded(lastMessage(body));
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: body.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const usage = { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } };
  return events([
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'Let me think.' }),
    ...('refusal' in said
      ? [chunk({ refusal: said.refusal })]
      : halves(said.text).map((content) => chunk({ content }))),
    chunk({}, 'stop'),
    { ...chunk({}), choices: [], usage },
    '[DONE]',
  ]);
}

function rawAnswer({ body }: ApiRequest): ApiAnswer {
  const prompt = String(body.prompt);
  const line = lastLine(prompt.split('<|fim_suffix|>')[0]?.split('<|fim_prefix|>').at(-1) ?? '');
  const begun = prompt.split('<|fim_middle|>').at(-1) ?? '';
  const chunk = (text: string, finish: string | null = null): Json => ({
    id: 'cmpl-1',
    object: 'text_completion',
    choices: [{ index: 0, text, finish_reason: finish }],
  });
  return events([
    ...halves((line + begun).toUpperCase()).map((text) => chunk(text)),
    { ...chunk('', 'stop'), usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 } },
    '[DONE]',
  ]);
}

export function infillAnswer({ body }: ApiRequest): ApiAnswer {
  if (body.n_predict === 0) return whole({ content: '', stop: true });
  const line = lastLine(String(body.input_prefix) + String(body.prompt ?? ''));
  return events([
    ...halves(line.toUpperCase()).map((content) => ({ index: 0, content, tokens: [1], stop: false })),
    {
      index: 0,
      content: '',
      stop: true,
      stop_type: 'eos',
      truncated: false,
      tokens_evaluated: 10,
      tokens_predicted: 3,
      timings: { cache_n: 6, prompt_n: 4, prompt_ms: 1, predicted_n: 3, predicted_ms: 1 },
    },
  ]);
}

function generateAnswer({ body }: ApiRequest): ApiAnswer {
  const line = lastLine(String(body.prompt));
  const common = { model: body.model, created_at: '2026-01-01T00:00:00Z' };
  return lines([
    ...halves(line.toUpperCase()).map((response) => ({ ...common, response, done: false })),
    { ...common, response: '', done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 3 },
  ]);
}

function ollamaChatAnswer({ body }: ApiRequest): ApiAnswer {
  const said = worded(lastMessage(body));
  const common = { model: body.model, created_at: '2026-01-01T00:00:00Z' };
  const text = 'text' in said ? said.text : said.refusal;
  return lines([
    ...halves(text).map((content) => ({ ...common, message: { role: 'assistant', content }, done: false })),
    {
      ...common,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 10,
      eval_count: 3,
    },
  ]);
}

function responsesAnswer({ body }: ApiRequest): ApiAnswer {
  const input = body.input as readonly { readonly content: readonly { readonly text: string }[] }[];
  const said = worded(input.at(-1)?.content[0]?.text ?? '');
  const place = { item_id: 'msg_1', output_index: 1, content_index: 0 };
  const item = (text: string): Json => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  });
  const text = 'text' in said ? said.text : '';
  const all: readonly Json[] = [
    { type: 'response.created', response: { id: 'resp_1', status: 'in_progress', output: [] } },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'reasoning', id: 'rs_1', summary: [] },
    },
    { type: 'response.output_item.added', output_index: 1, item: { ...item(''), content: [] } },
    ...('refusal' in said
      ? [{ type: 'response.refusal.delta', ...place, delta: said.refusal }]
      : halves(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta }))),
    {
      type: 'response.completed',
      response: {
        id: 'resp_1',
        status: 'completed',
        output: [item(text)],
        usage: { input_tokens: 10, output_tokens: 3, input_tokens_details: { cached_tokens: 4 } },
      },
    },
  ];
  return {
    headers: { 'content-type': 'text/event-stream' },
    pieces: all.map((event, sequence_number) => {
      return `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`;
    }),
  };
}

export function whole(value: Json | readonly Json[], status = 200): ApiAnswer {
  return { status, pieces: [JSON.stringify(value)] };
}

export function events(values: readonly (Json | string)[]): ApiAnswer {
  return {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    pieces: values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`),
  };
}

export function lines(values: readonly Json[]): ApiAnswer {
  return {
    headers: { 'content-type': 'application/x-ndjson' },
    pieces: values.map((value) => `${JSON.stringify(value)}\n`),
  };
}

export function lastMessage(body: ApiRequest['body']): string {
  const messages = body.messages as readonly { readonly content: string }[];
  return messages.at(-1)?.content ?? '';
}

export function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

export function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '');
}
