/** The editing commands: from what was asked for to a run, each with the sentence for what cannot be done. */

import type { Diagnostic, EditAsk, FixAsk, Region } from '../../core/ask.ts';
import type { Edit, Replacement } from '../../core/edit.ts';
import { lineAt, lineEnd, lineStart, toText } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { Files } from '../../state/workspace/files.ts';
import type { ContextOf } from '../context.ts';
import type { ProgressToken } from '../editor.ts';
import type { Aftermath } from './aftermath.ts';
import type { Hunk, Hunks } from './hunks.ts';
import type { FileEdit, Landing } from './landing.ts';
import type { LeftOut, LeftOuts } from './left-out.ts';
import { type EditOutcome, type Failure, failure, nothingSaid } from './outcome.ts';
import { redirected } from './redirect.ts';
import type { Repeats } from './repeats.ts';
import type { Runs, RunWish } from './run.ts';
import type { Unapplied, UnappliedEdits } from './unapplied.ts';

/** Room for rewriting a function; an answer of SEARCH/REPLACE blocks is far smaller than the file. */
const maxOutputTokens = 4096;

export interface Called {
  readonly uri: string;
  readonly token: ProgressToken;
  readonly origin: RunWish['origin'];
}

export interface Edits {
  instruct(
    called: Called,
    what: {
      readonly region?: Region;
      /** Nothing outside of the region's lines may change. */
      readonly bounded?: true;
      readonly instruction: string;
      readonly removing?: Region;
    },
  ): Promise<EditOutcome>;
  fix(
    called: Called,
    what: { readonly region: Region; readonly targets: readonly Diagnostic[] },
  ): Promise<EditOutcome>;
  repeat(called: Called): Promise<EditOutcome>;
  /** Stops offering to revert the hunk, whose text stays. */
  keep(id: string): EditOutcome;
  /** What the guard left out, under its id; nothing where the id is of something else. */
  include(id: string): Promise<EditOutcome> | undefined;
  /** At once where there is nothing to do in the editor. */
  revert(id: string): EditOutcome | Promise<EditOutcome>;
  /** Takes back what still stands of the edit that the hunk is part of. */
  undo(id: string): EditOutcome | Promise<EditOutcome>;
  /** Takes it back and asks again. */
  retry(called: Called, id: string, how: RetryKind): Promise<EditOutcome>;
  /** Makes a next edit that was found for this snapshot. */
  applyNext(called: Called, snapshot: Snapshot, next: Replacement): Promise<EditOutcome>;
}

/** `again`: another answer; `smaller`: one that changes less. */
export type RetryKind = 'again' | 'smaller';

export interface EditsParts {
  readonly documents: Documents;
  readonly settings: () => Settings;
  readonly context: ContextOf;
  readonly runs: Runs;
  readonly landing: Landing;
  readonly hunks: Hunks;
  readonly aftermath: Aftermath;
  readonly leftOuts: LeftOuts;
  readonly unapplied: UnappliedEdits;
  readonly repeats: Repeats;
  readonly files: Files;
  /** The sentence why nothing is done in this document, while it is switched off. */
  readonly off: (snapshot: Snapshot) => string | undefined;
}

