/**
 * Ghost text over time: what a user types at which moment, what is asked of the model, and what the editor is given.
 *
 *   0 f     asks `f█`           at 0 ms the key `f`: this is asked
 *   90 o                        nothing is: what is under way may still be right
 */

import { expect, test } from 'vitest';
import type { Ask } from '../../../server/core/ask.ts';
import type { FakeAsk } from '../../support/fake-model.ts';
import { ghostScene, type Scene, type SceneOptions, uri } from '../../support/ghost.ts';

/** The text asked about, with its cursor, line by line as it is read aloud. */
function question({ ask }: { readonly ask: Ask }): string {
  const cursor = ask.task === 'complete' ? ask.cursor : 0;
  const { text } = ask.document;
  return `${text.slice(0, cursor)}█${text.slice(cursor)}`;
}

async function keys(scene: Scene, typed: string): Promise<readonly string[]> {
  const asked: string[] = [];
  for (const key of typed) {
    const before = scene.model.asks.length;
    scene.clock.advance(90);
    scene.type(key);
    await scene.settled();
    asked.push(scene.model.asks.slice(before).map(question).join(' '));
  }
  return asked;
}

/** `a = 1;` is shown after 150 ms; what is asked then. */
async function aheadOf({ ask, model, clock }: Scene): Promise<FakeAsk> {
  const first = ask();
  const answer = await model.asked(0);
  clock.advance(150);
  answer.end('a = 1;');
  expect(await first).toEqual(['a = 1;']);
  clock.advance(1);
  return await model.asked(1);
}

const scene = (source: string, options: SceneOptions = {}) => ghostScene(source, options);

test('work begins with the change, and the request finds it done', async () => {
  const made = await scene('let █');
  expect(await keys(made, 'fo')).toEqual(['let f█', '']);
  made.model.asks[0]?.end('oo = 1;');
  await made.settled();
  made.clock.advance(200);
  expect(await made.ask()).toEqual(['o = 1;']);
  // The second is about what comes after it.
  expect(made.model.asks.map(question)).toEqual(['let f█', 'let foo = 1;█']);
});

test('what was said and contradicted is asked anew at that key, not before', async () => {
  const made = await scene('let █');
  expect(await keys(made, 'f')).toEqual(['let f█']);
  made.model.asks[0]?.text('oo');
  await made.settled();
  expect(await keys(made, 'ox')).toEqual(['', 'let fox█']);
  expect(made.model.asks.map(({ isOpen }) => isOpen)).toEqual([false, true]);
});

test('what lost count of its brackets is not shown, and asked anew a word further on', async () => {
  const made = await scene('█');
  expect(await keys(made, 'a')).toEqual(['a█']);
  made.model.asks[0]?.end('b = f(g(1, 2);');
  await made.settled();
  expect(await made.ask()).toEqual([]);
  expect(await keys(made, 'b =')).toEqual(['', 'ab █', '']);
  made.model.asks[1]?.end('= f(g(1, 2));');
  await made.settled();
  expect(await made.ask()).toEqual([' f(g(1, 2));']);
});

test('the first line is shown while the rest streams, and the rest comes without a question', async () => {
  const made = await scene('let █');
  const first = made.ask();
  const answer = await made.model.asked(0);
  answer.text('a = 1;\nlet b');
  expect(await first).toEqual(['a = 1;']);
  answer.text(' = 2;\nlet c = 3;');
  answer.end('');
  await made.settled();
  made.type('a');
  expect(await made.ask()).toEqual([' = 1;']);
  made.type(' = 1;');
  expect(await made.ask()).toEqual(['\nlet b = 2;\nlet c = 3;']);
  made.type('\n');
  expect(await made.ask()).toEqual(['let b = 2;\nlet c = 3;']);
  expect(made.model.asks).toHaveLength(1);
});

test('what is whole is shown before its end, whatever becomes of that', async () => {
  for (const end of ['', { failed: 'model' }] as const) {
    const made = await scene('let █');
    const first = made.ask();
    const answer = await made.model.asked(0);
    answer.text('a = 1;');
    answer.whole();
    expect(await first).toEqual(['a = 1;']);
    expect(answer.isOpen).toBe(true);
    answer.end(end);
    await made.settled();
    made.type('a');
    expect(await made.ask()).toEqual([' = 1;']);
    expect(made.client.messages).toEqual([]);
    expect(await made.status()).toMatchObject(end === '' ? { lastAnswer: { done: 4 } } : {});
  }
});

