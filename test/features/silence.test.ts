/** Every reason for showing nothing, and the switches that make some of them. */

import { describe, expect, test } from 'vitest';
import { fakeModel, type Reply } from '../support/fake-model.ts';
import { ghostScene, type Scene, uri } from '../support/ghost.ts';

test.each([
  ['disabled', 'whittle.toggle', { on: false }],
  ['disabled', 'whittle.toggle', { on: false, uri }],
  ['language-off', 'whittle.toggle', { on: false, language: 'typescript' }],
  ['snoozed', 'whittle.snooze', { minutes: 1 }],
])(
  '%s while a model is waited for: silent at once, and the model is let go',
  async (reason, command, argument) => {
    const { ask, model, client, silence } = await ghostScene('let █');
    const waiting = ask();
    const answer = await model.asked(0);
    await client.execute(command, argument);
    expect(await waiting).toEqual([]);
    expect(answer.isOpen).toBe(false);
    expect(await silence()).toBe(reason);
  },
);

test('switching another language off leaves what is waited for alone', async () => {
  const { ask, model, client } = await ghostScene('let █');
  const waiting = ask();
  const answer = await model.asked(0);
  await client.execute('whittle.toggle', { on: false, language: 'lua' });
  answer.end('a = 1;');
  expect(await waiting).toEqual(['a = 1;']);
});

