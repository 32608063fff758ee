/**
 * Runs: edits that were asked for and are under way.
 *
 *   ask ──► read and check the answer ──► land ──► outcome
 *    ▲                    │                 │
 *    └──── redirected ────┴─────────────────┘
 *
 * Laws
 * - Every run ends with one outcome, whatever the model, the editor or the user does; the first reason to end holds.
 * - Cancel ends it now; redirect keeps its token and its caller waiting, and asks again with both instructions. An
 *   edit that is landing already lands, and the next round goes on from there.
 * - Its edit lands whole, in one undo step, or not at all.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { compose, type Edit, map } from '../../core/edit.ts';
import type { ModelSession } from '../../core/model.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor, Progress, ProgressToken } from '../editor.ts';
import type { Check } from './check.ts';
import type { Landing } from './landing.ts';
import type { LeftOuts } from './left-out.ts';
import { type EditOutcome, type Failure, failure, summary } from './outcome.ts';
import { redirected } from './redirect.ts';

export interface RunWish {
  readonly token: ProgressToken;
  readonly origin: 'client' | 'server';
  readonly title: string;
  readonly snapshot: Snapshot;
  /** Goes with the edit: the instruction comment, and what it says. */
  readonly removing?: Edit;
  readonly instruction?: string;
}

export type EditWork =
  | { readonly kind: 'ask'; readonly ask: EditAsk | FixAsk }
  /** Known without a model. */
  | { readonly kind: 'edit'; readonly edit: Edit };

export interface Steering {
  readonly instruction: string;
  /** The comment that says it, in the document as it is now. */
  readonly removing?: Edit;
}

export interface Runs {
  start(wish: RunWish, work: EditWork): Promise<EditOutcome>;
  /** The newest without a token; whether there was one. */
  cancel(token?: ProgressToken): boolean;
  steer(steering: Steering, token?: ProgressToken): boolean;
  running(uri: string): readonly RunWish[];
  closed(uri: string): void;
  dispose(): void;
}

export interface RunParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly editor: Editor;
  readonly landing: Landing;
  readonly check: Check;
  readonly leftOuts: LeftOuts;
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
  redirect: Redirect | undefined;
  /** What the model wrote in this round. */
  streamed: string;
  /** Set once, by whatever ends it before its time. */
  ending: Failure | undefined;
}

interface Redirect {
  readonly instruction: string;
  readonly removing: Edit;
  /** The version `removing` is for. */
  readonly version: number;
}

interface Round {
  readonly work: EditWork;
  readonly base: Snapshot;
  readonly removing: Edit | undefined;
}

