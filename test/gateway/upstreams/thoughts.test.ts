/** Models that think first, by each API that lets them: a thought is never text, and it is counted. */

import { describe, expect, test } from 'vitest';
import { completeAsk, drawn, editAsk } from '../../support/asks.ts';
import type { ApiAnswer, ApiRequest, Dialect } from '../../support/upstreams/api-server.ts';
import { failureOf, openAsked } from '../../support/upstreams/asked.ts';
import { events, type Json, lines, whole } from '../../support/upstreams/dialects.ts';

const thought = 'Let me think about SECRET thoughts.';
const usage = {
  prompt_tokens: 20,
  completion_tokens: 30,
  completion_tokens_details: { reasoning_tokens: 25 },
};

interface Said {
  readonly answer: string;
  readonly finish: 'stop' | 'length';
}

/** One server with this model, whose answer is made of deltas. */
function chat(deltas: (said: Said) => readonly Json[], model = 'thinker-1'): (said: Said) => Dialect {
  return (said) => (request) => {
    if (request.path === '/v1/models') return whole({ object: 'list', data: [{ id: model }] });
    if (request.path !== '/v1/chat/completions') return undefined;
    return events([
      ...deltas(said).map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: said.finish }] },
      { choices: [], usage },
      '[DONE]',
    ]);
  };
}

const pieces = (text: string): readonly Json[] => text.split(/(?<=[ >])/).map((content) => ({ content }));
const inField = (name: string) =>
  chat(({ answer }) => [
    { role: 'assistant', content: null, [name]: 'Let me ' },
    { [name]: thought },
    ...pieces(answer),
  ]);
const inText = (open: string, close: string, model?: string) =>
  chat(({ answer, finish }) => {
    const whole = open + thought + (answer === '' && finish === 'length' ? '' : close + answer);
    return pieces(whole);
  }, model);

function ollama(how: 'field' | 'text'): (said: Said) => Dialect {
  return ({ answer, finish }) =>
    ({ path }) => {
      if (path === '/api/tags') return whole({ models: [{ name: 'qwen3:4b' }] });
      if (path === '/api/show')
        return whole({ template: '{{ .Prompt }}', capabilities: ['completion', 'thinking'] });
      if (path !== '/api/chat') return undefined;
      const open =
        how === 'text' ? [{ content: `<think>\n${thought}` }] : [{ content: '', thinking: thought }];
      const close = how === 'text' && answer !== '' ? [{ content: '\n</think>\n\n' }] : [];
      return lines([
        ...[...open, ...close, ...(answer === '' ? [] : [{ content: answer }])].map((message) => ({
          message: { role: 'assistant', ...message },
          done: false,
        })),
        {
          message: { role: 'assistant', content: '' },
          done: true,
          done_reason: finish,
          prompt_eval_count: 20,
          eval_count: 30,
        },
      ]);
    };
}

function responses({ answer, finish }: Said): Dialect {
  return ({ path }: ApiRequest): ApiAnswer | undefined => {
    if (path === '/v1/models') return whole({ object: 'list', data: [{ id: 'gpt-6' }] });
    if (path !== '/v1/responses') return undefined;
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [] };
    const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
    const place = { item_id: 'msg_1', output_index: 1, content_index: 0 };
    const type = finish === 'stop' ? 'response.completed' : 'response.incomplete';
    const all: readonly Json[] = [
      { type: 'response.output_item.added', output_index: 0, item: reasoning },
      {
        type: 'response.reasoning_text.delta',
        item_id: 'rs_1',
        output_index: 0,
        content_index: 0,
        delta: thought,
      },
      {
        type: 'response.reasoning_summary_text.delta',
        item_id: 'rs_1',
        output_index: 0,
        summary_index: 0,
        delta: thought,
      },
      ...(answer === ''
        ? []
        : [
            { type: 'response.output_item.added', output_index: 1, item: message },
            { type: 'response.output_text.delta', ...place, delta: answer },
          ]),
      {
        type,
        response: {
          id: 'resp_1',
          incomplete_details: finish === 'length' ? { reason: 'max_output_tokens' } : null,
          usage: {
            input_tokens: 20,
            output_tokens: 30,
            output_tokens_details: { reasoning_tokens: 25 },
          },
        },
      },
    ];
    return events(all);
  };
}

/** The same server's events, changed on their way. */
function changed(change: (event: string) => string): (said: Said) => Dialect {
  return (said) => (request) => {
    const answer = responses(said)(request);
    return answer && { ...answer, pieces: answer.pieces.map((piece) => change(String(piece))) };
  };
}

