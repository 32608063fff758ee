/**
 * Sight: whether a document shows an edit that was sent to the editor.
 *
 * Laws
 * - What the editor says is not believed but checked: the edit has landed when the document reads so
 *   (Neovim answers `applied: true` for edits it has skipped).
 * - An edit that stands where its lines and columns were, not where what was typed since has moved them, is beside
 *   its place, whatever else it looks like.
 * - Nothing is watched for ever: once the editor has said yes, a time without news ends it.
 */

import type { Clock } from '../../core/clock.ts';
import { apply, compose, type Edit, invert, map, normalise, sizeOf } from '../../core/edit.ts';
import { lineAt, lineCount, lineEnd, lineStart, type Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { EditorAnswer } from '../editor.ts';

/**
 * Neovim sends a change up to 150 ms after it was made, a busy editor later: with a message on the screen that the name
 * of its mode would overwrite, Neovim stands still for three seconds first.
 */
const confirmWithinMs = 5_000;

export interface Sight {
  /** Watches the document from before the edit is sent. */
  watch(now: Snapshot, edit: Edit): Watch;
  /** Told after every change of a document. */
  changed(uri: string): void;
  /** Whether an edit is on its way to the document: its changes may not be the user's. */
  expects(uri: string): boolean;
  dispose(): void;
}

export interface Watch {
  readonly seen: Promise<Seen>;
  /** The editor said yes: what the document shows decides from here, and not for ever. */
  answered(): void;
  stop(): void;
}

export type Seen =
  | ({ readonly kind: 'landed' } & SeenEdit)
  /** `edit` is what was made of `before`. */
  | { readonly kind: 'misplaced'; readonly before: Snapshot; readonly edit: Edit; readonly after: Snapshot }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'unclear' };

/** `edit` has made of `before` what `after` would read without `typed`, which the user did at the same time. */
export interface SeenEdit {
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

/** What the document read before its newest change, and what was done to it since the edit was sent. */
interface Before {
  readonly snapshot: Snapshot;
  readonly typed: Edit | undefined;
}

interface Waiter {
  readonly uri: string;
  check(): void;
  stop(): void;
}

export function createSight(documents: Documents, clock: Clock): Sight {
  const waiters = new Set<Waiter>();

  function watch(sent: Sent): Watch {
    const { uri } = sent.now;
    let stop = () => {};
    let takeBack = () => {};
    let isAnswered = false;
    let isSettled = false;
    let before: Before = { snapshot: sent.now, typed: [] };
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
        const typed = snapshot && documents.editSince(uri, sent.now.version);
        const beside = snapshot && misplaced(sent, before, snapshot);
        if (snapshot) before = { snapshot, typed };
        if (beside) return settle(beside);
        const what = snapshot && judge(sent, snapshot, typed);
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

  return {
    watch: (now, edit) => watch({ now, edit, expected: apply(now.text.value, edit) }),
    changed(uri) {
      for (const waiter of [...waiters]) if (waiter.uri === uri) waiter.check();
    },
    expects: (uri) => [...waiters].some((waiter) => waiter.uri === uri),
    dispose() {
      for (const waiter of [...waiters]) waiter.stop();
    },
  };
}

/** What the editor answers, or that it has applied the edit as soon as every document reads just as it should. */
export async function firstOf(
  watches: readonly (Watch | undefined)[],
  ask: (enough: AbortSignal) => Promise<EditorAnswer>,
): Promise<EditorAnswer> {
  const enough = new AbortController();
  const shown = new Promise<EditorAnswer>((resolve) => {
    void Promise.all(watches.map((watch) => watch?.seen)).then((all) => {
      if (all.every((seen) => seen?.kind === 'landed' && seen.typed.length === 0)) resolve({ applied: true });
    });
  });
  const answer = await Promise.race([ask(enough.signal), shown]);
  enough.abort();
  return answer;
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
    return { kind: 'landed', before: now, edit, typed: beside, after: snapshot };
  return map(edit, without) ? { kind: 'left-out' } : { kind: 'unclear' };
}

/** The newest change is the edit as it was sent, over a text that what was typed had moved. */
function misplaced({ now, edit }: Sent, { snapshot, typed }: Before, after: Snapshot): Seen | undefined {
  if (snapshot === now || snapshot === after || !typed) return undefined;
  const { value } = snapshot.text;
  const raw = edit.map(({ start, end, text }) => ({
    start: samePlace(now.text, snapshot.text, start),
    end: samePlace(now.text, snapshot.text, end),
    text,
  }));
  if (apply(value, raw) !== after.text.value) return undefined;
  const meant = map(edit, typed);
  if (meant && apply(value, meant) === after.text.value) return undefined;
  return { kind: 'misplaced', before: snapshot, edit: raw, after };
}

/** The same line and column, in UTF-16 code units, in another text. */
function samePlace(from: Text, to: Text, offset: number): number {
  const line = lineAt(from, offset);
  if (line >= lineCount(to)) return to.value.length;
  return Math.min(lineStart(to, line) + offset - lineStart(from, line), lineEnd(to, line));
}

/** The edit, or the one replacement that does the same, whichever is less: a client that syncs whole texts says more than was typed. */
function smaller(before: string, after: string, edit: Edit): Edit {
  const pieces = normalise(before, edit);
  const whole = normalise(before, [{ start: 0, end: before.length, text: after }]);
  return sizeOf(whole) < sizeOf(pieces) ? whole : pieces;
}
