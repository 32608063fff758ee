/**
 * Suggestions that may still fit, newest first.
 *
 * Laws
 * - An entry is what the model wrote for one version, and what the user did since. It is carried over that at each
 *   look-up, or does not fit. Typing along it therefore gives the same text again, shortened by what was typed; a wrong
 *   key taken back brings it back.
 * - What was rejected is not shown again at the same place while the line before it reads the same.
 * - Ids of what was shown are known until the document closes, whatever became of the entry.
 * - Bounded: at most `maxEntries` suggestions, `maxShown` ids and `maxRejected` rejections.
 */

import { compose, type Edit, noEdit } from '../core/edit.ts';
import { rebase } from '../core/rebase.ts';
import type { InlineSuggestion } from '../core/suggestion.ts';
import { lineAt, lineStart } from '../core/text.ts';
import type { Documents, Snapshot } from '../state/documents.ts';

const maxEntries = 64;
const maxShown = 256;
const maxRejected = 128;
/** Whoever has edited so many places since does not come back to the suggestion by typing. */
const maxPlaces = 32;

export interface SuggestionCache {
  add(snapshot: Snapshot, suggestion: InlineSuggestion): void;
  /** Those that fit at the cursor of this snapshot now, newest first. */
  find(snapshot: Snapshot, cursor: number): readonly InlineSuggestion[];
  /** The editor is given these. */
  showing(snapshot: Snapshot, suggestions: readonly InlineSuggestion[]): void;
  /** Whether the id was shown; it is known no more. */
  accept(id: string): boolean;
  reject(id: string): boolean;
  wasRejected(snapshot: Snapshot, suggestion: InlineSuggestion): boolean;
  forget(uri: string): void;
  clear(): void;
}

interface Entry {
  readonly uri: string;
  /** In the coordinates of the version it was made for. */
  readonly suggestion: InlineSuggestion;
  /** From that version to `version`. */
  readonly typed: Edit;
  readonly version: number;
}

export function createCache(documents: Documents): SuggestionCache {
  let entries: readonly Entry[] = [];
  let rejected: readonly string[] = [];
  /** Id → what its rejection would be remembered as; a Map keeps the order of their coming. */
  const shown = new Map<string, { readonly uri: string; readonly key: string }>();

  function upToDate(entry: Entry, snapshot: Snapshot, since: EditsSince): Entry | undefined {
    if (entry.version === snapshot.version) return entry;
    const fresh = since(entry.version);
    const typed = fresh && compose(entry.typed, fresh);
    if (!typed || typed.length > maxPlaces) return undefined;
    return { ...entry, typed, version: snapshot.version };
  }

  function settle(id: string): string | undefined {
    const key = shown.get(id)?.key;
    shown.delete(id);
    entries = entries.filter(({ suggestion }) => suggestion.id !== id);
    return key;
  }

  return {
    add(snapshot, suggestion) {
      const { uri, version } = snapshot;
      entries = [{ uri, version, suggestion, typed: noEdit }, ...entries].slice(0, maxEntries);
    },
    find(snapshot, cursor) {
      const found: InlineSuggestion[] = [];
      const kept: Entry[] = [];
      const since = editsSince(documents, snapshot.uri);
      for (const entry of entries) {
        const now = entry.uri === snapshot.uri ? upToDate(entry, snapshot, since) : entry;
        if (!now) continue;
        kept.push(now);
        const placed = now.uri === snapshot.uri ? carried(now) : undefined;
        if (placed?.start === cursor && !found.some(({ text }) => text === placed.text)) found.push(placed);
      }
      entries = kept;
      return found;
    },
    showing(snapshot, suggestions) {
      for (const suggestion of suggestions) {
        shown.delete(suggestion.id);
        shown.set(suggestion.id, { uri: snapshot.uri, key: rejectionKey(snapshot, suggestion) });
      }
      for (const id of shown.keys()) {
        if (shown.size <= maxShown) break;
        shown.delete(id);
      }
    },
    accept: (id) => settle(id) !== undefined,
    reject(id) {
      const key = settle(id);
      if (key === undefined) return false;
      rejected = [key, ...rejected].slice(0, maxRejected);
      return true;
    },
    wasRejected: (snapshot, suggestion) => rejected.includes(rejectionKey(snapshot, suggestion)),
    forget(uri) {
      entries = entries.filter((entry) => entry.uri !== uri);
      for (const [id, of] of [...shown]) if (of.uri === uri) shown.delete(id);
    },
    clear() {
      entries = [];
    },
  };
}

type EditsSince = (version: number) => Edit | undefined;

/** Most entries were last carried to the same version: the way from there is found once. */
function editsSince(documents: Documents, uri: string): EditsSince {
  const known = new Map<number, Edit | undefined>();
  return (version) => {
    if (!known.has(version)) known.set(version, documents.editSince(uri, version));
    return known.get(version);
  };
}

/** Where the suggestion stands in the version its `typed` leads to, when it still fits there. */
function carried({ suggestion, typed }: Entry): InlineSuggestion | undefined {
  if (typed.length === 0) return suggestion;
  const { id, start, end, text } = suggestion;
  const result = rebase([{ start, end, text }], typed);
  const moved = result.kind === 'rebased' ? result.edit[0] : undefined;
  return moved && moved.text !== '' ? { id, ...moved } : undefined;
}

function rejectionKey({ uri, text }: Snapshot, suggestion: InlineSuggestion): string {
  const before = text.value.slice(lineStart(text, lineAt(text, suggestion.start)), suggestion.start);
  // Indentation may be redone by the editor; the words are what was rejected.
  return JSON.stringify([uri, before.trim(), suggestion.text.trim()]);
}
