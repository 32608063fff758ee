/**
 * Mean reciprocal rank of the next token in lists of ten, over all tokens including punctuation, as the nested
 * cache model was measured: V. Hellendoorn, P. Devanbu, "Are deep neural networks the best choice for modeling
 * source code?", ESEC/FSE 2017, doi 10.1145/3106237.3106290. As there, a file is read from its start, what was read
 * of it is known, and so is the rest of its code base; white space is no token. Tokens inside comments and strings
 * are counted here, as no language is known; there comments are left out and a string is one token.
 */

import { defaultLimits, Knowledge } from '../../server/engine/knowledge.ts';
import { languageOf } from '../../server/engine/language.ts';
import { lexText } from '../../server/engine/sequence.ts';
import { isBreak, lexemeOf } from '../../server/engine/symbol.ts';
import { type CodeBase, generator } from './engine-samples.ts';

const listLength = 10;

export function meanReciprocalRank(
  base: CodeBase,
  tokens: number,
): { readonly rank: number; readonly first: number } {
  const knowledge = new Knowledge({ ...defaultLimits, openSymbols: 16 });
  for (const { path, text } of base.known) knowledge.learnFile({ path, stamp: '' }, text);
  const random = generator(3);
  const scratch = new Uint32Array(100_000);
  const files = base.heldOut.map(({ path, text }) => ({
    path,
    symbols: scratch.slice(0, lexText(text, knowledge.vocabulary, scratch)),
  }));
  let sum = 0;
  let first = 0;
  let counted = 0;
  while (counted < tokens && files.length > 0) {
    const file = files[Math.floor(random() * files.length)];
    if (!file || file.symbols.length === 0) continue;
    const at = Math.floor(random() * file.symbols.length);
    const truth = lexemeOf(file.symbols[at] as number);
    if (isBreak(truth)) continue;
    knowledge.window.fillWith(file.symbols.subarray(0, at));
    knowledge.predictor.begin({ path: file.path, language: languageOf(file.path) });
    const ranked: number[] = [];
    for (const { symbol } of knowledge.predictor.predict(knowledge.completer.context(), 3 * listLength)) {
      const lexeme = lexemeOf(symbol);
      if (!isBreak(lexeme) && !ranked.includes(lexeme)) ranked.push(lexeme);
    }
    const rank = ranked.slice(0, listLength).indexOf(truth);
    if (rank >= 0) sum += 1 / (rank + 1);
    if (rank === 0) first++;
    counted++;
  }
  return { rank: sum / Math.max(1, counted), first: first / Math.max(1, counted) };
}