test('whole or not, what says nothing, or several things, waits for its end', async () => {
  const made = await scene('let █');
  const first = made.ask('invoked');
  const answer = await made.model.asked(0);
  answer.text('a');
  answer.text('b', 1);
  answer.whole();
  answer.text(' = 1;\nc', 0);
  await made.settled();
  answer.text(' = 2;', 1);
  answer.end('');
  expect(await first).toEqual(['a = 1;\nc', 'b = 2;']);
});

test('what comes after is asked for while the first is shown', async () => {
  const made = await scene('let █\n');
  const ahead = await aheadOf(made);
  expect(question(ahead)).toBe('let a = 1;█\n');
  ahead.end('\nlet b = 2;');
  await made.settled();
  made.type('a = 1;');
  expect(await made.ask()).toEqual(['\nlet b = 2;']);
  expect(made.model.asks).toHaveLength(2);
});

test('nothing comes after on that line: the next line is asked about', async () => {
  const made = await scene('  let █\n');
  (await aheadOf(made)).end('');
  const next = await made.model.asked(2);
  expect(question(next)).toBe('  let a = 1;\n  █\n');
  next.end('let b = 2;');
  await made.settled();
  made.type('a = 1;');
  made.type('\n  ');
  expect(await made.ask()).toEqual(['let b = 2;']);
});

test('where the model said nothing ahead, it is not asked again when the user comes there', async () => {
  const made = await scene('  let █\n');
  (await aheadOf(made)).end('');
  (await made.model.asked(2)).end('\n');
  await made.settled();
  for (const [at, text] of [
    [6, 'a = 1;'],
    [12, '\n  '],
  ] as const) {
    made.client.change(uri, { start: at, end: at, text });
    made.moveTo(at + text.length);
    await made.settled();
    expect(made.model.asks.slice(3).map(question)).toEqual([]);
    expect(await made.ask()).toEqual([]);
    expect(await made.silence()).toBe('nothing-to-say');
  }
  made.type('b');
  await made.settled();
  expect(question(await made.model.asked(3))).toBe('  let a = 1;\n  b█\n');
});

test('what comes after the rest of an answer is asked for while that is shown', async () => {
  const made = await scene('let █');
  const first = made.ask();
  const answer = await made.model.asked(0);
  made.clock.advance(150);
  answer.text('a = 1;\nlet b');
  expect(await first).toEqual(['a = 1;']);
  answer.end(' = 2;');
  await made.settled();
  made.type('a = 1;');
  expect(await made.ask()).toEqual(['\nlet b = 2;']);
  made.clock.advance(1);
  expect(question(await made.model.asked(1))).toBe('let a = 1;\nlet b = 2;█');
});

test('an edit further up does not part an answer on its way from what is typed along it', async () => {
  const source = `${'\n'.repeat(8)}let █`;
  const made = await scene(source);
  const first = made.ask();
  const answer = await made.model.asked(0);
  made.client.change(uri, { start: 0, end: 0, text: "import 'c';" });
  made.moveTo(23);
  made.type('a');
  const second = made.ask();
  await made.settled();
  answer.end('a = 1;');
  expect(await first).toEqual([' = 1;']);
  expect(await second).toEqual([' = 1;']);
  expect(made.model.asks.map(question)).toEqual([source]);
});

test.each([
  ['spaces', '    '],
  ['tabs', '\t'],
])('nothing comes after what opens a block: the next line is asked about deeper, in %s', async (_, step) => {
  const made = await scene(`if (a) {\n${step}b();\n}\nif (c)█\n`);
  const first = made.ask();
  const answer = await made.model.asked(0);
  made.clock.advance(150);
  answer.end(' {');
  expect(await first).toEqual([' {']);
  made.clock.advance(1);
  (await made.model.asked(1)).end('');
  expect(question(await made.model.asked(2))).toMatch(`if (c) {\n${step}█\n`);
});

