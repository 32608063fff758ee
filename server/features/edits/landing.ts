/**
 * Landing: an edit made for versions of documents gets into the editor, or the reason why not comes back.
 *
 * Laws
 * - The edit is carried over what was typed since its base; where both touch the same characters nothing is sent.
 * - One request for all of its files, for the versions it is sent for. On the newer text, what was left out is tried
 *   once more, what was refused up to ten times: far from the editor, who types fast has typed on in every second.
 * - What the editor says of an open document is checked (`sight`); of files that it has not open it is believed.
 *   Where its documents read just as they should, its answer is not waited for.
 * - An editor that counts no versions may put an edit beside its place, over what was typed: that is taken back.
 * - Once the editor has said yes, cancelling comes too late: the outcome is what the documents show.
 */

import type { Clock } from '../../core/clock.ts';
import { type Edit, invert, map, mapOffset, normalise, placesAfter } from '../../core/edit.ts';
import type { Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor, FileChange } from '../editor.ts';
import { type EditOutcome, type Failure, failure } from './outcome.ts';
import { createSight, firstOf, type Seen, type SeenEdit } from './sight.ts';
import {
  anotherEdit,
  cancelledBefore,
  documentClosed,
  misplaced,
  misplacedBack,
  notApplied,
  partly,
  userChanged,
} from './unlanded.ts';

const mostAttempts = 10;
/** As many are told from what the user does. */
const mostRecent = 16;

export interface Landing {
  land(wish: LandingWish, signal: AbortSignal): Promise<EditOutcome>;
  /** The same for taking text back: what lands makes no new hunks. */
  revert(wish: LandingWish, signal: AbortSignal): Promise<EditOutcome>;
  /** Told after every change of a document. */
  changed(uri: string): void;
  /** Whether an edit is on its way to the document: its changes may not be the user's. */
  expects(uri: string): boolean;
  dispose(): void;
}

export interface LandingWish {
  readonly label: string;
  /** The same for all that lands of one wish: its hunks belong together. */
  readonly group: string;
  readonly files: readonly FileEdit[];
}

/** The edit of one file, the first of a wish being of the one that was asked about. */
export type FileEdit =
  | { readonly base: Snapshot; readonly edit: Edit }
  /** Of a file that was not open when it was read. */
  | { readonly closed: ClosedFile; readonly edit: Edit };

export interface ClosedFile {
  readonly uri: string;
  /** As it stands on disk; empty for a new file. */
  readonly text: Text;
  readonly isNew: boolean;
}

export interface LandingParts {
  readonly documents: Documents;
  readonly editor: Editor;
  readonly clock: Clock;
  readonly landed: (landed: Landed) => void;
  /** The same of files that the editor did not have open. */
  readonly landedClosed: (landed: LandedClosed) => void;
  /** Nothing of it is in the editor, which said no by itself: what the code action is called that tries again. */
  readonly refused: (wish: LandingWish) => string | undefined;
}

export interface Landed extends SeenEdit {
  readonly label: string;
  readonly group: string;
  /** What the edit was made for; `before` is what it was carried over to. */
  readonly base: Snapshot;
}

export interface LandedClosed {
  readonly group: string;
  readonly file: ClosedFile;
  readonly edit: Edit;
}

interface RecentlyLanded {
  readonly uri: string;
  readonly version: number;
  /** Where its new text stands at that version. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

interface Sending {
  readonly file: FileEdit;
  readonly change: FileChange;
}

interface Attempt {
  /** For each that was sent; nothing for files that are not open. */
  readonly seen: readonly (Seen | undefined)[];
  readonly missing: readonly FileEdit[];
  readonly why: string;
  /** The editor said no by itself, and is done with it. */
  readonly isRefused: boolean;
  /** Of `mostAttempts`; all where it is not to be tried again. */
  readonly cost: number;
}

