/**
 * Model servers that fill in the middle, in the shapes their APIs really have, over the model of `dialects.ts`: it
 * writes the cursor's line once more, in capitals.
 */

import { type FimFormat, fimFormats } from '../../../server/core/prompt/fim/format.ts';
import type { ApiAnswer, ApiRequest, Dialect } from './api-server.ts';
import { chatAnswer, events, halves, infillAnswer, type Json, lastLine, ollama, whole } from './dialects.ts';
import { mercuryEdit } from './next-edit-dialects.ts';

/** vLLM with a model of this family: raw prompts, `usage` only where it is asked for, in a chunk of its own. */
export function vllm(format: FimFormat, model: string): Dialect {
  return (request) => {
    switch (request.path) {
      case '/v1/models':
        return whole({
          object: 'list',
          data: [{ id: model, object: 'model', created: 1, owned_by: 'vllm', max_model_len: 8192 }],
        });
      case '/v1/completions':
        return completionAnswer(request, lineIn(String(request.body.prompt), format));
      case '/v1/chat/completions':
        return chatAnswer(request);
      default:
        return undefined;
    }
  };
}

/** llama-server that says how it writes a prompt, as the real one does, and is then asked with the same tokens. */
export const tellingLlama: Dialect = (request) => {
  const { path, body } = request;
  const { prefix, suffix, middle } = fimFormats.qwen;
  switch (path) {
    case '/props':
      return whole({ default_generation_settings: { n_ctx: 8192 }, total_slots: 2, model_path: 'qwen.gguf' });
    case '/v1/models':
      return whole({
        object: 'list',
        data: [{ id: 'qwen.gguf', owned_by: 'llamacpp', meta: { n_vocab: 9 } }],
      });
    case '/infill': {
      const prompt = `<|repo_name|>myproject\n<|file_sep|>filename\n${prefix}${body.input_prefix}${suffix}${body.input_suffix}${middle}`;
      return whole({ index: 0, content: '', prompt, stop: true, stop_type: 'limit' });
    }
    case '/completion':
      return infillAnswer({
        ...request,
        body: { ...body, input_prefix: lineIn(String(body.prompt), fimFormats.qwen), prompt: '' },
      });
    case '/v1/chat/completions':
      return chatAnswer(request);
    default:
      return undefined;
  }
};

/** Ollama with a model whose template has no place for a suffix: asked raw, in the tokens its name tells. */
export const rawOllama: Dialect = (request) => {
  const { path, body } = request;
  const name = 'starcoder2:3b';
  switch (path) {
    case '/api/tags':
      return whole({ models: [{ name, model: name, size: 1709956304 }] });
    case '/api/show':
      return whole({
        template: '{{ .Prompt }}',
        capabilities: ['completion'],
        model_info: { 'general.architecture': 'starcoder2', 'starcoder2.context_length': 16384 },
      });
    case '/v1/models':
      return whole({ object: 'list', data: [{ id: name, owned_by: 'library' }] });
    case '/api/generate':
      if (body.raw !== true)
        return whole({ error: `registry.ollama.ai/library/${name} does not support insert` }, 400);
      return ollama({
        ...request,
        body: { ...body, prompt: lineIn(String(body.prompt), fimFormats.starcoder2) },
      });
    default:
      return undefined;
  }
};

/** https://docs.mistral.ai/api: the shape of chat, `usage` beside the last words. */
export const mistral: Dialect = (request) => {
  switch (request.path) {
    case '/v1/models':
      return whole({
        object: 'list',
        data: [{ id: 'codestral-latest', object: 'model', max_context_length: 256000, capabilities: {} }],
      });
    case '/v1/fim/completions':
      return fimChatAnswer(request, { id: 'cmpl-e5cc70bb28c444948073e77776eb30ef' });
    case '/v1/chat/completions':
      return chatAnswer(request);
    default:
      return undefined;
  }
};