export function createEdits(parts: EditsParts): Edits {
  const { documents, settings, context, runs, landing, hunks, aftermath, leftOuts, repeats, files } = parts;
  const { unapplied } = parts;

  const contextAt = (snapshot: Snapshot, { start }: Region) =>
    context(snapshot, { tokens: settings().context.editTokens, maxOutputTokens, focus: start });

  function clamped(snapshot: Snapshot, region: Region | undefined): Region {
    const length = snapshot.text.value.length;
    if (!region) return { start: 0, end: length };
    const start = Math.min(region.start, length);
    const end = Math.min(Math.max(region.start, region.end), length);
    if (end > start) return { start, end };
    // A mere place means its line, not nothing and not everything.
    const line = lineAt(snapshot.text, start);
    return { start: lineStart(snapshot.text, line), end: lineEnd(snapshot.text, line) };
  }

  function workedOn(uri: string): Snapshot | Failure {
    const snapshot = documents.get(uri);
    if (!snapshot) return notOpen(uri);
    const off = parts.off(snapshot);
    return off === undefined ? snapshot : failure('refused', off);
  }

  const snapshotOf = (uri: string) => documents.get(uri);
  const find = (id: string) => hunks.find(id, snapshotOf);
  /** The hunk, or what else stands of its edit once that one was kept, reverted or typed over. */
  const ofSameEdit = (id: string) => find(id) ?? hunks.sibling(id, snapshotOf);

  /** All in one undo step of each document; `closed` of files that nobody has open. */
  async function takeBack(
    label: string,
    taken: readonly Hunk[],
    closed: readonly Hunk[] = [],
  ): Promise<EditOutcome> {
    const uris = [...new Set(taken.map(({ uri }) => uri))];
    const open = uris.flatMap((uri): readonly FileEdit[] => {
      const base = documents.get(uri);
      return base ? [{ base, edit: backOf(taken.filter((hunk) => hunk.uri === uri)) }] : [];
    });
    const onDisk = await Promise.all(
      [...new Set(closed.map(({ uri }) => uri))].map((uri) => fromDisk(uri, closed)),
    );
    const back = [...open, ...onDisk.flatMap((file) => file ?? [])];
    if (back.length === 0) return hunkGone;
    const wish = { label, group: '', files: back };
    const outcome = await landing.revert(wish, new AbortController().signal);
    // One that the editor refused can be tried again.
    if (outcome.ok) for (const { id } of [...taken, ...closed]) hunks.forget(id);
    return outcome;
  }

  async function fromDisk(uri: string, closed: readonly Hunk[]): Promise<FileEdit | undefined> {
    const found = await files.read(uri);
    if (found.kind !== 'file') return undefined;
    const text = toText(found.text);
    const standing = closed.filter(
      (hunk) => hunk.uri === uri && text.value.slice(hunk.start, hunk.end) === hunk.after,
    );
    return standing.length === 0
      ? undefined
      : { closed: { uri, text, isNew: false }, edit: backOf(standing) };
  }

  /** All that stands of the edit that the hunk is part of, the hunk's own document first. */
  function undoWhole({ edit, uri }: Hunk, title: string): Promise<EditOutcome> {
    const standing = hunks.ofEdit(edit, snapshotOf);
    const own = standing.filter((hunk) => hunk.uri === uri);
    const others = standing.filter((hunk) => hunk.uri !== uri);
    return takeBack(`Undo: ${shortened(title)}`, [...own, ...others], hunks.ofClosed(edit));
  }

  async function includeLeftOut(snapshot: Snapshot, { id, edit }: LeftOut): Promise<EditOutcome> {
    const { signal } = new AbortController();
    const wish = { label: 'Include what was left out', group: id, files: [{ base: snapshot, edit }] };
    const outcome = await landing.land(wish, signal);
    if (outcome.ok) leftOuts.forget(id);
    return outcome;
  }

  async function applyAfterAll({ id, wish }: Unapplied): Promise<EditOutcome> {
    unapplied.forget(id);
    return await landing.land(wish, new AbortController().signal);
  }

  return {
    async instruct(called, { region, bounded, instruction, removing }) {
      const snapshot = workedOn(called.uri);
      if ('ok' in snapshot) return snapshot;
      if (instruction.trim() === '') return nothingSaid;
      const about = clamped(snapshot, region);
      const ask: EditAsk = {
        ...contextAt(snapshot, about),
        task: 'edit',
        region: about,
        ...(bounded ? { bounded } : {}),
        instruction: instruction.trim(),
      };
      const wish: RunWish = { ...called, title: shortened(instruction), instruction, snapshot };
      return await runs.start(removing ? { ...wish, removing: [{ ...removing, text: '' }] } : wish, {
        kind: 'ask',
        ask,
      });
    },
    async fix(called, { region, targets }) {
      const snapshot = workedOn(called.uri);
      if ('ok' in snapshot) return snapshot;
      const [first] = targets;
      if (!first) return failure('not-found', 'No diagnostic was given; put the cursor on one.');
      const about = clamped(snapshot, region);
      const ask: FixAsk = {
        ...contextAt(snapshot, about),
        task: 'fix',
        region: about,
        targets,
      };
      return await runs.start(
        { ...called, title: `Fix: ${shortened(first.message)}`, snapshot },
        { kind: 'ask', ask },
      );
    },
    async repeat(called) {
      const snapshot = workedOn(called.uri);
      if ('ok' in snapshot) return snapshot;
      const edit = repeats.places(snapshot);
      if (edit.length === 0) {
        return failure('not-found', 'Your last edit fits no other place of this document; make one first.');
      }
      return await runs.start({ ...called, title: 'Repeat my last edit', snapshot }, { kind: 'edit', edit });
    },
    keep(id) {
      if (!find(id)) return hunkGone;
      hunks.forget(id);
      return { ok: true, edits: 0, files: 0 };
    },
    include(id) {
      const refused = unapplied.find(id);
      if (refused) return applyAfterAll(refused);
      const found = leftOuts.find(id);
      return found && includeLeftOut(found.snapshot, found.leftOut);
    },
    revert(id) {
      if (leftOuts.forget(id)) return { ok: true, edits: 0, files: 0 };
      const hunk = find(id);
      return hunk ? takeBack('Revert hunk', [hunk]) : hunkGone;
    },
    undo(id) {
      const hunk = ofSameEdit(id);
      if (!hunk) return hunkGone;
      const title = aftermath.of(hunk)?.title ?? 'the edit';
      return undoWhole(hunk, title);
    },
    async retry(called, id, how) {
      const hunk = ofSameEdit(id);
      const finished = hunk && aftermath.of(hunk);
      if (!hunk || !finished?.ask) return hunkGone;
      const before = workedOn(hunk.uri);
      if ('ok' in before) return before;
      const { ask, title } = finished;
      const undone = await undoWhole(hunk, title);
      if (!undone.ok) return undone;
      const now = documents.get(hunk.uri);
      if (!now) return notOpen(hunk.uri);
      const typed = documents.editSince(hunk.uri, ask.document.version);
      const again = redirected(ask, { now, typed, instruction: retryWords[how] });
      return await runs.start({ ...called, title, snapshot: now }, { kind: 'ask', ask: again });
    },
    applyNext: (called, snapshot, { start, end, text }) =>
      runs.start({ ...called, title: 'Next edit', snapshot }, { kind: 'edit', edit: [{ start, end, text }] }),
  };
}

const retryWords: Readonly<Record<RetryKind, string>> = {
  again: 'Your last answer to this was not what was wanted: do it in another way.',
  smaller:
    'Your last answer to this changed too much: change only what the instruction cannot do without, and nothing else.',
};

function backOf(hunks: readonly Hunk[]): Edit {
  return hunks
    .map(({ start, end, before }) => ({ start, end, text: before }))
    .sort((a, b) => a.start - b.start);
}

const hunkGone = failure('not-found', 'This hunk is gone: its text was changed since.');

function notOpen(uri: string): Failure {
  return failure('not-found', `${uri} is not open in the editor; open it first.`);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
