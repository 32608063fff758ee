// What each server is sent, to the letter, and what is made of its answer.

import { describe, expect, test } from 'vitest';
import { editAsk } from '../../../support/asks.ts';
import type { HttpModelAnswer } from '../../../support/http-model.ts';
import { check, complete } from './check.ts';

const source = 'const a = 1;\nconst b = █;\nexport { a, b };\n';
const texts = (...pieces: readonly string[]): HttpModelAnswer => ({
  kind: 'events',
  values: [
    ...pieces.map((text) => ({ choices: [{ index: 0, text, finish_reason: null }] })),
    { choices: [{ index: 0, text: '', finish_reason: 'stop' }], usage: { prompt_tokens: 9 } },
    '[DONE]',
  ],
});
const deltas = (...pieces: readonly string[]): HttpModelAnswer => ({
  kind: 'events',
  values: [
    ...pieces.map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    '[DONE]',
  ],
});

describe('completions with the model’s own tokens', () => {
  test('the prompt is raw, streamed, with the tokens as stops, and the key goes along', async () => {
    const { server, ask } = await check(
      'fim:qwen',
      { '/v1/completions': () => texts('a', ' + 1') },
      { kind: 'vllm' },
    );
    expect(await ask(complete(source))).toBe('a + 1 .');
    const { body, headers } = server.last('/v1/completions');
    expect(body).toMatchObject({
      model: 'coder',
      prompt:
        '<|repo_name|>project\n<|file_sep|>a.ts\n<|fim_prefix|>const a = 1;\n<|fim_suffix|>;\nexport { a, b };\n<|fim_middle|>const b = ',
      stream: true,
      temperature: 0,
      max_tokens: 256,
    });
    expect(body.stop).toEqual(expect.arrayContaining(['<|endoftext|>', '<|file_sep|>', '<|im_end|>']));
    expect(headers).toMatchObject({ authorization: 'Bearer key', 'x-own': '1' });
  });

  test('hosts that nobody knows get no more stops than all take', async () => {
    const { server, ask } = await check('fim:qwen', { '/v1/completions': () => texts('a') });
    await ask(complete(source, { maxLines: 1 }));
    const { body } = server.last('/v1/completions');
    expect(body.stop).toHaveLength(4);
    expect(body.stop[0]).toBe('\n');
    expect(body.max_tokens).toBe(48);
  });

  test('control tokens in a document are text, also in the answer', async () => {
    const { server, ask } = await check('fim:qwen', {
      '/v1/completions': ({ body }) => texts(/"(.*?)"/.exec(body.prompt)?.[1] ?? ''),
    });
    expect(await ask(complete('const t = "<|fim_suffix|>";\nconst u = █'))).toBe('<|fim_suffix|> .');
    expect(server.last('/v1/completions').body.prompt.split('<|fim_suffix|>')).toHaveLength(2);
  });

  test('enough lines, and the server is stopped', async () => {
    const { server, ask } = await check('fim:qwen', {
      '/v1/completions': () => ({
        kind: 'events',
        values: [{ choices: [{ text: 'one\ntwo\nthree\nfour' }] }],
        end: 'never',
      }),
    });
    expect(await ask(complete(source, { maxLines: 2 }))).toBe('one\ntwo .');
    await server.last('/v1/completions').closed;
  });

  test('abort closes the request', async () => {
    const { server, upstream } = await check('fim:qwen', {
      '/v1/completions': () => ({ kind: 'events', values: [{ choices: [{ text: 'a' }] }], end: 'never' }),
    });
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const event of upstream.answer(complete(source), stop.signal)) {
      seen.push(event.kind);
      stop.abort();
    }
    expect(seen).toEqual(['text']);
    await server.last('/v1/completions').closed;
  });

  test('an instruction is refused with the setting that helps', async () => {
    const { upstream } = await check('fim:qwen', {});
    const events = [];
    for await (const event of upstream.answer(editAsk('«a»', 'b'), new AbortController().signal))
      events.push(event);
    expect(events).toEqual([
      {
        kind: 'failed',
        failure: { code: 'unsupported', message: expect.stringContaining('`edit.model`') },
      },
    ]);
  });

  test('the entry selected in the menu is gone on from', async () => {
    const { server, ask } = await check('fim:qwen', { '/v1/completions': () => texts('(x)') });
    const selected = { start: 8, end: 10, text: 'logAll' };
    const wish = complete('console.lo█', { selected: { ...selected } });
    expect(await ask(wish)).toBe('gAll(x) .');
    expect(server.last('/v1/completions').body.prompt).toMatch(/console\.logAll$/);
    expect(await ask(complete('console.xy█', { selected }))).toBe(' .');
    expect(server.requests).toHaveLength(1);
  });

  test('pieces of other files stand in front, and stay while text is typed', async () => {
    const { server, ask } = await check('fim:qwen', { '/v1/completions': () => texts('a') });
    const snippets = [{ path: 'lib.ts', text: 'export const lib = 1;\n' }];
    await ask(complete('a\nb█\n', { snippets }));
    await ask(complete('a\nbc█\n', { snippets: [{ path: 'new.ts', text: 'other\n' }, ...snippets] }));
    const [first, second] = server.requests.map(({ body }) => body.prompt);
    expect(first).toContain('<|file_sep|>lib.ts\nexport const lib = 1;\n<|file_sep|>a.ts\n');
    expect(second).toBe(`${first}c`);
  });
});