/** https://api-docs.deepseek.com: completions below `/beta`, and comments while the server is busy. */
export const deepseek: Dialect = (request) => {
  switch (request.path) {
    case '/models':
    case '/v1/models':
      return whole({
        object: 'list',
        data: [{ id: 'deepseek-chat', object: 'model', owned_by: 'deepseek' }],
      });
    case '/beta/completions': {
      const answer = completionAnswer(request, lastLine(String(request.body.prompt)));
      return { ...answer, pieces: answer.pieces.flatMap((piece) => [': keep-alive\n\n', piece]) };
    }
    case '/v1/chat/completions':
      return chatAnswer(request);
    default:
      return undefined;
  }
};

/** https://docs.inceptionlabs.ai: its model of edits completes and says next edits, and does not chat. */
export const mercury: Dialect = (request) => {
  switch (request.path) {
    case '/v1/models':
      return whole({ object: 'list', data: [{ id: 'mercury-edit-2', object: 'model' }] });
    case '/v1/fim/completions':
      return completionAnswer(request, lastLine(String(request.body.prompt)));
    case '/v1/edit/completions':
      return mercuryEdit(request);
    case '/v1/chat/completions':
      return whole(
        { error: { message: 'mercury-edit-2 is not a chat model', type: 'invalid_request_error' } },
        400,
      );
    default:
      return undefined;
  }
};

/** OpenRouter: comments while it looks for a provider, and no list of what a key may use is needed. */
export const openRouter: Dialect = (request) => {
  switch (request.path) {
    case '/v1/models':
      return whole({ data: [{ id: 'openai/gpt-oss-20b', name: 'gpt-oss', context_length: 131072 }] });
    case '/v1/chat/completions': {
      const answer = chatAnswer(request);
      return {
        ...answer,
        pieces: [': OPENROUTER PROCESSING\n\n', ': OPENROUTER PROCESSING\n\n', ...answer.pieces],
      };
    }
    default:
      return undefined;
  }
};

/** A server that ends its stream without the last word that others say. */
export function withoutDone(dialect: Dialect): Dialect {
  return (request) => {
    const answer = dialect(request);
    return answer && { ...answer, pieces: answer.pieces.filter((piece) => piece !== 'data: [DONE]\n\n') };
  };
}

function fimChatAnswer({ body }: ApiRequest, more: Json): ApiAnswer {
  const chunk = (delta: Json, finish: string | null = null): Json => ({
    ...more,
    object: 'chat.completion.chunk',
    created: 1,
    model: body.model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const usage = { prompt_tokens: 10, total_tokens: 13, completion_tokens: 3 };
  const said = lastLine(String(body.prompt)).toUpperCase();
  return events([
    chunk({ role: 'assistant', content: '' }),
    ...halves(said).map((content) => chunk({ content })),
    { ...chunk({ content: '' }, 'stop'), usage },
    '[DONE]',
  ]);
}

function completionAnswer({ body }: ApiRequest, line: string): ApiAnswer {
  const chunk = (text: string, finish: string | null = null): Json => ({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish, stop_reason: null }],
    usage: null,
  });
  const usage = { prompt_tokens: 10, total_tokens: 13, completion_tokens: 3 };
  const wantsUsage = (body.stream_options as Json | undefined)?.include_usage === true;
  return events([
    ...halves(line.toUpperCase()).map((text) => chunk(text)),
    chunk('', 'stop'),
    ...(wantsUsage ? [{ ...chunk(''), choices: [], usage }] : []),
    '[DONE]',
  ]);
}

/** What stands in the cursor's line before it, of a raw prompt in a family's tokens. */
function lineIn(prompt: string, { order, prefix, suffix, middle }: FimFormat): string {
  const behindPrefix = prompt.slice(prompt.lastIndexOf(prefix) + prefix.length);
  if (order === 'suffix-first') return lastLine(behindPrefix.slice(0, behindPrefix.length - middle.length));
  const at = behindPrefix.indexOf(suffix);
  const begun = behindPrefix.slice(behindPrefix.lastIndexOf(middle) + middle.length);
  return lastLine(behindPrefix.slice(0, at) + begun);
}