export function createLanding(parts: LandingParts): Landing {
  const { documents, editor, clock } = parts;
  const sight = createSight(documents, clock);
  /** What landed last, newest first. */
  let recent: readonly RecentlyLanded[] = [];

  /** Whether what stands where the edit is to go has landed since its base. */
  function isByAnother(
    { base, edit }: Extract<FileEdit, { base: Snapshot }>,
    typed: Edit | undefined,
  ): boolean {
    if (!typed) return false;
    return recent.some(({ uri, version, places }) => {
      const since = uri === base.uri && version > base.version && documents.editSince(uri, version);
      return (
        since &&
        places.some((place) => {
          const start = mapOffset(since, place.start, 'before');
          const end = mapOffset(since, place.end, 'after');
          return edit.some(
            (each) =>
              mapOffset(typed, each.start, 'before') <= end && start <= mapOffset(typed, each.end, 'after'),
          );
        })
      );
    });
  }

  function noteLanded({ after: { uri, version }, edit, typed }: SeenEdit): void {
    const places = placesAfter(edit).map(({ start, end }) => ({
      start: mapOffset(typed, start, 'before'),
      end: mapOffset(typed, end, 'after'),
    }));
    recent = [{ uri, version, places }, ...recent].slice(0, mostRecent);
  }

  /** The change as it is to be sent now; nothing where the file reads so already. */
  function changeOf(file: FileEdit): FileChange | Failure | undefined {
    if ('base' in file) {
      const { base, edit } = file;
      const now = documents.get(base.uri);
      if (!now) return documentClosed;
      const typed = now === base ? [] : documents.editSince(base.uri, base.version);
      const carried = typed && map(edit, typed);
      if (!carried) return isByAnother(file, typed) ? anotherEdit : userChanged;
      const minimal = normalise(now.text.value, carried);
      const { uri, version, text } = now;
      return minimal.length === 0 ? undefined : { uri, version, text, edit: minimal };
    }
    const { closed, edit } = file;
    const { uri, text, isNew } = closed;
    const opened = documents.get(uri);
    if (!opened) {
      const minimal = isNew ? edit : normalise(text.value, edit);
      return minimal.length === 0 ? undefined : { uri, text, edit: minimal, ...(isNew ? { isNew } : {}) };
    }
    if (opened.text.value !== text.value)
      return failure('conflict', 'You changed the same file meanwhile; ask again to redo the edit.');
    return changeOf({ base: opened, edit });
  }

  function sendingOf(left: readonly FileEdit[], asked: string): readonly Sending[] | Failure {
    const sending: Sending[] = [];
    for (const file of left) {
      const change = changeOf(file);
      if (!change) continue;
      if ('ok' in change) return change;
      sending.push({ file, change: change.uri === asked ? change : { ...change, toConfirm: true } });
    }
    return sending;
  }

  /** Sends what is left in one request, and waits for what the documents show. */
  async function attempt(label: string, sending: readonly Sending[], signal: AbortSignal): Promise<Attempt> {
    const watches = sending.map(({ change }) => {
      const now = documents.get(change.uri);
      return now && { now, ...sight.watch(now, change.edit) };
    });
    const changes = sending.map(({ change }) => change);
    const answer = await firstOf(watches, (enough) =>
      editor.applyEdit(label, changes, AbortSignal.any([signal, enough])),
    );
    for (const watch of watches) {
      if (answer.applied) watch?.answered();
      else watch?.stop();
    }
    const seen = await Promise.all(watches.map((watch) => watch?.seen));
    const missing = sending.filter((_, i) => (watches[i] ? seen[i]?.kind !== 'landed' : !answer.applied));
    const mayGoIn = answer.applied
      ? !seen.some((each) => each?.kind === 'unclear')
      : !answer.isOpen && watches.some((watch) => watch && documents.get(watch.now.uri) !== watch.now);
    return {
      seen,
      missing: missing.map(({ file }) => file),
      why: answer.applied ? 'the document does not show it' : answer.why,
      isRefused: !answer.applied && !answer.isOpen && !answer.byUser,
      cost: mayGoIn ? (answer.applied ? mostAttempts / 2 : 1) : mostAttempts,
    };
  }

  async function land(wish: LandingWish, told: Told, signal: AbortSignal): Promise<EditOutcome> {
    const { label, group, files } = wish;
    const asked = files[0] ? uriOf(files[0]) : '';
    let left = files;
    let done: readonly FileChange[] = [];
    let why: string | undefined;
    let isRefused = false;
    for (let attempts = 0; attempts < mostAttempts; ) {
      const sending = sendingOf(left, asked);
      if ('ok' in sending)
        return done.length === 0 ? sending : partly(done, left.map(uriOf), sending.message);
      if (sending.length === 0) break;
      if (signal.aborted)
        return done.length === 0 ? cancelledBefore : partly(done, left.map(uriOf), 'it was cancelled');
      const { seen, missing, cost, ...rest } = await attempt(label, sending, signal);
      for (const [i, { file, change }] of sending.entries()) {
        const what = seen[i];
        if (missing.includes(file)) continue;
        if (what?.kind === 'landed') {
          const base = 'base' in file ? file.base : what.before;
          noteLanded(what);
          told.landed({ ...what, label, group, base });
        } else if ('closed' in file) told.landedClosed({ group, file: file.closed, edit: change.edit });
        done = [...done, change];
      }
      const beside = seen.filter((each) => each?.kind === 'misplaced');
      if (beside.length > 0) return await putBack(beside, wish, signal);
      left = missing;
      ({ why, isRefused } = rest);
      if (left.length === 0) break;
      const isClosed = left.some((file) => 'base' in file && !documents.get(file.base.uri));
      if (isClosed && done.length === 0) return documentClosed;
      if (signal.aborted && done.length === 0) return cancelledBefore;
      attempts += cost;
    }
    if (done.length === 0) {
      if (why === undefined) return failure('nothing-to-change', 'There is nothing to change.');
      return notApplied(why, isRefused ? told.refused(wish) : undefined);
    }
    // One that reads as it should without having been sent is not missing.
    const missing = left.filter((file) => changeOf(file) !== undefined);
    if (missing.length > 0) return partly(done, missing.map(uriOf), why ?? '');
    const edits = done.reduce((count, { edit }) => count + edit.length, 0);
    return { ok: true, edits, files: done.length };
  }

  /** What stands beside its place is taken back, once. */
  async function putBack(
    beside: readonly Extract<Seen, { kind: 'misplaced' }>[],
    { label, group }: LandingWish,
    signal: AbortSignal,
  ): Promise<Failure> {
    if (group === takingBack) return misplaced;
    const files = beside.map(({ before, edit, after }) => ({
      base: after,
      edit: invert(before.text.value, edit),
    }));
    const back = await land({ label, group: takingBack, files }, untold, signal);
    return back.ok ? misplacedBack : misplaced;
  }

  return {
    land: (wish, signal) => land(wish, parts, signal),
    revert: (wish, signal) => land(wish, untold, signal),
    changed: sight.changed,
    expects: sight.expects,
    dispose: sight.dispose,
  };
}

type Told = Pick<LandingParts, 'landed' | 'landedClosed' | 'refused'>;

const untold: Told = { landed() {}, landedClosed() {}, refused: () => undefined };
const takingBack = 'taking back';

export function uriOf(file: FileEdit): string {
  return 'base' in file ? file.base.uri : file.closed.uri;
}