describe('why nothing is shown', () => {
  const replies = (reply: Reply) => ({ replies: [reply] });
  const cases: readonly (readonly [
    reason: string,
    source: string,
    options: Parameters<typeof ghostScene>[1],
    before?: (made: Scene) => unknown,
  ])[] = [
    ['disabled', 'let █', { settings: { whittle: { enabled: false } } }],
    ['disabled', 'let █', { settings: { whittle: { completion: { enabled: false } } } }],
    ['disabled', 'let █', {}, ({ client }) => client.execute('whittle.toggle', {})],
    ['disabled', 'let █', {}, ({ client }) => client.execute('whittle.toggle', { uri })],
    [
      'language-off',
      'let █',
      {},
      ({ client }) => client.execute('whittle.toggle', { language: 'typescript' }),
    ],
    ['language-off', 'let █', { settings: { whittle: { completion: { languages: ['lua'] } } } }],
    ['snoozed', 'let █', {}, ({ client }) => client.execute('whittle.snooze', { minutes: 1 })],
    ['manual', 'let █', { settings: { whittle: { completion: { mode: 'manual' } } } }],
    ['middle-of-word', 'le█t', {}],
    ['control-characters', 'let █', { replies: ['a\u001b[2J = 1;'] }],
    ['control-characters', 'let █', { replies: ['a = "\u202e";'] }],
    ['deleting', 'let █', {}, ({ backspace }) => backspace()],
    ['block-complete', 'f() {\n  return 1;\n  █\n}', {}],
    [
      'deleting',
      'let value█',
      {},
      ({ client, moveTo }) => {
        client.change(uri, { start: 4, end: 9, text: '' });
        moveTo(4);
      },
    ],
    ['nothing-to-say', 'let █', replies('Sure! Here is the code you asked for:')],
    ['nothing-to-say', 'let █', replies({ incomplete: 'a = [1, 2, 3', reason: 'max_output_tokens' })],
    ['used-up', 'let █', replies({ incomplete: '', reason: 'max_output_tokens' })],
    ['nothing-to-say', 'let █', replies({ incomplete: '', reason: 'content_filter' })],
    ['repeats-text', 'load(one);\nload(one);\n█', replies('load(one);')],
    ['unclosed', 'let █', replies('a = f(g(1, 2);')],
    ['low-confidence', 'let █', replies({ metadata: { silence: 'low-confidence' } })],
    ['nothing-to-say', 'let █', replies('')],
    ['nothing-to-say', 'let █', replies('  \n ')],
    ['nothing-to-say', 'let █', replies({ refusal: 'No.' })],
    ['nothing-to-say', 'let █', replies('x = WHITTLE_SECRET_k3f____;')],
    ['repeats-text', 'let x█ = 1;', replies(' = 1;')],
    ['excluded', 'let █', replies({ failed: 'excluded' })],
    ['busy', 'let █', replies({ failed: 'busy' })],
    ['limit', 'let █', replies({ failed: 'limit' })],
    ['offline', 'let █', replies({ failed: 'offline' })],
    ['cancelled', 'let █', replies({ failed: 'disposed' })],
    ['superseded', 'let █', replies({ failed: 'cancelled' })],
    ['failed', 'let █', replies({ failed: 'unauthorized' })],
    ['failed', 'let █', replies({ failed: 'protocol' })],
  ];
  for (const [reason, source, options, before] of cases) {
    test(`${reason}: ${source} ${JSON.stringify(options)} ${before ?? ''}`, async () => {
      const made = await ghostScene(source, options);
      await before?.(made);
      expect(await made.ask()).toEqual([]);
      expect(await made.status()).toMatchObject({
        lastSilence: reason,
        lastSilenceMessage: expect.any(String),
      });
    });
  }

  test('a session that throws takes nothing with it', async () => {
    const model = fakeModel(() => {
      throw new Error('a bug');
    });
    const { ask, silence, logFile } = await ghostScene('let █', { model });
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('failed');
    expect(logFile.lines.join('\n')).toContain('a bug');
  });

  test('what the user has to mend is said once, an outage only logged', async () => {
    const failed = { failed: 'unauthorized', message: 'The key is wrong.' } as const;
    const barred = { failed: 'barred', message: 'The certificate is not trusted.' } as const;
    const gone = { failed: 'offline', message: 'No connection.' } as const;
    const { ask, type, client, logFile, silence } = await ghostScene('let █', {
      replies: [failed, failed, barred, barred, gone, gone],
    });
    const reasons: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await ask();
      reasons.push(await silence());
      type(' ');
    }
    expect(reasons).toEqual(['failed', 'failed', 'offline', 'offline', 'offline', 'offline']);
    expect(client.messages).toEqual([
      'Whittle: The key is wrong.',
      'Whittle: The certificate is not trusted.',
    ]);
    expect(logFile.lines.filter((line) => line.includes('No connection.'))).toEqual(['warn: No connection.']);
  });

  test('what a server numbers anew each time is said once all the same', async () => {
    const rejected = (id: string, tokens: number) =>
      ({
        failed: 'rejected',
        message: `model.example rejected the request ("no such tool in ${tokens} tokens (request id: ${id})").`,
      }) as const;
    const failing = (id: string) =>
      ({ failed: 'model', message: `The model failed ("out of order, ${id}"): try again.` }) as const;
    const { ask, type, client, logFile } = await ghostScene('let █', {
      replies: [rejected('a1b', 120), rejected('b2c', 121), failing('req_1'), failing('req_2')],
    });
    for (let i = 0; i < 4; i++) {
      await ask();
      type(' ');
    }
    expect(client.messages).toEqual([`Whittle: ${rejected('a1b', 120).message}`]);
    expect(logFile.lines.filter((line) => line.startsWith('warn: The model failed'))).toHaveLength(1);
  });

  test('what was mended and breaks again is said anew', async () => {
    const settings = { whittle: { model: { apiKey: 'first' } } };
    const { ask, type, client, settled } = await ghostScene('let █', {
      settings,
      replies: Array(3).fill({ failed: 'unauthorized', message: 'The key is wrong.' }),
    });
    await ask();
    settings.whittle.model.apiKey = 'second';
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await settled();
    await settled();
    for (const key of 'ab') {
      type(key);
      await ask();
    }
    expect(client.messages).toEqual(Array(2).fill('Whittle: The key is wrong.'));
  });

  test('a killed line is no deletion to be silent about', async () => {
    const { ask, client, moveTo } = await ghostScene('let a;\nlet b;█', { replies: ['let c;'] });
    client.change(uri, { start: 7, end: 13, text: '' });
    moveTo(7);
    expect(await ask()).toEqual(['let c;']);
  });
});

