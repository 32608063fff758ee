/**
 * Round: one answer of a model, from the ask to the landing of what it changes.
 *
 *   read and check, all of its files ──► land whole, or, live, what has not landed hunk by hunk yet
 *
 * Law: what was decided while the last words came (cancelled, redirected) holds for them too.
 */

import type { EditAsk, FixAsk } from '../../core/ask.ts';
import { compose, type Edit, map } from '../../core/edit.ts';
import { changedLines, quietLines } from '../../core/fix/scope.ts';
import type { ModelSession } from '../../core/model.ts';
import type { Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Editor, Progress } from '../editor.ts';
import type { Check } from './check.ts';
import type { FileEdit, Landing } from './landing.ts';
import type { LeftOuts } from './left-out.ts';
import { createLive, type Live, type LiveLanded, restOf } from './live.ts';
import { type EditOutcome, failure } from './outcome.ts';

export type EditWork =
  | { readonly kind: 'ask'; readonly ask: EditAsk | FixAsk }
  /** Known without a model. */
  | { readonly kind: 'edit'; readonly edit: Edit };

export interface Round {
  readonly work: EditWork;
  readonly base: Snapshot;
  /** Goes with the edit. */
  readonly removing: Edit | undefined;
}

/** The run that a round is of. */
export interface Going {
  readonly title: string;
  stop: AbortController;
  isLanding: boolean;
  /** What the model wrote in this round. */
  streamed: string;
  /** Changes that landed before the end of an answer. */
  early: number;
  /** Whether the user wants something else by now. */
  isDecided(): boolean;
  isRedirected(): boolean;
}

export type Rounds = (run: Going, round: Round, progress: Progress) => Promise<EditOutcome>;

export interface RoundParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly editor: Editor;
  readonly landing: Landing;
  readonly check: Check;
  readonly leftOuts: LeftOuts;
  /** All that lands of one round has one of its own. */
  readonly newGroup: () => string;
  /** Setting `edit.live`, where the editor copes. */
  readonly isLive: () => boolean;
  /** The edit of this ask landed. */
  readonly done: (group: string, ask: EditAsk | FixAsk) => void;
  /** Whether every secret in the replaced ranges stands in the new text as it was. */
  readonly secretsKept: (document: KeptDocument, edit: Edit) => boolean;
}

export interface KeptDocument {
  readonly uri: string;
  /** Negative for a file that is not open. */
  readonly version: number;
  readonly text: Text;
}

/** What is to land. */
interface Made {
  readonly group: string;
  readonly base: Snapshot;
  readonly removing: Edit | undefined;
  readonly made: Edit;
  readonly others?: readonly FileEdit[];
  /** What of it has landed already. */
  readonly early?: LiveLanded;
}

export function createRounds(parts: RoundParts): Rounds {
  const { documents, session, editor, landing, check, leftOuts } = parts;

  function liveFor(run: Going, { group, base }: Pick<Made, 'group' | 'base'>): Live {
    const { signal } = run.stop;
    return createLive({
      async land(edit) {
        if (signal.aborted || run.isDecided()) return cancelledByUser;
        if (!parts.secretsKept(base, edit)) return secretChanged;
        const files = [{ base, edit }];
        const outcome = await landing.land({ label: run.title, group, files }, signal);
        if (outcome.ok) run.early += outcome.edits;
        return outcome;
      },
      failed: () => run.stop.abort(),
    });
  }

  async function land(run: Going, made: Made): Promise<EditOutcome> {
    run.isLanding = true;
    try {
      return await landWhole(run, made);
    } finally {
      run.isLanding = false;
    }
  }

  async function landWhole(run: Going, made: Made): Promise<EditOutcome> {
    const { group, base, others = [], early } = made;
    const left = untouched(made.removing, documents.editSince(base.uri, base.version));
    const whole = withRemoval(made.made, left);
    if (!parts.secretsKept(base, whole) || !others.every(keepsSecrets)) return secretChanged;
    const rest = early ? restOf(documents, base, { landed: early.edit, whole }) : { base, edit: whole };
    if ('ok' in rest) return rest;
    const before = early?.edits ?? 0;
    const wish = { label: run.title, group, files: [rest, ...others] };
    const outcome = await landing.land(wish, run.stop.signal);
    if (outcome.ok) {
      const isOwn = before > 0 && rest.edit.length === 0;
      return { ...outcome, edits: before + outcome.edits, files: outcome.files + (isOwn ? 1 : 0) };
    }
    if (before > 0 && outcome.reason === 'nothing-to-change') return { ok: true, edits: before, files: 1 };
    if (outcome.reason !== 'conflict' || !left?.length) return outcome;
    // The news of a change inside a comment may come after the answer.
    const still = untouched(left, documents.editSince(base.uri, base.version));
    return still?.length === left.length ? outcome : landWhole(run, { ...made, removing: still });
  }

  function keepsSecrets(file: FileEdit): boolean {
    const document = 'base' in file ? file.base : { ...file.closed, version: -1 };
    return parts.secretsKept(document, file.edit);
  }

  return async function round(run, { work, base, removing }, progress): Promise<EditOutcome> {
    const { title } = run;
    const group = parts.newGroup();
    if (work.kind === 'edit') return await land(run, { group, base, removing, made: work.edit });
    const { ask } = work;
    const live = parts.isLive() ? liveFor(run, { group, base }) : undefined;
    const { report } = progress;
    const heard = (text: string) => {
      run.streamed += text;
    };
    const wish = { ask, base, report, heard, ...(live ? { certain: live.push } : {}) };
    const checked = await check.answer(wish, run.stop.signal);
    const early = await live?.settled();
    if (early?.failure && !run.isRedirected()) return early.failure;
    if ('ok' in checked) return checked;
    // What was decided while the last words came holds for them too.
    if (run.isDecided()) return cancelledByUser;
    const { edit, others, leftOut } = checked;
    const made = { group, base, removing, made: edit, others, ...(early ? { early } : {}) };
    const outcome = await land(run, made);
    if (!outcome.ok) return outcome;
    if (ask.request !== undefined) session.applied?.(ask.request);
    parts.done(group, ask);
    const lines = ask.task === 'fix' ? changedLines(base.text, edit) : 0;
    if (lines > quietLines)
      editor.say(
        'warn',
        `${title}: it changes ${lines} lines, more than a fix should need; look it through.`,
      );
    if (leftOut.length === 0) return outcome;
    for (const each of leftOut) leftOuts.landed(each);
    return { ...outcome, leftOut: leftOut.reduce((sum, { hunks }) => sum + hunks, 0) };
  };
}

export const cancelledByUser = failure('cancelled', 'The edit was cancelled.');
const secretChanged = failure(
  'refused',
  'The edit would change a secret that the model was not shown; do this one by hand.',
);

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
