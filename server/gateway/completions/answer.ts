/**
 * `POST /v1/completions`: OpenAI's oldest address, for editors that bring their own prompt and no session (Zed). Every
 * field of the answer is there: its decoder knows no defaults. A client that hangs up aborts its request.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Usage } from '../../core/model.ts';
import { roughTokens } from '../../core/tokens.ts';
import { errorObject, failureError, type RequestError, shuttingDown } from '../errors.ts';
import { type PostOptions, refuse } from '../post.ts';
import { readBody } from '../request-body.ts';
import { type JsonReply, sendJson } from '../send-json.ts';
import { type Completion, complete } from './complete.ts';
import { type CompletionRequest, readCompletion } from './request.ts';

export function answerCompletions(
  request: IncomingMessage,
  response: ServerResponse,
  options: PostOptions,
): void {
  readBody(request, options.mostBytes, (body) => {
    const read = body.kind === 'error' ? body : readCompletion(body.value);
    if (read.kind === 'error') {
      refuse(response, read.error);
      return;
    }
    const over = options.work.begin();
    if (!over) {
      refuse(response, shuttingDown);
      return;
    }
    const hangup = new AbortController();
    response.on('close', () => hangup.abort());
    void answer(read.request, options, hangup.signal)
      .then((answered) => {
        if (!response.destroyed) sendJson(response, answered);
      })
      .finally(over);
  });
}

async function answer(
  request: CompletionRequest,
  options: PostOptions,
  signal: AbortSignal,
): Promise<JsonReply> {
  try {
    const completion = await complete(request, options.backend, signal);
    return completion.kind === 'failed'
      ? failed(failureError(completion.failure))
      : { status: 200, value: completed(request, completion, options) };
  } catch (error) {
    const what = error instanceof Error ? error.stack : error;
    options.log('error', `gateway: a request failed: ${what}`);
    return failed(failureError({ code: 'model', message: 'The model failed while answering.' }));
  }
}

function failed(error: RequestError): JsonReply {
  return { status: error.status, value: { error: errorObject(error) } };
}

function completed(
  { model, prompt }: CompletionRequest,
  { text, finish, usage }: Extract<Completion, { kind: 'text' }>,
  { newId, epochSeconds }: PostOptions,
): object {
  return {
    id: `cmpl_${newId()}`,
    object: 'text_completion',
    created: epochSeconds(),
    model,
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
    usage: usageOf(usage ?? estimated(prompt, text)),
  };
}

/** Nobody counted: the embedded engine has no tokens of its own. */
function estimated(prompt: string, text: string): Pick<Usage, 'inputTokens' | 'outputTokens'> {
  return { inputTokens: roughTokens(prompt), outputTokens: roughTokens(text) };
}

function usageOf({ inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
