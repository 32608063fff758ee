/** How long work is put off: learnt from when the editor asks, and from how long the model takes. */

import { expect, test } from 'vitest';
import { createEagerness } from '../../../server/features/inline/eager.ts';
import { createDocuments } from '../../../server/state/documents.ts';
import { startSimulation } from '../../bench/completion/simulated.ts';
import { virtualClock } from '../../support/clock.ts';

const uri = 'file:///a.ts';

/** An editor that asks so long after each of its keys. */
function asking(...lags: readonly number[]) {
  const documents = createDocuments();
  const clock = virtualClock();
  const eager = createEagerness({ documents, clock, declared: () => true, isShown: () => false });
  documents.open({ uri, languageId: 'typescript', version: 1, text: '' });
  let cursor = 0;
  for (const lag of lags) {
    const change = documents.change(uri, undefined, [{ start: cursor, end: cursor, text: 'k' }]);
    if (!change) throw new Error('the document is open');
    expect(eager.cursorAfter(change)).toBe(++cursor);
    clock.advance(lag);
    eager.asked(change.after, cursor);
    clock.advance(90);
  }
  return eager;
}

test.each<[string, readonly number[], number | undefined, number]>([
  ['asks at once', [0, 0, 0, 0], 60, 0],
  ['asks late, and the model is quick: the answer is ready just before', [200, 210, 205], 60, 90],
  ['asks late, and the model is slower: there is no time to lose', [200, 210, 205], 600, 0],
  ['asked too few times to tell', [200, 200], 60, 0],
  ['asks late, and nobody knows the model yet', [200, 200, 200], undefined, 0],
  ['asked early once', [200, 5, 200], 60, 0],
])('an editor that %s', (_, lags, modelMs, delayMs) => {
  expect(asking(...lags).delayMs(modelMs)).toBe(delayMs);
});

test('a hosted model is asked once for a word, not for its first letter, by an editor that asks in pauses', async () => {
  const simulation = await startSimulation();
  const { system, pace } = simulation;
  const file = Array.from({ length: 12 }, (_, i) => `total${i} = item${i};\n`).join('');
  // What it says is never what is typed, so that every request is one more.
  const knowledge = { file, quality: 0, seed: 1, lines: 1 };
  simulation.become({ firstTokenMs: 20, tokensPerSecond: 1000, stalls: false, knowledge });
  await system.open('');
  const perWord: number[] = [];
  let at = 0;
  for (const word of file.split('\n')) {
    const before = simulation.requests().length;
    for (const key of word) {
      system.change(at, at, key);
      await pace.pause(80);
      at++;
    }
    await pace.pause(120);
    void system.suggest(at);
    await pace.pause(1_000);
    perWord.push(simulation.requests().length - before);
  }
  await system.stop();
  expect(perWord[0]).toBeGreaterThan(5);
  expect(perWord.slice(4, 10)).toEqual([1, 1, 1, 1, 1, 1]);
});
