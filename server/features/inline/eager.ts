/**
 * Which changes begin work before the editor asks: those of somebody typing in an editor that asks afterwards.
 *
 *   key ──► didChange ── begin ─────────► answer
 *                └── 150–200 ms ──► request: waits for what is under way, or has it at once
 *
 * Laws
 * - A change that is no typing begins nothing: deletions, undo, several places at once, much text, places far from
 *   where the user was.
 * - An editor that does not ask soon after its changes is not worked for; one that asks again is.
 * - What is begun later than the change is ready no later than the editor's request would find it otherwise.
 */

import type { Clock } from '../../core/clock.ts';
import { mapOffset } from '../../core/edit.ts';
import { lineAt } from '../../core/text.ts';
import type { DocumentChange, Documents, Snapshot } from '../../state/documents.ts';

export interface Eagerness {
  /** Where the user now is, when the change is typing that a request may follow. */
  cursorAfter(change: DocumentChange): number | undefined;
  /** An automatic request came for this place. */
  asked(snapshot: Snapshot, cursor: number): void;
  /** How long the work can wait, in milliseconds, when the model takes `modelMs` to its answer. */
  delayMs(modelMs: number | undefined): number;
  forget(uri: string): void;
}

export interface EagerParts {
  readonly documents: Documents;
  readonly clock: Clock;
  /** Whether the editor says that it asks for inline completions. */
  readonly declared: () => boolean;
  /** Whether this is the text the editor shows as a suggestion: to insert it is to accept it. */
  readonly isShown: (uri: string, text: string) => boolean;
}

/** Longer texts are pasted. */
const mostTyped = 80;
const mostReplaced = 64;
const mostLines = 3;
const farLines = 3;
/** An editor that takes longer asks in a pause, when the work can begin as well. */
const soonMs = 600;
/** So many changes in a row without a request: the editor does not ask. */
const mostUnasked = 12;
const rememberedLags = 8;
/** Kept between the expected answer and the expected request. */
const marginMs = 50;

interface Place {
  readonly version: number;
  readonly cursor: number;
  readonly at: number;
}

export function createEagerness({ documents, clock, declared, isShown }: EagerParts): Eagerness {
  const places = new Map<string, Place>();
  /** Milliseconds from a change to the request for it, newest first. */
  let lags: readonly number[] = [];
  let unasked = 0;

  const willAsk = () =>
    unasked < mostUnasked && (lags.length === 0 ? declared() : Math.min(...lags) <= soonMs);

  function isNear({ before, after, edit }: DocumentChange): boolean {
    const place = places.get(after.uri);
    if (!place) return true;
    const since = place.version === before.version ? edit : documents.editSince(after.uri, place.version);
    if (!since) return false;
    const first = edit[0];
    if (!first) return false;
    const line = lineAt(after.text, first.start);
    const was = (side: 'before' | 'after') => lineAt(after.text, mapOffset(since, place.cursor, side));
    // What is inserted where the user was may be many lines, and so may be what came there before it.
    return Math.abs(line - was('before')) <= farLines || Math.abs(line - was('after')) <= farLines;
  }

  return {
    cursorAfter(change) {
      const { after, edit } = change;
      const [only] = edit;
      if (!only || edit.length > 1 || only.text === '') return undefined;
      const near = isNear(change);
      const cursor = only.start + cursorIn(only.text);
      places.set(after.uri, { version: after.version, cursor, at: clock.now() });
      const replaced = only.end - only.start;
      const typed =
        only.text.length <= mostTyped &&
        replaced <= Math.min(mostReplaced, only.text.length) &&
        (only.text.length < mostLines || only.text.split('\n').length <= mostLines);
      if (!near || (!typed && !isShown(after.uri, only.text))) return undefined;
      if (documents.lastChangeRemoves(after.uri) || !willAsk()) return undefined;
      unasked++;
      return cursor;
    },
    asked({ uri, version }, cursor) {
      unasked = 0;
      const place = places.get(uri);
      const now = clock.now();
      if (place?.version === version && place.cursor === cursor && place.at >= 0)
        lags = [now - place.at, ...lags].slice(0, rememberedLags);
      // The next request for the same change says nothing about how soon the editor asks.
      places.set(uri, { version, cursor, at: -1 });
    },
    delayMs(modelMs) {
      if (modelMs === undefined || lags.length < 3) return 0;
      return Math.max(0, Math.min(...lags) - modelMs - marginMs);
    },
    forget(uri) {
      places.delete(uri);
    },
  };
}

/** Where the cursor is in what was inserted: editors close what is opened, and leave it in between. */
function cursorIn(text: string): number {
  if (isPair(text)) return 1;
  // Enter between brackets, and what an editor puts behind the cursor by itself.
  const opened = /^\r?\n[ \t]*(?=\r?\n[ \t]*$)/.exec(text);
  if (opened) return opened[0].length;
  return /^(?:<\/[\w.:-]*>| ?\*\/)$/.test(text) ? 0 : text.length;
}

function isPair(text: string): boolean {
  return text.length === 2 && ['()', '[]', '{}', '<>', '""', "''", '``'].includes(text);
}
