/** What is asked of the syntax worker and what it answers; both ends are this program. */

import { apply, type Edit } from '../../core/edit.ts';
import { type Guarded, guarded } from '../../core/guard/guard.ts';
import type { AskedLines } from '../../core/guard/restyle.ts';
import { errorsIntroduced, type SyntaxFault, type SyntaxTree } from '../../core/syntax-tree.ts';
import type { Grammar, Parser } from './parser.ts';

export type Job = LoadJob | TreeJob | ReviewJob;

/** The tree of the text is kept for the review that follows. */
interface LoadJob {
  readonly kind: 'load';
  readonly languageId: string;
  readonly text: string;
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
/** Code units of a rehearsal: enough that all of a review is compiled, too little to keep a real one waiting. */
const rehearsed = 2_000;

interface Worker {
  readonly parser: Parser;
  readonly now: () => number;
  /** The text loaded last. */
  kept: { readonly languageId: string; readonly text: string; readonly tree: SyntaxTree } | undefined;
  /** Languages of which one review was made: the first takes three times as long, for all that is compiled then. */
  readonly practised: Set<string>;
}

/** Answers each job with one result, in order. */
export function answerJobs(port: JobPort, parser: Parser, now: () => number): void {
  const worker: Worker = { parser, now, kept: undefined, practised: new Set() };
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (job) => {
    turn = turn.then(async () => port.postMessage(await answer(job, worker)));
  });
}

async function answer(job: Job, worker: Worker): Promise<Result> {
  const { parser, now } = worker;
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
    case 'load': {
      const { languageId, text } = job;
      const tree = timed(text);
      if (tree) worker.kept = { languageId, text, tree };
      if (!worker.practised.has(languageId)) rehearse(job, timed);
      worker.practised.add(languageId);
      return { kind: 'loaded' };
    }
    case 'tree': {
      const tree = timed(job.text);
      return tree ? { kind: 'tree', tree } : { kind: 'none' };
    }
    case 'review': {
      const { kept } = worker;
      worker.practised.add(job.languageId);
      const isKept = (text: string) => kept?.text === text && kept.languageId === job.languageId;
      const reviewed = review(job, (text) => (kept && isKept(text) ? kept.tree : timed(text)));
      worker.kept = undefined;
      return reviewed ? { kind: 'review', reviewed } : { kind: 'none' };
    }
    default:
      return job satisfies never;
  }
}

/** A review of the text's beginning with one more blank, of which nothing comes but that the next one is fast. */
function rehearse({ languageId, text }: LoadJob, parse: (text: string) => SyntaxTree | undefined): void {
  const before = text.slice(0, rehearsed);
  const at = before.search(/[ \t]/) + 1;
  review({ kind: 'review', languageId, before, edit: [{ start: at, end: at, text: ' ' }], asked: [] }, parse);
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
