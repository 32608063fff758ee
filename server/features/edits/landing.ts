/**
 * Landing: an edit made for one version of a document gets into the editor, or the reason why not comes back.
 *
 * Laws
 * - The edit is carried over what was typed since its base; where both touch the same characters nothing is sent.
 * - One request, one undo step, for the version it is sent for. A refused version is tried once more on the newer one.
 * - What the editor says is not believed but checked: the edit has landed when the document reads so
 *   (Neovim answers `applied: true` for edits it has skipped).
 * - Once the editor has said yes, cancelling comes too late: the outcome is what the document shows.
 */

import type { Clock } from '../../core/clock.ts';
import { apply, compose, type Edit, invert, map, normalise } from '../../core/edit.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor } from '../editor.ts';
import { type EditOutcome, failure } from './outcome.ts';

/** Neovim sends a change up to 150 ms after it was made, a busy editor later. */
const confirmWithinMs = 2_000;
const attempts = 2;

export interface Landing {
  land(label: string, base: Snapshot, edit: Edit, signal: AbortSignal): Promise<EditOutcome>;
  /** The same for taking text back: what lands makes no new hunks. */
  revert(label: string, base: Snapshot, edit: Edit, signal: AbortSignal): Promise<EditOutcome>;
  /** Told after every change of a document. */
  changed(uri: string): void;
  /** Whether an edit is on its way to the document: its changes may not be the user's. */
  expects(uri: string): boolean;
  dispose(): void;
}

export interface LandingParts {
  readonly documents: Documents;
  readonly editor: Editor;
  readonly clock: Clock;
  readonly landed: (landed: Landed) => void;
}

/** `edit` has made of `before` what `after` would read without `typed`, which the user did at the same time. */
export interface Landed {
  readonly label: string;
  /** What the edit was made for; `before` is what it was carried over to. */
  readonly base: Snapshot;
  readonly before: Snapshot;
  readonly edit: Edit;
  readonly typed: Edit;
  readonly after: Snapshot;
}

interface Sent {
  readonly now: Snapshot;
  readonly edit: Edit;
  readonly expected: string;
}

type Seen =
  | { readonly kind: 'landed'; readonly landed: Omit<Landed, 'label' | 'base'> }
  | { readonly kind: 'left-out' | 'unclear' };

interface Watch {
  readonly seen: Promise<Seen>;
  /** The editor said yes: what the document shows decides from here, and not for ever. */
  answered(): void;
  stop(): void;
}

interface Waiter {
  readonly uri: string;
  check(): void;
  stop(): void;
}

export function createLanding({ documents, editor, clock, landed }: LandingParts): Landing {
  const waiters = new Set<Waiter>();

  /** Watches the document until it shows whether the edit was applied. */
  function watch(sent: Sent): Watch {
    const { uri } = sent.now;
    let stop = () => {};
    let takeBack = () => {};
    let isAnswered = false;
    let isSettled = false;
    let check = () => {};
    const seen = new Promise<Seen>((resolve) => {
      const settle = (what: Seen) => {
        isSettled = true;
        waiters.delete(waiter);
        takeBack();
        resolve(what);
      };
      check = () => {
        const snapshot = documents.get(uri);
        const what = snapshot && judge(sent, snapshot, documents.editSince(uri, sent.now.version));
        if (!what) settle({ kind: 'unclear' });
        else if (what.kind === 'landed' || (what.kind === 'left-out' && isAnswered)) settle(what);
      };
      stop = () => settle({ kind: 'unclear' });
      const waiter = { uri, check: () => check(), stop };
      waiters.add(waiter);
    });
    return {
      seen,
      answered() {
        if (isSettled) return;
        isAnswered = true;
        takeBack = clock.after(confirmWithinMs, stop);
        check();
      },
      stop,
    };
  }

  async function land(
    wish: {
      readonly label: string;
      readonly base: Snapshot;
      readonly edit: Edit;
      readonly landed: LandingParts['landed'];
    },
    signal: AbortSignal,
  ): Promise<EditOutcome> {
    const { label, base, edit } = wish;
    let why = '';
    for (let attempt = 0; attempt < attempts; attempt++) {
      const now = documents.get(base.uri);
      if (!now) return failure('conflict', 'The document was closed before the edit was ready.');
      if (signal.aborted) return failure('cancelled', 'The edit was cancelled before it was applied.');
      const typed = now === base ? [] : documents.editSince(base.uri, base.version);
      const carried = typed && map(edit, typed);
      if (!carried)
        return failure('conflict', 'You changed the same place meanwhile; ask again to redo the edit.');
      const minimal = normalise(now.text.value, carried);
      if (minimal.length === 0) return failure('nothing-to-change', 'There is nothing to change.');
      const watching = watch({ now, edit: minimal, expected: apply(now.text.value, minimal) });
      const answer = await editor.applyEdit(label, now, minimal, signal);
      if (answer.applied) watching.answered();
      else watching.stop();
      const seen = await watching.seen;
      if (seen.kind === 'landed') {
        wish.landed({ ...seen.landed, label, base });
        return { ok: true, edits: minimal.length, files: 1 };
      }
      if (!answer.applied) {
        if (signal.aborted) return failure('cancelled', 'The edit was cancelled before it was applied.');
        why = answer.why;
        if (documents.get(base.uri) === now) break;
        continue;
      }
      const after = documents.get(base.uri);
      if (!after) return failure('conflict', 'The document was closed before the edit was seen in it.');
      why = 'the document does not show it';
      if (seen.kind === 'unclear') break;
    }
    return failure('not-applied', `The editor did not apply the edit: ${sentenceEnd(why)}`);
  }

  return {
    land: (label, base, edit, signal) => land({ label, base, edit, landed }, signal),
    revert: (label, base, edit, signal) => land({ label, base, edit, landed() {} }, signal),
    changed(uri) {
      for (const waiter of [...waiters]) if (waiter.uri === uri) waiter.check();
    },
    expects: (uri) => [...waiters].some((waiter) => waiter.uri === uri),
    dispose() {
      for (const waiter of [...waiters]) waiter.stop();
    },
  };
}

/**
 * What a version after the one the edit was sent for shows. The user may have typed as well: of the two ways there,
 * with the edit or without it, the one that leaves the user less to have typed is taken. An edit that arrives piece
 * by piece (some editors tell of each replacement for itself) is unclear until it is whole.
 */
function judge({ now, edit, expected }: Sent, snapshot: Snapshot, typed: Edit | undefined): Seen {
  if (snapshot === now || !typed) return { kind: 'unclear' };
  const { value } = snapshot.text;
  const beside = smaller(expected, value, compose(invert(now.text.value, edit), typed));
  const without = smaller(now.text.value, value, typed);
  if (sizeOf(beside) < sizeOf(without))
    return { kind: 'landed', landed: { before: now, edit, typed: beside, after: snapshot } };
  return map(edit, without) ? { kind: 'left-out' } : { kind: 'unclear' };
}

/** The edit, or the one replacement that does the same, whichever is less: a client that syncs whole texts says more than was typed. */
function smaller(before: string, after: string, edit: Edit): Edit {
  const pieces = normalise(before, edit);
  const whole = normalise(before, [{ start: 0, end: before.length, text: after }]);
  return sizeOf(whole) < sizeOf(pieces) ? whole : pieces;
}

function sizeOf(edit: Edit): number {
  return edit.reduce((size, { start, end, text }) => size + text.length + end - start, 0);
}

function sentenceEnd(why: string): string {
  return why === '' ? 'it gave no reason.' : /[.!?]$/.test(why) ? why : `${why}.`;
}
