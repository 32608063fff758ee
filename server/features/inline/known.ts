/** Known: what can be shown at a place without asking, and why asking there would be for nothing. */

import { isBehindBlock } from '../../core/block-end.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import type { Settings } from '../../state/settings/settings.ts';
import type { Fit, Piece, Shown, SuggestionCache } from './cache.ts';
import type { Spoken } from './spoken.ts';
import { createTakenBack } from './taken-back.ts';
import { continuing, type InlineWish, isInWord } from './wish.ts';

export interface Known {
  /** If it is undone, it counts as rejected there. */
  accepted(shown: Shown): void;
  /** The editor is given these. */
  showing(uri: string, fits: readonly Fit[]): void;
  /** Where suggestions come only when asked for: the rest of what was asked for, while it is typed along. */
  askedFor(snapshot: Snapshot, wish: InlineWish): Fit | undefined;
  /** At most `most`, no two alike. */
  fitting(snapshot: Snapshot, wish: InlineWish, most: number): readonly Fit[];
  /** By the settings, and in the middle of a word. */
  reasonNotToShow(snapshot: Snapshot, wish: InlineWish): SilenceReason | undefined;
  /** What is shown already goes on in such places too. */
  reasonNotToAsk(snapshot: Snapshot, cursor: number): SilenceReason | undefined;
  forget(uri: string): void;
}

export interface KnownParts {
  readonly documents: Documents;
  readonly cache: SuggestionCache;
  readonly spoken: Spoken;
  readonly newId: () => string;
  readonly settings: () => Settings;
}

export function createKnown({ documents, cache, spoken, newId, settings }: KnownParts): Known {
  const takenBack = createTakenBack(documents);
  /** By document, where suggestions come only when asked for: the entries that were given last. */
  const given = new Map<string, ReadonlySet<string>>();

  function fitting(snapshot: Snapshot, wish: InlineWish, most: number): readonly Fit[] {
    const found = cached(snapshot, wish, most);
    const isNoPlace = documents.lastChangeRemoves(wish.uri) || isBehindBlock(snapshot.text, wish.cursor);
    if (found.length > 0 || wish.trigger === 'invoked' || isNoPlace) return found;
    const further = spokenAt(snapshot, wish.cursor);
    if (further === undefined || typeof further === 'string') return found;
    cache.put(newId(), further);
    return cached(snapshot, wish, most);
  }

  function reasonNotToAsk(snapshot: Snapshot, cursor: number): SilenceReason | undefined {
    if (isBehindBlock(snapshot.text, cursor)) return 'block-complete';
    // What a model has said of this very place is not to be shown.
    const further = spokenAt(snapshot, cursor);
    return typeof further === 'string' ? further : undefined;
  }

  const isRejected = (snapshot: Snapshot, piece: Piece): boolean =>
    cache.wasRejected(snapshot, piece) || takenBack.has(snapshot, piece);

  const spokenAt = (snapshot: Snapshot, cursor: number) =>
    spoken.at(snapshot, cursor, (piece) => isRejected(snapshot, piece));

  function cached(snapshot: Snapshot, wish: InlineWish, most: number): readonly Fit[] {
    const found: Fit[] = [];
    const isInvoked = wish.trigger === 'invoked';
    const first = isInvoked ? 'newest' : 'shown';
    const extent = isInvoked || wish.upTo ? 'complete' : 'shown';
    for (const fit of cache.fits(snapshot, wish.cursor, { first, extent })) {
      if (!isInvoked && isRejected(snapshot, fit.suggestion)) continue;
      const suggestion = wish.selected ? continuing(wish.selected, fit.suggestion, snapshot) : fit.suggestion;
      if (!suggestion || found.some((other) => other.suggestion.text === suggestion.text)) continue;
      found.push(suggestion === fit.suggestion ? fit : { ...fit, suggestion });
      if (found.length >= most) break;
    }
    return found;
  }

  function reasonNotToShow(snapshot: Snapshot, { trigger, cursor }: InlineWish): SilenceReason | undefined {
    const { enabled, mode } = settings().completion;
    if (!enabled) return 'disabled';
    if (trigger === 'invoked') return undefined;
    if (mode === 'manual') return 'manual';
    return isInWord(snapshot.text, cursor) ? 'middle-of-word' : undefined;
  }

  function showing(uri: string, fits: readonly Fit[]): void {
    if (settings().completion.mode !== 'manual') return;
    const before = given.get(uri);
    // One of several that is asked for once more does not leave the others out.
    if (!fits.every(({ key }) => before?.has(key))) given.set(uri, new Set(fits.map(({ key }) => key)));
  }

  function askedFor(snapshot: Snapshot, wish: InlineWish): Fit | undefined {
    const keys = given.get(snapshot.uri);
    if (!keys) return undefined;
    const [fit] = cached(snapshot, wish, 1);
    if (fit?.isShown && keys.has(fit.key)) return fit;
    given.delete(snapshot.uri);
    return undefined;
  }

  return {
    accepted: takenBack.accepted,
    showing,
    askedFor,
    fitting,
    reasonNotToShow,
    reasonNotToAsk,
    forget(uri) {
      given.delete(uri);
      takenBack.forget(uri);
    },
  };
}