/** As llama.cpp says it: nothing has a number. */
const unnumbered = changed((event) => event.replace(/"(?:output|content|summary)_index":\d+,/g, ''));
/** As servers do that hold an answer back until it is done. */
const undivided = changed((event) =>
  event.replace(/(output_text\.)delta(".*)"delta"/, (_, type, fields) => `${type}done${fields}"text"`),
);

const harmony = [
  '<|channel|>analysis<|message|>',
  '<|end|><|start|>assistant<|channel|>final<|message|>',
] as const;

describe.each<[string, (said: Said) => Dialect, string?]>([
  ['in reasoning_content (vLLM, DeepSeek, llama.cpp)', inField('reasoning_content')],
  ['in reasoning (OpenRouter, Groq, Ollama)', inField('reasoning')],
  [
    'in parts of the content (Mistral)',
    chat(({ answer }) => [
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }] },
      ...(answer === '' ? [] : [{ content: [{ type: 'text', text: answer }] }]),
    ]),
  ],
  ['in <think> of the text', inText('<think>\n', '\n</think>\n\n')],
  ['in [THINK] of the text', inText('[THINK]', '[/THINK]')],
  ['in the channels of gpt-oss', inText(...harmony)],
  ['in channels whose marks were taken out', inText('analysis', 'assistantfinal', 'openai/gpt-oss-20b')],
  ['before </think>, begun by the template', inText('', '</think>\n\n', 'DeepSeek-R1-Distill')],
  ['of Ollama, in their field', ollama('field')],
  ['of Ollama, in the text', ollama('text')],
  ['of the Responses protocol', responses, 'responses'],
  ['of the Responses protocol without its numbers', unnumbered, 'responses'],
  ['of the Responses protocol in one piece', undivided, 'responses'],
])('thoughts %s', (_, dialect, format = 'auto') => {
  const open = (said: Said) => openAsked(dialect(said), { model: { format } });

  test('are no text, and are counted', async () => {
    const { ask, session } = await open({ answer: 'a + b', finish: 'stop' });
    expect(await drawn(ask())).toBe('"a + b" completed');
    expect(session.status().usage).toMatchObject({ inputTokens: 20, outputTokens: 30 });
  });

  test('and nothing else until no more may be written: one sentence, and what it cost', async () => {
    const { ask, session, host } = await open({ answer: '', finish: 'length' });
    for (const asked of [completeAsk('let a█'), editAsk('«a»', 'b')]) {
      const failure = await failureOf(ask(asked));
      expect(failure?.code).toBe('model');
      expect(failure?.message).toMatch(
        /^The model ".*" at .* thought until its tokens were used up and said nothing: set `model\.effort` to "low" or "none", or choose a model that does not think first\.$/,
      );
      expect(failure?.message).toContain(host);
      expect(failure?.message).not.toContain('SECRET');
    }
    expect(session.status().usage).toMatchObject({ inputTokens: 40, outputTokens: 60 });
  });
});

test('a model of one’s own that may think or not is asked not to, until a server takes no such wish', async () => {
  const list = { object: 'list', data: [{ id: 'qwen3', owned_by: 'vllm' }] };
  const dialect: Dialect = (request) => {
    if (request.path === '/v1/models') return whole(list);
    if (request.path !== '/v1/chat/completions') return undefined;
    if ('chat_template_kwargs' in request.body)
      return whole({ message: 'chat_template is not supported for Mistral tokenizers.' }, 400);
    return chat(({ answer }) => pieces(answer))({ answer: 'a', finish: 'stop' })(request);
  };
  const { ask, server } = await openAsked(dialect);
  for (let i = 0; i < 2; i++) expect(await drawn(ask())).toBe('"a" completed');
  const bodies = server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
  expect(bodies.map((body) => body.chat_template_kwargs)).toEqual([
    { enable_thinking: false },
    undefined,
    undefined,
  ]);
});

test('thoughts that nothing marks but their end are said to be some, once, and then told apart', async () => {
  const { ask } = await openAsked(inText('', '</think>\n\n', 'tuned-1')({ answer: 'a + b', finish: 'stop' }));
  const failure = await failureOf(ask());
  expect(failure?.message).toMatch(/thinks inside its answer, which is told apart from now on/);
  expect(await drawn(ask())).toBe('"a + b" completed');
});
