/**
 * The code actions that fit a place. Listing is synchronous, cheap and never calls a model; the work happens in
 * the command behind an entry.
 */

import type { Diagnostic, Region } from '../../core/ask.ts';
import { type InstructionComment, instructionComments } from '../../core/comment.ts';
import { withoutControls } from '../../core/controls.ts';
import type { Replacement } from '../../core/edit.ts';
import { isAmong } from '../../core/language-id.ts';
import { wholeLines } from '../../core/next-edit/hunks.ts';
import { lineAt } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { ProgressToken } from '../editor.ts';
import type { Aftermath } from '../edits/aftermath.ts';
import type { RetryKind } from '../edits/edits.ts';
import type { Hunk, Hunks } from '../edits/hunks.ts';
import type { LeftOuts } from '../edits/left-out.ts';
import type { Repeats } from '../edits/repeats.ts';
import type { Runs, RunWish } from '../edits/run.ts';
import type { UnappliedEdits } from '../edits/unapplied.ts';
import type { Reviews, ReviewWish } from '../review/reviews.ts';
import { findingSource, type StandingFinding } from '../review/standing.ts';
import { includeAction, unappliedAction } from './after-all.ts';
import { type Rewrite, rewritesAt } from './rewrites.ts';

/** An unfiltered menu shows at most so many entries of ours beside those of the language's own server. */
const maxEntries = 4;
/** A title is read at a glance. */
const maxTitle = 72;

export type ListedAction = {
  readonly title: string;
  readonly kind: string;
  /** Why it cannot be done now; shown where the editor can. */
  readonly disabled?: string;
} & (
  | { readonly does: 'fix'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly does: 'instruct'; readonly comment: InstructionComment }
  | { readonly does: 'rewrite'; readonly rewrite: Rewrite }
  | { readonly does: 'custom'; readonly instruction: string }
  | { readonly does: 'repeat' }
  | { readonly does: 'next-edit' }
  | { readonly does: 'hunk'; readonly id: string; readonly keep: boolean }
  /** Of the whole edit that the hunk is part of. */
  | { readonly does: 'undo'; readonly id: string }
  | { readonly does: 'retry'; readonly id: string; readonly how: RetryKind }
  | { readonly does: 'stop'; readonly token: ProgressToken }
  | { readonly does: 'redirect'; readonly token: ProgressToken; readonly comment: InstructionComment }
  | { readonly does: 'finding'; readonly id: string; readonly what: 'fix' | 'dismiss' }
  | { readonly does: 'review'; readonly region?: Region; readonly what: ReviewWish['what'] }
  | { readonly does: 'more' }
  | { readonly does: 'nothing' }
);

export interface ListWish {
  readonly snapshot: Snapshot;
  readonly start: number;
  readonly end: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Kinds the client wants, all where it names none. */
  readonly only: readonly string[] | undefined;
  /** The cursor moved by itself, or the user asked for the menu. */
  readonly trigger: 'invoked' | 'automatic';
}

export interface ListParts {
  readonly settings: () => Settings;
  readonly hunks: Hunks;
  readonly aftermath: Aftermath;
  readonly leftOuts: LeftOuts;
  readonly unapplied: UnappliedEdits;
  readonly runs: Runs;
  readonly reviews: Pick<Reviews, 'running' | 'within'>;
  readonly repeats: Repeats;
  /** The nearest next edit that is known already. */
  readonly nextEdit: (snapshot: Snapshot, cursor: number) => Replacement | undefined;
  /** Whether the model in use could fix this at all. */
  readonly fixable: (diagnostic: Diagnostic, snapshot: Snapshot) => boolean;
  /** Whether the model in use follows any instruction, not only mechanical ones. */
  readonly instructed: () => boolean;
  /** Whether the editor lets a server change documents. */
  readonly canApply: () => boolean;
  /** Whether it would ask the user which of the further entries it is to be. */
  readonly canChoose: () => boolean;
  /** The sentence why nothing of the document may leave. */
  readonly excluded: (uri: string) => string | undefined;
  /** The sentence why nothing is done in this document, while it is switched off. */
  readonly off: (snapshot: Snapshot) => string | undefined;
}