test.each([
  ['behind a body without braces', '  if (b)\n    █\n', '  if (b)\n    a = 1;\n  █\n'],
  ['behind a condition of two lines', '  c =\n    b && █\n', '  c =\n    b && a = 1;\n  █\n'],
])('the next line is asked about where a statement begins: %s', async (_, source, asked) => {
  const made = await scene(source);
  (await aheadOf(made)).end('');
  expect(question(await made.model.asked(2))).toBe(asked);
});

test('the next line is not asked about behind a statement that leaves its block', async () => {
  const made = await scene('function f() {\n  █\n}\n');
  const first = made.ask();
  const answer = await made.model.asked(0);
  made.clock.advance(150);
  answer.end('return a;');
  expect(await first).toEqual(['return a;']);
  made.clock.advance(1);
  (await made.model.asked(1)).end('');
  await made.settled();
  made.type('return a;');
  expect(await made.ask()).toEqual([]);
  made.type('\n  ');
  expect([await made.ask(), await made.silence()]).toEqual([[], 'block-complete']);
  expect(made.model.asks.map(question)).toEqual([
    'function f() {\n  █\n}\n',
    'function f() {\n  return a;█\n}\n',
  ]);
});

test('nothing is said where the line ends: the next line is asked about before it is begun', async () => {
  const made = await scene('  foo()█\n');
  made.type(';');
  const here = await made.model.asked(0);
  made.clock.advance(150);
  here.end('');
  const next = await made.model.asked(1);
  expect(question(next)).toBe('  foo();\n  █\n');
  // It belongs to the line that is not there yet.
  expect(await made.ask()).toEqual([]);
  next.end('bar();');
  await made.settled();
  made.type('\n  ');
  expect(await made.ask()).toEqual(['bar();']);
  expect(made.model.asks.slice(0, 2).map(question)).toEqual(['  foo();█\n', '  foo();\n  █\n']);
});

test('where the line may go on, the next is not asked about', async () => {
  const made = await scene('  const a █\n');
  made.type('=');
  const here = await made.model.asked(0);
  made.clock.advance(150);
  here.end('');
  await made.settled();
  expect(made.model.asks).toHaveLength(1);
});

test('a model that says nothing at the ends of lines is not waited for where the next one is begun', async () => {
  const made = await scene('█');
  made.model.script = ({ document }) => (document.text.includes('four();') ? undefined : '');
  for (const line of ['one();', '\n', 'two();', '\n', 'three();', '\n']) {
    made.clock.advance(150);
    made.type(line);
    await made.ask();
  }
  for (const line of ['four();', '\n']) {
    made.type(line);
    await made.settled();
  }
  const last = made.model.asks.slice(-2);
  expect(last.map(question).map((text) => text.slice(text.indexOf('four')))).toEqual([
    'four();█',
    'four();\n█',
  ]);
  expect(last[0]?.isOpen).toBe(true);
  const shown = made.ask();
  last[1]?.end('five();');
  expect(await shown).toEqual(['five();']);
});

test('what comes after a statement of several lines is shown at its end', async () => {
  const made = await scene('function f() {\n  const a = b\n    .c();█\n}\n', {
    replies: ['\n  const d = 2;'],
  });
  expect(await made.ask()).toEqual(['\n  const d = 2;']);
});

test('what was left out where it was asked for is there a line further, and nobody asks again', async () => {
  const made = await scene('function f() {\n  if (a) {\n    b();█\n}\n', {
    replies: ['\n  const d = 2;'],
  });
  expect(await made.ask()).toEqual([]);
  made.type('\n  ');
  expect(await made.ask()).toEqual(['const d = 2;']);
  expect(made.model.asks).toHaveLength(1);
});

test('what was left out is forgotten where something else is typed', async () => {
  const made = await scene('function f() {\n  if (a) {\n    b();█\n}\n', {
    replies: ['\n  const d = 2;', 'eturn a;'],
  });
  await made.ask();
  made.type('\n  r');
  expect(await made.ask()).toEqual(['eturn a;']);
});

