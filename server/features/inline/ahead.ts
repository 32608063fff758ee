/**
 * Ahead: what comes after a suggestion is asked for while that one is shown, as if it had been accepted already.
 *
 *   shown `st x = 1;` ──► asked about `const x = 1;█` ──► the entry goes on: `st x = 1;` ⏎ `foo();`
 *
 * Laws
 * - Only what stands behind a finished answer is asked for, and no model has said yet; once for each suggestion, one at a time in a document.
 * - The work begins after the editor has its answer, and at once only while most of what is shown is followed; else
 *   when a suggestion is looked at and no key is pressed: who reads it may take it. Behind one that is typed along,
 *   what is asked is for nothing where a model is wrong half the time.
 * - A model that answers within `worthMs` is asked when the time has come: there is nothing to gain.
 * - Nobody is asked about a line that nothing can stand on: behind a statement that leaves its block.
 */

import { isBehindBlock, linesUpTo } from '../../core/block-end.ts';
import type { Clock } from '../../core/clock.ts';
import { mapOffset } from '../../core/edit.ts';
import { indentOf, indentUnit } from '../../core/indent.ts';
import { lineBelow } from '../../core/statement.ts';
import { dominantEol, lineAt, lineEnd, lineStart, replaced, sliceOf, type Text } from '../../core/text.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { type Anchor, anchorAt } from './anchor.ts';
import type { Fit, SuggestionCache } from './cache.ts';
import { isAtLineEnd } from './line-end.ts';
import type { Pursuits } from './pursuit.ts';
import type { Spoken } from './spoken.ts';

/** What is taken to stand in the document, and where its continuation is asked for. */
export interface Future {
  /** As if the suggestion had been accepted. Its version is none that the document has. */
  readonly snapshot: Snapshot;
  readonly cursor: number;
  readonly key: string;
  readonly anchor: Anchor;
  /** Of the suggestion, in its anchor's version. */
  readonly start: number;
  readonly end: number;
  /** Code units behind it that were put there since that version: an editor closed what was typed. */
  readonly added: number;
  readonly assumed: string;
}

export interface Ahead {
  /** This is what the editor shows now, or is about to. */
  shown(snapshot: Snapshot, fit: Fit): void;
  /** The continuation of this entry has been asked for and there is none at this place. */
  nothing(uri: string, key: string): void;
  /** The model had nothing to say where the user is. */
  nothingHere(snapshot: Snapshot, cursor: number): void;
  forget(uri: string): void;
  dispose(): void;
}

export interface AheadParts {
  readonly documents: Documents;
  readonly cache: SuggestionCache;
  readonly spoken: Pick<Spoken, 'goesOnBehind'>;
  readonly pursuits: Pick<Pursuits, 'writing' | 'firstTextMs' | 'saysNothingAtLineEnds'>;
  readonly clock: Clock;
  readonly ask: (future: Future) => void;
}

const worthMs = 15;
/** From this share on, what is shown is taken for what will be there. */
const trusted = 0.65;
/** Longer than between the keys of somebody who types on. */
const lookedAtMs = 500;

interface Waiting {
  readonly key: string;
  readonly snapshot: Snapshot;
  readonly fit: Fit;
  readonly cancel: () => void;
}

export function createAhead({ documents, cache, spoken, pursuits, clock, ask }: AheadParts): Ahead {
  const waiting = new Map<string, Waiting>();
  /** Entries whose continuation was asked for in the line of their end, and gave nothing. */
  const askedAtEnd = new Map<string, Future>();

  function forget(uri: string): void {
    waiting.get(uri)?.cancel();
    waiting.delete(uri);
    askedAtEnd.delete(uri);
  }

  function begin(uri: string): void {
    const due = waiting.get(uri);
    waiting.delete(uri);
    if (!due || documents.get(uri) !== due.snapshot || pursuits.writing(due.key)) return;
    const entry = cache.known(due.key);
    if (!entry) return;
    const { suggestion } = due.fit;
    const text = replaced(due.snapshot.text, suggestion.start, suggestion.end, suggestion.text);
    const { anchor, unit } = entry;
    const future: Future = {
      snapshot: virtual(due.snapshot, text),
      cursor: suggestion.start + suggestion.text.length,
      key: due.key,
      anchor,
      start: unit.start,
      end: unit.end,
      added: Math.max(0, mapOffset(anchor.typed, unit.end, 'after') - suggestion.end),
      assumed: unit.text,
    };
    const next = pursuits.saysNothingAtLineEnds() ? onNextLine(future) : undefined;
    if (next) {
      askOfLine(next);
      return;
    }
    askedAtEnd.set(uri, future);
    ask(future);
  }

  function askOfLine(next: Future): void {
    if (!isBehindBlock(next.snapshot.text, next.cursor)) ask(next);
  }

  return {
    shown(snapshot, fit) {
      const modelMs = pursuits.firstTextMs(0.5);
      if (fit.behind !== 'unknown' || modelMs === undefined || modelMs < worthMs) return;
      if (pursuits.writing(fit.key)) return;
      const { start, text } = fit.suggestion;
      if (spoken.goesOnBehind(snapshot, start, text)) return;
      const { uri } = snapshot;
      waiting.get(uri)?.cancel();
      const waitMs = cache.followed() >= trusted ? 0 : lookedAtMs;
      const cancel = clock.after(waitMs, () => begin(uri));
      waiting.set(uri, { key: fit.key, snapshot, fit, cancel });
    },
    nothing(uri, key) {
      const future = askedAtEnd.get(uri);
      askedAtEnd.delete(uri);
      const next = future?.key === key ? onNextLine(future) : undefined;
      if (next) askOfLine(next);
    },
    nothingHere(snapshot, cursor) {
      if ((pursuits.firstTextMs(0.5) ?? Number.POSITIVE_INFINITY) < worthMs) return;
      const place = { start: cursor, end: cursor, added: 0, anchor: anchorAt(snapshot), assumed: '' };
      // No entry has this key: what is said is known where the next line begins, and shown nowhere before.
      const key = `behind ${snapshot.uri} ${snapshot.version}`;
      const here = { snapshot: virtual(snapshot, snapshot.text), cursor, key, ...place };
      const next = isAtLineEnd(snapshot.text, cursor) ? onNextLine(here) : undefined;
      if (next) askOfLine(next);
    },
    forget,
    dispose() {
      for (const uri of [...waiting.keys()]) forget(uri);
    },
  };
}

function virtual(snapshot: Snapshot, text: Text): Snapshot {
  return { ...snapshot, version: -1 - snapshot.version, text };
}

/** The same future with a new line begun, indented as an editor would. */
function onNextLine(future: Future): Future | undefined {
  const { snapshot, cursor, assumed } = future;
  const { text } = snapshot;
  const line = lineAt(text, cursor);
  const prefix = sliceOf(text, lineStart(text, line), cursor);
  if (prefix.trim() === '' || sliceOf(text, cursor, lineEnd(text, line)).trim() !== '') return undefined;
  const { kind, width } = indentUnit(text);
  const above = linesUpTo(text, line);
  const below = lineBelow(above, width);
  const step = below?.isDeeper ? (kind === 'tabs' ? '\t' : ' '.repeat(width)) : '';
  const begun = dominantEol(text) + indentOf(above[below?.as ?? -1] ?? '') + step;
  return {
    ...future,
    snapshot: { ...snapshot, text: replaced(text, cursor, cursor, begun) },
    cursor: cursor + begun.length,
    assumed: assumed + begun,
  };
}
