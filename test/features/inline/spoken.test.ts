/** What is remembered of answers, over a long day: little, and none of another text. */

import { expect, test } from 'vitest';
import type { CompleteAsk } from '../../../server/core/ask.ts';
import { anchorAt } from '../../../server/features/inline/anchor.ts';
import type { Plan } from '../../../server/features/inline/expectation.ts';
import { createSpoken } from '../../../server/features/inline/spoken.ts';
import { createDocuments, type Snapshot } from '../../../server/state/documents.ts';

const uri = 'file:///day.ts';

function planAt(snapshot: Snapshot, cursor: number): Plan {
  const ask: CompleteAsk = {
    task: 'complete',
    document: { uri, path: 'day.ts', languageId: 'typescript', version: snapshot.version, text: '' },
    cursor,
    maxLines: 20,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: 4096,
    maxOutputTokens: 256,
  };
  const { text, languageId } = snapshot;
  return { ask, text, languageId, anchor: anchorAt(snapshot), start: cursor, assumed: '' };
}

test('thousands of answers are heard, eight are remembered', () => {
  const documents = createDocuments();
  const spoken = createSpoken(documents);
  let snapshot = documents.open({ uri, languageId: 'typescript', version: 1, text: '' });
  const count = 5_000;
  for (let at = 0; at < count; at++) {
    spoken.said(`answer-${at}`, planAt(snapshot, at), {
      text: `${'x'.repeat(count - at)} = 1;`,
      stream: 'whole',
    });
    const change = documents.change(uri, undefined, [{ start: at, end: at, text: 'x' }]);
    if (!change) throw new Error('the document is open');
    snapshot = change.after;
    if (at % 100 === 0) spoken.keepUp(snapshot);
  }
  expect(spoken.at(snapshot, count, () => false)).toMatchObject({ piece: { start: count, text: ' = 1;' } });
  // All of them said what was typed; where the last eight were asked is all that is known.
  const back = documents.change(uri, undefined, [{ start: count - 9, end: count, text: '' }]);
  expect(back && spoken.at(back.after, count - 9, () => false)).toBeUndefined();
  spoken.forget(uri);
  expect(spoken.goesOnBehind(snapshot, count, 'x')).toBe(false);
});
