/**
 * Editing: everything that changes documents or looks them through because the user asks for it, with what a menu of
 * code actions is made of.
 */

import type { Diagnostic } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { Edit } from '../core/edit.ts';
import { couldSpellOut } from '../core/fix/spelled.ts';
import type { RepeatableEdit } from '../core/history.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { Outbound } from '../state/outbound.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { Syntax } from '../state/syntax/syntax.ts';
import type { Files } from '../state/workspace/files.ts';
import type { TextAtHead } from '../state/workspace/git.ts';
import type { ListParts } from './actions/listing.ts';
import { createOnSave } from './actions/on-save.ts';
import type { ContextOf } from './context.ts';
import type { Editor } from './editor.ts';
import { createAftermath } from './edits/aftermath.ts';
import { createCheck } from './edits/check.ts';
import { createEdits, type Edits } from './edits/edits.ts';
import { createElsewhere } from './edits/elsewhere.ts';
import { createHunks } from './edits/hunks.ts';
import { createLanding } from './edits/landing.ts';
import { createLeftOuts } from './edits/left-out.ts';
import { createRepeats } from './edits/repeats.ts';
import type { KeptDocument } from './edits/round.ts';
import { createRuns, type Runs } from './edits/run.ts';
import { createUnappliedEdits } from './edits/unapplied.ts';
import { createNextEdits, type NextEdits } from './next-edit/next-edits.ts';
import { changesSinceHead } from './review/changes.ts';
import { createReviews, type Reviews } from './review/reviews.ts';
import { offSentence, type Switch } from './switch.ts';
import type { Tally } from './tally.ts';
import type { Trouble } from './trouble.ts';

export interface EditingParts {
  readonly documents: Documents;
  readonly session: Outbound;
  readonly settings: () => Settings;
  readonly editor: Editor;
  readonly context: ContextOf;
  readonly tally: Tally;
  readonly trouble: Trouble;
  readonly onOff: Switch;
  readonly syntax: Syntax;
  readonly textAtHead: TextAtHead;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The newest change that can be repeated, of whichever document. */
  readonly lastEdit: () => RepeatableEdit | undefined;
  readonly pathOf: (uri: string) => string;
  readonly excluded: ListParts['excluded'];
  readonly files: Files;
  /** Whether edits, or next edits, are made by the embedded engine, which follows only what is mechanical. */
  readonly isEmbedded: (task: 'edit' | 'nextEdit') => boolean;
}

export interface Editing {
  readonly edits: Edits;
  readonly nextEdits: NextEdits;
  readonly runs: Runs;
  readonly reviews: Reviews;
  readonly listing: ListParts;
  /** Whether an edit is on its way to the document: its changes may not be the user's. */
  expects(uri: string): boolean;
  opened(snapshot: Snapshot): void;
  changed(uri: string): void;
  saved(uri: string): void;
  closed(uri: string): void;
  /** On or off may be another for some document. */
  switched(): void;
  dispose(): void;
}

export function createEditing(parts: EditingParts): Editing {
  const { documents, session, settings, editor, context, tally, clock, newId } = parts;
  const isEmbedded = () => parts.isEmbedded('edit');
  const secretsKept = (document: KeptDocument, edit: Edit) =>
    session.secretsKept({ ...document, text: document.text.value }, edit);
  const hunks = createHunks(documents, newId);
  const aftermath = createAftermath(hunks);
  const leftOuts = createLeftOuts(documents, newId);
  const repeats = createRepeats((uri) => {
    const last = parts.lastEdit();
    return last?.uri === uri ? last : undefined;
  });
  const { landed, landedClosed } = aftermath;
  const unapplied = createUnappliedEdits(documents, newId);
  const { refused } = unapplied;
  const landing = createLanding({ documents, editor, clock, landed, landedClosed, refused });
  const { files } = parts;
  const off = (document: Snapshot): string | undefined =>
    parts.onOff.holding(document) === 'off' ? offSentence : undefined;
  const runs = createRuns({
    documents,
    session,
    editor,
    landing,
    check: createCheck({
      syntax: parts.syntax,
      session,
      editor,
      tally,
      elsewhere: createElsewhere({ documents, files, canCreate: editor.canCreate }),
      guards: () => settings().edit.guard,
      isEmbedded,
    }),
    leftOuts,
    newGroup: newId,
    isLive: () => settings().edit.live && editor.showsLive(),
    done: aftermath.done,
    secretsKept,
    off,
  });
  const edits = createEdits({
    documents,
    settings,
    context,
    runs,
    landing,
    hunks,
    aftermath,
    leftOuts,
    unapplied,
    repeats,
    files,
    off,
  });
  const nextEdits = createNextEdits({
    documents,
    session,
    settings,
    context,
    onOff: parts.onOff,
    tally,
    trouble: parts.trouble,
    repeats,
    clock,
    newId,
    isEmbedded: () => parts.isEmbedded('nextEdit'),
    secretsKept: (snapshot, hunk) => secretsKept(snapshot, [hunk]),
  });
  const reviews = createReviews({
    documents,
    session,
    editor,
    context,
    contextTokens: () => settings().context.editTokens,
    runs,
    tally,
    clock,
    newId,
    off,
    changesSinceHead: (snapshot, signal) => changesSinceHead(snapshot, parts.textAtHead, signal),
  });
  const onSave = createOnSave({ documents, settings, edits, reviews, editor, onOff: parts.onOff, newId });

  /** The embedded engine follows what a diagnostic spells out; a model may try anything. */
  function fixable(diagnostic: Diagnostic, { uri, text }: Snapshot): boolean {
    return !isEmbedded() || couldSpellOut(diagnostic, { text: text.value, path: parts.pathOf(uri) });
  }

  return {
    edits,
    nextEdits,
    runs,
    reviews,
    listing: {
      settings,
      hunks,
      aftermath,
      leftOuts,
      unapplied,
      runs,
      reviews,
      repeats,
      nextEdit: nextEdits.known,
      fixable,
      instructed: () => !isEmbedded(),
      canApply: editor.canApply,
      canChoose: editor.canChoose,
      excluded: parts.excluded,
      off,
    },
    expects: landing.expects,
    opened: (snapshot) => hunks.seen(snapshot),
    changed(uri) {
      const snapshot = documents.get(uri);
      if (snapshot) hunks.seen(snapshot);
      landing.changed(uri);
      reviews.changed(uri);
    },
    saved: onSave.saved,
    closed(uri) {
      hunks.closed(uri);
      aftermath.closed(uri);
      leftOuts.closed(uri);
      unapplied.closed(uri);
      reviews.closed(uri);
      onSave.closed(uri);
      nextEdits.closed(uri);
      runs.closed(uri);
      landing.changed(uri);
    },
    switched() {
      runs.switched();
      reviews.switched();
      nextEdits.switched();
    },
    dispose() {
      nextEdits.dispose();
      runs.dispose();
      reviews.dispose();
      landing.dispose();
    },
  };
}
