/** `textDocument/inlineCompletion`, and the same suggestion as an entry of `textDocument/completion`. */

import type { IndentUnit } from '../core/indent.ts';
import type { InlineOutcome, InlineSuggestion } from '../core/suggestion.ts';
import { lineAt, lineStart, sliceOf, type Text } from '../core/text.ts';
import { wordAtEnd } from '../core/word.ts';
import type { Inline, InlineWish } from '../features/inline.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { withLineEndingsOf } from './line-endings.ts';
import { documentUri, type Fields, object, optional, position, range, string } from './params.ts';
import { type PositionEncoding, toOffset, toRange, toSpan } from './position.ts';
import type { Versions } from './versions.ts';

/** Run by the client after it inserted a suggestion: the only sign of acceptance that LSP has. */
const acceptCommand = 'whittle.accept';
const invoked = 1;
const asIs = 1;
const kindText = 1;

export interface CompletionParts {
  readonly documents: Documents;
  readonly inline: Inline;
  readonly versions: Versions;
  readonly client: () => ClientFeatures;
  /** The settings are known. What is asked before is read at once, like everything that speaks of positions, and waits. */
  readonly ready: Promise<void>;
  readonly isReady: () => boolean;
}

export function inlineCompletion(
  params: Fields,
  signal: () => AbortSignal,
  parts: CompletionParts,
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
  parts: CompletionParts,
): object | Promise<object> {
  const { documents, client } = parts;
  return suggested({ wish, signal }, parts, (outcome) => {
    const snapshot = documents.get(wish.uri);
    // An empty list clears what a client still shows; `null` would leave it standing (Neovim).
    if (outcome.kind === 'silent' || snapshot?.version !== outcome.version) return { items: [] };
    return { items: outcome.items.map((item) => inlineItem(item, snapshot, client())) };
  });
}

export function completion(
  params: Fields,
  signal: () => AbortSignal,
  parts: CompletionParts,
): object | Promise<object> {
  const { documents, client } = parts;
  const read = readWish(params, parts);
  // Most editors call it invoked when the user types a name as well, so that it is no wish for several candidates.
  const upTo = read.trigger === 'invoked' ? 'answer' : 'block';
  const wish: InlineWish = { ...read, trigger: 'automatic', upTo };
  return suggested({ wish, signal }, parts, (outcome) => {
    const snapshot = documents.get(wish.uri);
    const items =
      outcome.kind === 'shown' && snapshot?.version === outcome.version
        ? outcome.items.map((item) => completionItem(item, snapshot, client()))
        : [];
    return { isIncomplete: true, items };
  });
}

/** What nobody has to wait for is answered at once. */
function suggested(
  { wish, signal }: { readonly wish: InlineWish; readonly signal: () => AbortSignal },
  { inline, ready, isReady }: CompletionParts,
  answer: (outcome: InlineOutcome) => object,
): object | Promise<object> {
  const outcome = isReady() ? inline.suggest(wish, signal) : ready.then(() => inline.suggest(wish, signal));
  return outcome instanceof Promise ? outcome.then(answer) : answer(outcome);
}

function readWish(params: Fields, { documents, client }: CompletionParts): InlineWish {
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

function inlineItem(item: InlineSuggestion, snapshot: Snapshot, client: ClientFeatures): object {
  return {
    insertText: withLineEndingsOf(client, item.text),
    range: toRange(snapshot.text, item, client.encoding),
    command: { title: 'Accepted', command: acceptCommand, arguments: [{ id: item.id }] },
  };
}

/**
 * As an entry the suggestion starts at its word, so that menus which filter by the word before the cursor keep it;
 * it sorts behind whatever the language's own server offers.
 */
function completionItem(item: InlineSuggestion, snapshot: Snapshot, client: ClientFeatures): object {
  const { text } = snapshot;
  const before = sliceOf(text, lineStart(text, lineAt(text, item.start)), item.start);
  const word = wordAtEnd(before);
  const newText = word + item.text;
  const firstLine = newText.split(/\r?\n/, 1)[0] ?? '';
  const label = firstLine.trim() === '' ? (newText.trim().split(/\r?\n/, 1)[0] ?? '') : firstLine.trim();
  return {
    label: newText.trim().includes('\n') ? `${label} …` : label,
    kind: kindText,
    detail: 'Whittle',
    documentation: { kind: 'markdown', value: fenced(newText, snapshot.languageId) },
    filterText: newText,
    sortText: '\u{10ffff}',
    // Always said: clients that do not know it pass over it, others would indent what is indented already.
    insertTextMode: asIs,
    textEdit: {
      range: toRange(text, { start: item.start - word.length, end: item.end }, client.encoding),
      newText,
    },
    command: { title: 'Accepted', command: acceptCommand, arguments: [{ id: item.id }] },
  };
}

function fenced(code: string, languageId: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${languageId}\n${code}\n${fence}`;
}
