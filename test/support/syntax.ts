/** Syntax trees in tests: parsed at once, in this thread, by the grammars that the product ships with. */

import type { SyntaxTree } from '../../server/core/syntax-tree.ts';
import { grammarOf } from '../../server/state/syntax/grammars.ts';
import { answerJobs, type Job, type Result } from '../../server/state/syntax/jobs.ts';
import { createParser, type Parser } from '../../server/state/syntax/parser.ts';
import type { Syntax } from '../../server/state/syntax/syntax.ts';

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

export interface InProcessSyntax extends Syntax {
  /** Settles when the newest job is done. */
  idle(): Promise<unknown>;
}

/** The worker's program in this thread, one job at a time. */
export function inProcessSyntax(reader: Parser = parser): InProcessSyntax {
  let idle: Promise<unknown> = Promise.resolve();
  const run = (job: Job) => {
    const result = new Promise<Result>((resolve) => {
      const take = (_: 'message', listener: (message: Job) => void) => queueMicrotask(() => listener(job));
      answerJobs({ on: take, postMessage: resolve }, reader, () => 0);
    });
    idle = result;
    return result;
  };
  return {
    knows: (languageId) => grammarOf(languageId) !== undefined,
    prepare() {},
    async tree(languageId, text) {
      const result = await run({ kind: 'tree', languageId, text });
      return result.kind === 'tree' ? result.tree : undefined;
    },
    async review(wish) {
      const result = await run({ ...wish, kind: 'review' });
      return result.kind === 'review' ? result.reviewed : undefined;
    },
    dispose: () => Promise.resolve(),
    idle: () => idle,
  };
}
