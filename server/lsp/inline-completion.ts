/** `textDocument/inlineCompletion`. */

import type { IndentUnit } from '../core/indent.ts';
import type { InlineOutcome, InlineSuggestion } from '../core/suggestion.ts';
import { sliceOf, type Text } from '../core/text.ts';
import type { Inline, InlineWish } from '../features/inline.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { withLineEndingsOf } from './line-endings.ts';
import { documentUri, type Fields, object, optional, position, range, string } from './params.ts';
import { type PositionEncoding, toOffset, toRange, toSpan } from './position.ts';
import type { Versions } from './versions.ts';

/** Run by the client after it inserted a suggestion: the only sign of acceptance that LSP has. */
export const acceptCommand = 'whittle.accept';
const invoked = 1;

export interface InlineCompletionParts {
  readonly documents: Documents;
  readonly inline: Inline;
  readonly versions: Versions;
  readonly client: () => ClientFeatures;
  /** The settings are known. What is asked before is read at once, like everything that speaks of positions, and waits. */
  readonly ready: Promise<void>;
  readonly isReady: () => boolean;
  readonly ghostText: GhostTextUse;
}

/** Whether the editor shows ghost text, which lsp-mode does without declaring it: what it asks for tells. */
export interface GhostTextUse {
  /** Ghost text was asked for, not by hand. */
  asked(): void;
  menu(): void;
  readonly isShown: () => boolean;
}

export function inlineCompletion(
  params: Fields,
  signal: () => AbortSignal,
  parts: InlineCompletionParts,
): object | Promise<object> {
  const { versions } = parts;
  const answer = () => inlineAnswer(readWish(params, parts), signal, parts);
  const version = versionOf(params);
  if (version === undefined) return answer();
  const uri = documentUri(params);
  switch (versions.compare(uri, version)) {
    case 'present':
      return answer();
    case 'newer':
      return versions.reached(uri, version, signal()).then(answer);
    case 'older':
      return inlineAnswer({ ...readWish(params, parts), isOutdated: true }, signal, parts);
  }
}

function inlineAnswer(
  wish: InlineWish,
  signal: () => AbortSignal,
  parts: InlineCompletionParts,
): object | Promise<object> {
  const { documents, client, ghostText } = parts;
  if (wish.trigger === 'automatic') ghostText.asked();
  return suggested({ wish, signal }, parts, (outcome) => {
    const snapshot = documents.get(wish.uri);
    // An empty list clears what a client still shows; `null` would leave it standing (Neovim).
    if (outcome.kind === 'silent' || snapshot?.version !== outcome.version) return { items: [] };
    return { items: outcome.items.map((item) => inlineItem(item, snapshot, client())) };
  });
}

/** What nobody has to wait for is answered at once. */
export function suggested(
  { wish, signal }: { readonly wish: InlineWish; readonly signal: () => AbortSignal },
  { inline, ready, isReady }: InlineCompletionParts,
  answer: (outcome: InlineOutcome) => object,
): object | Promise<object> {
  const outcome = isReady() ? inline.suggest(wish, signal) : ready.then(() => inline.suggest(wish, signal));
  return outcome instanceof Promise ? outcome.then(answer) : answer(outcome);
}

/** What the request says, in the terms of the features. */
export function readWish(params: Fields, { documents, client }: InlineCompletionParts): InlineWish {
  const uri = documentUri(params);
  const at = position(params.position, 'position');
  const context = optional(object)(params.context, 'context') ?? {};
  const snapshot = documents.get(uri);
  const { encoding } = client();
  return {
    uri,
    cursor: snapshot ? toOffset(snapshot.text, at, encoding) : 0,
    trigger: context.triggerKind === invoked ? 'invoked' : 'automatic',
    ...(snapshot
      ? {
          version: snapshot.version,
          ...selectedEntry(context.selectedCompletionInfo, snapshot.text, encoding),
        }
      : {}),
    ...formattingOptions(params.formattingOptions),
  };
}

/** Of the document, as clients written for another copilot send it along. What cannot be read is as good as not sent. */
function versionOf({ textDocument }: Fields): number | undefined {
  if (typeof textDocument !== 'object' || textDocument === null || !('version' in textDocument))
    return undefined;
  const { version } = textDocument;
  return typeof version === 'number' ? version : undefined;
}

/** Sent along by the same. */
function formattingOptions(value: unknown): { readonly indent?: IndentUnit } {
  if (typeof value !== 'object' || value === null || !('tabSize' in value) || !('insertSpaces' in value))
    return {};
  const { tabSize, insertSpaces } = value;
  if (typeof tabSize !== 'number' || !(tabSize >= 1 && tabSize <= 16)) return {};
  return { indent: { kind: insertSpaces === false ? 'tabs' : 'spaces', width: Math.floor(tabSize) } };
}

function selectedEntry(value: unknown, text: Text, encoding: PositionEncoding): Pick<InlineWish, 'selected'> {
  const field = 'context.selectedCompletionInfo';
  const info = optional(object)(value, field);
  if (!info) return {};
  const span = toSpan(text, range(info.range, `${field}.range`), encoding);
  return { selected: { ...span, text: string(info.text, `${field}.text`) } };
}

function inlineItem(found: InlineSuggestion, snapshot: Snapshot, client: ClientFeatures): object {
  const item = client.insertsBehind ? withoutCommonEnd(found, snapshot.text) : found;
  return {
    insertText: withLineEndingsOf(client, item.text),
    range: toRange(snapshot.text, item, client.encoding),
    command: { title: 'Accepted', command: acceptCommand, arguments: [{ id: item.id }] },
  };
}

/** What the suggestion ends with as well stays where it is: a closing bracket need not be replaced by itself. */
function withoutCommonEnd(item: InlineSuggestion, text: Text): InlineSuggestion {
  const old = sliceOf(text, item.start, item.end);
  let common = 0;
  while (
    common < old.length &&
    common < item.text.length &&
    old.at(-1 - common) === item.text.at(-1 - common)
  )
    common++;
  if (/^[\udc00-\udfff]/.test(item.text.slice(item.text.length - common))) common--;
  return { ...item, end: item.end - common, text: item.text.slice(0, item.text.length - common) };
}
