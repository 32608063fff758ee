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
 * - One edit at a time for each region: a newer wish for the same lines takes the place of an earlier one. One for the
 *   whole document takes the place of another such only, so that a small edit goes on beside a large one.
 * - Switched off for its document, it ends at once; snoozed, it goes on, as the user asked for it.
 * - Its edit lands whole, in one undo step, or not at all; with `edit.live`, hunk by hunk, and what landed before it
 *   was stopped stays.
 */

import type { Region } from '../../core/ask.ts';
import { type Edit, map, mapOffset } from '../../core/edit.ts';
import type { Text } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Progress, ProgressToken } from '../editor.ts';
import { staying } from './live.ts';
import { type EditOutcome, type Failure, failure, summary, switchedOff } from './outcome.ts';
import { redirected } from './redirect.ts';
import { cancelledByUser, createRounds, type EditWork, type Going, type RoundParts } from './round.ts';

export interface RunWish {
  readonly token: ProgressToken;
  readonly origin: 'client' | 'server';
  readonly title: string;
  readonly snapshot: Snapshot;
  /** Goes with the edit: the instruction comment, and what it says. */
  readonly removing?: Edit;
  readonly instruction?: string;
}

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
  /** On or off may be another for some document: what is under way where it is off ends. */
  switched(): void;
  dispose(): void;
}

export interface RunParts extends RoundParts {
  /** The sentence why nothing is done in this document, while it is switched off. */
  readonly off: (snapshot: Snapshot) => string | undefined;
}

interface Run extends Going {
  readonly wish: RunWish;
  readonly work: EditWork;
  /** Set by `steer`: what the next round is asked, instead of ending. */
  redirect: Redirect | undefined;
  /** Set once, by whatever ends it before its time. */
  ending: Failure | undefined;
}

interface Redirect {
  readonly instruction: string;
  readonly removing: Edit;
  /** The version `removing` is for. */
  readonly version: number;
}

export function createRuns(parts: RunParts): Runs {
  const { documents, editor } = parts;
  const round = createRounds(parts);
  let runs: readonly Run[] = [];

  const find = (token: ProgressToken | undefined) =>
    runs.find((run) => !run.ending && (token === undefined || run.wish.token === token));

  /** Two equal diagnostics at different places are two wishes, and known edits go beside what a model is asked. */
  function isInTheWay(a: Run, b: Run): boolean {
    const { uri, version, text } = a.wish.snapshot;
    if (uri !== b.wish.snapshot.uri) return false;
    if (a.work.kind === 'edit' || b.work.kind === 'edit')
      return a.work.kind === b.work.kind && a.wish.title === b.wish.title;
    const other = b.work.ask.region;
    const isWhole = isAll(a.work.ask.region, text);
    if (isWhole || isAll(other, b.wish.snapshot.text)) return isWhole && isAll(other, b.wish.snapshot.text);
    const typed = documents.editSince(uri, version);
    const own = typed ? carried(a.work.ask.region, typed) : a.work.ask.region;
    if (own.start < other.end && other.start < own.end) return true;
    // What only meets is another place, unless it is an empty line or the same wish again.
    const isSame = a.wish.title === b.wish.title || (own.start === other.start && own.end === other.end);
    return isSame && own.start <= other.end && other.start <= own.end;
  }

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
      if (run.ending) return outcome.ok ? outcome : staying(run.ending, run.early);
      const redirect = run.redirect;
      if (redirect === undefined || work.kind === 'edit')
        return outcome.ok ? outcome : staying(outcome, run.early);
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
      const streamed = outcome.ok || run.early > 0 ? '' : run.streamed;
      work = {
        kind: 'ask',
        ask: redirected(work.ask, { now, typed, instruction: redirect.instruction, streamed }),
      };
      base = now;
      progress.report(`redirected: ${redirect.instruction}`);
    }
  }

  return {
    async start(wish, work) {
      if (!editor.canApply()) return cannotApply;
      const run: Run = {
        wish,
        work,
        stop: new AbortController(),
        isLanding: false,
        redirect: undefined,
        title: wish.title,
        isDecided: () => run.ending !== undefined || run.redirect !== undefined,
        isRedirected: () => run.redirect !== undefined,
        streamed: '',
        early: 0,
        ending: undefined,
      };
      for (const other of runs) if (isInTheWay(other, run)) end(other, superseded);
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
    switched() {
      for (const run of runs) if (parts.off(run.wish.snapshot) !== undefined) end(run, switchedOff);
    },
    dispose() {
      for (const run of runs) end(run, failure('cancelled', 'Whittle was stopped before the edit was done.'));
    },
  };
}

const superseded = failure(
  'superseded',
  'Another edit of the same place was asked for, which goes on instead.',
);
/** Before anything is asked, which may cost. */
const cannotApply = failure(
  'unsupported',
  'Your editor lets no server change its documents (`workspace/applyEdit`), so nothing can be edited in it.',
);
const documentClosed = failure('conflict', 'The document was closed before the edit was ready.');

function isAll({ start, end }: Region, text: Text): boolean {
  return start === 0 && end >= text.value.trimEnd().length;
}

function carried({ start, end }: Region, typed: Edit): Region {
  const from = mapOffset(typed, start, 'after');
  return { start: from, end: Math.max(from, mapOffset(typed, end, 'before')) };
}

function added(landed: Extract<EditOutcome, { ok: true }> | undefined, outcome: EditOutcome): EditOutcome {
  if (!landed) return outcome;
  if (outcome.ok) return { ...outcome, edits: landed.edits + outcome.edits };
  return outcome.reason === 'nothing-to-change' ? landed : outcome;
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
