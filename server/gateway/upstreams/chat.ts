/**
 * Chat completions with server-sent events, as OpenAI made them and vLLM, LM Studio, llama.cpp, OpenRouter, Groq,
 * Cerebras, Mistral and DeepSeek speak them: `POST …/chat/completions`.
 *
 * Servers differ in the parameters they take. A parameter that one rejects is left out from then on, and the request
 * is made again: nothing was generated for it yet.
 */

import type { Usage } from '../../core/model.ts';
import { arrayIn, numberIn, objectIn, textIn } from '../../session/protocol/field.ts';
import type { BackendEvent, Message } from '../backend.ts';
import { callAt } from './address.ts';
import { readPieces } from './answer-stream.ts';
import type { AskedServer } from './failure.ts';
import type { StreamItem } from './http.ts';
import { type ChatMessage, chatMessages } from './messages.ts';
import { createThinking, quotesThinking, type Thinking } from './thinking.ts';

import { requestHeaders, type Upstream, type UpstreamOptions } from './upstream.ts';
import { createWordedUpstream, type TalkOptions } from './worded.ts';

/** What a server may not take. */
const adaptable = [
  'temperature',
  'stream_options',
  'max_tokens',
  'reasoning_effort',
  'service_tier',
  'chat_template_kwargs',
  'system',
] as const;
type Adaptable = (typeof adaptable)[number];

