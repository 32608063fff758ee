/**
 * Suggestions that may still fit, newest first.
 *
 * Laws
 * - An entry is a base version and a replacement; it is carried over the user's edits on each look-up, or dropped.
 *   Typing along it therefore gives the same text again, shortened by what was typed.
 * - What was rejected is not shown again at the same place while the line before it reads the same.
 * - Bounded: at most `maxEntries` suggestions and `maxRejected` rejections.
 */

import { rebase } from '../core/rebase.ts';
import type { InlineSuggestion } from '../core/suggestion.ts';
import { lineAt, lineStart } from '../core/text.ts';
import type { Documents, Snapshot } from '../state/documents.ts';

const maxEntries = 64;
const maxRejected = 128;

export interface SuggestionCache {
  add(snapshot: Snapshot, suggestion: InlineSuggestion): void;
  /** Those that fit at the cursor of this snapshot now, newest first. */
  find(snapshot: Snapshot, cursor: number): readonly InlineSuggestion[];
  /** Takes the suggestion out, whatever became of it. */
  take(id: string): { readonly uri: string; readonly suggestion: InlineSuggestion } | undefined;
  reject(id: string): boolean;
  wasRejected(snapshot: Snapshot, suggestion: InlineSuggestion): boolean;
  forget(uri: string): void;
}

interface Entry {
  readonly uri: string;
  readonly version: number;
  /** The text before the suggestion on its line, for the memory of rejections. */
  readonly linePrefix: string;
  readonly suggestion: InlineSuggestion;
}

export function createCache(documents: Documents): SuggestionCache {
  let entries: readonly Entry[] = [];
  let rejected: readonly string[] = [];

  /** The entry in the coordinates of the document's present version, or nothing when it cannot be carried there. */
  function carried(entry: Entry, snapshot: Snapshot): Entry | undefined {
    if (entry.version === snapshot.version) return entry;
    const typed = documents.editSince(entry.uri, entry.version);
    if (!typed) return undefined;
    const { id, start, end, text } = entry.suggestion;
    const result = rebase([{ start, end, text }], typed);
    const moved = result.kind === 'rebased' ? result.edit[0] : undefined;
    if (!moved || result.kind !== 'rebased' || result.edit.length !== 1) return undefined;
    return { ...entry, version: snapshot.version, suggestion: { id, ...moved } };
  }

  return {
    add(snapshot, suggestion) {
      const entry = {
        uri: snapshot.uri,
        version: snapshot.version,
        linePrefix: linePrefix(snapshot, suggestion.start),
        suggestion,
      };
      entries = [entry, ...entries].slice(0, maxEntries);
    },
    find(snapshot, cursor) {
      const found: InlineSuggestion[] = [];
      const kept: Entry[] = [];
      for (const entry of entries) {
        if (entry.uri !== snapshot.uri) {
          kept.push(entry);
          continue;
        }
        const now = carried(entry, snapshot);
        if (!now) continue;
        kept.push(now);
        if (now.suggestion.start === cursor && now.suggestion.text !== '') found.push(now.suggestion);
      }
      entries = kept;
      return found.filter((item, index) => found.findIndex((other) => other.text === item.text) === index);
    },
    take(id) {
      const entry = entries.find((candidate) => candidate.suggestion.id === id);
      entries = entries.filter((candidate) => candidate !== entry);
      return entry && { uri: entry.uri, suggestion: entry.suggestion };
    },
    reject(id) {
      const entry = entries.find((candidate) => candidate.suggestion.id === id);
      if (!entry) return false;
      entries = entries.filter((candidate) => candidate !== entry);
      rejected = [rejectionKey(entry.uri, entry.linePrefix, entry.suggestion.text), ...rejected].slice(
        0,
        maxRejected,
      );
      return true;
    },
    wasRejected(snapshot, suggestion) {
      return rejected.includes(
        rejectionKey(snapshot.uri, linePrefix(snapshot, suggestion.start), suggestion.text),
      );
    },
    forget(uri) {
      entries = entries.filter((entry) => entry.uri !== uri);
    },
  };
}

function rejectionKey(uri: string, before: string, text: string): string {
  // Indentation may be redone by the editor; the words are what was rejected.
  return JSON.stringify([uri, before.trim(), text.trim()]);
}

function linePrefix(snapshot: Snapshot, offset: number): string {
  const { text } = snapshot;
  return text.value.slice(lineStart(text, lineAt(text, offset)), offset);
}
