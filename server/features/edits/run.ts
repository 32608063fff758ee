/**
 * Runs: edits that were asked for and are under way.
 *
 * Laws
 * - Every run ends with one outcome, whatever the model, the editor or the user does.
 * - Cancel ends it now; redirect keeps its token and its caller waiting, and asks again with both instructions.
 * - Its edit lands whole, in one undo step, or not at all.
 */

import { createAnswer } from '../../core/answer.ts';
import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { compose, type Edit, map, type Replacement } from '../../core/edit.ts';
import { offsetsFormat, readOffsets } from '../../core/formats/offsets.ts';
import type { ModelSession } from '../../core/model.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor, Progress, ProgressToken } from '../editor.ts';
import type { Tally } from '../tally.ts';
import type { Landing } from './landing.ts';
import { type EditOutcome, type Failure, failure, fromModel } from './outcome.ts';

export interface RunWish {
  readonly token: ProgressToken;
  readonly origin: 'client' | 'server';
  readonly title: string;
  readonly snapshot: Snapshot;
  /** Goes with the edit: the instruction comment. */
  readonly removing?: Replacement;
}

export type EditWork =
  | { readonly kind: 'ask'; readonly ask: EditAsk | FixAsk }
  /** Known without a model. */
  | { readonly kind: 'edit'; readonly edit: Edit };

export interface Runs {
  start(wish: RunWish, work: EditWork): Promise<EditOutcome>;
  /** The newest without a token; whether there was one. */
  cancel(token?: ProgressToken): boolean;
  steer(instruction: string, token?: ProgressToken): boolean;
  running(uri: string): readonly RunWish[];
  closed(uri: string): void;
  dispose(): void;
}

export interface RunParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly editor: Editor;
  readonly landing: Landing;
  readonly tally: Tally;
  /** Whether every secret in the replaced ranges stands in the new text as it was. */
  readonly secretsKept: (snapshot: Snapshot, edit: Edit) => boolean;
}

interface Run {
  readonly wish: RunWish;
  stop: AbortController;
  /** Set by `steer`: what the next round is asked, instead of ending. */
  redirect: string | undefined;
}

export function createRuns(parts: RunParts): Runs {
  const { documents, session, editor, landing, tally } = parts;
  let runs: readonly Run[] = [];

  const find = (token: ProgressToken | undefined) =>
    token === undefined ? runs[0] : runs.find((run) => run.wish.token === token);

  async function rounds(run: Run, first: EditWork, progress: Progress): Promise<EditOutcome> {
    let work = first;
    let base = run.wish.snapshot;
    for (;;) {
      const made = work.kind === 'edit' ? work.edit : await answer(work.ask, base, run, progress);
      if (!isFailure(made)) {
        const whole = withRemoval(made, base === run.wish.snapshot ? run.wish.removing : undefined);
        if (!parts.secretsKept(base, whole)) {
          return failure(
            'refused',
            'The edit would change a secret that the model was not shown; do this one by hand.',
          );
        }
        return await landing.land(run.wish.title, base, whole, run.stop.signal);
      }
      const instruction = run.redirect;
      const now = documents.get(base.uri);
      if (instruction === undefined || work.kind === 'edit' || !now) return made;
      run.redirect = undefined;
      run.stop = new AbortController();
      work = { kind: 'ask', ask: redirected(work.ask, now, instruction) };
      base = now;
      progress.report(`redirected: ${instruction}`);
    }
  }

  async function answer(
    ask: EditAsk | FixAsk,
    base: Snapshot,
    run: Run,
    progress: Progress,
  ): Promise<Edit | Failure> {
    const reader = createAnswer({ text: base.text });
    let whole = '';
    let refusal = '';
    for await (const event of session.ask(ask, run.stop.signal)) {
      switch (event.kind) {
        case 'text': {
          whole += event.text;
          const fresh = reader.push(event.text);
          const newest = fresh.at(-1);
          if (newest) progress.report(firstLine(newest.text));
          break;
        }
        case 'refusal':
          refusal += event.text;
          break;
        case 'failed':
          return fromModel(event.failure);
        case 'done': {
          tally.answered(event.timing);
          if (refusal !== '') return failure('unsupported', refusal);
          if (event.metadata.format === offsetsFormat) {
            const edit = readOffsets(whole, ask.document.text.length);
            return (
              edit ??
              failure('model', 'The model answered with an edit that cannot be read; nothing was changed.')
            );
          }
          if (event.outcome === 'incomplete') {
            return failure(
              'model',
              `The model stopped before it was done (${event.reason ?? 'no reason given'}); nothing was changed.`,
            );
          }
          const result = reader.finish();
          return result.kind === 'edit'
            ? result.edit
            : failure(result.reason === 'malformed' ? 'model' : result.reason, result.message);
        }
        default:
          event satisfies never;
      }
    }
    return failure('model', 'The model ended its answer without a word; ask again.');
  }

  return {
    async start(wish, work) {
      const run: Run = { wish, stop: new AbortController(), redirect: undefined };
      for (const other of runs.filter(
        (earlier) => earlier.wish.snapshot.uri === wish.snapshot.uri && earlier.wish.title === wish.title,
      )) {
        other.stop.abort();
      }
      runs = [run, ...runs];
      const progress = editor.progress(wish.token, wish.title, wish.origin);
      try {
        const outcome = await rounds(run, work, progress);
        progress.end(outcome.ok ? summary(outcome.edits) : outcome.message);
        return outcome;
      } finally {
        runs = runs.filter((other) => other !== run);
      }
    },
    cancel(token) {
      const run = find(token);
      run?.stop.abort();
      return run !== undefined;
    },
    steer(instruction, token) {
      const run = find(token);
      if (!run) return false;
      run.redirect = instruction;
      run.stop.abort();
      return true;
    },
    running: (uri) => runs.filter(({ wish }) => wish.snapshot.uri === uri).map(({ wish }) => wish),
    closed(uri) {
      for (const run of runs) if (run.wish.snapshot.uri === uri) run.stop.abort();
    },
    dispose() {
      for (const run of runs) run.stop.abort();
    },
  };
}

function isFailure(value: Edit | Failure): value is Failure {
  return 'ok' in value;
}

/** Where the model's own edit already touches the comment, it has dealt with it. */
function withRemoval(edit: Edit, removing: Replacement | undefined): Edit {
  const removal = removing && map([removing], edit);
  return removal ? compose(edit, removal) : edit;
}

function redirected(ask: EditAsk | FixAsk, now: Snapshot, instruction: string): EditAsk {
  const { targets: _, ...rest } = { targets: [], ...ask };
  const before =
    ask.task === 'edit' ? ask.instruction : ask.targets.map((target) => `Fix: ${target.message}`).join('\n');
  const end = Math.min(ask.region.end, now.text.value.length);
  return {
    ...rest,
    task: 'edit',
    document: { ...ask.document, version: now.version, text: now.text.value },
    region: { start: Math.min(ask.region.start, end), end },
    instruction: `${before}\n${instruction}`,
  };
}

function summary(edits: number): string {
  return edits === 1 ? '1 change' : `${edits} changes`;
}

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.trim().slice(0, 80);
}
