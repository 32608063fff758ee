/** Syntax trees in tests: parsed at once, in this thread, by the grammars that the product ships with. */

import type { SyntaxTree } from '../../server/core/syntax-tree.ts';
import { createParser } from '../../server/state/syntax/parser.ts';

const parser = createParser(import.meta.filename);

export async function parsed(languageId: string, text: string): Promise<SyntaxTree> {
  const parse = await parserFor(languageId);
  return parse(text);
}

export async function parserFor(languageId: string): Promise<(text: string) => SyntaxTree> {
  const grammar = await parser.grammarFor(languageId);
  return (text) => {
    const tree = grammar?.parse(text, () => false);
    if (!tree) throw new Error(`There is no grammar for ${languageId}.`);
    return tree;
  };
}
