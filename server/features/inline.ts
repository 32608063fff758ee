/**
 * Ghost text: one wish in, a suggestion or the reason for silence out.
 *
 * Order of things: what may not be → what the cache has → what is under way → the model. An answer that comes
 * for an older version is carried over what was typed meanwhile, or dropped; nothing is shown for a version it
 * was not made for.
 */

import type { CompleteAsk, Region } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import { mapOffset } from '../core/edit.ts';
import { shape } from '../core/shape.ts';
import type { InlineOutcome, InlineSuggestion, SilenceReason } from '../core/suggestion.ts';
import { lineAt, lineEnd } from '../core/text.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { Settings } from '../state/settings/settings.ts';
import { createCache } from './cache.ts';
import type { ContextOf } from './context.ts';
import type { Pursued, Pursuit, Pursuits } from './pursuit.ts';
import type { Switch } from './switch.ts';
import type { Tally } from './tally.ts';

export interface InlineWish {
  readonly uri: string;
  /** UTF-16 offset in the document's present version. */
  readonly cursor: number;
  readonly trigger: 'invoked' | 'automatic';
  /** The entry selected in the editor's own menu. */
  readonly selected?: Region & { readonly text: string };
}

export interface Inline {
  suggest(wish: InlineWish, signal: AbortSignal): Promise<InlineOutcome>;
  /** Whether the id was known. */
  accepted(id: string): boolean;
  rejected(id: string): boolean;
  closed(uri: string): void;
}

