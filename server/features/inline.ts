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
import type { ModelSession } from '../core/model.ts';
import { holdsPlaceholder } from '../core/placeholder.ts';
import { shape } from '../core/shape.ts';
import type { InlineOutcome, InlineSuggestion, SilenceReason } from '../core/suggestion.ts';
import { lineAt, lineEnd } from '../core/text.ts';
import type { Documents, Snapshot } from '../state/documents.ts';
import type { Settings } from '../state/settings/settings.ts';
import { createCache } from './cache.ts';
import type { ContextOf } from './context.ts';
import { createPursuits, type Pursuit } from './pursuit.ts';
import type { Switch } from './switch.ts';
import type { Tally } from './tally.ts';
import type { Trouble } from './trouble.ts';

export interface InlineWish {
  readonly uri: string;
  /** UTF-16 offset in the document's version `version`. */
  readonly cursor: number;
  /** The present one where it is left out. */
  readonly version?: number;
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
  /** What was made under other settings is not shown. */
  settingsChanged(): void;
  dispose(): void;
}

export interface InlineParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly settings: () => Settings;
  readonly context: ContextOf;
  readonly onOff: Switch;
  readonly tally: Tally;
  readonly trouble: Trouble;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** How many different suggestions an explicit request is given to cycle through. */
const invokedCandidates = 3;
/** Ghost text longer than this is cut by the model itself; tokens. */
const maxOutputTokens = 256;

export function createInline(parts: InlineParts): Inline {
  const { documents, session, settings, onOff, tally, trouble, clock, newId } = parts;
  const cache = createCache(documents);
  const pursuits = createPursuits({ session, tally, trouble, arrived });

  async function suggest(given: InlineWish, signal: AbortSignal): Promise<InlineOutcome> {
    const snapshot = documents.get(given.uri);
    if (!snapshot) return silent('unknown-document');
    const wish = upToDate(given, snapshot);
    if (!wish) return silent('conflict');
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
    if (signal.aborted) return silent('cancelled');
    const ask = askFor(snapshot, wish);
    const own =
      pursuits.running(wish.uri).find((other) => answersAlso(other, snapshot, ask)) ??
      pursuits.start(snapshot, ask);
    const waiting = new Set(
      pursuits.running(wish.uri).filter((other) => other.ask.candidates >= ask.candidates),
    );
    // A session that fails at once may have settled it already.
    waiting.add(own);
    let reason: SilenceReason = 'nothing-to-say';
    while (waiting.size > 0) {
      const next = await firstOf(waiting, signal);
      if (next === 'aborted') return silent('cancelled');
      waiting.delete(next.pursuit);
      const now = documents.get(wish.uri);
      if (!now) return silent('unknown-document');
      const off = onOff.offReason(now);
      if (off) return silent(off);
      const moved = upToDate({ ...wish, version: snapshot.version }, now);
      if (!moved) return silent('conflict');
      const found = fitting(now, moved);
      if (found.length > 0) return shown(now, found.slice(0, ask.candidates), 'model');
      if (next.pursuit !== own) continue;
      if (next.refused) reason = next.refused;
      else if (now !== snapshot) reason = 'conflict';
      else reason = wish.selected ? 'not-selected' : 'rejected';
    }
    return silent(reason);
  }

  function askFor(snapshot: Snapshot, wish: InlineWish): CompleteAsk {
    const { maxLines } = settings().completion;
    const { text } = snapshot;
    // In the middle of a line only that line can be continued.
    const rest = text.value.slice(wish.cursor, lineEnd(text, lineAt(text, wish.cursor)));
    return {
      ...parts.context(snapshot, {
        tokens: settings().context.completionTokens,
        maxOutputTokens,
        focus: wish.cursor,
      }),
      task: 'complete',
      cursor: wish.cursor,
      maxLines: /\w/.test(rest) ? 1 : maxLines,
      candidates: wish.trigger === 'invoked' ? invokedCandidates : 1,
      ...(wish.selected ? { selected: wish.selected } : {}),
    };
  }

  /** Puts an answer into the cache, shaped for the version it was made for; the reason where nothing is left of it. */
  function arrived(
    { snapshot, ask }: Pick<Pursuit, 'snapshot' | 'ask'>,
    texts: readonly string[],
  ): SilenceReason | undefined {
    const { text, languageId } = snapshot;
    const { maxLines } = settings().completion;
    let reason: SilenceReason | undefined = 'nothing-to-say';
    let taken = false;
    // Last first, so that the best is the newest of the cache.
    for (const suggestion of texts.toReversed()) {
      const shaped = shape({ text, cursor: ask.cursor, suggestion, maxLines, languageId });
      if (shaped.kind === 'silent') reason = shaped.reason;
      // It would stand for a secret that nobody gave out.
      else if (!holdsPlaceholder(shaped.text)) {
        cache.add(snapshot, { id: newId(), start: shaped.start, end: shaped.end, text: shaped.text });
        taken = true;
      }
    }
    return taken ? undefined : reason;
  }

  function fitting(snapshot: Snapshot, wish: InlineWish): readonly InlineSuggestion[] {
    return cache
      .find(snapshot, wish.cursor)
      .filter((suggestion) => !cache.wasRejected(snapshot, suggestion) || wish.trigger === 'invoked')
      .flatMap((suggestion) =>
        wish.selected ? continuing(wish.selected, suggestion, snapshot) : [suggestion],
      );
  }

  /** The wish in the coordinates of the present version. */
  function upToDate(wish: InlineWish, now: Snapshot): InlineWish | undefined {
    if (wish.version === undefined || wish.version === now.version) return wish;
    const typed = documents.editSince(wish.uri, wish.version);
    if (!typed) return undefined;
    const { selected, ...rest } = wish;
    const moved = { ...rest, version: now.version, cursor: mapOffset(typed, wish.cursor, 'after') };
    if (!selected) return moved;
    const start = mapOffset(typed, selected.start, 'before');
    return { ...moved, selected: { ...selected, start, end: mapOffset(typed, selected.end, 'after') } };
  }

  return {
    async suggest(wish, signal) {
      const started = clock.now();
      const outcome = await suggest(wish, signal);
      const snapshot = documents.get(wish.uri);
      if (outcome.kind === 'shown' && snapshot) cache.showing(snapshot, outcome.items);
      tally.outcome(outcome, clock.now() - started);
      return outcome;
    },
    accepted(id) {
      const known = cache.accept(id);
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
    settingsChanged() {
      pursuits.letAllGo();
      cache.clear();
    },
    dispose: () => pursuits.letAllGo(),
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

/** Whether what this pursuit brings is what the ask wants. */
function answersAlso({ snapshot, ask }: Pursuit, wanted: Snapshot, wish: CompleteAsk): boolean {
  return (
    snapshot === wanted &&
    ask.cursor === wish.cursor &&
    ask.candidates >= wish.candidates &&
    ask.selected?.text === wish.selected?.text &&
    ask.selected?.start === wish.selected?.start
  );
}

interface Settled {
  readonly pursuit: Pursuit;
  readonly refused: SilenceReason | undefined;
}

async function firstOf(pursuits: ReadonlySet<Pursuit>, signal: AbortSignal): Promise<'aborted' | Settled> {
  if (signal.aborted) return 'aborted';
  let stop = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop);
  });
  const answers = [...pursuits].map(async (pursuit) => ({ pursuit, refused: await pursuit.result }));
  try {
    return await Promise.race([aborted, ...answers]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
