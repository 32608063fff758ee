import { describe, expect, test } from 'vitest';
import type { CompleteAsk } from '../../server/core/ask.ts';
import { createEngine } from '../../server/engine/create.ts';

function completeAsk(marked: string, more: Partial<CompleteAsk> = {}): CompleteAsk {
  const cursor = marked.indexOf('█');
  const text = marked.replace('█', '');
  return {
    task: 'complete',
    document: { uri: 'file:///w/a.ts', path: 'a.ts', languageId: 'typescript', version: 1, text },
    cursor,
    maxLines: 5,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 1000,
    maxOutputTokens: 100,
    ...more,
  };
}

function newEngine() {
  return createEngine({
    corpus: { async *files() {} },
    store: { read: async () => undefined, write: async () => {} },
    pause: async () => {},
  });
}

function check(marked: string, expected: string | undefined) {
  const answer = newEngine().answer(completeAsk(marked));
  expect(answer.kind === 'suggestions' ? answer.items[0]?.text : undefined).toBe(expected);
}

describe('completing', () => {
  const repeated = Array.from(
    { length: 6 },
    (_, i) => `export const n${i} = registerHandler(context, options);\n`,
  ).join('');
  test('continues what the file says again and again', () =>
    check(`${repeated}export const m = regis█\n`, 'terHandler(context, options);'));
  test('is silent in an empty file', () => check('█', undefined));
  test('is silent where nothing is known', () => check('zq█', undefined));
});
