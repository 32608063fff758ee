import { expect, test } from 'vitest';
import type { AnswerEvent } from '../../../server/core/model.ts';
import { toText } from '../../../server/core/text.ts';
import { isFailure, readAnswer } from '../../../server/features/edits/answer.ts';
import { editAsk } from '../../support/asks.ts';

async function check(reason: string | undefined): Promise<string> {
  const ask = editAsk('«a»', 'b');
  if (ask.task !== 'edit') throw new Error('no edit');
  async function* events(): AsyncIterable<AnswerEvent> {
    yield { kind: 'text', index: 0, text: 'b' };
    const end = { kind: 'done', outcome: 'incomplete', metadata: {}, timing: { queued: 0 } } as const;
    yield reason === undefined ? end : { ...end, reason };
  }
  const text = toText(ask.document.text);
  const answered = await readAnswer(events(), { ask, text, report: () => undefined, done: () => undefined });
  return isFailure(answered) ? answered.message : 'an edit';
}

test.each<[string | undefined, RegExp]>([
  [
    'max_output_tokens',
    /\(max_output_tokens\); nothing was changed: ask for a smaller range, or set a lower `model\.effort`/,
  ],
  [
    'content_filter',
    /\(content_filter\); nothing was changed: the provider's filter ended it; put the instruction/,
  ],
  ['something else', /\(something else\); nothing was changed: ask again, or choose another model\.$/],
  [undefined, /\(no reason given\); nothing was changed: ask again/],
])('an answer cut short for %s says what to do', async (reason, sentence) => {
  expect(await check(reason)).toMatch(sentence);
});