export function createChatUpstream(options: UpstreamOptions): Upstream {
  const { model, server, http, clock } = options;
  const without = new Set<Adaptable>();
  const thinking = createThinking(server.model);
  // Servers of one's own that fill a model's template: one that may think or not is asked not to, unless wanted.
  const fillsTemplate = server.kind === 'vllm' || server.kind === 'llama-server';
  const url = callAt(server.base, '/chat/completions');

  const body = (
    messages: readonly Message[],
    { maxTokens, sampling }: Omit<TalkOptions, 'signal'>,
  ): object => ({
    model: server.model,
    messages: chatMessages(
      messages,
      without.has('system') ? 'in-user' : 'own',
    ) satisfies readonly ChatMessage[],
    stream: true,
    ...(without.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    ...(maxTokens === undefined
      ? {}
      : { [without.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens']: maxTokens }),
    // The likeliest continuation is what is wanted of code; reasoning models take no temperature.
    ...(without.has('temperature') ? {} : { temperature: sampling.temperature }),
    ...(model.effort && !without.has('reasoning_effort') ? { reasoning_effort: model.effort } : {}),
    ...(fillsTemplate && !model.effort && !without.has('chat_template_kwargs')
      ? { chat_template_kwargs: { enable_thinking: false } }
      : {}),
    ...(model.tier && !without.has('service_tier') ? { service_tier: model.tier } : {}),
  });

  async function* talk(
    messages: readonly Message[],
    { signal, ...wanted }: TalkOptions,
  ): AsyncGenerator<BackendEvent, void, void> {
    for (;;) {
      const request = {
        method: 'POST',
        url,
        headers: requestHeaders(model),
        body: body(messages, wanted),
        model: server.model,
      } as const;
      let again = false;
      const quoted = quotesThinking(messages.map(({ text }) => text));
      for await (const event of readChat(http.stream(request, signal), request, { thinking, quoted })) {
        const culprit = event.kind === 'failed' ? rejectedParameter(event.failure.message) : undefined;
        again = event.kind === 'failed' && event.failure.code === 'rejected' && adapt(culprit);
        if (!again) yield event;
      }
      if (!again) return;
    }
  }

  const adapt = (culprit: Adaptable | undefined): boolean => {
    if (culprit === undefined || without.has(culprit)) return false;
    without.add(culprit);
    return true;
  };

  return createWordedUpstream({ format: 'chat', server, clock, talk });
}

/** Which of the parameters a server rejects, by its words. */
function rejectedParameter(message: string): Adaptable | undefined {
  if (/system (?:role|message|prompt)/i.test(message)) return 'system';
  if (/chat_template/.test(message)) return 'chat_template_kwargs';
  return adaptable.find((name) => name !== 'system' && message.includes(name));
}

export interface ChatReading {
  readonly thinking: Thinking;
  /** Whether the prompt holds marks of thinking. */
  readonly quoted: boolean;
}

/**
 * The events of a stream of chunks, or of one whole answer; of chat, and of completions, which differ in where the
 * text stands. Fields are read by hand: this is on the way of every token.
 */
export async function* readChat(
  items: AsyncIterable<StreamItem>,
  asked: AskedServer,
  { thinking, quoted }: ChatReading = { thinking: createThinking(asked.model), quoted: false },
): AsyncGenerator<BackendEvent, void, void> {
  let finish: string | undefined;
  let usage: Usage | undefined;
  yield* readPieces(
    items,
    { asked, thinking, quoted },
    {
      piece(value) {
        const data = objectIn(value) ?? {};
        if (data.error !== undefined && data.error !== null) return { hasError: true };
        const used = readUsage(data);
        usage = used ?? usage;
        const choice = firstChoice(data.choices);
        if (!choice) return used || Array.isArray(data.choices) ? {} : undefined;
        finish = textIn(choice.finish_reason) ?? finish;
        const message = objectIn(choice.delta) ?? objectIn(choice.message);
        const content = textIn(choice.text) ?? textIn(message?.content) ?? partsText(message?.content);
        const thinks = !content && message !== undefined && hasThoughts(message);
        return { content, hasThoughts: thinks, refusal: textIn(message?.refusal) };
      },
      usage: () => usage,
      isCut: () => finish === 'length',
      end: () => ending(finish, usage),
    },
  );
}

/** Names that vLLM, DeepSeek and llama.cpp, then Ollama, OpenRouter and Groq give to thoughts. */
function hasThoughts({ reasoning_content, reasoning, content }: Readonly<Record<string, unknown>>): boolean {
  return Boolean(reasoning_content) || Boolean(reasoning) || Array.isArray(content);
}

/** Mistral's reasoning models write an answer in parts, of which some are thoughts. */
function partsText(content: unknown): string | undefined {
  return arrayIn(content)
    ?.map((part) => (objectIn(part)?.type === 'text' ? (textIn(objectIn(part)?.text) ?? '') : ''))
    .join('');
}

function firstChoice(choices: unknown): Readonly<Record<string, unknown>> | undefined {
  for (const each of arrayIn(choices) ?? []) {
    const choice = objectIn(each);
    if (choice && (numberIn(choice.index) ?? 0) === 0) return choice;
  }
  return undefined;
}

function ending(finish: string | undefined, usage: Usage | undefined): BackendEvent {
  const used = usage ? { usage } : {};
  switch (finish) {
    case 'length':
      return { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens', ...used };
    case 'content_filter':
      return { kind: 'end', outcome: 'incomplete', reason: 'content_filter', ...used };
    default:
      return { kind: 'end', outcome: 'completed', ...used };
  }
}

function readUsage(data: Readonly<Record<string, unknown>>): Usage | undefined {
  const usage = objectIn(data.usage);
  if (!usage) return undefined;
  const cached =
    numberIn(objectIn(usage.prompt_tokens_details)?.cached_tokens) ??
    // DeepSeek's name for it, and llama.cpp's own figures.
    numberIn(usage.prompt_cache_hit_tokens) ??
    numberIn(objectIn(data.timings)?.cache_n);
  return {
    inputTokens: numberIn(usage.prompt_tokens) ?? 0,
    cachedTokens: cached ?? 0,
    outputTokens: numberIn(usage.completion_tokens) ?? 0,
    reasoningTokens: numberIn(objectIn(usage.completion_tokens_details)?.reasoning_tokens) ?? 0,
  };
}
