/** The question for the next edit: nothing of excluded files and no secret goes with it. */

import { expect, test } from 'vitest';
import { createOutbound } from '../../server/state/outbound.ts';
import { createPrivacyRules } from '../../server/state/privacy/rules.ts';
import { createVault } from '../../server/state/privacy/vault.ts';
import { askDocument, nextEditAsk, nextEdited } from '../support/asks.ts';
import { fakeModel } from '../support/fake-model.ts';

const key = `sk-proj-${'a1B2'.repeat(12)}`;

function opened() {
  const model = fakeModel((ask) => ask.document.text.replace('let b', 'let c'));
  const privacy = createPrivacyRules({ folders: ['/work'], exclude: ['secret/**'], now: () => 0 });
  const rules = { redactSecrets: true, exclude: ['secret/**'], privacy };
  const outbound = createOutbound(model.session, { rules: () => rules, vault: createVault(7) });
  return { model, outbound };
}

test('changes and pieces of excluded files stay, secrets are placeholders, and come back', async () => {
  const { model, outbound } = opened();
  const text = `let a = '${key}';\nlet b█ = 2;\n`;
  const canary = 'canary-of-an-excluded-file';
  const ask = {
    ...nextEditAsk(text),
    document: askDocument(text.replace('█', ''), { uri: 'file:///work/a.ts' }),
    history: [
      { path: 'secret/k.ts', before: '', after: `${canary}\n`, line: 0 },
      { path: 'a.ts', before: '', after: `let a = '${key}';\n`, line: 0 },
    ],
    snippets: [{ path: 'secret/k.ts', text: canary }],
  };
  const now = await nextEdited(ask, outbound.ask(ask, new AbortController().signal));
  expect(now).toBe(`let a = '${key}';\nlet c = 2;\n`);
  const sent = JSON.stringify(model.asks.map((each) => each.ask));
  expect(sent).toContain('"task":"nextEdit"');
  expect(sent).not.toContain(canary);
  expect(sent).not.toContain(key);
});

test('about an excluded document nothing is asked', async () => {
  const { model, outbound } = opened();
  const ask = {
    ...nextEditAsk('let b█ = 2;\n'),
    document: askDocument('let b = 2;\n', { uri: 'file:///work/secret/k.ts' }),
  };
  expect(await nextEdited(ask, outbound.ask(ask, new AbortController().signal))).toBe('failed excluded');
  expect(model.asks).toEqual([]);
});
