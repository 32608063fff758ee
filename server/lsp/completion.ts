/**
 * `textDocument/completion`: the suggestion as an entry of the menu, for editors that show no ghost text.
 *
 * Laws
 * - An editor that asks for ghost text by itself is offered no entry beside it.
 * - The menu of the language's own server is not held up where it is shown only once every server has answered.
 */

import type { Clock } from '../core/clock.ts';
import type { InlineSuggestion } from '../core/suggestion.ts';
import { lineAt, lineStart, sliceOf } from '../core/text.ts';
import { wordAtEnd } from '../core/word.ts';
import type { InlineWish } from '../features/inline.ts';
import type { Snapshot } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import {
  acceptCommand,
  type GhostTextUse,
  type InlineCompletionParts,
  readWish,
  suggested,
} from './inline-completion.ts';
import type { Fields } from './params.ts';
import { toRange } from './position.ts';

const asIs = 1;
const kindText = 1;
/** Less than what lsp-mode waits with its next request, which would end this one. */
const heldUpMs = 250;
/** So many menus in a row without a request for ghost text: it was switched off. */
const mostMenus = 50;

export function createGhostTextUse(): GhostTextUse {
  let menusSince = mostMenus;
  return {
    asked() {
      menusSince = 0;
    },
    menu() {
      menusSince++;
    },
    isShown: () => menusSince < mostMenus,
  };
}

export interface CompletionParts extends InlineCompletionParts {
  readonly clock: Clock;
}

export function completion(
  params: Fields,
  signal: () => AbortSignal,
  parts: CompletionParts,
): object | Promise<object> {
  const { documents, client, ghostText, clock } = parts;
  const read = readWish(params, parts);
  ghostText.menu();
  // Complete, so that the editor does not ask every server anew at each key because of this one.
  if (ghostText.isShown()) return { isIncomplete: false, items: [] };
  // Most editors call it invoked when the user types a name as well, so that it is no wish for several candidates.
  const upTo = read.trigger === 'invoked' ? 'answer' : 'block';
  const wish: InlineWish = { ...read, trigger: 'automatic', upTo };
  const limit = client().joinsMenus ? within(heldUpMs, signal, clock) : { signal, forget() {} };
  return suggested({ wish, signal: limit.signal }, parts, (outcome) => {
    limit.forget();
    const snapshot = documents.get(wish.uri);
    const items =
      outcome.kind === 'shown' && snapshot?.version === outcome.version
        ? outcome.items.map((item) => completionItem(item, snapshot, client()))
        : [];
    return { isIncomplete: true, items };
  });
}

/** Fires with the client's signal, or so long after it was made. What is under way goes on, for the next key. */
function within(
  ms: number,
  signal: () => AbortSignal,
  clock: Clock,
): { readonly signal: () => AbortSignal; forget(): void } {
  let forget = (): void => {};
  return {
    signal() {
      const late = new AbortController();
      forget = clock.after(ms, () => late.abort());
      return AbortSignal.any([signal(), late.signal]);
    },
    forget: () => forget(),
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
    documentation: client.markdownEntries
      ? { kind: 'markdown', value: fenced(newText, snapshot.languageId) }
      : newText,
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
