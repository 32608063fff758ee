/**
 * Errors as each provider really words them: what a session hears of each, and that a prompt that is too long for a
 * model is cut and sent once more.
 */

import { describe, expect, test } from 'vitest';
import type { CompleteAsk } from '../../../server/core/ask.ts';
import { readRefusal } from '../../../server/gateway/upstreams/refusal.ts';
import { readTooLong } from '../../../server/gateway/upstreams/too-long.ts';
import { completeAsk, drawn, editAsk } from '../../support/asks.ts';
import type { ApiAnswer, ApiRequest, Dialect } from '../../support/upstreams/api-server.ts';
import { failureOf, openAsked } from '../../support/upstreams/asked.ts';
import { chatServer, events, type Json, ollama, whole } from '../../support/upstreams/dialects.ts';
import { deepseek, mistral, openRouter, tellingLlama } from '../../support/upstreams/fim-dialects.ts';

describe('in the provider’s own shape', () => {
  const cases: readonly (readonly [
    string,
    Dialect,
    string | undefined,
    number,
    Json | readonly Json[],
    string,
    RegExp,
  ])[] = [
    [
      'OpenAI, a wrong key',
      chatServer(),
      undefined,
      401,
      {
        error: {
          message: 'Incorrect API key provided: sk-se…t-1.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
      'unauthorized',
      /does not accept the key/,
    ],
    [
      'OpenAI, no money',
      chatServer(),
      undefined,
      429,
      {
        error: {
          message: 'You exceeded your current quota',
          type: 'insufficient_quota',
          param: null,
          code: 'insufficient_quota',
        },
      },
      'unauthorized',
      /wants to be paid first \("You exceeded your current quota"\): top up/,
    ],
    [
      'Gemini, a limit whose end stands in words',
      chatServer(),
      undefined,
      429,
      {
        error: {
          code: 429,
          message: 'You exceeded your quota. Please retry in 34.07s.',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
      'busy',
      /next try in 34 s/,
    ],
    [
      'Anthropic’s, overloaded',
      chatServer(),
      undefined,
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'busy',
      /is busy/,
    ],
    [
      'Mistral, a wrong key',
      mistral,
      'api.mistral.ai',
      401,
      { message: 'Unauthorized', request_id: '0123' },
      'unauthorized',
      /api\.mistral\.ai does not accept the key/,
    ],
    [
      'Mistral, a field',
      mistral,
      'api.mistral.ai',
      422,
      {
        object: 'error',
        message: {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }],
        },
        type: 'invalid_request_error',
      },
      'rejected',
      /rejected the request/,
    ],
    [
      'FastAPI, a field',
      chatServer(),
      undefined,
      422,
      { detail: [{ type: 'missing', loc: ['body', 'n'], msg: 'Field required' }] },
      'rejected',
      /"n: Field required"/,
    ],
    [
      'DeepSeek, a wrong key',
      deepseek,
      'api.deepseek.com',
      401,
      {
        error: {
          message: 'Authentication Fails (no such user)',
          type: 'authentication_error',
          param: null,
          code: 'invalid_request_error',
        },
      },
      'unauthorized',
      /api\.deepseek\.com does not accept the key/,
    ],
    [
      'DeepSeek, no money',
      deepseek,
      'api.deepseek.com',
      402,
      {
        error: {
          message: 'Insufficient Balance',
          type: 'unknown_error',
          param: null,
          code: 'invalid_request_error',
        },
      },
      'unauthorized',
      /wants to be paid first \("Insufficient Balance"\): top up/,
    ],
    [
      'Gemini, a wrong key',
      chatServer(),
      'generativelanguage.googleapis.com',
      400,
      [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'X' } }],
      'unauthorized',
      /does not accept the key/,
    ],
    [
      'Azure, no such deployment',
      chatServer(),
      'me.openai.azure.com',
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } },
      'not-found',
      /has no model "chat-1"/,
    ],
    [
      'xAI, a wrong key',
      chatServer(),
      'api.x.ai',
      400,
      { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: sk***-1.' },
      'unauthorized',
      /does not accept the key/,
    ],
    [
      'OpenRouter, no such model',
      openRouter,
      'openrouter.ai',
      400,
      { error: { message: 'gpt-9 is not a valid model ID', code: 400 }, user_id: 'u' },
      'rejected',
      /not a valid model ID/,
    ],
    [
      'OpenRouter, a provider that is out of order',
      openRouter,
      'openrouter.ai',
      502,
      {
        error: {
          message: 'Provider returned error',
          code: 502,
          metadata: { raw: 'upstream', provider_name: 'X' },
        },
      },
      'model',
      /HTTP 502\) \("Provider returned error"\)/,
    ],
    [
      'llama-server that loads',
      tellingLlama,
      undefined,
      503,
      { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } },
      'busy',
      /not ready \("Loading model"\)/,
    ],
    [
      'Ollama, a model that is gone',
      ollama,
      undefined,
      404,
      { error: "model 'qwen2.5-coder:1.5b' not found" },
      'not-found',
      /has no model "qwen2\.5-coder:1\.5b"/,
    ],
    [
      'Ollama, too little memory',
      ollama,
      undefined,
      500,
      { error: 'model requires more system memory (5.6 GiB) than is available (3.2 GiB)' },
      'model',
      /more system memory/,
    ],
    [
      'vLLM before it nested them',
      chatServer(),
      undefined,
      404,
      {
        object: 'error',
        message: 'The model `x` does not exist.',
        type: 'NotFoundError',
        param: null,
        code: 404,
      },
      'not-found',
      /has no model/,
    ],
  ];

  test.each(cases)('%s', async (_, dialect, host, status, body, code, says) => {
    const { ask, server } = await openAsked(dialect, {
      host,
      fault: (request) =>
        request.body.stream === true ? { kind: 'instead', answer: whole(body, status) } : undefined,
    });
    const failure = await failureOf(ask());
    expect(failure).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(failure?.message).toMatch(/^\P{Cc}*$/u);
    expect(server.requests.length).toBeGreaterThan(0);
  });

  const ownKey = 'correct-horse-battery-1';
  test.each<readonly [string, (said: string) => ApiAnswer]>([
    ['in a refusal', (message) => whole({ error: { message, code: 'bad' } }, 422)],
    ['in an answer that had begun', (message) => events([{ error: { message, code: 'bad' } }])],
  ])('a key in a header of the user’s own that is repeated %s', async (_, answer) => {
    const { ask, logged } = await openAsked(chatServer(), {
      model: { headers: { 'X-Own-Key': ownKey } },
      fault: ({ headers }) => ({
        kind: 'instead',
        answer: answer(`No such key: ${headers['x-own-key']} or ${headers.authorization}`),
      }),
    });
    const failure = await failureOf(ask());
    expect(failure?.message).toContain('No such key');
    expect(failure?.message).not.toContain('sk-secret-1');
    expect(failure?.message + logged.join('\n')).not.toContain(ownKey);
  });

  test('OpenRouter, a provider that is lost in the middle', async () => {
    const { ask } = await openAsked(openRouter, {
      host: 'openrouter.ai',
      fault: () => ({
        kind: 'instead',
        answer: events([
          { id: 'gen-1', choices: [{ index: 0, delta: { content: 'LET' }, finish_reason: null }] },
          {
            id: 'gen-1',
            error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
            choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
          },
        ]),
      }),
    });
    expect(await failureOf(ask())).toMatchObject({
      code: 'model',
      message: expect.stringContaining('Provider disconnected unexpectedly'),
    });
  });
});

