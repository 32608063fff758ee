/** What is asked of the syntax worker and what it answers; both ends are this program. */

import { apply, type Edit } from '../../core/edit.ts';
import { type Guarded, guarded } from '../../core/guard/guard.ts';
import type { AskedLines } from '../../core/guard/restyle.ts';
import { errorsIntroduced, type SyntaxFault, type SyntaxTree } from '../../core/syntax-tree.ts';
import type { Grammar, Parser } from './parser.ts';

export type Job = LoadJob | TreeJob | ReviewJob;

interface LoadJob {
  readonly kind: 'load';
  readonly languageId: string;
}

interface TreeJob {
  readonly kind: 'tree';
  readonly languageId: string;
  readonly text: string;
}

export interface ReviewJob {
  readonly kind: 'review';
  readonly languageId: string;
  readonly before: string;
  readonly edit: Edit;
  /** Lines on which nothing is left out; nothing at all is without them. */
  readonly asked: readonly AskedLines[] | undefined;
}

export interface Reviewed {
  /** Where something can be left out. */
  readonly guarded: Guarded | undefined;
  /** What the edit breaks, in the text after it. */
  readonly faults: readonly SyntaxFault[];
}

export type Result =
  | { readonly kind: 'loaded' | 'none' }
  | { readonly kind: 'tree'; readonly tree: SyntaxTree }
  | { readonly kind: 'review'; readonly reviewed: Reviewed }
  | { readonly kind: 'missing'; readonly message: string };

/** What of `parentPort` is used. */
export interface JobPort {
  on(event: 'message', listener: (message: Job) => void): unknown;
  postMessage(message: Result): void;
}

/** Milliseconds of one parse. */
const longestParseMs = 1_000;

/** Answers each job with one result, in order. */
export function answerJobs(port: JobPort, parser: Parser, now: () => number): void {
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (job) => {
    turn = turn.then(async () => port.postMessage(await answer(job, parser, now)));
  });
}

async function answer(job: Job, parser: Parser, now: () => number): Promise<Result> {
  let grammar: Grammar | undefined;
  try {
    grammar = await parser.grammarFor(job.languageId);
  } catch (error) {
    return {
      kind: 'missing',
      message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
  if (!grammar) return { kind: 'none' };
  const { parse } = grammar;
  const timed = (text: string) => {
    const end = now() + longestParseMs;
    return parse(text, () => now() > end);
  };
  switch (job.kind) {
    case 'load':
      return { kind: 'loaded' };
    case 'tree': {
      const tree = timed(job.text);
      return tree ? { kind: 'tree', tree } : { kind: 'none' };
    }
    case 'review': {
      const reviewed = review(job, timed);
      return reviewed ? { kind: 'review', reviewed } : { kind: 'none' };
    }
    default:
      return job satisfies never;
  }
}

function review(
  { languageId, before, edit, asked }: ReviewJob,
  parse: (text: string) => SyntaxTree | undefined,
): Reviewed | undefined {
  const after = apply(before, edit);
  const trees = { before: parse(before), after: parse(after) };
  if (!trees.before || !trees.after) return undefined;
  const faults = errorsIntroduced(trees.before, trees.after, edit);
  if (!asked || faults.length > 0) return { guarded: undefined, faults };
  const texts = { before: { text: before, tree: trees.before }, after: { text: after, tree: trees.after } };
  return { guarded: guarded({ languageId, ...texts, asked, parse }), faults };
}

/** Only its outline is read: what fills it was made by `answer` in this same program. */
export function decodeAnswer(message: unknown): Result | undefined {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? (message as Result)
    : undefined;
}