export interface InlineParts {
  readonly documents: Documents;
  readonly pursuits: Pursuits;
  readonly settings: () => Settings;
  readonly context: ContextOf;
  readonly onOff: Switch;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** How many different suggestions an explicit request is given to cycle through. */
const invokedCandidates = 3;
/** Ghost text longer than this is cut by the model itself; tokens. */
const maxOutputTokens = 256;

export function createInline(parts: InlineParts): Inline {
  const { documents, pursuits, settings, onOff, tally, clock, newId } = parts;
  const cache = createCache(documents);

  async function suggest(wish: InlineWish, signal: AbortSignal): Promise<InlineOutcome> {
    const snapshot = documents.get(wish.uri);
    if (!snapshot) return silent('unknown-document');
    const off = onOff.offReason(snapshot) ?? reasonNotToAsk(snapshot, wish);
    if (off) return silent(off);
    const cached = fitting(snapshot, wish);
    if (cached.length > 0 && wish.trigger === 'automatic')
      return shown(snapshot, cached.slice(0, 1), 'cache');
    if (wish.trigger === 'automatic' && documents.lastChangeRemoves(wish.uri)) return silent('deleting');
    return await pursue(wish, snapshot, signal);
  }

  function reasonNotToAsk(snapshot: Snapshot, { trigger, cursor }: InlineWish): SilenceReason | undefined {
    const { enabled, mode } = settings().completion;
    if (!enabled) return 'disabled';
    if (trigger === 'invoked') return undefined;
    if (mode === 'manual') return 'manual';
    return isWord(snapshot.text.value[cursor]) ? 'middle-of-word' : undefined;
  }

  /** Waits for whichever answer under way fits first; its own is started unless the same is already on its way. */
  async function pursue(wish: InlineWish, snapshot: Snapshot, signal: AbortSignal): Promise<InlineOutcome> {
    const candidates = wish.trigger === 'invoked' ? invokedCandidates : 1;
    const same = pursuits
      .running(wish.uri)
      .find(
        (other) =>
          other.snapshot.version === snapshot.version &&
          other.cursor === wish.cursor &&
          other.candidates >= candidates,
      );
    if (!same || wish.selected) pursuits.start(snapshot, askFor(snapshot, wish, candidates));
    const waiting = new Set(pursuits.running(wish.uri));
    let reason: SilenceReason = 'nothing-to-say';
    while (waiting.size > 0) {
      const next = await firstOf(waiting, signal);
      if (next === 'aborted') return silent('cancelled');
      waiting.delete(next.pursuit);
      const refused = taken(next.pursuit, next.result);
      const now = documents.get(wish.uri);
      if (!now) return silent('unknown-document');
      const cursor = cursorNow(wish, snapshot);
      if (cursor === undefined) return silent('conflict');
      const found = fitting(now, { ...wish, cursor });
      if (found.length > 0) return shown(now, found.slice(0, candidates), 'model');
      if (refused) reason = refused;
      else if (next.pursuit.snapshot !== snapshot || now !== snapshot) reason = 'conflict';
      else reason = wish.selected ? 'not-selected' : 'rejected';
    }
    return silent(reason);
  }

  function askFor(snapshot: Snapshot, wish: InlineWish, candidates: number): CompleteAsk {
    const { maxLines } = settings().completion;
    const { text } = snapshot;
    // In the middle of a line only that line can be continued.
    const rest = text.value.slice(wish.cursor, lineEnd(text, lineAt(text, wish.cursor)));
    return {
      ...parts.context(snapshot, { tokens: settings().context.completionTokens, maxOutputTokens }),
      task: 'complete',
      cursor: wish.cursor,
      maxLines: /\w/.test(rest) ? 1 : maxLines,
      candidates,
      ...(wish.selected ? { selected: wish.selected } : {}),
    };
  }

  /** Puts an answer into the cache, shaped for the version it was made for; the reason where nothing is left of it. */
  function taken({ snapshot, cursor }: Pursuit, result: Pursued): SilenceReason | undefined {
    if (result.kind === 'silent') return result.reason;
    let reason: SilenceReason | undefined;
    // Last first, so that the best is the newest of the cache.
    for (const raw of result.texts.toReversed()) {
      const shaped = shape({
        text: snapshot.text,
        cursor,
        suggestion: raw,
        maxLines: settings().completion.maxLines,
      });
      if (shaped.kind === 'silent') {
        reason = shaped.reason;
        continue;
      }
      const { start, end, text } = shaped;
      cache.add(snapshot, { id: newId(), start, end, text });
      reason = undefined;
    }
    return reason;
  }

  function fitting(snapshot: Snapshot, wish: InlineWish): readonly InlineSuggestion[] {
    return cache
      .find(snapshot, wish.cursor)
      .filter((suggestion) => !cache.wasRejected(snapshot, suggestion) || wish.trigger === 'invoked')
      .flatMap((suggestion) =>
        wish.selected ? continuing(wish.selected, suggestion, snapshot) : [suggestion],
      );
  }

  function cursorNow(wish: InlineWish, snapshot: Snapshot): number | undefined {
    if (documents.get(wish.uri) === snapshot) return wish.cursor;
    const typed = documents.editSince(wish.uri, snapshot.version);
    return typed && mapOffset(typed, wish.cursor, 'after');
  }

  return {
    async suggest(wish, signal) {
      const started = clock.now();
      const outcome = await suggest(wish, signal);
      tally.outcome(outcome, clock.now() - started);
      return outcome;
    },
    accepted(id) {
      const known = cache.take(id) !== undefined;
      if (known) tally.accepted();
      return known;
    },
    rejected(id) {
      const known = cache.reject(id);
      if (known) tally.rejected();
      return known;
    },
    closed(uri) {
      pursuits.letGo(uri);
      cache.forget(uri);
    },
  };
}

function silent(reason: SilenceReason): InlineOutcome {
  return { kind: 'silent', reason };
}

function shown(
  snapshot: Snapshot,
  items: readonly InlineSuggestion[],
  from: 'model' | 'cache',
): InlineOutcome {
  return { kind: 'shown', version: snapshot.version, items, from };
}

/** The suggestion over the selected entry's range, when what it inserts continues that entry. */
function continuing(
  selected: Region & { readonly text: string },
  suggestion: InlineSuggestion,
  snapshot: Snapshot,
): readonly InlineSuggestion[] {
  const typed = snapshot.text.value.slice(selected.start, suggestion.start);
  const whole = typed + suggestion.text;
  if (selected.start > suggestion.start || !whole.startsWith(selected.text)) return [];
  return [
    { id: suggestion.id, start: selected.start, end: Math.max(selected.end, suggestion.end), text: whole },
  ];
}

async function firstOf(
  pursuits: ReadonlySet<Pursuit>,
  signal: AbortSignal,
): Promise<'aborted' | { readonly pursuit: Pursuit; readonly result: Pursued }> {
  if (signal.aborted) return 'aborted';
  let stop = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop);
  });
  const answers = [...pursuits].map(async (pursuit) => ({ pursuit, result: await pursuit.result }));
  try {
    return await Promise.race([aborted, ...answers]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