export function listActions(wish: ListWish, parts: ListParts): readonly ListedAction[] {
  const { only } = wish;
  const off = parts.off(wish.snapshot);
  if (off !== undefined)
    return [{ does: 'nothing', kind: 'refactor', title: 'Whittle is off', disabled: off }];
  const excluded = parts.excluded(wish.snapshot.uri);
  if (excluded !== undefined) {
    return [{ does: 'nothing', kind: 'refactor', title: 'Whittle: not for this file', disabled: excluded }];
  }
  const wanted = (kind: string) =>
    !only?.length || only.some((prefix) => kind === prefix || kind.startsWith(`${prefix}.`) || prefix === '');
  const fitting = everyAction(wish, parts).filter(
    (action) => wanted(action.kind) && (parts.canApply() || isWithoutEdit(action)),
  );
  if (only?.length || fitting.length <= maxEntries || !parts.canChoose()) return fitting;
  return [
    ...fitting.slice(0, maxEntries - 1),
    { does: 'more', kind: 'refactor', title: 'More from Whittle…' },
  ];
}

function isWithoutEdit(action: ListedAction): boolean {
  switch (action.does) {
    case 'stop':
    case 'review':
      return true;
    case 'finding':
      return action.what === 'dismiss';
    default:
      return false;
  }
}

/** Most wanted first. */
function everyAction(wish: ListWish, parts: ListParts): readonly ListedAction[] {
  const { snapshot, start, end, trigger } = wish;
  const findings = parts.reviews.within(snapshot, start, end);
  const running = parts.runs.running(snapshot.uri);
  const comments = instructionComments(snapshot.text, snapshot.languageId, { start, end });
  const rewrites =
    trigger === 'invoked' && parts.instructed()
      ? rewritesAt(snapshot, { start, end }).map(rewriteAction)
      : [];
  return [
    ...[...running, ...parts.reviews.running(snapshot.uri)].map(
      ({ token, title }): ListedAction => ({
        does: 'stop',
        kind: 'refactor',
        title: titled('Stop: ', title),
        token,
      }),
    ),
    ...unappliedAction(parts.unapplied, snapshot),
    ...comments.flatMap((comment) => commentActions(comment, running)),
    ...findingActions(findings, 'fix'),
    ...fixActions(wish, findings, parts),
    ...findingActions(findings, 'dismiss'),
    ...includeAction(parts.leftOuts, snapshot),
    ...hunkActions(parts.hunks.within(snapshot, start, end), parts.aftermath),
    ...rewrites.filter(({ rewrite }) => rewrite.isLikely),
    ...nextEditAction(snapshot, parts.nextEdit(snapshot, start)),
    ...repeatAction(parts.repeats.places(snapshot).length),
    ...customActions(parts.settings(), snapshot.languageId),
    ...rewrites.filter(({ rewrite }) => !rewrite.isLikely),
    ...(trigger === 'invoked' && parts.instructed() ? reviewActions(wish) : []),
  ];
}

/** What a comment says is done by itself, or, while an edit is under way, said to that one; not to the edit it began. */
function commentActions(comment: InstructionComment, running: readonly RunWish[]): readonly ListedAction[] {
  const isUnderWay = running.some(
    ({ removing, instruction }) => removing !== undefined && instruction === comment.instruction,
  );
  if (isUnderWay) return [];
  const redirects = running.slice(0, 1).map(
    ({ token }): ListedAction => ({
      does: 'redirect',
      kind: 'refactor',
      title: titled('Redirect: ', comment.instruction),
      token,
      comment,
    }),
  );
  return [
    ...redirects,
    { does: 'instruct', kind: 'refactor.rewrite', title: titled('Do: ', comment.instruction), comment },
  ];
}

/** What a review proposes is done without asking again. */
function findingActions(
  findings: readonly StandingFinding[],
  what: 'fix' | 'dismiss',
): readonly ListedAction[] {
  return findings
    .filter(({ fix }) => what === 'dismiss' || fix.length > 0)
    .map(({ id, message }) => ({
      does: 'finding',
      kind: 'quickfix',
      title: titled(what === 'fix' ? 'Fix: ' : 'Dismiss: ', message),
      id,
      what,
    }));
}

