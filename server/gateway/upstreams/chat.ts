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
import { type AskedServer, refusedFailure } from './failure.ts';
import { type ChatMessage, chatMessages } from './messages.ts';
import { readErrorValue } from './refusal.ts';
import { createThinkingFilter } from './thinking.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from './upstream.ts';
import { createWordedUpstream } from './worded.ts';

/** What a server may not take. */
const adaptable = [
  'temperature',
  'stream_options',
  'max_tokens',
  'reasoning_effort',
  'service_tier',
  'system',
] as const;
type Adaptable = (typeof adaptable)[number];

export function createChatUpstream(options: UpstreamOptions): Upstream {
  const { model, server, http } = options;
  const without = new Set<Adaptable>();
  const url = `${server.base}/chat/completions`;

  const body = (messages: readonly Message[], maxTokens: number | undefined): object => ({
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
    ...(without.has('temperature') ? {} : { temperature: 0 }),
    ...(model.effort && !without.has('reasoning_effort') ? { reasoning_effort: model.effort } : {}),
    ...(model.tier && !without.has('service_tier') ? { service_tier: model.tier } : {}),
  });

  async function* talk(
    messages: readonly Message[],
    maxTokens: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<BackendEvent, void, void> {
    for (;;) {
      const request = {
        method: 'POST',
        url,
        headers: requestHeaders(model),
        body: body(messages, maxTokens),
        model: server.model,
      } as const;
      let again = false;
      for await (const event of readChat(http.stream(request, signal), request)) {
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

  return createWordedUpstream({ format: 'chat', server, talk });
}

/** Which of the parameters a server rejects, by its words. */
function rejectedParameter(message: string): Adaptable | undefined {
  if (/system (?:role|message|prompt)/i.test(message)) return 'system';
  return adaptable.find((name) => name !== 'system' && message.includes(name));
}

/**
 * The events of a stream of chunks, or of one whole answer; of chat, and of completions, which differ in where the
 * text stands. Fields are read by hand: this is on the way of every token.
 */
export async function* readChat(
  items: AsyncIterable<
    { readonly kind: 'value'; readonly value: unknown } | Extract<BackendEvent, { kind: 'failed' }>
  >,
  asked: AskedServer,
): AsyncGenerator<BackendEvent, void, void> {
  const thinking = createThinkingFilter();
  let finish: string | undefined;
  let usage: Usage | undefined;
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    const data = objectIn(item.value) ?? {};
    if (data.error !== undefined && data.error !== null) {
      const { words, code } = readErrorValue(item.value);
      yield {
        kind: 'failed',
        failure: refusedFailure({ status: statusIn(code), words, code, retryAfterMs: undefined }, asked),
      };
      return;
    }
    usage = readUsage(data) ?? usage;
    const choice = firstChoice(data.choices);
    if (!choice) continue;
    const said = objectIn(choice.delta) ?? objectIn(choice.message);
    const content = textIn(choice.text) ?? textIn(said?.content);
    if (content) {
      const text = thinking.push(content);
      if (text !== '') yield { kind: 'text', candidate: 0, text };
    }
    const refusal = textIn(said?.refusal);
    if (refusal) yield { kind: 'refusal', text: refusal };
    finish = textIn(choice.finish_reason) ?? finish;
  }
  const rest = thinking.end();
  if (rest !== '') yield { kind: 'text', candidate: 0, text: rest };
  yield ending(finish, usage);
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

/** OpenRouter and others put the HTTP status into `code`. */
function statusIn(code: string | undefined): number {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : 0;
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
