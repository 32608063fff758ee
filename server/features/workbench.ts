/**
 * Everything behind one editor: documents, what was changed of late, the model behind its guard, and the features
 * on top of them. Knows neither LSP nor sockets.
 *
 * Laws
 * - A change of a document is taken in synchronously, in the order of arrival; what nobody waits for (history, what
 *   a model is told) waits until it is needed or the user pauses.
 * - Before `begin` nothing is told to a model; `begin` tells what is open by then.
 */

import type { WorkspaceFolder } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import type { Edit } from '../core/edit.ts';
import { lastEdit, recentChanges } from '../core/history.ts';
import type { Log } from '../core/log.ts';
import type { ModelSession } from '../core/model.ts';
import { placeholderNumbers } from '../core/placeholder.ts';
import { createDocuments, type Documents, type OpenedDocument } from '../state/documents.ts';
import { createOutbound } from '../state/outbound.ts';
import { redactFragment } from '../state/privacy/fragment.ts';
import { createVault } from '../state/privacy/vault.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { Syntax } from '../state/syntax/syntax.ts';
import { createFiles } from '../state/workspace/files.ts';
import type { TextAtHead } from '../state/workspace/git.ts';
import { createSources } from '../state/workspace/sources.ts';
import { type FolderPath, pathOf, toUri } from '../state/workspace/uri.ts';
import { afterwards, createAftermath } from './aftermath.ts';
import { createAnnouncer } from './announcer.ts';
import { askDocument, contextFrom } from './context.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.ts';
import { createEditing, type Editing } from './editing.ts';
import type { Editor } from './editor.ts';
import { createInline, type Inline } from './inline.ts';
import { createRelated } from './related.ts';
import { outboundRules } from './rules.ts';
import { createStatus, type ShownStatus } from './status.ts';
import { createSwitch, type Switch } from './switch.ts';
import { createTally } from './tally.ts';
import { createTrouble } from './trouble.ts';

/** A session that follows the settings. */
export interface SettableModel {
  readonly session: ModelSession;
  settingsChanged(): void;
}

export interface WorkbenchParts {
  readonly settings: () => Settings;
  readonly editor: Editor;
  readonly log: Log;
  readonly folders: () => readonly FolderPath[];
  readonly clock: Clock;
  readonly newId: () => string;
  /** Whether the editor says that it asks for inline completions by itself. */
  readonly asksItself: () => boolean;
  /** In [0, 1). */
  readonly random: () => number;
  readonly textAtHead: TextAtHead;
  /** Called once; the session tells by `changed` that its status may be another. */
  readonly openModel: (changed: () => void) => SettableModel;
  readonly syntax: Syntax;
  readonly statusChanged: (status: ShownStatus) => void;
  /** Least time between two of them; 0 needs no timer. */
  readonly statusEveryMs: number;
}

export interface Workbench {
  readonly documents: Documents;
  readonly inline: Inline;
  readonly diagnostics: Diagnostics;
  readonly edits: Editing['edits'];
  readonly nextEdits: Editing['nextEdits'];
  readonly runs: Editing['runs'];
  readonly reviews: Editing['reviews'];
  readonly onOff: Switch;
  readonly listing: Editing['listing'];
  /** As asks name the document. */
  pathOf(uri: string): string;
  opened(document: OpenedDocument): void;
  changed(uri: string, version: number | undefined, edit: Edit): void;
  closed(uri: string): void;
  settingsChanged(): void;
  foldersChanged(): void;
  /** The editor shows this document now. */
  focused(uri: string): void;
  saved(uri: string): void;
  begin(): void;
  isReady(): boolean;
  status(): object;
  announce(): void;
  dispose(): Promise<void>;
}

/** Changes told to a model; more is no help and costs tokens. */
const toldChanges = 8;

