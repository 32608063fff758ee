/**
 * Runs: edits that were asked for and are under way.
 *
 *   ask ──► read the answer ──► land ──► outcome
 *    ▲                │           │
 *    └── redirected ──┴───────────┘
 *
 * Laws
 * - Every run ends with one outcome, whatever the model, the editor or the user does; the first reason to end holds.
 * - Cancel ends it now; redirect keeps its token and its caller waiting, and asks again with both instructions. An
 *   edit that is landing already lands, and the next round goes on from there.
 * - Its edit lands whole, in one undo step, or not at all.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { compose, type Edit, map, type Replacement } from '../../core/edit.ts';
import type { ModelSession } from '../../core/model.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor, Progress, ProgressToken } from '../editor.ts';
import type { Tally } from '../tally.ts';
import { isFailure, readAnswer } from './answer.ts';
import type { Landing } from './landing.ts';
import { type EditOutcome, type Failure, failure } from './outcome.ts';
import { redirected } from './redirect.ts';

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
  /** The edit of this ask landed. */
  readonly done: (title: string, ask: EditAsk | FixAsk) => void;
  /** Whether every secret in the replaced ranges stands in the new text as it was. */
  readonly secretsKept: (snapshot: Snapshot, edit: Edit) => boolean;
}

interface Run {
  readonly wish: RunWish;
  readonly work: EditWork;
  stop: AbortController;
  isLanding: boolean;
  /** Set by `steer`: what the next round is asked, instead of ending. */
  redirect: string | undefined;
  /** Set once, by whatever ends it before its time. */
  ending: Failure | undefined;
}

interface Round {
  readonly work: EditWork;
  readonly base: Snapshot;
  readonly removing: Replacement | undefined;
}

export function createRuns(parts: RunParts): Runs {
  const { documents, session, editor, landing, tally } = parts;
  let runs: readonly Run[] = [];

  const find = (token: ProgressToken | undefined) =>
    runs.find((run) => !run.ending && (token === undefined || run.wish.token === token));

  function end(run: Run, reason: Failure): void {
    run.ending ??= reason;
    run.stop.abort();
  }

  async function rounds(run: Run, progress: Progress): Promise<EditOutcome> {
    let { work } = run;
    let base = run.wish.snapshot;
    let { removing } = run.wish;
    let landed: Extract<EditOutcome, { ok: true }> | undefined;
    for (;;) {
      const outcome = added(landed, await round(run, { work, base, removing }, progress));
      if (run.ending) return outcome.ok ? outcome : run.ending;
      const instruction = run.redirect;
      if (instruction === undefined || work.kind === 'edit') return outcome;
      const now = documents.get(base.uri);
      if (!now) return documentClosed;
      const typed = documents.editSince(base.uri, base.version);
      if (outcome.ok) {
        landed = outcome;
        removing = undefined;
      } else removing = removing && typed && map([removing], typed)?.[0];
      run.redirect = undefined;
      run.stop = new AbortController();
      work = { kind: 'ask', ask: redirected(work.ask, { now, typed, instruction }) };
      base = now;
      progress.report(`redirected: ${instruction}`);
    }
  }

  async function round(run: Run, { work, base, removing }: Round, progress: Progress): Promise<EditOutcome> {
    const made =
      work.kind === 'edit'
        ? work.edit
        : await readAnswer(session.ask(work.ask, run.stop.signal), {
            ask: work.ask,
            text: base.text,
            report: progress.report,
            done: tally.answered,
          });
    if (isFailure(made)) return made;
    // What was decided while the last words came holds for them too.
    if (run.ending || run.redirect !== undefined) return cancelledByUser;
    const whole = withRemoval(made, removing);
    if (!parts.secretsKept(base, whole)) {
      return failure(
        'refused',
        'The edit would change a secret that the model was not shown; do this one by hand.',
      );
    }
    run.isLanding = true;
    try {
      const outcome = await landing.land(run.wish.title, base, whole, run.stop.signal);
      if (outcome.ok && work.kind === 'ask') {
        if (work.ask.request !== undefined) session.applied?.(work.ask.request);
        parts.done(run.wish.title, work.ask);
      }
      return outcome;
    } finally {
      run.isLanding = false;
    }
  }

  return {
    async start(wish, work) {
      const run: Run = {
        wish,
        work,
        stop: new AbortController(),
        isLanding: false,
        redirect: undefined,
        ending: undefined,
      };
      for (const other of runs) if (isSame(other, run)) end(other, superseded);
      runs = [run, ...runs];
      const progress = editor.progress(wish.token, wish.title, wish.origin);
      let last = 'It failed inside Whittle.';
      try {
        const outcome = await rounds(run, progress);
        last = outcome.ok ? summary(outcome.edits) : outcome.message;
        return outcome;
      } finally {
        runs = runs.filter((other) => other !== run);
        progress.end(last);
      }
    },
    cancel(token) {
      const run = find(token);
      if (run) end(run, cancelledByUser);
      return run !== undefined;
    },
    steer(instruction, token) {
      const run = find(token);
      if (run?.work.kind !== 'ask') return false;
      // Two words one after the other are both meant.
      run.redirect = run.redirect === undefined ? instruction : `${run.redirect}\n${instruction}`;
      // An edit on its way into the editor cannot be called back.
      if (!run.isLanding) run.stop.abort();
      return true;
    },
    running: (uri) =>
      runs.filter((run) => !run.ending && run.wish.snapshot.uri === uri).map(({ wish }) => wish),
    closed(uri) {
      for (const run of runs) if (run.wish.snapshot.uri === uri) end(run, documentClosed);
    },
    dispose() {
      for (const run of runs) end(run, failure('cancelled', 'Whittle was stopped before the edit was done.'));
    },
  };
}

const cancelledByUser = failure('cancelled', 'The edit was cancelled.');
const superseded = failure('superseded', 'The same edit was asked for again, which goes on instead.');
const documentClosed = failure('conflict', 'The document was closed before the edit was ready.');

/** The same wish again: two equal diagnostics at different places are two wishes. */
function isSame(a: Run, b: Run): boolean {
  if (a.wish.snapshot.uri !== b.wish.snapshot.uri || a.wish.title !== b.wish.title) return false;
  if (a.work.kind === 'edit' || b.work.kind === 'edit') return a.work.kind === b.work.kind;
  const { region } = a.work.ask;
  const other = b.work.ask.region;
  return region.start <= other.end && other.start <= region.end;
}

function added(landed: Extract<EditOutcome, { ok: true }> | undefined, outcome: EditOutcome): EditOutcome {
  if (!landed) return outcome;
  if (outcome.ok) return { ok: true, edits: landed.edits + outcome.edits, files: 1 };
  return outcome.reason === 'nothing-to-change' ? landed : outcome;
}

/** Where the model's own edit already touches the comment, it has dealt with it. */
function withRemoval(edit: Edit, removing: Replacement | undefined): Edit {
  const removal = removing && map([removing], edit);
  return removal ? compose(edit, removal) : edit;
}

function summary(edits: number): string {
  return edits === 1 ? '1 change' : `${edits} changes`;
}
