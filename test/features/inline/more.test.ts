/**
 * How much of an answer is shown to whom: ghost text its first line while the rest streams, a menu and an explicit
 * request as much as comes soon. Pieces of three characters, on the virtual clock.
 */

import { expect, test } from 'vitest';
import type { FakeAsk } from '../../support/fake-model.ts';
import { ghostScene, type Scene, uri } from '../../support/ghost.ts';

const block = 'xs.map((x) => {\n    return x;\n  });';
const opening = 'xs.map((x) => {';
const source = 'function a(xs) {\n  const n = █\n}\n';
const cursor = source.indexOf('█');

/** Says it piece by piece, all that comes until `untilMs`; returns the rest. */
async function stream({ clock, settled }: Scene, ask: FakeAsk, said: Said): Promise<string> {
  const { text, everyMs, untilMs = Number.POSITIVE_INFINITY } = said;
  const until = clock.now() + untilMs;
  let rest = text;
  while (rest !== '' && clock.now() + everyMs <= until) {
    clock.advance(everyMs);
    ask.text(rest.slice(0, 3));
    rest = rest.slice(3);
    await settled();
  }
  if (rest === '') {
    ask.end('');
    await settled();
  }
  return rest;
}

interface Said {
  readonly text: string;
  readonly everyMs: number;
  readonly untilMs?: number;
}

/** What a menu offers, asked so. */
async function menu({ client }: Scene, triggerKind: 1 | 3, at = cursor): Promise<readonly string[]> {
  const place = client.inlineCompletionParams(uri, at);
  const answer = await client.request('textDocument/completion', { ...place, context: { triggerKind } });
  const { items } = answer as {
    readonly items: readonly { readonly textEdit: { readonly newText: string } }[];
  };
  return items.map(({ textEdit }) => textEdit.newText);
}

test('ghost text: the line first; asked again at the same text, the whole block', async () => {
  const scene = await ghostScene(source);
  const first = scene.ask();
  const answer = await scene.model.asked(0);
  const rest = await stream(scene, answer, { text: block, everyMs: 20, untilMs: 140 });
  expect(await first).toEqual([opening]);
  // While it streams, the same again.
  expect(await scene.ask()).toEqual([opening]);
  await stream(scene, answer, { text: rest, everyMs: 20 });
  expect(await scene.ask()).toEqual([block]);
  scene.type('xs');
  expect(await scene.ask()).toEqual([block.slice(2)]);
});

test('ghost text typed along stays the line until its end, though the block is complete by then', async () => {
  const scene = await ghostScene(source);
  const first = scene.ask();
  const answer = await scene.model.asked(0);
  await stream(scene, answer, { text: block, everyMs: 20 });
  expect(await first).toEqual([opening]);
  for (let typed = 1; typed < opening.length; typed++) {
    scene.type(opening.charAt(typed - 1));
    expect(await scene.ask()).toEqual([opening.slice(typed)]);
  }
  scene.type('{');
  expect(await scene.ask()).toEqual([block.slice(opening.length)]);
});

test('ghost text: a block that came in one burst is shown whole', async () => {
  const scene = await ghostScene(source);
  const first = scene.ask();
  const answer = await scene.model.asked(0);
  for (const line of block.split(/(?<=\n)/)) answer.text(line);
  answer.text('\n  go(');
  expect(await first).toEqual([block]);
});

test('never a part of a block, wherever the pieces end', async () => {
  for (let cut = 1; cut < block.length; cut++) {
    const scene = await ghostScene(source);
    const first = scene.ask();
    const answer = await scene.model.asked(0);
    answer.text(block.slice(0, cut));
    await scene.settled();
    answer.end(block.slice(cut));
    expect([opening, block]).toContain((await first)[0]);
    expect(await scene.ask()).toEqual([block]);
  }
});

test('never a part of a block that is longer than may be shown', async () => {
  const scene = await ghostScene(source, {
    settings: { whittle: { completion: { maxLines: 2 } } },
    replies: [block],
  });
  expect(await scene.ask()).toEqual([opening]);
  scene.type(opening);
  expect(await scene.ask()).toEqual(['\n    return x;']);
});

test('what is known behind a block is there when the line and the block are typed at once', async () => {
  const scene = await ghostScene(source);
  const first = scene.ask();
  const answer = await scene.model.asked(0);
  await stream(scene, answer, { text: `${block}\n  if (n) {\n    go(`, everyMs: 20, untilMs: 340 });
  expect(await first).toEqual([opening]);
  scene.type(block);
  expect(await scene.ask()).toEqual(['\n  if (n) {']);
});

test('an explicit request of ghost text gives all that is known of what is shown', async () => {
  const scene = await ghostScene(source);
  const first = scene.ask();
  await stream(scene, await scene.model.asked(0), { text: block, everyMs: 20 });
  expect(await first).toEqual([opening]);
  const explicit = scene.ask('invoked');
  (await scene.model.asked(1)).end('xs.length;');
  expect(await explicit).toEqual(['xs.length;', block]);
});

test.each([
  ['asked for', 1, 20, block],
  ['as somebody types, quick model', 3, 5, block],
  ['as somebody types, slow model', 3, 60, opening],
  ['asked for, slow model', 1, 600, opening],
] as const)('a menu %s', async (_, triggerKind, everyMs, expected) => {
  const scene = await ghostScene(source);
  const first = menu(scene, triggerKind);
  const answer = await scene.model.asked(0);
  scene.clock.advance(120);
  const said = `${block}\n`;
  const rest = await stream(scene, answer, { text: said, everyMs: 1, untilMs: 6 });
  expect(await Promise.race([first, 'waits'])).toBe('waits');
  await stream(scene, answer, { text: rest, everyMs });
  expect(await first).toEqual([expected]);
  // The next one offers all that is known by then.
  expect(await menu(scene, 3)).toEqual([block]);
});
