import { describe, expect, test } from 'vitest';
import type { Replacement } from '../../../../server/core/edit.ts';
import { type FakeEditor, fakeEditor, settled } from './fake-editor.ts';

const text = 'one(a);\ntwo(a);\n\n\n\nsix(a);\n';
const settledMs = 300;
const insert = (start: number, value: string): Replacement => ({ start, end: start, text: value });
/** In line 2, next to the cursor of line 1. */
const near = insert(text.indexOf('two(a') + 5, ', b');
/** In line 6. */
const far = insert(text.indexOf('six(a') + 5, ', b');

/** After `, b` was typed in the first line, with one question under way. */
function typed(): FakeEditor {
  const editor = fakeEditor(text, 5);
  editor.type(insert(5, ', b'));
  editor.clock.advance(settledMs);
  expect(editor.asked.length).toBe(1);
  return editor;
}

/** With this hunk, of the text before the typing, shown. */
async function shown(hunk: Replacement): Promise<FakeEditor> {
  const editor = typed();
  await editor.asked[0]?.edit(moved(hunk));
  expect(editor.isVisible()).toBe(true);
  return editor;
}

function moved({ start, end, text: value }: Replacement): Replacement {
  return { start: start + 3, end: end + 3, text: value };
}

function expectHidden(editor: FakeEditor): void {
  expect(editor.drawn()).toBeUndefined();
  expect(editor.isVisible()).toBe(false);
}

describe('asking', () => {
  test('asks once, when the last of several changes has settled', () => {
    const editor = fakeEditor(text);
    editor.type(insert(0, 'a'));
    editor.clock.advance(settledMs - 1);
    editor.type(insert(1, 'b'));
    editor.clock.advance(settledMs - 1);
    expect(editor.asked).toEqual([]);
    editor.clock.advance(1);
    expect(editor.asked.map(({ trigger, view }) => [trigger, view.version])).toEqual([['automatic', 3]]);
  });

  test('a change calls off the question under way, whose answer is not shown', async () => {
    const editor = typed();
    editor.type(insert(0, 'x'));
    expect(editor.asked[0]?.signal.aborted).toBe(true);
    await editor.asked[0]?.edit(near);
    expectHidden(editor);
    editor.clock.advance(settledMs);
    expect(editor.asked[1]?.signal.aborted).toBe(false);
  });

  test('an answer for another version is not shown', async () => {
    const editor = typed();
    const suggested = { id: 'id', version: 1, hunk: near };
    await editor.asked[0]?.answer({ kind: 'edit', suggested });
    expectHidden(editor);
  });

  test('another file in focus calls it off, the cursor elsewhere does not', () => {
    const editor = typed();
    editor.look({ cursor: 0 });
    expect(editor.asked[0]?.signal.aborted).toBe(false);
    editor.look({ uri: 'file:///b.ts' });
    expect(editor.asked[0]?.signal.aborted).toBe(true);
  });

  test('a change of another file, and a change that is none, ask nothing', () => {
    const editor = fakeEditor(text);
    editor.nextEdits.changed('file:///b.ts', [insert(0, 'x')]);
    editor.nextEdits.changed(editor.view.uri, []);
    expect(editor.clock.pending()).toBe(0);
  });

  test.each(['off', 'manual'] as const)('%s, nothing is asked by itself', (mode) => {
    const editor = fakeEditor(text);
    editor.mode = mode;
    editor.type(insert(0, 'x'));
    expect(editor.clock.pending()).toBe(0);
  });

  test('switched off meanwhile, nothing is asked either', () => {
    const editor = fakeEditor(text);
    editor.type(insert(0, 'x'));
    editor.mode = 'off';
    editor.clock.advance(settledMs);
    expect(editor.asked).toEqual([]);
  });

  test('the command asks at once, in manual mode too, and says why there is none', async () => {
    const editor = fakeEditor(text);
    editor.mode = 'manual';
    const asking = editor.nextEdits.ask();
    expect(editor.asked[0]?.trigger).toBe('invoked');
    await editor.asked[0]?.answer({ kind: 'none', why: 'Nothing follows.' });
    await asking;
    expect(editor.said).toEqual(['Nothing follows.']);
  });
});

