/** Ghost text over time: a scripted model, a user who types, and what the editor is given when. */

import { describe, expect, test } from 'vitest';
import { ghostScene, uri } from '../support/ghost.ts';

describe('typing along', () => {
  test('the leading request is asked at once, without any timer', async () => {
    const { ask, model, clock } = await ghostScene('let █');
    const asked = ask();
    (await model.asked(0)).end('x = 1;');
    expect(await asked).toEqual(['x = 1;']);
    expect([clock.now(), clock.pending()]).toEqual([0, 0]);
  });

  test('gives the same text, shortened, and asks nothing more', async () => {
    const { ask, type, model, status } = await ghostScene('con█', { replies: ['st total = 0;'] });
    expect(await ask()).toEqual(['st total = 0;']);
    for (const [typed, left] of [
      ['s', 't total = 0;'],
      ['t ', 'total = 0;'],
      ['total', ' = 0;'],
    ] as const) {
      type(typed);
      expect(await ask()).toEqual([left]);
    }
    expect(model.asks).toHaveLength(1);
    expect(await status()).toMatchObject({ shown: 4, fromCache: 3 });
  });

  test('a wrong key, taken back, brings it back', async () => {
    const { ask, type, backspace, model } = await ghostScene('con█', { replies: ['st x = 1;', '!'] });
    await ask();
    type('z');
    expect(await ask()).toEqual(['!']);
    backspace();
    expect(await ask()).toEqual(['st x = 1;']);
    expect(model.asks).toHaveLength(2);
  });

  test('a right key taken back', async () => {
    const { ask, type, backspace, model } = await ghostScene('con█', { replies: ['st x = 1;'] });
    await ask();
    type('st');
    expect(await ask()).toEqual([' x = 1;']);
    backspace();
    expect(await ask()).toEqual(['t x = 1;']);
    expect(model.asks).toHaveLength(1);
  });

  test('to its end, the next is asked for', async () => {
    const { ask, type, model } = await ghostScene('con█', { replies: ['st', ' x'] });
    await ask();
    type('st');
    expect(await ask()).toEqual([' x']);
    expect(model.asks).toHaveLength(2);
  });

  test('an edit elsewhere moves it along', async () => {
    const { ask, client, moveTo, model } = await ghostScene('con█', { replies: ['st x = 1;'] });
    await ask();
    client.change(uri, { start: 0, end: 0, text: '// here\n' });
    moveTo(11);
    expect(await ask()).toEqual(['st x = 1;']);
    expect(model.asks).toHaveLength(1);
  });
});