test('a model that keeps a mirror is told nothing of the keys after the first while somebody types along', async () => {
  const made = await scene('let █');
  const first = made.ask();
  (await made.model.asked(0)).end('value = compute(source);');
  expect(await first).toEqual(['value = compute(source);']);
  made.type('v');
  await made.settled();
  made.clock.advance(5_000);
  const told = made.model.told.length;
  for (const key of 'alue = comp') {
    made.clock.advance(90);
    made.type(key);
    expect((await made.ask()).length).toBe(1);
  }
  expect(made.model.told.length).toBe(told);
  made.clock.advance(2_000);
  expect(made.model.told.length).toBe(told + 1);
});

test('a model that stops in the middle of a line is not waited for, and the next key asks anew', async () => {
  const made = await scene('let █');
  const first = made.ask();
  (await made.model.asked(0)).text('al');
  await made.settled();
  made.clock.advance(2_000);
  expect(await first).toEqual([]);
  expect([await made.silence(), made.model.asks[0]?.isOpen]).toEqual(['failed', false]);
  made.type('a');
  const second = made.ask();
  (await made.model.asked(1)).end('ll = 1;');
  expect(await second).toEqual(['ll = 1;']);
});

test('what it had said of whole lines is shown, and slow is not stopped', async () => {
  const made = await scene('let █');
  const first = made.ask();
  const answer = await made.model.asked(0);
  for (const piece of ['a ', '= 1;', '\nlet']) {
    answer.text(piece);
    await made.settled();
    made.clock.advance(1_900);
  }
  expect(await first).toEqual(['a = 1;']);
  made.clock.advance(200);
  expect(answer.isOpen).toBe(false);
  made.type('a');
  expect(await made.ask()).toEqual([' = 1;']);
});

test('an acceptance that is undone brings the suggestion back without a question', async () => {
  const made = await scene('let █\n');
  (await aheadOf(made)).end('\nlet b = 2;');
  await made.settled();
  made.type('a = 1;');
  expect(await made.ask()).toEqual(['\nlet b = 2;']);
  made.client.change(uri, { start: 4, end: 10, text: '' });
  made.moveTo(4);
  expect(await made.ask()).toEqual(['a = 1;\nlet b = 2;']);
  expect(made.model.asks).toHaveLength(2);
});

test('what was made for a document that was closed is not shown in the one opened after it', async () => {
  const made = await scene('let █', { replies: ['a = 1;', 'b = 2;'] });
  expect(await made.ask()).toEqual(['a = 1;']);
  made.client.close(uri);
  made.client.open(uri, 'let ');
  expect(await made.ask()).toEqual(['b = 2;']);
});

test('what runs ahead is cancelled by a key that contradicts what it takes for granted', async () => {
  const made = await scene('let █');
  const ahead = await aheadOf(made);
  await keys(made, 'z');
  expect(ahead.isOpen).toBe(false);
  expect(question(made.model.asks[2] as never)).toBe('let z█');
});

test('behind a model that is wrong half the time, what comes next is asked for when a suggestion is looked at', async () => {
  const made = await scene('let █');
  for (const [index, said] of ['b = 1;', 'c = 1;', 'd = 1;', ' = 1;'].entries()) {
    if (index > 0) made.type('a');
    const shown = made.ask();
    const answer = await made.model.asked(index);
    made.clock.advance(150);
    answer.end(said);
    expect(await shown).toEqual([said]);
  }
  const { length } = made.model.asks;
  expect(await keys(made, ' = 1')).toEqual(['', '', '', '']);
  expect(await made.ask()).toEqual([';']);
  made.clock.advance(499);
  await made.settled();
  expect(made.model.asks).toHaveLength(length);
  made.clock.advance(1);
  expect(question(await made.model.asked(length))).toBe('let aaa = 1;█');
});

test.each([
  ['a deletion', (made: Scene) => made.backspace()],
  ['a large paste', (made: Scene) => made.client.change(uri, { start: 25, end: 25, text: 'x'.repeat(200) })],
  ['a change far away', (made: Scene) => made.client.change(uri, { start: 0, end: 0, text: 'x' })],
])('%s begins nothing', async (_, act) => {
  const made = await scene(`${'\n'.repeat(20)}let a█`, { replies: [''] });
  await made.ask();
  act(made);
  await made.settled();
  expect(made.model.asks).toHaveLength(1);
});