describe('a prompt that is too long', () => {
  test.each<[string, number, unknown, number | undefined, number | undefined]>([
    [
      'OpenAI',
      400,
      {
        error: {
          message:
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.",
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      8192,
      9001,
    ],
    [
      'vLLM',
      400,
      {
        object: 'error',
        message:
          "This model's maximum context length is 4096 tokens. However, you requested 4300 tokens (4044 in the messages, 256 in the completion). Please reduce the length of the messages or completion.",
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
      4096,
      4300,
    ],
    [
      'vLLM of late',
      400,
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens. However, you requested 256 output tokens and your prompt contains at least 3841 input tokens, for a total of at least 4097 tokens. Please reduce the length of the input prompt or the number of requested output tokens.",
          type: 'BadRequestError',
          param: 'input_tokens',
          code: 400,
        },
      },
      4096,
      4097,
    ],
    [
      'llama-server',
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size, try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 14429,
          n_ctx: 8192,
        },
      },
      8192,
      14429,
    ],
    [
      'llama-server of late',
      400,
      {
        error: {
          code: 400,
          message:
            'request (14429 tokens) exceeds the available context size (8192 tokens), try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 14429,
          n_ctx: 8192,
        },
      },
      8192,
      14429,
    ],
    [
      'LM Studio',
      400,
      {
        error:
          'Trying to keep the first 6547 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input',
      },
      4096,
      6547,
    ],
    [
      'LM Studio of late',
      400,
      {
        error:
          'The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input.',
      },
      4096,
      13055,
    ],
    [
      'Mistral',
      400,
      {
        object: 'error',
        message:
          'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
        type: 'invalid_request_invalid_args',
        param: null,
        code: '3051',
      },
      32768,
      40000,
    ],
    [
      'OpenRouter',
      400,
      {
        error: {
          message:
            'This endpoint\'s maximum context length is 8192 tokens. However, you requested about 9000 tokens (8744 of text input, 256 in the output). Please reduce the length of either one, or use the "middle-out" transform to compress your prompt automatically.',
          code: 400,
        },
      },
      8192,
      9000,
    ],
    [
      'Groq',
      400,
      {
        error: {
          message: 'Please reduce the length of the messages or completion.',
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      undefined,
      undefined,
    ],
    [
      'Cerebras',
      400,
      {
        message:
          'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
      8192,
      9000,
    ],
    ['Ollama', 400, { error: 'the input length exceeds the context length' }, undefined, undefined],
    ['nginx, which has none', 413, {}, undefined, undefined],
    [
      'TGI',
      422,
      {
        error:
          'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 256 `max_new_tokens`',
        error_type: 'validation',
      },
      4096,
      5000,
    ],
  ])('is told by the words of %s', (_, status, body, limit, sent) => {
    const refusal = { ...readRefusal(JSON.stringify(body), {}), status };
    const asked = { url: 'http://a', model: 'm', body: { messages: [{ content: 'abc' }] } };
    expect(readTooLong(refusal, asked)).toEqual({ limit, sent, characters: 3 });
  });

  test.each<[string, number, unknown]>([
    [
      'a limit of tokens per minute',
      413,
      {
        error: {
          message: 'Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7000',
          code: 'rate_limit_exceeded',
        },
      },
    ],
    [
      'a parameter',
      400,
      { error: { message: "Unsupported parameter: 'max_tokens'.", code: 'unsupported_parameter' } },
    ],
    ['a key', 401, { error: { message: 'maximum context length is 1 tokens' } }],
  ])('is not %s', (_, status, body) => {
    const refusal = { ...readRefusal(JSON.stringify(body), {}), status };
    expect(readTooLong(refusal, { url: 'http://a', model: 'm' })).toBeUndefined();
  });

  test('that is found so only while it is answered is not asked again: what was said stands', async () => {
    const tooLong = {
      code: 400,
      message: 'the request exceeds the available context size',
      type: 'exceed_context_size_error',
    };
    const { ask, server } = await openAsked(chatServer(), {
      fault: () => ({
        kind: 'instead',
        answer: events([{ choices: [{ index: 0, delta: { content: 'LET' } }] }, { error: tooLong }]),
      }),
    });
    expect(await drawn(ask())).toBe('"LET" failed rejected');
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  const line = 'const value = compute(left, right);\n';
  const file = line.repeat(400);
  const long = (more: Partial<CompleteAsk> = {}) => {
    const ask = completeAsk(`${file}let a█\n${file}`);
    return { ...ask, ...more } as typeof ask;
  };
  const textOf = ({ body }: ApiRequest): string => JSON.stringify(body.messages ?? body.prompt);

  /** Refuses what is longer than it can read, of three characters a token. */
  const reading = (dialect: Dialect, most: number, refuse: (sent: number) => ApiAnswer): Dialect => {
    return (request) => {
      const sent = Math.ceil(textOf(request)?.length / 3);
      return request.body.stream === true && sent > most ? refuse(sent) : dialect(request);
    };
  };
  const byVllm = (most: number) => (sent: number) =>
    whole(
      {
        object: 'error',
        message: `This model's maximum context length is ${most} tokens. However, you requested ${sent} tokens (${sent - 256} in the messages, 256 in the completion). Please reduce the length of the messages or completion.`,
        type: 'BadRequestError',
        code: 400,
      },
      400,
    );
  const silently = () => whole({ error: 'the input length exceeds the context length' }, 400);

  test.each([
    ['chat, with a limit it names', reading(chatServer(), 2000, byVllm(2000))],
    ['chat, with one it does not', reading(chatServer(), 2600, silently)],
    [
      'chat, inside the answer',
      reading(chatServer(), 2600, () =>
        events([{ error: { message: 'Context size has been exceeded', type: 'exceed_context_size_error' } }]),
      ),
    ],
    ['Ollama', reading(ollama, 500, silently)],
  ])('%s: is cut and sent once more, and from then on at once', async (_, dialect) => {
    const { ask, server, logged } = await openAsked(dialect);
    const asked = () => server.requests.filter(({ body }) => body.stream === true).length;
    expect(await drawn(ask(long()))).toBe('"LET A" completed');
    expect(asked()).toBe(2);
    expect(await drawn(ask(long()))).toBe('"LET A" completed');
    expect(asked()).toBe(3);
    const lines = logged.filter((each) => each.includes('prompts are cut'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/refused a prompt as too long: prompts are cut to \d+ tokens$/);
  });

  test('that is refused again is said in one sentence', async () => {
    const { ask, server } = await openAsked(reading(chatServer(), 10, byVllm(4096)));
    const failure = await failureOf(ask(editAsk(`${file}«a»\n`, 'b')));
    expect(failure).toMatchObject({
      code: 'limit',
      message: expect.stringMatching(
        /^The prompt is longer than "chat-1" at .* can read \(4096 tokens\), also cut short: .*`context\.editTokens`\.$/,
      ),
    });
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  test('for a context that is known is never sent, and that it is cut is said once', async () => {
    const list = { object: 'list', data: [{ id: 'chat-1', owned_by: 'vllm', max_model_len: 2048 }] };
    const { ask, server, logged } = await openAsked(reading(chatServer(list), 2048, byVllm(2048)));
    for (let i = 0; i < 3; i++) expect(await drawn(ask(long()))).toBe('"LET A" completed');
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
    expect(logged.filter((each) => each.includes('prompts are cut'))).toEqual([
      expect.stringMatching(
        /^gateway: "chat-1" at .* has a context of 2048 tokens: prompts are cut to 1536$/,
      ),
    ]);
  });

  test('Ollama is told the context it is to have, and not to cut by itself', async () => {
    const { ask, server } = await openAsked(ollama);
    await drawn(ask(long()));
    await drawn(ask(editAsk('«a»\n', 'b')));
    const bodies = server.requests.filter(({ body }) => body.stream === true).map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    for (const body of bodies) expect(body).toMatchObject({ truncate: false, options: { num_ctx: 8192 } });
  });
});