describe('an answer that comes late', () => {
  test('fits what was typed meanwhile: both requests are given it, one was asked', async () => {
    const { ask, type, model, settled } = await ghostScene('con█');
    const first = ask();
    const asked = await model.asked(0);
    type('s');
    const second = ask();
    await settled();
    asked.end('st x = 1;');
    expect(await second).toEqual(['t x = 1;']);
    expect(await first).toEqual(['t x = 1;']);
    expect(model.asks).toHaveLength(1);
  });

  test('fails: nobody asks anew before the next key', async () => {
    const { ask, type, model, settled, silence } = await ghostScene('con█');
    const first = ask();
    const asked = await model.asked(0);
    type('s');
    const second = ask();
    await settled();
    asked.end({ failed: 'offline' });
    expect(await first).toEqual([]);
    expect(await second).toEqual([]);
    expect([await silence(), model.asks.length]).toEqual(['offline', 1]);
  });

  test('does not fit: the next is asked at once, and the older request waits for nothing', async () => {
    const { ask, type, model, settled } = await ghostScene('con█');
    const first = ask();
    await model.asked(0);
    type('z');
    const second = ask();
    await settled();
    model.asks[0]?.end('st x = 1;');
    const newer = await model.asked(1);
    expect(newer.ask.document.text).toBe('conz');
    newer.end('.log();');
    expect(await second).toEqual(['.log();']);
    expect(await first).toEqual(['.log();']);
  });

  test('is cancelled as soon as what it said contradicts the next key', async () => {
    const { ask, type, model, settled } = await ghostScene('con█');
    const first = ask();
    const asked = await model.asked(0);
    asked.text('st x');
    await settled();
    type('s');
    await settled();
    expect([asked.isOpen, model.asks.length]).toEqual([true, 1]);
    type('z');
    const newer = await model.asked(1);
    expect(asked.isOpen).toBe(false);
    newer.end('.log();');
    expect(await first).toEqual(['.log();']);
  });

  test('contradicts what was typed before it spoke: cancelled at its first words', async () => {
    const { ask, type, model, settled } = await ghostScene('con█');
    const first = ask();
    const asked = await model.asked(0);
    type('z');
    await settled();
    expect([asked.isOpen, model.asks.length]).toEqual([true, 1]);
    asked.text('st');
    const newer = await model.asked(1);
    expect(asked.isOpen).toBe(false);
    newer.end('');
    expect(await first).toEqual([]);
  });

  test('only the newest two places of a document are under way', async () => {
    const { ask, moveTo, model, settled } = await ghostScene('a = █\nb = \nc = \n');
    const waits = [ask()];
    await model.asked(0);
    for (const [place, count] of [
      [9, 1],
      [14, 2],
    ] as const) {
      moveTo(place);
      waits.push(ask());
      await model.asked(count);
    }
    expect(model.asks.map(({ isOpen }) => isOpen)).toEqual([false, true, true]);
    expect(await waits[0]).toEqual([]);
    await settled();
    for (const [index, text] of [
      [1, 'x;'],
      [2, 'y;'],
    ] as const)
      model.asks[index]?.end(text);
    expect(await Promise.all(waits.slice(1))).toEqual([['x;'], ['y;']]);
  });

  test('another document’s do not count', async () => {
    const { ask, client, model } = await ghostScene('c█');
    const first = ask();
    for (const name of ['b', 'c', 'd']) {
      client.open(name, 'x ');
      void client.inlineCompletions(name, 2).catch(() => {});
    }
    const one = await model.asked(0);
    await model.asked(3);
    one.end('onst;');
    expect(await first).toEqual(['onst;']);
  });

  test('the same wish twice is one ask', async () => {
    const { ask, model } = await ghostScene('con█');
    const both = [ask(), ask()];
    (await model.asked(0)).end('st;');
    expect(await Promise.all(both)).toEqual([['st;'], ['st;']]);
    expect(model.asks).toHaveLength(1);
  });

  test('nobody waits any more, and it is there all the same', async () => {
    const { client, model, ask } = await ghostScene('con█');
    const asked = client.start('textDocument/inlineCompletion', client.inlineCompletionParams(uri, 3));
    const answer = await model.asked(0);
    asked.cancel();
    await expect(asked.result).rejects.toThrow();
    answer.end('st x;');
    expect(await ask()).toEqual(['st x;']);
    expect(model.asks).toHaveLength(1);
  });

  test('the document was closed', async () => {
    const { ask, client, model, settled } = await ghostScene('con█');
    const asked = ask();
    const answer = await model.asked(0);
    client.close(uri);
    await settled();
    answer.end('st;');
    expect(await asked).toEqual([]);
  });

  test('more lines than may be shown are not waited for', async () => {
    const settings = { whittle: { completion: { maxLines: 2 } } };
    const { ask, model } = await ghostScene('function f() {\n  █', { settings });
    const asked = ask();
    const answer = await model.asked(0);
    answer.text('one();\n  two();\n');
    answer.text('  three();');
    expect(await asked).toEqual(['one();\n  two();']);
    expect(answer.isOpen).toBe(false);
  });
});

