// llama-server's own interface as it really answers (recorded from version 0.7.0, build 11669).

import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../server/gateway/upstreams/fim/llama-frame.ts';
import type { HttpModelAnswer, HttpModelScript } from '../../../support/http-model.ts';
import { check, complete } from './check.ts';

const source = 'const a = 1;\nconst b = █;\nexport { a, b };\n';
const qwen = (prefix: string, suffix: string): string =>
  `<|repo_name|>myproject\n<|file_sep|>filename\n<|fim_prefix|>${prefix}<|fim_suffix|>${suffix}<|fim_middle|>`;

function pieces(...texts: readonly string[]): HttpModelAnswer {
  return {
    kind: 'events',
    values: [
      {
        index: 0,
        content: '',
        stop: false,
        prompt_progress: { total: 50, cache: 0, processed: 50, time_ms: 1 },
      },
      ...texts.map((content) => ({ content, stop: false, id_slot: -1 })),
      {
        content: '',
        stop: true,
        stop_type: 'eos',
        id_slot: 1,
        timings: { cache_n: 40, prompt_n: 10, prompt_ms: 2, predicted_n: 3 },
      },
    ],
  };
}

/** One that says how it writes prompts, as the real one does. */
const telling: HttpModelScript = {
  '/infill': ({ body }) => ({
    kind: 'json',
    value: { content: '', prompt: qwen(body.input_prefix, body.input_suffix), stop: true },
  }),
  '/completion': () => pieces('a', ' + 1'),
};
const facts = { kind: 'llama-server', infill: true } as const;

describe('llama-server', () => {
  test('is asked once for the model’s tokens, and then in the order that only grows', async () => {
    const { server, ask } = await check('infill', telling, facts);
    expect(await ask(complete(source))).toBe('a + 1 .');
    expect(await ask(complete(source.replace('█', 'a█')))).toBe('a + 1 .');
    expect(server.requests.map(({ path }) => path)).toEqual(['/infill', '/completion', '/completion']);
    const [, first, second] = server.requests.map(({ body }) => body);
    expect(first).toMatchObject({ cache_prompt: true, stream: true, n_predict: 256 });
    expect(second.prompt).toBe(`${first.prompt}a`);
  });

  test('one that does not say it is asked by /infill', async () => {
    const { server, ask } = await check(
      'infill',
      { '/infill': ({ body }) => (body.stream ? pieces('20') : { kind: 'json', value: { content: '' } }) },
      facts,
    );
    const snippets = [{ path: 'lib.ts', text: 'export const lib = 1;\n' }];
    expect(await ask(complete(source, { snippets }))).toBe('20 .');
    expect(server.last('/infill').body).toMatchObject({
      input_prefix: 'const a = 1;\n',
      prompt: 'const b = ',
      input_suffix: ';\nexport { a, b };\n',
      input_extra: [{ filename: 'lib.ts', text: 'export const lib = 1;\n' }],
      cache_prompt: true,
    });
  });

  test('tokens that the settings name are not asked for', async () => {
    const { server, ask } = await check('fim:codellama', telling, facts);
    await ask(complete(source));
    expect(server.requests.map(({ path }) => path)).toEqual(['/completion']);
    expect(server.last('/completion').body.prompt).toBe(
      '<PRE> const a = 1;\n <SUF>;\nexport { a, b };\n <MID>const b = ',
    );
  });

  test('warming reads the prompt and generates nothing', async () => {
    const { server, upstream } = await check('infill', telling, facts);
    await upstream.warm?.(complete(source), new AbortController().signal);
    expect(server.last('/completion').body).toMatchObject({ n_predict: 0, cache_prompt: true });
    expect(server.last('/completion').body.prompt).toMatch(/<\|fim_middle\|>const b = $/);
  });

  test('a document that was only opened is read from its beginning on', async () => {
    const { server, upstream, ask } = await check('infill', telling, facts);
    const text = 'const value = 1;\n'.repeat(60);
    await upstream.warm?.(complete(`█${text}`), new AbortController().signal);
    await ask(complete(`${text.slice(0, 500)}█${text.slice(500)}`));
    const [, warmed, asked] = server.requests.map(({ body }) => body.prompt);
    const same = [...warmed].findIndex((letter, i) => letter !== asked[i]);
    expect(same).toBeGreaterThan(500);
  });

  test('after a request that was given up the document’s own slot is waited for', async () => {
    let never = false;
    const { server, upstream, ask } = await check(
      'infill',
      {
        ...telling,
        '/completion': () =>
          never ? { kind: 'events', values: [{ content: 'a', stop: false }], end: 'never' } : pieces('a'),
      },
      facts,
    );
    await ask(complete(source));
    await ask(complete(source));
    expect(server.last('/completion').body.id_slot).toBeUndefined();
    never = true;
    const stop = new AbortController();
    for await (const _event of upstream.answer(complete(source), stop.signal)) stop.abort();
    never = false;
    await ask(complete(source));
    expect(server.last('/completion').body.id_slot).toBe(1);
  });

  test('a machine that reads slowly is shown less', async () => {
    const slow = {
      content: '',
      stop: true,
      stop_type: 'eos',
      id_slot: 0,
      timings: { cache_n: 0, prompt_n: 1000, prompt_ms: 14_000, predicted_n: 1 },
    };
    const { server, ask } = await check(
      'infill',
      { ...telling, '/completion': () => ({ kind: 'events', values: [slow] }) },
      facts,
    );
    const long = `${'const value = 1;\n'.repeat(2000)}█`;
    await ask(complete(long));
    await ask(complete(`x${long}`));
    await ask(complete(long));
    const sizes = server.requests.slice(1).map(({ body }) => body.prompt.length / 3);
    expect(sizes[0]).toBeLessThan(1100);
    expect(sizes[0]).toBeGreaterThan(500);
    expect(sizes.at(-1)).toBeLessThan(600);
  });
});

describe('frameOf', () => {
  test.each([
    [qwen('whittle_before', 'whittle_behind'), '', 'qwen'],
    ['<|fim_prefix|>whittle_before<|fim_suffix|>whittle_behind<|fim_middle|>', 'codegemma-2b', 'codegemma'],
    ['<|fim_prefix|>whittle_before<|fim_suffix|>whittle_behind<|fim_middle|>', 'granite-4.0', 'granite4'],
    ['<fim_prefix>whittle_before<fim_suffix>whittle_behind<fim_middle>', 'Mellum-4b.gguf', 'mellum'],
    [
      '<file_sep>filename\n<fim_prefix>whittle_before<fim_suffix>whittle_behind<fim_middle>',
      'model',
      'starcoder2',
    ],
    ['<s> <PRE> whittle_before <SUF>whittle_behind <MID>', 'x', 'codellama'],
    ['<｜fim▁begin｜>whittle_before<｜fim▁hole｜>whittle_behind<｜fim▁end｜>', 'x', 'deepseek'],
    ['<|prefix|>whittle_before<|suffix|>whittle_behind<|middle|>', 'falcon', undefined],
  ])('%s of %j', (prompt, name, format) => {
    expect(frameOf(prompt, name)?.name).toBe(format);
  });
});