export function createRuns(parts: RunParts): Runs {
  const { documents, session, editor, landing, check, leftOuts } = parts;
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
      run.streamed = '';
      const outcome = added(landed, await round(run, { work, base, removing }, progress));
      if (run.ending) return outcome.ok ? outcome : run.ending;
      const redirect = run.redirect;
      if (redirect === undefined || work.kind === 'edit') return outcome;
      const now = documents.get(base.uri);
      if (!now) return documentClosed;
      const typed = documents.editSince(base.uri, base.version);
      if (outcome.ok) {
        landed = outcome;
        removing = undefined;
      } else removing = removing && typed && map(removing, typed);
      removing = joined(removing, commentIn(redirect, documents.editSince(base.uri, redirect.version)));
      run.redirect = undefined;
      run.stop = new AbortController();
      const streamed = outcome.ok ? '' : run.streamed;
      work = {
        kind: 'ask',
        ask: redirected(work.ask, { now, typed, instruction: redirect.instruction, streamed }),
      };
      base = now;
      progress.report(`redirected: ${redirect.instruction}`);
    }
  }

  async function round(run: Run, { work, base, removing }: Round, progress: Progress): Promise<EditOutcome> {
    const checked =
      work.kind === 'edit'
        ? { edit: work.edit }
        : await check.answer(
            {
              ask: work.ask,
              base,
              report: progress.report,
              heard: (text) => {
                run.streamed += text;
              },
            },
            run.stop.signal,
          );
    if ('ok' in checked) return checked;
    // What was decided while the last words came holds for them too.
    if (run.ending || run.redirect !== undefined) return cancelledByUser;
    run.isLanding = true;
    try {
      const outcome = await land(run, { work, base, removing }, checked.edit);
      if (outcome.ok && work.kind === 'ask') {
        if (work.ask.request !== undefined) session.applied?.(work.ask.request);
        parts.done(run.wish.title, work.ask);
      }
      const { leftOut } = checked;
      if (!outcome.ok || !leftOut) return outcome;
      leftOuts.landed({ base, kept: checked.edit, ...leftOut });
      return { ...outcome, leftOut: leftOut.hunks };
    } finally {
      run.isLanding = false;
    }
  }

  async function land(run: Run, { work, base, removing }: Round, made: Edit): Promise<EditOutcome> {
    const left = untouched(removing, documents.editSince(base.uri, base.version));
    const whole = withRemoval(made, left);
    if (!parts.secretsKept(base, whole)) {
      return failure(
        'refused',
        'The edit would change a secret that the model was not shown; do this one by hand.',
      );
    }
    const outcome = await landing.land(run.wish.title, base, whole, run.stop.signal);
    if (outcome.ok || outcome.reason !== 'conflict' || !left?.length) return outcome;
    // The news of a change inside a comment may come after the answer.
    const still = untouched(left, documents.editSince(base.uri, base.version));
    return still?.length === left.length ? outcome : land(run, { work, base, removing: still }, made);
  }

  return {
    async start(wish, work) {
      const run: Run = {
        wish,
        work,
        stop: new AbortController(),
        isLanding: false,
        redirect: undefined,
        streamed: '',
        ending: undefined,
      };
      for (const other of runs) if (isSame(other, run)) end(other, superseded);
      runs = [run, ...runs];
      const progress = editor.progress(wish.token, wish.title, wish.origin);
      let last = 'It failed inside Whittle.';
      try {
        const outcome = await rounds(run, progress);
        last = outcome.ok ? summary(outcome) : outcome.message;
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
    steer({ instruction, removing = [] }, token) {
      const run = find(token);
      const now = run && documents.get(run.wish.snapshot.uri);
      if (run?.work.kind !== 'ask' || !now) return false;
      const before = run.redirect;
      const typed = before && documents.editSince(now.uri, before.version);
      run.redirect = {
        // Two words one after the other are both meant.
        instruction: before ? `${before.instruction}\n${instruction}` : instruction,
        removing: before ? (joined(commentIn(before, typed), removing) ?? []) : removing,
        version: now.version,
      };
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
  if (outcome.ok) return { ...outcome, edits: landed.edits + outcome.edits };
  return outcome.reason === 'nothing-to-change' ? landed : outcome;
}

/** Where the model's own edit already touches the comment, it has dealt with it. */
function withRemoval(edit: Edit, removing: Edit | undefined): Edit {
  return (removing ?? []).reduceRight((whole, comment) => {
    const removal = map([comment], whole);
    return removal ? compose(whole, removal) : whole;
  }, edit);
}

/** A comment that the user goes on with while its edit is made is his again. */
function untouched(removing: Edit | undefined, typed: Edit | undefined): Edit | undefined {
  return removing?.filter((comment) => typed && map([comment], typed));
}

/** The comment where it stands now; it stays where what was typed over it since is not known. */
function commentIn({ removing }: Redirect, typed: Edit | undefined): Edit {
  return (typed && map(removing, typed)) ?? [];
}

/** Of two removals of the same comment one is enough. */
function joined(a: Edit | undefined, b: Edit): Edit | undefined {
  const rest = (a ?? []).filter((one) => b.every(({ start, end }) => one.end <= start || end <= one.start));
  const all = [...rest, ...b].sort((x, y) => x.start - y.start);
  return all.length === 0 ? undefined : all;
}
