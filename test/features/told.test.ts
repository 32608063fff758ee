/** When a model that keeps a mirror is told what is typed. */

import { expect, test } from 'vitest';
import { editScene, uri } from '../support/edits.ts';

/** `versions`: those that were told when so much time has passed. */
async function told() {
  const { client, clock, model, settled } = await editScene('let a = 1;\n');
  const versions = async (ms: number) => {
    await settled();
    clock.advance(ms);
    return model.told.flatMap((event) => (event.kind === 'changed' ? event.version : []));
  };
  return { client, versions };
}

test('the first change of a document at once, later ones in a pause, and the first after opening it anew at once', async () => {
  const { client, versions } = await told();
  client.type(uri, 0, '/');
  expect(await versions(0)).toEqual([]);
  expect(await versions(50)).toEqual([2]);
  client.type(uri, 1, '/');
  expect(await versions(900)).toEqual([2]);
  expect(await versions(100)).toEqual([2, 3]);
  client.close(uri);
  client.open(uri, 'let a = 1;\n');
  client.type(uri, 0, '/');
  expect(await versions(50)).toEqual([2, 3, 2]);
});

test('more than a person types is told soon, so that no key waits for it', async () => {
  const { client, versions } = await told();
  client.type(uri, 0, '/');
  expect(await versions(50)).toEqual([2]);
  client.change(uri, { start: 1, end: 1, text: '// pasted\n'.repeat(200) });
  expect(await versions(0)).toEqual([2]);
  expect(await versions(50)).toEqual([2, 3]);
  expect(await versions(50)).toEqual([2, 3]);
  // And what is typed behind it waits for its pause again.
  client.type(uri, 1, '/');
  expect(await versions(900)).toEqual([2, 3]);
  expect(await versions(100)).toEqual([2, 3, 4]);
});

test('what the settings exclude from now on is taken from it at once', async () => {
  const tree = { whittle: { privacy: { exclude: ['none'] } } };
  const { client, model, settled } = await editScene('let a = 1;\n', { settings: tree });
  const of = (...kinds: readonly string[]) =>
    model.told.flatMap(({ kind }) => (kinds.includes(kind) ? kind : []));
  await settled();
  expect(of('opened', 'closed')).toEqual(['opened']);
  for (const [exclude, then] of [
    ['a.ts', 'closed'],
    ['none', 'opened'],
  ] as const) {
    tree.whittle.privacy.exclude = [exclude];
    client.notify('workspace/didChangeConfiguration', { settings: null });
    await settled();
    await settled();
    expect(of('opened', 'closed').at(-1)).toBe(then);
  }
  expect(of('opened', 'closed')).toHaveLength(3);
});
