/** Model servers that say one text whatever they are asked, each in the shapes of its API. */

import type { Dialect } from './api-server.ts';
import { events, type Json, lines, whole } from './dialects.ts';

/** What is said to a prompt, given as the words or code that was sent. */
export type Saying = (prompt: string) => string;

/** Chat completions, as of LM Studio or vLLM. */
export function sayingChat(model: string, say: Saying): Dialect {
  return ({ path, body }) => {
    if (path === '/v1/models') return whole({ object: 'list', data: [{ id: model, object: 'model' }] });
    if (path !== '/v1/chat/completions') return undefined;
    const chunk = (delta: Json, finish: string | null): Json => ({
      object: 'chat.completion.chunk',
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    return events([
      chunk({ role: 'assistant', content: '' }, null),
      ...pieces(say(wordsOf(body))).map((content) => chunk({ content }, null)),
      chunk({}, 'stop'),
      '[DONE]',
    ]);
  };
}

/** Ollama with these models, of which the template of each has a place for the suffix. */
export function sayingOllama(
  models: () => readonly string[],
  say: { readonly code: Saying; readonly words: Saying },
): Dialect {
  return ({ path, body }) => {
    const model = String(body.model ?? '');
    const missing = { error: `model '${model}' not found` };
    const base = { model, created_at: '2026-01-01T00:00:00.000000Z' };
    const end = {
      done: true,
      done_reason: 'stop',
      total_duration: 5043500667,
      load_duration: 5025959,
      prompt_eval_count: 26,
      prompt_eval_duration: 325953000,
      eval_count: 8,
      eval_duration: 4709213000,
    };
    switch (path) {
      case '/api/tags':
        return whole({
          models: models().map((name) => ({
            name,
            model: name,
            modified_at: '2026-01-01T00:00:00Z',
            size: 986061892,
            digest: 'd7372fd82851',
            details: {
              format: 'gguf',
              family: 'qwen2',
              parameter_size: '1.5B',
              quantization_level: 'Q4_K_M',
            },
          })),
        });
      case '/api/ps':
        return whole({ models: [] });
      case '/api/version':
        return whole({ version: '0.12.6' });
      case '/v1/models':
        return whole({
          object: 'list',
          data: models().map((id) => ({ id, object: 'model', created: 1, owned_by: 'library' })),
        });
      case '/api/show':
        if (!models().includes(model)) return whole(missing, 404);
        return whole({
          template:
            '{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}{{ .Prompt }}{{ end }}',
          capabilities: ['completion', 'insert'],
          model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 32768 },
        });
      case '/api/generate':
        if (!models().includes(model)) return whole(missing, 404);
        return lines([
          ...pieces(say.code(String(body.prompt))).map((response) => ({ ...base, response, done: false })),
          { ...base, response: '', ...end },
        ]);
      case '/api/chat':
        if (!models().includes(model)) return whole(missing, 404);
        return lines([
          ...pieces(say.words(wordsOf(body))).map((content) => ({
            ...base,
            message: { role: 'assistant', content },
            done: false,
          })),
          { ...base, message: { role: 'assistant', content: '' }, ...end },
        ]);
      default:
        return undefined;
    }
  };
}

function wordsOf(body: Readonly<Record<string, unknown>>): string {
  const messages = body.messages as readonly { readonly content: string }[];
  return messages.map(({ content }) => content).join('\n');
}

/** As a tokenizer would cut it, more or less. */
function pieces(text: string): readonly string[] {
  return text.split(/(?<=\W)/);
}