describe('over time', () => {
  test('typed, undone, typed again: silent at the undo alone', async () => {
    const { ask, type, client, moveTo, silence, settled } = await ghostScene('let █', {
      replies: Array(9).fill('a = 1;'),
    });
    for (const key of 'abc') type(key);
    expect(await ask()).not.toEqual([]);
    // As editors undo: what was typed goes in one change.
    client.change(uri, { start: 4, end: 7, text: '' });
    moveTo(4);
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('deleting');
    type('x');
    await settled();
    expect(await ask()).not.toEqual([]);
  });

  test('deleted by keys, put back by one undo: silent at each', async () => {
    const { ask, backspace, client, moveTo, silence } = await ghostScene('let abc█');
    for (let i = 0; i < 3; i++) {
      backspace();
      expect(await ask()).toEqual([]);
    }
    client.change(uri, { start: 4, end: 4, text: 'abc' });
    moveTo(7);
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('deleting');
  });

  test('a block is left, and entered again', async () => {
    const source = 'f() {\n  return 1;█\n}\n';
    const { ask, type, moveTo, silence, model, settled } = await ghostScene(source, {
      replies: ['', 'g();'],
    });
    type('\n  ');
    await settled();
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('block-complete');
    expect(model.asks).toEqual([]);
    expect(await ask('invoked')).toEqual([]);
    expect(model.asks).toHaveLength(1);
    moveTo(source.length - 1 + 3);
    expect(await ask()).toEqual(['g();']);
  });

  test('what is said before the code is waited out, and what is said behind it left away', async () => {
    const { ask, model } = await ghostScene('let █');
    const asked = ask();
    const answer = await model.asked(0);
    answer.text("Sure! Here's the rest of the line:\n");
    answer.text('\n```typescript\n');
    answer.text('a = 1;\n```\n');
    expect(await asked).toEqual(['a = 1;']);
    answer.end('\nThis sets the value of the variable to one.');
  });

  test('thoughts are waited out', async () => {
    const { ask, model } = await ghostScene('let █');
    const asked = ask();
    const answer = await model.asked(0);
    answer.text('<think>\nThe user wants\n');
    answer.text('a number.\n</think>\n\n');
    answer.end('a = 1;');
    expect(await asked).toEqual(['a = 1;']);
  });

  test('the last line of an answer that was cut is not shown', async () => {
    const { ask } = await ghostScene('let █', {
      replies: [{ incomplete: 'a = 1;\nlet b = lo', reason: 'max_output_tokens' }],
    });
    expect(await ask()).toEqual(['a = 1;']);
  });

  test('each silence is a line in the log', async () => {
    const { ask, logFile } = await ghostScene('le█t', { logLevel: 'debug' });
    await ask();
    expect(logFile.lines).toContain(
      'debug: Nothing is suggested (middle-of-word): The cursor is inside a word that the suggestion does not continue.',
    );
  });
});

describe('on and off', () => {
  test('a snooze ends by itself, and by zero', async () => {
    const { ask, client, clock, status } = await ghostScene('let █', { replies: ['x', 'x'] });
    await client.execute('whittle.snooze', { minutes: 10 });
    expect(await status()).toMatchObject({ snoozedMs: 600_000 });
    clock.advance(599_999);
    expect(await ask()).toEqual([]);
    clock.advance(1);
    expect(await ask()).toEqual(['x']);
    await client.execute('whittle.snooze', { minutes: 10 });
    expect(await client.execute('whittle.snooze', { minutes: 0 })).toEqual({ ok: true, minutes: 0 });
    expect(await ask()).toEqual(['x']);
  });

  test('the present state is turned round, whoever made it', async () => {
    const settings = { whittle: { completion: { languages: ['lua'] } } };
    const { ask, client } = await ghostScene('let █', { settings, replies: ['x'] });
    const toggle = (argument: object) => client.execute('whittle.toggle', argument);
    expect(await toggle({ language: 'typescript' })).toEqual({ ok: true, on: true });
    expect(await ask()).toEqual(['x']);
    expect(await toggle({ uri })).toEqual({ ok: true, on: false });
    expect(await ask()).toEqual([]);
    expect(await toggle({ uri })).toEqual({ ok: true, on: true });
    expect(await toggle({ language: 'typescript', on: false })).toEqual({ ok: true, on: false });
    // A document switched on by hand is on, whatever its language is.
    expect(await ask()).toEqual(['x']);
    expect(await toggle({})).toEqual({ ok: true, on: false });
    expect(await ask()).toEqual([]);
  });

  test('what the settings forbid cannot be switched on', async () => {
    const { client, ask } = await ghostScene('let █', { settings: { whittle: { enabled: false } } });
    expect(await client.execute('whittle.toggle', { on: true })).toEqual({ ok: true, on: false });
    expect(await ask()).toEqual([]);
  });

  test('clients are told', async () => {
    const { client } = await ghostScene('let █');
    await client.execute('whittle.toggle', { on: false });
    expect(await client.notification('whittle/status')).toMatchObject({ enabled: false });
    await client.execute('whittle.snooze', { minutes: 1 });
    expect(await client.notification('whittle/status')).toMatchObject({ snoozedMs: 60_000 });
  });

  test('while a model answers: nothing is shown', async () => {
    const { ask, client, model, silence } = await ghostScene('let █');
    const asked = ask();
    const answer = await model.asked(0);
    await client.execute('whittle.snooze', { minutes: 1 });
    answer.end('x');
    expect(await asked).toEqual([]);
    expect(await silence()).toBe('snoozed');
  });
});
