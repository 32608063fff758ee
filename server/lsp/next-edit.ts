/**
 * Next edits as clients ask for them: `whittle/nextEdit` and `textDocument/copilotInlineEdit` (as sidekick.nvim,
 * copilot-lsp and copilot.el send it) with one edit or none, `whittle.nextEdit` with what was found, or done at once.
 */

import type { Replacement } from '../core/edit.ts';
import { type SilenceReason, silenceReasons } from '../core/suggestion.ts';
import type { Called, Edits } from '../features/edits/edits.ts';
import { type EditOutcome, type Failure, type FailureReason, failure } from '../features/edits/outcome.ts';
import type { NextEditOutcome, NextEdits, NextEditWish } from '../features/next-edit/next-edits.ts';
import type { Snapshot } from '../state/documents.ts';
import { type DiagnosticsParts, keepDiagnostics } from './diagnostics.ts';
import { withLineEndingsOf } from './line-endings.ts';
import { documentUri, type Fields, object, optional, position, string } from './params.ts';
import { toOffset, toRange } from './position.ts';

export interface NextEditParts extends DiagnosticsParts {
  readonly nextEdits: NextEdits;
  readonly edits: Edits;
}

/** Run by the client after it made the edit. */
const acceptCommand = 'whittle.accept';
const invoked = 1;

/** One edit: some clients apply all they are given, others show them as alternatives. */
export async function nextEdit(
  params: Fields,
  signal: AbortSignal,
  parts: NextEditParts & { readonly ready: Promise<void> },
): Promise<object> {
  const uri = documentUri(params);
  const context = optional(object)(params.context, 'context');
  // Some clients send along what other servers say.
  if (params.diagnostics) keepDiagnostics(params.diagnostics, uri, parts);
  const trigger = context?.triggerKind === invoked ? 'invoked' : 'automatic';
  // Read at once, like everything that speaks of positions.
  const wish = { ...placed({ uri, position: params.position }, parts), trigger } as const;
  await parts.ready;
  const outcome = await parts.nextEdits.suggest(wish, signal);
  if (outcome.kind === 'silent') return { edits: [] };
  const { snapshot, next } = outcome;
  const { version } = snapshot;
  // Shown for a text that is no more, it would be taken for one of another.
  if (parts.documents.get(uri) !== snapshot) return { edits: [] };
  const command = { title: 'Accepted', command: acceptCommand, arguments: [{ id: next.id }] };
  return { edits: [{ ...edited(snapshot, next, parts), textDocument: { uri, version }, command }] };
}

/** `whittle.nextEdit` without `apply`: where it is and what it says. */
export async function whereNext(
  argument: Fields,
  parts: NextEditParts,
  signal: AbortSignal,
): Promise<object> {
  const found = await find(argument, parts, signal);
  if ('ok' in found) return found;
  const { snapshot, next } = found;
  const { uri, version } = snapshot;
  const described = { uri, version, ...edited(snapshot, next, parts), id: next.id };
  return { ok: true, edits: 0, files: 0, next: described };
}

/** The same with `apply`: done. */
export async function doNext(
  argument: Fields,
  {
    parts,
    called,
    signal,
  }: { readonly parts: NextEditParts; readonly called: Called; readonly signal: AbortSignal },
): Promise<EditOutcome> {
  const found = await find(argument, parts, signal);
  return 'ok' in found ? found : await parts.edits.applyNext(called, found.snapshot, found.next);
}

async function find(
  argument: Fields,
  parts: NextEditParts,
  signal: AbortSignal,
): Promise<Extract<NextEditOutcome, { kind: 'shown' }> | Failure> {
  const outcome = await parts.nextEdits.suggest({ ...placed(argument, parts), trigger: 'invoked' }, signal);
  return outcome.kind === 'shown' ? outcome : failure(reasons[outcome.reason], sentence(outcome.reason));
}

function placed(argument: Fields, { documents, client }: NextEditParts): Omit<NextEditWish, 'trigger'> {
  const uri = string(argument.uri, 'uri');
  const at = position(argument.position, 'position');
  const snapshot = documents.get(uri);
  if (!snapshot) return { uri, cursor: 0 };
  return { uri, cursor: toOffset(snapshot.text, at, client().encoding), version: snapshot.version };
}

function edited({ text }: Snapshot, replacement: Replacement, { client }: NextEditParts): object {
  const range = toRange(text, replacement, client().encoding);
  return { range, text: withLineEndingsOf(client(), replacement.text) };
}

function sentence(reason: SilenceReason): string {
  return reason === 'nothing-to-say'
    ? 'No next edit follows from what you changed last.'
    : silenceReasons[reason];
}

const reasons: Readonly<Record<SilenceReason, FailureReason>> = {
  disabled: 'refused',
  snoozed: 'refused',
  'language-off': 'refused',
  manual: 'refused',
  'unknown-document': 'not-found',
  excluded: 'excluded',
  'low-confidence': 'not-found',
  'nothing-to-say': 'not-found',
  'used-up': 'model',
  'repeats-text': 'not-found',
  'middle-of-word': 'not-found',
  unclosed: 'not-found',
  'control-characters': 'refused',
  'block-complete': 'not-found',
  deleting: 'not-found',
  rejected: 'not-found',
  'not-selected': 'not-found',
  conflict: 'conflict',
  'other-version': 'conflict',
  superseded: 'superseded',
  cancelled: 'cancelled',
  limit: 'model',
  busy: 'model',
  offline: 'model',
  failed: 'model',
  unsupported: 'unsupported',
};