function reviewActions({ snapshot, start, end }: ListWish): readonly ListedAction[] {
  const kind = 'source.review';
  const isSelected = snapshot.text.value.slice(start, end).trim() !== '';
  if (isSelected) {
    const region = { start, end };
    return [{ does: 'review', kind, title: 'Review the selection', region, what: 'everything' }];
  }
  return [
    { does: 'review', kind, title: 'Review what changed since the last commit', what: 'changes' },
    { does: 'review', kind, title: 'Review this file', what: 'everything' },
  ];
}

function fixActions(
  { diagnostics, snapshot }: ListWish,
  findings: readonly StandingFinding[],
  parts: ListParts,
): readonly ListedAction[] {
  const isProposed = ({ source, code }: Diagnostic) =>
    source === findingSource && findings.some(({ id, fix }) => id === code && fix.length > 0);
  const fixable = diagnostics.filter(
    (diagnostic) => !isProposed(diagnostic) && parts.fixable(diagnostic, snapshot),
  );
  const each = fixable.map(
    (diagnostic): ListedAction => ({
      does: 'fix',
      kind: 'quickfix',
      title: titled('Fix: ', diagnostic.message),
      diagnostics: [diagnostic],
    }),
  );
  if (fixable.length < 2) return each;
  const title = `Fix all ${fixable.length} problems here`;
  const all: ListedAction = { does: 'fix', kind: 'quickfix', title, diagnostics: fixable };
  return [...each.slice(0, 1), all, ...each.slice(1)];
}

function rewriteAction(rewrite: Rewrite): Extract<ListedAction, { does: 'rewrite' }> {
  return { does: 'rewrite', kind: rewrite.kind, title: titled('', rewrite.title), rewrite };
}

function hunkActions([hunk]: readonly Hunk[], aftermath: Aftermath): readonly ListedAction[] {
  if (!hunk) return [];
  const { id } = hunk;
  const finished = aftermath.of(hunk);
  const title = titled('Undo: ', finished?.title ?? 'the edit');
  const again: readonly ListedAction[] = finished?.ask
    ? [
        { does: 'retry', kind: 'refactor', title: 'Retry in another way', id, how: 'again' },
        { does: 'retry', kind: 'refactor', title: 'Retry with a smaller change', id, how: 'smaller' },
      ]
    : [];
  return [
    { does: 'hunk', kind: 'refactor', title: 'Keep this hunk', id, keep: true },
    { does: 'hunk', kind: 'refactor', title: 'Revert this hunk', id, keep: false },
    { does: 'undo', kind: 'refactor', title, id },
    ...again,
  ];
}

function repeatAction(places: number): readonly ListedAction[] {
  if (places === 0) return [];
  const title = `Repeat my last edit (${places} ${places === 1 ? 'place' : 'places'})`;
  return [{ does: 'repeat', kind: 'refactor.rewrite', title }];
}

/** Found already: nobody is asked for a menu. */
function nextEditAction({ text }: Snapshot, next: Replacement | undefined): readonly ListedAction[] {
  if (!next) return [];
  const { before, after } = wholeLines(text, next);
  const says = after.trim() === '' ? `remove ${before.trim()}` : newLine(before, after);
  const title = titled('Next edit: ', `line ${lineAt(text, next.start) + 1}, ${says}`);
  return [{ does: 'next-edit', kind: 'refactor.rewrite', title }];
}

/** The first line that is not there yet. */
function newLine(before: string, after: string): string {
  const known = before.split('\n');
  const lines = after.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => !known.includes(line)) ?? lines[0] ?? '').trim();
}

function customActions(settings: Settings, languageId: string): readonly ListedAction[] {
  return settings.actions.custom
    .filter(({ languages }) => !languages || isAmong(languages, languageId))
    .map(
      ({ title, instruction, kind = 'refactor.rewrite', from }): ListedAction => ({
        does: 'custom',
        // Editors run some kinds by themselves (`source.fixAll` on save): a workspace's own action waits to be chosen.
        kind: from === 'workspace' && !/^refactor(?:\.|$)/.test(kind) ? 'refactor.rewrite' : kind,
        title: from === 'workspace' ? `${title} (from .whittle.json)` : title,
        instruction,
      }),
    );
}

function titled(prefix: string, text: string): string {
  const line = withoutControls(text).replace(/\s+/g, ' ').trim();
  return prefix + (line.length > maxTitle ? `${line.slice(0, maxTitle - 1).trimEnd()}…` : line);
}