export function createWorkbench(parts: WorkbenchParts): Workbench {
  const { settings, editor, clock, newId, folders } = parts;
  const documents = createDocuments();
  const diagnostics = createDiagnostics(documents);
  const onOff = createSwitch({
    settings,
    now: () => clock.now(),
    languageOf: (uri) => documents.get(uri)?.languageId ?? '',
    switched() {
      editing.switched();
      inline.switched();
      if (begun) outbound.rulesChanged();
    },
  });
  const trouble = createTrouble(editor, parts.log);
  // What there is to tell exists only from here on down.
  let changed = (): void => {};
  const tally = createTally(() => changed());
  const vault = createVault(Math.floor(parts.random() * placeholderNumbers));
  const model = parts.openModel(() => changed());
  let begun = false;
  const currentRules = () => outboundRules(settings(), folders(), clock);
  let rules = currentRules();

  const outbound = createOutbound(model.session, {
    rules: () => rules,
    vault,
    holding: onOff.holding,
    textOf: (uri, version) => {
      const snapshot = documents.get(uri);
      return snapshot?.version === version ? snapshot.text : undefined;
    },
  });
  const named = (uri: string) => pathOf(uri, folders());
  const aftermath = createAftermath({
    clock,
    pathOf: named,
    tell(event) {
      if (begun) outbound.tell(event);
    },
  });
  const session = afterwards(outbound, aftermath);
  const excludes = (uri: string) => rules.privacy.excludes(uri) !== undefined;
  const redacted = (text: string) => (rules.redactSecrets ? redactFragment(text, vault) : text);
  const related = createRelated({
    documents,
    sources: createSources({ excludes: (file) => excludes(toUri(file)), redact: redacted }),
    folders,
    excludes,
    redact: redacted,
    // The embedded engine has read the workspace itself.
    wanted: () => !isEmbedded('completion') || !isEmbedded('edit') || !isEmbedded('nextEdit'),
    clock,
  });
  const context = contextFrom({
    pathOf: named,
    history: (typing) => recentChanges(aftermath.history(typing), toldChanges),
    diagnostics,
    related,
  });
  const inline = createInline({
    documents,
    session,
    settings,
    context,
    onOff,
    tally,
    trouble,
    clock,
    newId,
    asksItself: parts.asksItself,
    hedges: () => settings().completion.hedge && !isEmbedded('completion'),
  });

  function isEmbedded(task: 'completion' | 'edit' | 'nextEdit'): boolean {
    return (settings()[task].model.url ?? settings().model.url) === 'local';
  }

  const editing = createEditing({
    documents,
    session,
    settings,
    editor,
    context,
    tally,
    trouble,
    onOff,
    syntax: parts.syntax,
    clock,
    newId,
    textAtHead: parts.textAtHead,
    lastEdit: () => lastEdit(aftermath.history()),
    pathOf: named,
    excluded: (uri) => rules.privacy.excludes(uri),
    files: createFiles({ folders, excludes: (uri) => rules.privacy.excludes(uri) }),
    isEmbedded,
  });

  function gone(uri: string): void {
    aftermath.forget(uri);
    documents.close(uri);
    diagnostics.forget(uri);
    related.closed(uri);
    editing.closed(uri);
    inline.closed(uri);
  }

  function tellFolders(): void {
    const list: WorkspaceFolder[] = folders().map(({ name, path }) => ({ name, path }));
    session.tell({ kind: 'folders', folders: list, exclude: settings().privacy.exclude });
  }

  const status = createStatus({ session, settings, onOff, tally });
  const announcer = createAnnouncer({
    clock,
    look: status.short,
    tell: parts.statusChanged,
    everyMs: parts.statusEveryMs,
  });
  changed = () => {
    if (begun) announcer.changed();
  };

  return {
    documents,
    inline,
    diagnostics,
    edits: editing.edits,
    nextEdits: editing.nextEdits,
    runs: editing.runs,
    reviews: editing.reviews,
    onOff,
    listing: editing.listing,
    pathOf: named,
    opened(document) {
      // Opened twice without a word in between: what was made for the text before must not land in this one.
      if (documents.get(document.uri)) gone(document.uri);
      const snapshot = documents.open(document);
      related.opened(document.uri);
      editing.opened(snapshot);
      if (begun) session.tell({ kind: 'opened', document: askDocument(snapshot, named) });
    },
    changed(uri, version, edit) {
      const change = documents.change(uri, version, edit);
      if (!change) return;
      aftermath.changed(change);
      const by = editing.expects(uri) ? 'edit' : 'user';
      editing.changed(uri);
      related.changed(uri);
      // Before the settings are known there is nothing to keep, and nothing may be asked ahead.
      if (begun) inline.changed(change, by);
      editing.nextEdits.changed(change, by);
    },
    closed(uri) {
      gone(uri);
      if (begun) session.tell({ kind: 'closed', uri });
    },
    settingsChanged() {
      rules = currentRules();
      // What ends because it is off is not told that its model went.
      editing.switched();
      model.settingsChanged();
      inline.settingsChanged();
      editing.nextEdits.settingsChanged();
      trouble.settingsChanged();
      related.forget();
      if (begun) outbound.rulesChanged();
      changed();
    },
    foldersChanged() {
      rules = currentRules();
      related.forget();
      if (!begun) return;
      outbound.rulesChanged();
      tellFolders();
    },
    begin() {
      if (begun) return;
      aftermath.tellAll();
      begun = true;
      // The folders were not known when it was created.
      rules = currentRules();
      tellFolders();
      for (const snapshot of documents.all()) {
        session.tell({ kind: 'opened', document: askDocument(snapshot, named) });
      }
    },
    focused: related.focused,
    saved: editing.saved,
    isReady: () => begun,
    status: status.full,
    announce: announcer.now,
    async dispose() {
      announcer.dispose();
      aftermath.dispose();
      editing.dispose();
      inline.dispose();
      related.dispose();
      await Promise.all([parts.syntax.dispose(), session.dispose()]);
    },
  };
}