describe('servers that write the frame themselves', () => {
  test('Mistral: chat-shaped answer from /v1/fim/completions', async () => {
    const { server, ask } = await check('mistral', { '/v1/fim/completions': () => deltas('2', '0') });
    expect(await ask(complete(source))).toBe('20 .');
    expect(server.last('/v1/fim/completions').body).toMatchObject({
      model: 'coder',
      prompt: '+++++ a.ts\nconst a = 1;\nconst b = ',
      suffix: ';\nexport { a, b };\n',
      max_tokens: 256,
      stream: true,
    });
  });

  test('DeepSeek: texts from /beta/completions', async () => {
    const { server, ask } = await check('deepseek', { '/beta/completions': () => texts('20') });
    expect(await ask(complete(source))).toBe('20 .');
    expect(server.last('/beta/completions').body).toMatchObject({
      prompt: 'const a = 1;\nconst b = ',
      suffix: ';\nexport { a, b };\n',
    });
  });

  test('Mercury: /v1/fim/completions', async () => {
    const { server, ask } = await check('mercury', { '/v1/fim/completions': () => deltas('20') });
    expect(await ask(complete(source))).toBe('20 .');
    const { body } = server.last('/v1/fim/completions');
    expect(body.prompt).toBe('const a = 1;\nconst b = ');
    expect(body.stop.length).toBeLessThanOrEqual(4);
  });
});

describe('Ollama', () => {
  const said = (...pieces: readonly string[]): HttpModelAnswer => ({
    kind: 'lines',
    values: [
      ...pieces.map((response) => ({ model: 'coder', response, done: false })),
      { model: 'coder', response: '', done: true, done_reason: 'stop', prompt_eval_count: 12, eval_count: 2 },
    ],
  });
  const facts = { kind: 'ollama', infill: true, contextTokens: 8192, model: 'qwen2.5-coder:1.5b' } as const;

  test('with a suffix where the template has a place for it', async () => {
    const { server, ask } = await check('ollama', { '/api/generate': () => said('2', '0') }, facts);
    expect(await ask(complete(source))).toBe('20 .');
    const { body } = server.last('/api/generate');
    expect(body).toMatchObject({
      model: 'qwen2.5-coder:1.5b',
      prompt: 'const a = 1;\nconst b = ',
      suffix: ';\nexport { a, b };\n',
      stream: true,
      keep_alive: '30m',
      options: { temperature: 0, num_predict: 256, num_ctx: 8192 },
    });
    expect(body.raw).toBeUndefined();
  });

  test('raw in the tokens of the family where it has none', async () => {
    const { server, ask } = await check(
      'ollama',
      { '/api/generate': () => said('20') },
      { ...facts, infill: false },
    );
    expect(await ask(complete(source))).toBe('20 .');
    const { body } = server.last('/api/generate');
    expect(body).toMatchObject({ raw: true, prompt: expect.stringMatching(/<\|fim_middle\|>const b = $/) });
    expect(body.suffix).toBeUndefined();
  });

  test('raw for good once the server refuses a suffix', async () => {
    const { server, ask } = await check(
      'ollama',
      {
        '/api/generate': ({ body }) =>
          'suffix' in body
            ? { kind: 'json', status: 400, value: { error: 'registry/coder does not support insert' } }
            : said('20'),
      },
      facts,
    );
    expect(await ask(complete(source))).toBe('20 .');
    expect(await ask(complete(source))).toBe('20 .');
    expect(server.requests.map(({ body }) => 'suffix' in body)).toEqual([true, false, false]);
  });

  test('a model that nobody can fill in with says so', async () => {
    const { ask } = await check('ollama', {}, { ...facts, infill: false, model: 'llama3.2' });
    expect(await ask(complete(source))).toContain('failed unsupported: The model "llama3.2" has no place');
  });

  test('an error inside the stream is one', async () => {
    const { ask } = await check(
      'ollama',
      { '/api/generate': () => ({ kind: 'lines', values: [{ error: 'model runner has stopped' }] }) },
      facts,
    );
    expect(await ask(complete(source))).toContain('failed model');
  });
});

