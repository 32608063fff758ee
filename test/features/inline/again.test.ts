/** Streams that say lines of the text again before they go on: none of these is shown, and what follows is waited for. */

import { expect, test } from 'vitest';
import { ghostScene } from '../../support/ghost.ts';

const said = 'first();\nsecond();\nthird = 3;\nfourth();\n';

test('what a stream says again is not shown while the rest is to come', async () => {
  const { ask, model, settled } = await ghostScene('first();\nsecond();\nthird = █');
  const asked = ask();
  const answer = await model.asked(0);
  for (const line of said.split(/(?<=\n)/)) {
    answer.text(line.slice(0, 4));
    await settled();
    answer.text(line.slice(4));
    await settled();
  }
  answer.end('');
  expect(await asked).toEqual(['3;']);
});

test('whether it comes at once or in pieces, the same is shown', async () => {
  const { ask } = await ghostScene('first();\nsecond();\nthird = █', { replies: [said.trimEnd()] });
  expect(await ask()).toEqual(['3;\nfourth();']);
});

test('in the middle of a line, lines again are read to where something is new', async () => {
  const { ask, model } = await ghostScene('first();\nsecond();\nthird(█, 4);');
  const asked = ask();
  const answer = await model.asked(0);
  answer.text('first();\nsecond();\n');
  answer.text('third(3, 4);\n');
  answer.end('');
  expect(await asked).toEqual(['3']);
});

test('typing agrees with a stream that has said nothing new yet', async () => {
  const { ask, type, model, settled } = await ghostScene('first();\nsecond();\nthird = █');
  const asked = ask();
  const answer = await model.asked(0);
  answer.text('first();\n');
  await settled();
  type('3');
  const next = ask();
  answer.text('second();\nthird = 3;\n');
  answer.end('');
  await asked;
  expect(await next).toEqual([';']);
  expect(model.asks).toHaveLength(1);
});

test('a stream that breaks off in lines again leaves nothing', async () => {
  const { ask, silence } = await ghostScene('first();\nsecond();\nthird = █', {
    replies: [{ incomplete: 'first();\nsecond();\nthi', reason: 'max_output_tokens' }],
  });
  expect(await ask()).toEqual([]);
  expect(await silence()).toBe('repeats-text');
});

test('in the middle of a line, a fence is read to what stands in it', async () => {
  const { ask, model } = await ghostScene('third(█, 4);');
  const asked = ask();
  const answer = await model.asked(0);
  answer.text('Here is the code:\n\n```ts\n');
  answer.text('3\n```\n');
  answer.end('');
  expect(await asked).toEqual(['3']);
});