describe('invoked', () => {
  test('gives several, the best first, each once', async () => {
    const { ask, model } = await ghostScene('let █', { replies: [['a', 'b', 'a', 'c', '']] });
    expect(await ask('invoked')).toEqual(['a', 'b', 'c']);
    expect(model.asks[0]?.ask).toMatchObject({ candidates: 3 });
  });

  test('does not content itself with what an automatic one brings', async () => {
    const { ask, model } = await ghostScene('let █');
    const automatic = ask();
    const first = await model.asked(0);
    const invoked = ask('invoked');
    const second = await model.asked(1);
    first.end('a');
    expect(await automatic).toEqual(['a']);
    second.end(['b', 'c', 'a']);
    expect(await invoked).toEqual(['b', 'c', 'a']);
  });

  test('has an answer in manual mode, inside a word and after a deletion', async () => {
    const settings = { whittle: { completion: { mode: 'manual' } } };
    const { ask, backspace } = await ghostScene('letx█', { settings, replies: [' a'] });
    backspace();
    expect(await ask('invoked')).toEqual([' a']);
  });

  test('in manual mode, what was asked for stays while it is typed along, and nothing else comes by itself', async () => {
    const settings = { whittle: { completion: { mode: 'manual' } } };
    const { ask, type, backspace, silence } = await ghostScene('let █', {
      settings,
      replies: [['a = 1;', 'b = 2;\nlet c = 3;']],
    });
    expect(await ask('invoked')).toEqual(['a = 1;', 'b = 2;\nlet c = 3;']);
    expect(await ask()).toEqual(['a = 1;']);
    type('b');
    expect(await ask()).toEqual([' = 2;\nlet c = 3;']);
    backspace();
    type('a =');
    expect(await ask()).toEqual([' 1;']);
    type('x');
    expect(await ask()).toEqual([]);
    expect(await silence()).toBe('manual');
    backspace();
    expect(await ask()).toEqual([]);
  });

  test('waits ten seconds and no longer; the answer is there for who asks again', async () => {
    const { ask, model, clock, silence, settled } = await ghostScene('let █');
    const first = ask('invoked');
    const answer = await model.asked(0);
    clock.advance(9_999);
    await settled();
    const told: unknown[] = [];
    void first.then((items) => told.push(items));
    await settled();
    expect(told).toEqual([]);
    clock.advance(1);
    expect(await first).toEqual([]);
    expect(await silence()).toBe('busy');
    answer.end(['a', 'b']);
    await settled();
    expect(await ask()).toEqual(['a']);
    expect(model.asks[0]?.isOpen).toBe(false);
  });

  test('is shown what there is by then', async () => {
    const { ask, model, clock } = await ghostScene('let █');
    const automatic = ask();
    const first = await model.asked(0);
    const invoked = ask('invoked');
    await model.asked(1);
    first.end('a = 1;');
    expect(await automatic).toEqual(['a = 1;']);
    clock.advance(10_000);
    expect(await invoked).toEqual(['a = 1;']);
  });

  test('is silent: the reason is the model’s', async () => {
    const { ask, silence } = await ghostScene('let █', { replies: [''] });
    expect(await ask('invoked')).toEqual([]);
    expect(await silence()).toBe('nothing-to-say');
  });
});

describe('with an entry selected in the editor’s menu', () => {
  const selected = (text: string, start: number, end: number, line = 0) => ({
    textDocument: { uri },
    position: { line, character: end },
    context: {
      triggerKind: 2,
      selectedCompletionInfo: {
        text,
        range: { start: { line, character: start }, end: { line, character: end } },
      },
    },
  });

  test('what continues it replaces its range', async () => {
    const { client, model } = await ghostScene('con█', { replies: ['sole.log();'] });
    const answer = await client.request('textDocument/inlineCompletion', selected('console', 0, 3));
    expect(answer).toMatchObject({
      items: [{ insertText: 'console.log();', range: { start: { character: 0 }, end: { character: 3 } } }],
    });
    expect(model.asks[0]?.ask).toMatchObject({ selected: { start: 0, end: 3, text: 'console' } });
  });

  test.each([
    ['c', 'console.log();'],
    ['co', 'console.log();'],
    ['', 'console.log();'],
    ['c', 'onsole.log();'],
    ['x.c', 'x.console.log();'],
  ])('behind %j the model may write all of it, or what is left: %j', async (typed, said) => {
    const { client, ask } = await ghostScene(`${typed}█`, { replies: [said] });
    const start = typed.lastIndexOf('.') + 1;
    const { length } = typed;
    const answer = await client.request('textDocument/inlineCompletion', selected('console', start, length));
    expect(answer).toMatchObject({
      items: [
        {
          insertText: 'console.log();',
          range: { start: { character: start }, end: { character: length } },
        },
      ],
    });
    expect(await ask()).toEqual(['console.log();'.slice(length - start)]);
  });

  test('what does not is not shown', async () => {
    const { client, silence } = await ghostScene('con█', { replies: ['st x = 1;'] });
    expect(await client.request('textDocument/inlineCompletion', selected('console', 0, 3))).toEqual({
      items: [],
    });
    expect(await silence()).toBe('not-selected');
  });

  test('lines are added above while the model is asked: what continues it replaces its range all the same', async () => {
    const { client, model, settled } = await ghostScene('a;\ncon█');
    const answer = client.request('textDocument/inlineCompletion', selected('console', 0, 3, 1));
    const asked = await model.asked(0);
    client.change(uri, { start: 0, end: 0, text: '// first\n' });
    await settled();
    asked.end('sole.log();');
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } };
    expect(await answer).toMatchObject({ items: [{ insertText: 'console.log();', range }] });
  });

  test('what was cached for no entry is used where it fits', async () => {
    const { client, ask, model } = await ghostScene('con█', { replies: ['sole.log();'] });
    await ask();
    const answer = await client.request('textDocument/inlineCompletion', selected('console', 0, 3));
    expect(answer).toMatchObject({ items: [{ insertText: 'console.log();' }] });
    expect(model.asks).toHaveLength(1);
  });
});
