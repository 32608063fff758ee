/**
 * The code actions that fit a place. Listing is synchronous, cheap and never calls a model; the work happens in
 * the command behind an entry.
 */

import type { Diagnostic } from '../../core/ask.ts';
import { type InstructionComment, instructionComments } from '../../core/comment.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { ProgressToken } from '../editor.ts';
import type { Hunk, Hunks } from '../edits/hunks.ts';
import type { Repeats } from '../edits/repeats.ts';
import type { Runs } from '../edits/run.ts';

/** An unfiltered menu shows at most so many entries of ours beside those of the language's own server. */
const maxEntries = 4;
/** A title is read at a glance. */
const maxTitle = 72;

export type ListedAction = { readonly title: string; readonly kind: string } & (
  | { readonly does: 'fix'; readonly diagnostic: Diagnostic }
  | { readonly does: 'instruct'; readonly comment: InstructionComment }
  | { readonly does: 'custom'; readonly instruction: string }
  | { readonly does: 'repeat' }
  | { readonly does: 'hunk'; readonly id: string; readonly keep: boolean }
  | { readonly does: 'stop'; readonly token: ProgressToken }
);

export interface ListWish {
  readonly snapshot: Snapshot;
  readonly start: number;
  readonly end: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Kinds the client wants, all where it names none. */
  readonly only: readonly string[] | undefined;
}

export interface ListParts {
  readonly settings: () => Settings;
  readonly hunks: Hunks;
  readonly runs: Runs;
  readonly repeats: Repeats;
  /** Whether the model in use could fix this at all. */
  readonly fixable: (diagnostic: Diagnostic, snapshot: Snapshot) => boolean;
}

export function listActions(wish: ListWish, parts: ListParts): readonly ListedAction[] {
  const { snapshot, start, end, only } = wish;
  const wanted = (kind: string) =>
    !only?.length || only.some((prefix) => kind === prefix || kind.startsWith(`${prefix}.`) || prefix === '');
  const actions: ListedAction[] = [
    ...parts.runs.running(snapshot.uri).map(
      ({ token, title }): ListedAction => ({
        does: 'stop',
        kind: 'refactor',
        title: titled('Stop: ', title),
        token,
      }),
    ),
    ...instructionComments(snapshot.text, snapshot.languageId, { start, end }).map(
      (comment): ListedAction => ({
        does: 'instruct',
        kind: 'refactor.rewrite',
        title: titled('Do: ', comment.instruction),
        comment,
      }),
    ),
    ...wish.diagnostics
      .filter((diagnostic) => parts.fixable(diagnostic, snapshot))
      .map(
        (diagnostic): ListedAction => ({
          does: 'fix',
          kind: 'quickfix',
          title: titled('Fix: ', diagnostic.message),
          diagnostic,
        }),
      ),
    ...hunkActions(parts.hunks.within(snapshot, start, end)),
    ...repeatAction(parts.repeats.places(snapshot).length),
    ...customActions(parts.settings(), snapshot.languageId),
  ];
  const fitting = actions.filter(({ kind }) => wanted(kind));
  return only?.length ? fitting : fitting.slice(0, maxEntries);
}

function hunkActions(hunks: readonly Hunk[]): readonly ListedAction[] {
  const [hunk] = hunks;
  if (!hunk) return [];
  return [
    { does: 'hunk', kind: 'refactor', title: 'Keep this hunk', id: hunk.id, keep: true },
    { does: 'hunk', kind: 'refactor', title: 'Revert this hunk', id: hunk.id, keep: false },
  ];
}

function repeatAction(places: number): readonly ListedAction[] {
  if (places === 0) return [];
  const title = `Repeat my last edit (${places} ${places === 1 ? 'place' : 'places'})`;
  return [{ does: 'repeat', kind: 'refactor.rewrite', title }];
}

function customActions(settings: Settings, languageId: string): readonly ListedAction[] {
  return settings.actions.custom
    .filter(({ languages }) => !languages || languages.includes(languageId))
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
  const line = text.replace(/\s+/g, ' ').trim();
  return prefix + (line.length > maxTitle ? `${line.slice(0, maxTitle - 1).trimEnd()}…` : line);
}
