/** The Responses protocol over HTTP with server-sent events, `POST …/responses`, for servers without its WebSocket. */

import type { Usage } from '../../core/model.ts';
import { type EndedResponse, errorOf, readServerEvent, wholeFrame } from '../../session/protocol/events.ts';
import { serverFrame } from '../../session/protocol/frame.ts';
import { createTranscript } from '../../session/protocol/transcript.ts';
import type { BackendEvent, Message } from '../backend.ts';
import { callAt } from './address.ts';
import { type AskedServer, garbledFailure } from './failure.ts';
import type { StreamItem } from './http.ts';
import { refused } from './refused.ts';
import { onlyThought } from './thoughts.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from './upstream.ts';
import { createWordedUpstream, type Talk } from './worded.ts';

/** Providers refuse fewer. */
const leastOutputTokens = 16;

export function createResponsesUpstream({ model, server, http, clock }: UpstreamOptions): Upstream {
  const talk: Talk = (messages, { maxTokens, signal }) => {
    const request = {
      method: 'POST',
      url: callAt(server.base, '/responses'),
      headers: requestHeaders(model),
      model: server.model,
      body: {
        model: server.model,
        store: false,
        stream: true,
        input: messages.map(inputItem),
        ...(maxTokens === undefined ? {} : { max_output_tokens: Math.max(leastOutputTokens, maxTokens) }),
        ...(model.effort ? { reasoning: { effort: model.effort } } : {}),
        ...(model.tier ? { service_tier: model.tier } : {}),
      },
    } as const;
    return readResponses(http.stream(request, signal), request);
  };

  return createWordedUpstream({ format: 'responses', server, clock, talk });
}

export function inputItem({ role, text }: Message): Readonly<Record<string, unknown>> {
  const type = role === 'assistant' ? 'output_text' : 'input_text';
  return { type: 'message', role, content: [{ type, text }] };
}

async function* readResponses(
  items: AsyncIterable<StreamItem>,
  asked: AskedServer,
): AsyncGenerator<BackendEvent, void, void> {
  const transcript = createTranscript();
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    const frame = wholeFrame(item.value) ?? serverFrame(item.value);
    const event = frame ? readServerEvent(frame) : 'ignored';
    if (event === 'ignored') continue;
    const said = event === 'wrong' ? 'contradiction' : transcript.read(event.body);
    if (event === 'wrong' || said === 'contradiction') {
      yield { kind: 'failed', failure: garbledFailure(asked) };
      return;
    }
    for (const { kind, text } of said)
      yield kind === 'text' ? { kind: 'text', candidate: 0, text } : { kind: 'refusal', text };
    const { body } = event;
    if (body.kind === 'ended' && body.outcome !== 'failed') {
      const { reason, usage } = body.response;
      const isCut = reason === 'max_output_tokens' && (usage?.reasoningTokens ?? 0) > 0;
      yield isCut && !transcript.begun() ? onlyThought(asked, usage) : ending(body.outcome, body.response);
      return;
    }
    const error = errorOf(body);
    if (error !== undefined || body.kind === 'ended') {
      const { status = 0, code, type, message = '', retryAfterMs } = error ?? {};
      const counts = { limit: undefined, sent: undefined };
      yield refused({ status, words: message, code, type, retryAfterMs, ...counts }, asked);
      return;
    }
  }
  yield { kind: 'failed', failure: garbledFailure(asked) };
}

function ending(outcome: 'completed' | 'incomplete', { reason, usage }: EndedResponse): BackendEvent {
  const used: { readonly usage?: Usage } = usage ? { usage } : {};
  return { kind: 'end', outcome, ...(reason === undefined ? {} : { reason }), ...used };
}
