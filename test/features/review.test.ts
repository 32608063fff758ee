/** Reviews: findings shown while the model still reads, each put right or dismissed by an action, carried along. */

import { describe, expect, test } from 'vitest';
import type { Diagnostic, Range } from 'vscode-languageserver';
import { toOffset } from '../support/client/document.ts';
import { type EditScene, type EditSceneOptions, editScene, uri } from '../support/edits.ts';

const text = 'function add(a, b) {\n  return a - b;\n}\n\nfunction half(a) {\n  return a / 2;\n}\n';
const settings = {
  whittle: { model: { url: 'wss://example.com/v1/responses' }, completion: { enabled: false } },
};

const wrong = '<<<<<<< error: It subtracts.\n  return a - b;\n=======\n  return a + b;\n>>>>>>>\n';
const unnamed = '<<<<<<< hint: Two is not named.\n  return a / 2;\n=======\n>>>>>>>\n';

interface Shown {
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

interface Scene extends EditScene {
  shown(): readonly Shown[];
  /** Message and text of what is shown now. */
  now(): readonly string[];
  actions(at: string): Promise<readonly string[]>;
  choose(at: string, title: string): Promise<unknown>;
}

async function reviewScene(options: EditSceneOptions = {}): Promise<Scene> {
  const scene = await editScene(text, { settings, ...options });
  const { client } = scene;
  const shown = () =>
    client.notifications.flatMap(({ method, params }) =>
      method === 'textDocument/publishDiagnostics' ? [params as Shown] : [],
    );
  const textIn = ({ start, end }: Range) => {
    const value = client.text(uri);
    return value.slice(toOffset(value, start, 'utf-16'), toOffset(value, end, 'utf-16'));
  };
  const listed = async (at: string) => {
    const start = client.text(uri).indexOf(at);
    return await client.codeActions(uri, { start, end: start }, { only: ['quickfix'] });
  };
  return {
    ...scene,
    shown,
    now: () =>
      (shown().at(-1)?.diagnostics ?? []).map(
        ({ message, severity, range }) => `${severity} ${message} «${textIn(range)}»`,
      ),
    actions: async (at) => (await listed(at)).map(({ title }) => title),
    async choose(at, title) {
      const action = (await listed(at)).find((each) => each.title === title);
      if (!action) throw new Error(`${title} is not listed`);
      return await client.run(action);
    },
  };
}

describe('a review', () => {
  test('shows each finding as soon as it is whole', async () => {
    const { model, shown, now, settled, begin } = await reviewScene();
    expect(await begin('whittle.review')).toMatchObject({ ok: true, token: expect.anything() });
    const { ask, text: say, end } = await model.asked(0);
    expect(ask).toMatchObject({ task: 'review', region: { start: 0, end: text.length } });
    say(wrong);
    await settled();
    expect(now()).toEqual(['1 It subtracts. «-»']);
    end(unnamed);
    await settled();
    expect(now()).toEqual(['1 It subtracts. «-»', '4 Two is not named. «return a / 2;»']);
    expect(shown().every(({ version }) => version === 1)).toBe(true);
  });

  test('of a selection, waited for', async () => {
    const { run } = await reviewScene({ replies: [wrong] });
    const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 1 } };
    expect(await run('whittle.review', { range })).toEqual({ ok: true, edits: 0, files: 0, findings: 1 });
  });

  test('that is asked for again replaces what the earlier one found', async () => {
    const { run, now } = await reviewScene({ replies: [wrong + unnamed, unnamed] });
    await run('whittle.review');
    await run('whittle.review');
    expect(now()).toEqual(['4 Two is not named. «return a / 2;»']);
  });

  test.each([
    ['a refusal', { refusal: 'I will not.' }, { ok: false, reason: 'refused', message: 'I will not.' }],
    [
      'what the model cannot do at all',
      { refusal: 'I cannot.', metadata: { reason: 'unsupported' } },
      { ok: false, reason: 'unsupported', message: 'I cannot.' },
    ],
    ['nothing', '', { ok: true, findings: 0 }],
    [
      'lines that are not there',
      '<<<<<<< error: x\nnot there\n=======\n>>>>>>>\n',
      { ok: true, findings: 0 },
    ],
  ] as const)('answered by %s', async (_, reply, outcome) => {
    const { run, shown } = await reviewScene({ replies: [reply] });
    expect(await run('whittle.review')).toMatchObject(outcome);
    expect(shown()).toEqual([]);
  });

  test.each([
    ['', ['Whittle: The review found nothing.']],
    [wrong, []],
  ])('that nobody waits for says where it found nothing: %j', async (reply, said) => {
    const { client, begin, settled } = await reviewScene({ replies: [reply] });
    await begin('whittle.review');
    await settled();
    expect(client.messages).toEqual(said);
  });

  test('is stopped by its token, by the action, and by closing the file', async () => {
    const { client, model, begin, titles, settled, now } = await reviewScene();
    await begin('whittle.review', { token: 'mine' });
    const first = await model.asked(0);
    first.text(wrong);
    expect(await titles('half')).toContain('Stop: Review');
    expect(await client.execute('whittle.cancel', { token: 'mine' })).toEqual({ ok: true });
    await settled();
    expect(first.isOpen).toBe(false);
    await begin('whittle.review');
    const second = await model.asked(1);
    client.close(uri);
    await settled();
    expect(second.isOpen).toBe(false);
    expect(now()).toEqual([]);
  });
});

describe('a finding', () => {
  test('moves with the text, and is told where it stands', async () => {
    const { client, run, now, settled, clock } = await reviewScene({ replies: [wrong] });
    await run('whittle.review');
    client.type(uri, 0, '// first\n');
    await settled();
    clock.advance(1000);
    await settled();
    expect(now()).toEqual(['1 It subtracts. «-»']);
  });

  test('is gone once its lines are changed', async () => {
    const { client, run, now, settled, clock } = await reviewScene({ replies: [unnamed] });
    await run('whittle.review');
    client.type(uri, text.indexOf('/ 2'), '* 1 ');
    await settled();
    clock.advance(1000);
    await settled();
    expect(now()).toEqual([]);
  });

  test('is put right without asking again', async () => {
    const {
      run,
      actions,
      choose,
      now,
      settled,
      model,
      text: value,
    } = await reviewScene({ replies: [wrong] });
    await run('whittle.review');
    expect(await actions('- b')).toEqual(['Fix: It subtracts.', 'Dismiss: It subtracts.']);
    await choose('- b', 'Fix: It subtracts.');
    await settled();
    expect(value()).toBe(text.replace('a - b', 'a + b'));
    expect(model.asks.length).toBe(1);
    expect(now()).toEqual([]);
  });

  test('without a proposal is put right by the model, or dismissed', async () => {
    const { client, run, choose, now, shown, settled, model } = await reviewScene({ replies: [unnamed] });
    await run('whittle.review');
    const start = text.indexOf('/ 2');
    const diagnostics = shown().at(-1)?.diagnostics ?? [];
    const [fix] = await client.codeActions(uri, { start, end: start }, { diagnostics, only: ['quickfix'] });
    expect(fix?.title).toBe('Fix: Two is not named.');
    if (fix) await client.run(fix);
    expect((await model.asked(1)).ask).toMatchObject({ task: 'fix' });
    await choose('/ 2', 'Dismiss: Two is not named.');
    await settled();
    expect(now()).toEqual([]);
  });
});

test('the embedded engine offers none', async () => {
  const { titles } = await editScene(text);
  expect(await titles('half')).toEqual([]);
});