test('a large suggestion that is accepted begins what comes after it', async () => {
  const lines = 'a();\nb();\nc();\nd();\ne();';
  const made = await scene('█', { replies: [lines] });
  expect(await made.ask()).toEqual([lines]);
  made.client.change(uri, { start: 0, end: 0, text: lines });
  await made.settled();
  expect(made.model.asks.map(question)).toEqual(['█', `${lines}█`]);
});

test('typing behind many lines that came with an import begins work', async () => {
  const made = await scene(`${'\n'.repeat(20)}a█`, { replies: ['', ''] });
  await made.ask();
  const lines = 'b();\n'.repeat(8);
  made.client.buffers.change(uri, [
    { start: 0, end: 0, text: 'import a;\n' },
    { start: 21, end: 21, text: lines },
  ]);
  made.moveTo(31 + lines.length);
  made.type('c');
  await made.settled();
  expect(made.model.asks).toHaveLength(2);
});

test('a bracket that the editor closes contradicts nothing that is on its way', async () => {
  const made = await scene('█');
  const first = made.ask();
  const answer = await made.model.asked(0);
  answer.text('fo');
  await made.settled();
  made.type('foo');
  made.client.change(uri, { start: 3, end: 3, text: '()' });
  made.moveTo(4);
  const second = made.ask();
  answer.text('o(a');
  await made.settled();
  answer.end(', b);');
  expect(await second).toEqual(['a, b);']);
  expect(await first).toEqual([]);
  expect(made.model.asks.map(question)).toEqual(['█']);
});

test('manual mode begins nothing', async () => {
  const made = await scene('let █', { settings: { whittle: { completion: { mode: 'manual' } } } });
  expect(await keys(made, 'abc')).toEqual(['', '', '']);
});

test('an editor that never asks is not worked for any longer', async () => {
  const made = await scene('let █', { replies: Array(40).fill('') });
  await keys(made, 'abcdefghijklmnopqrstuvwxyz');
  expect(made.model.asks.length).toBeLessThanOrEqual(12);
});

test('silent where something was undone, and there again with the next key', async () => {
  const made = await scene('let █', { replies: ['a = 1;', 'b = 2;'] });
  expect(await made.ask()).toEqual(['a = 1;']);
  made.type('x');
  await made.ask();
  made.client.change(uri, { start: 4, end: 5, text: '' });
  made.moveTo(4);
  // What was on the screen before is no question.
  expect(await made.ask()).toEqual(['a = 1;']);
  made.type('a');
  expect(await made.ask()).toEqual([' = 1;']);
});

test('a key taken back and typed again, also where it was the last one before the suggestion', async () => {
  const made = await scene('to█', { replies: ['al = 1;', ''] });
  made.type('t');
  expect(await made.ask()).toEqual(['al = 1;']);
  made.backspace();
  expect([await made.ask(), await made.silence()]).toEqual([[], 'deleting']);
  made.type('t');
  expect(await made.ask()).toEqual(['al = 1;']);
  for (const _ of 'ot') made.backspace();
  expect(await keys(made, 'ota')).toEqual(['to█', '', '']);
  expect(await made.ask()).toEqual(['l = 1;']);
});

test('typed along before what reads the same, where the editor compares the two texts', async () => {
  const made = await scene('a();█\n\n\n', { replies: ['\nb();', ''] });
  expect(await made.ask()).toEqual(['\nb();']);
  made.client.change(uri, { start: 7, end: 7, text: '\n' });
  made.moveTo(5);
  expect(await made.ask()).toEqual(['b();']);
});

test('a key typed again begins work', async () => {
  const made = await scene('let █', { replies: ['', 'oo = 1;', ''] });
  expect(await keys(made, 'f')).toEqual(['let f█']);
  made.backspace();
  expect(await keys(made, 'f')).toEqual(['let f█']);
});

test('who deletes a word to write another is answered at its first key', async () => {
  const made = await scene('const total = sum█;\n', { replies: ['ount(items)'] });
  made.client.change(uri, { start: 14, end: 17, text: '' });
  made.moveTo(14);
  expect([await made.ask(), await made.silence()]).toEqual([[], 'deleting']);
  made.type('co');
  expect(await made.ask()).toEqual(['unt(items)']);
  expect(made.model.asks.map(question)).toEqual(['const total = c█;\n']);
});