describe('showing', () => {
  test('near the cursor it is drawn alone', async () => {
    const editor = await shown(near);
    expect(editor.drawn()).toEqual({
      struck: [],
      inserted: [{ at: near.start + 3, label: ',\u00a0b' }],
    });
  });

  test('far from it a hint stands at the end of its line, and goes along', async () => {
    const editor = await shown(far);
    expect(editor.drawn()?.hint).toEqual({ at: 'one(a, b);'.length, label: '⇥ line 6' });
    const lineTwo = editor.view.text.indexOf('two');
    editor.look({ cursor: lineTwo });
    expect(editor.drawn()?.hint?.at).toBe(lineTwo + 'two(a);'.length);
    editor.look({ cursor: editor.view.text.indexOf('six') });
    expect(editor.drawn()).toEqual({ struck: [], inserted: [expect.anything()] });
  });

  test('no move of the cursor reads the whole text, whether one is shown or not', async () => {
    const editor = await shown(far);
    const move = () => {
      const before = editor.reads();
      for (const cursor of [0, 20, 5]) editor.look({ cursor });
      editor.look({ visible: { first: 1, last: 30 } });
      return editor.reads() - before;
    };
    expect(move()).toBe(0);
    expect(editor.isVisible()).toBe(true);
    await editor.nextEdits.dismiss();
    expect(move()).toBe(0);
  });

  test('so does a line out of view', async () => {
    const editor = await shown(near);
    editor.look({ visible: { first: 3, last: 9 } });
    expect(editor.drawn()?.hint?.label).toBe('⇥ line 2');
  });

  test('who types it sees the rest, and nothing is asked until it is all there', async () => {
    const editor = await shown(near);
    editor.type(insert(near.start + 3, ','));
    expect(editor.drawn()?.inserted).toEqual([{ at: near.start + 4, label: '\u00a0b' }]);
    expect(editor.clock.pending()).toBe(0);
    editor.type(insert(near.start + 4, ' b'));
    expectHidden(editor);
    editor.clock.advance(settledMs);
    expect(editor.asked.length).toBe(2);
  });

  test('in a file with CRLF too', async () => {
    const editor = fakeEditor('a\r\nb\r\n', 1);
    void editor.nextEdits.ask();
    await editor.asked[0]?.edit(insert(1, '\nx'));
    editor.type(insert(1, '\r\n'));
    expect(editor.drawn()?.inserted).toEqual([{ at: 3, label: 'x' }]);
  });

  test.each([
    ['something else typed there', (editor: FakeEditor) => editor.type(insert(near.start + 3, ';'))],
    ['a change elsewhere', (editor: FakeEditor) => editor.type(insert(0, 'x'))],
    ['another file in focus', (editor: FakeEditor) => editor.look({ uri: 'file:///b.ts' })],
    [
      'no editor in focus',
      (editor: FakeEditor) => {
        editor.focused = false;
        editor.nextEdits.moved();
      },
    ],
    [
      'switching off',
      (editor: FakeEditor) => {
        editor.mode = 'off';
        editor.nextEdits.moved();
      },
    ],
  ])('%s hides it', async (_, act) => {
    const editor = await shown(near);
    act(editor);
    expectHidden(editor);
  });
});

describe('accepting', () => {
  test('is one undo step, told to the server, and asks for the next at once', async () => {
    const editor = await shown(near);
    const accepting = editor.nextEdits.accept();
    await settled();
    expect(editor.view.text).toBe(text.replace('one(a', 'one(a, b').replace('two(a', 'two(a, b'));
    expect(editor.view.cursor).toBe(editor.view.text.indexOf('two(a, b') + 'two(a, b'.length);
    expect(editor.undoSteps()).toBe(1);
    expect(editor.told).toEqual(['accept id']);
    expectHidden(editor);
    expect(editor.asked.length).toBe(2);
    expect(editor.clock.pending()).toBe(0);
    await editor.asked[1]?.edit({ ...far, start: far.start + 6, end: far.end + 6 }, 'second');
    await accepting;
    expect(editor.drawn()?.hint?.label).toBe('⇥ line 6');
  });

  test('far away the first press goes there, the next one makes it', async () => {
    const editor = await shown(far);
    await editor.nextEdits.accept();
    expect(editor.view.cursor).toBe(far.start + 3);
    expect(editor.undoSteps()).toBe(0);
    expect(editor.drawn()?.hint).toBeUndefined();
    void editor.nextEdits.accept();
    await settled();
    expect(editor.undoSteps()).toBe(1);
    expect(editor.view.text).toContain('six(a, b);');
  });

  test('what was typed in part is completed', async () => {
    const editor = await shown(near);
    editor.type(insert(near.start + 3, ','));
    void editor.nextEdits.accept();
    await settled();
    expect(editor.view.text).toContain('two(a, b);');
  });

  test('an editor that refuses is not told as accepted', async () => {
    const editor = await shown(near);
    editor.applies = false;
    await editor.nextEdits.accept();
    expectHidden(editor);
    expect(editor.told).toEqual([]);
  });

  test('without one shown nothing happens', async () => {
    const editor = fakeEditor(text);
    await editor.nextEdits.accept();
    await editor.nextEdits.dismiss();
    expect([editor.undoSteps(), editor.told]).toEqual([0, []]);
  });
});

test('what is dismissed is gone, the server told, and nothing asked until the text changes', async () => {
  const editor = await shown(near);
  await editor.nextEdits.dismiss();
  expectHidden(editor);
  expect(editor.told).toEqual(['reject id']);
  expect(editor.clock.pending()).toBe(0);
  expect(editor.asked.length).toBe(1);
  editor.type(insert(0, 'x'));
  editor.clock.advance(settledMs);
  expect(editor.asked.length).toBe(2);
});

test('disposed, nothing is left: no drawing, no timer, no question, and no answer counts', async () => {
  const editor = await shown(near);
  void editor.nextEdits.ask();
  editor.nextEdits.dispose();
  expectHidden(editor);
  expect(editor.asked[1]?.signal.aborted).toBe(true);
  await editor.asked[1]?.edit(near);
  expectHidden(editor);
  editor.type(insert(0, 'x'));
  expect(editor.clock.pending()).toBe(0);
  await editor.nextEdits.ask();
  expect(editor.asked.length).toBe(2);
});
