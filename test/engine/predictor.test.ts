/** What a prediction costs in a large workspace. */

import { expect, test } from 'vitest';
import { Archive } from '../../server/engine/archive.ts';
import { Predictor } from '../../server/engine/predictor.ts';
import { lexText } from '../../server/engine/sequence.ts';
import { codeVocabulary, contextLexeme } from '../../server/engine/symbol.ts';
import { Window } from '../../server/engine/window.ts';

test('of thousands of files those are looked at that hold what stands before the cursor', () => {
  const vocabulary = codeVocabulary();
  const symbolsOf = (text: string): Uint32Array => {
    const out = new Uint32Array(64);
    return out.slice(0, lexText(text, vocabulary, out));
  };
  const workspace = new Archive(100_000);
  const learn = (name: string, text: string) =>
    workspace.append(
      { path: `/w/${name}.ts`, language: 'ts', names: new Uint32Array(), stamp: '' },
      symbolsOf(text),
    );
  for (let i = 0; i < 3000; i++) learn(`other${i}`, `let other${i} = ${i};`);
  learn('like', 'open(first, second);');
  let looked = 0;
  const open = new Archive(1000);
  const isOpen = () => ++looked < 0;
  const window = new Window(vocabulary);
  window.fillWith(new Uint32Array());
  const predictor = new Predictor(vocabulary, window, { open: () => open, workspace, isOpen });
  predictor.begin({ path: '/w/own.ts', language: 'ts' });
  const lexemes = symbolsOf('open(first,').map(contextLexeme);
  const [best] = predictor.predict({ lexemes, length: lexemes.length }, 1);
  expect(vocabulary.text((best?.symbol ?? 0) >>> 1)).toBe('second');
  expect(looked).toBe(1);
});
