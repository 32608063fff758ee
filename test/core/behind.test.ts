import { expect, test } from 'vitest';
import { createBehind } from '../../server/core/behind.ts';

/** How many turns an answer takes to the editor; what is put off must not come before. */
async function reader(turns: number, done: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined;
  done();
}

test('comes behind a reader of many turns, in order, and before the next timer or message', async () => {
  const seen: string[] = [];
  const behind = createBehind();
  const next = new Promise((resolve) => setImmediate(resolve)).then(() => seen.push('message'));
  behind.later(() => seen.push('first'));
  void reader(20, () => seen.push('reader'));
  behind.later(() => seen.push('second'));
  await next;
  expect(seen).toEqual(['reader', 'first', 'second', 'message']);
});

test('who catches up finds all of it done, once', async () => {
  const seen: string[] = [];
  const behind = createBehind();
  for (const name of ['first', 'second']) behind.later(() => seen.push(name));
  behind.catchUp();
  expect(seen).toEqual(['first', 'second']);
  behind.catchUp();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['first', 'second']);
});

test('what is done may put something off and catch up itself: still in order', async () => {
  const seen: string[] = [];
  const behind = createBehind();
  behind.later(() => {
    seen.push('first');
    behind.later(() => seen.push('third'));
    behind.catchUp();
    seen.push('first again');
  });
  behind.later(() => seen.push('second'));
  behind.catchUp();
  expect(seen).toEqual(['first', 'second', 'third', 'first again']);
  behind.later(() => seen.push('later'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.at(-1)).toBe('later');
});

test('one that fails fails whoever catches up, and keeps none of the others', async () => {
  const seen: string[] = [];
  const behind = createBehind();
  behind.later(() => {
    throw new Error('broken');
  });
  behind.later(() => seen.push('second'));
  expect(behind.catchUp).toThrow('broken');
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['second']);
});

test('what is put off after a catching up has all its turns', async () => {
  const seen: string[] = [];
  const behind = createBehind();
  behind.later(() => seen.push('first'));
  await reader(35, () => {
    behind.catchUp();
    behind.later(() => seen.push('second'));
    void reader(20, () => seen.push('reader'));
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['first', 'reader', 'second']);
});