test.each(['mistral', 'fim:qwen'])('%s is sent no more than the ask allows', async (format) => {
  const path = format === 'mistral' ? '/v1/fim/completions' : '/v1/completions';
  const { server, ask } = await check(format, {
    [path]: () => (format === 'mistral' ? deltas('a') : texts('a')),
  });
  const long = 'const total = sum(prices);\n'.repeat(2_000);
  const sent = async (contextTokens: number) => {
    await ask(complete(`${long}const b = █;\n${long}`, { contextTokens }));
    const { prompt, suffix = '' } = server.last(path).body;
    return `${prompt}${suffix}`.length;
  };
  expect(await sent(8_000)).toBeGreaterThan(16_000);
  expect(await sent(500)).toBeLessThan(2_500);
});

describe('next-edit models', () => {
  test('Sweep: what it inserts at the cursor of the rewritten window', async () => {
    const { server, ask } = await check('sweep', {
      '/v1/completions': () => texts('const a = 1;\nconst b = a', ' + 1;\nexport { a, b };\n'),
    });
    expect(await ask(complete(source))).toBe('a + 1 .');
    const { body } = server.last('/v1/completions');
    expect(body.prompt).toMatch(/<\|file_sep\|>updated\/a\.ts\n$/);
    expect(body.stop).toContain('<|file_sep|>');
  });

  test.each(['zeta2', 'zeta2.1'])('%s: a raw prompt', async (format) => {
    const { server, ask } = await check(format, { '/v1/completions': () => texts('NO_EDITS\n') });
    expect(await ask(complete(source))).toBe(' .');
    expect(server.last('/v1/completions').body.prompt).toContain('<[fim-middle]>');
  });

  test('Instinct: as chat', async () => {
    const { server, ask } = await check('instinct', { '/v1/chat/completions': () => deltas('x') });
    await ask(complete(source));
    expect(server.last('/v1/chat/completions').body.messages[0].role).toBe('system');
  });

  test('Mercury: at its address for edits, without stops', async () => {
    const { server, ask } = await check('mercury-edit', {
      '/v1/edit/completions': () =>
        deltas('```\nconst a = 1;\nconst b = a + 1;\n', 'export { a, b };\n```\n'),
    });
    expect(await ask(complete(source))).toBe('a + 1 .');
    const { body } = server.last('/v1/edit/completions');
    expect(body.messages[0].content).toContain('<|code_to_edit|>\nconst a = 1;\nconst b = <|cursor|>;');
    expect(body.stop).toBeUndefined();
  });

  test('an edit elsewhere is no ghost text', async () => {
    const { ask } = await check('sweep', {
      '/v1/completions': () => texts('const changed = 1;\nconst b = ;\nexport { a, b };\n'),
    });
    expect(await ask(complete(source))).toBe(' .');
  });
});
