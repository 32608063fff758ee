/** A day of editing in one document, through the whole server: what is held at its end is what was held in the morning. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ghostScene, type Scene, uri } from '../../support/ghost.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

// The fake editor remembers every text for its undo: a short one weighs nothing.
const line = 'const total = sum(prices);\n';

/** Writes lines key by key and takes them out again, with what is suggested for them. */
async function edit(scene: Scene, lines: number): Promise<number> {
  const { client, model, clock } = scene;
  let shown = 0;
  for (let number = 0; number < lines; number++) {
    for (const key of 'const ') {
      clock.advance(90);
      scene.type(key);
    }
    shown += (await scene.ask()).length;
    scene.type('x = 1;\n');
    clock.advance(2_000);
    await scene.settled();
    const end = 'const x = 1;\n'.length;
    client.change(uri, { start: 0, end, text: '' });
    scene.moveTo(0);
    // What the fakes remember is no part of the server.
    for (const list of [model.asks, model.told, client.notifications, client.transcript])
      (list as unknown[]).length = 0;
  }
  return shown;
}

function heapMb(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('thousands of suggestions later, no more memory is held', { timeout: 60_000 }, async () => {
  const scene = await ghostScene(`█\n${line}`);
  scene.model.script = () => 'x = compute(prices, rates);';
  expect(await edit(scene, 100)).toBeGreaterThan(60);
  const morning = heapMb();
  await edit(scene, 900);
  expect(heapMb() - morning).toBeLessThan(2.5);
});
