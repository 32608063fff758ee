/**
 * Ghost text: one wish in, a suggestion or the reason for silence out.
 *
 *   didChange ──► contradicted answers are cancelled ──► the cache, what is under way, or a new answer is begun
 *   request   ──► what may not be ──► the cache ──► what is under way ──► the model, see `inline/following.ts`
 *   shown     ──► what comes after it is asked for, see `inline/ahead.ts`
 *
 * Laws
 * - Work begins with the change that the request will be about (`inline/eager.ts`), and a request joins what is under
 *   way as long as nothing it said is contradicted.
 * - An answer that comes for an older version is carried over what was typed meanwhile, or dropped; nothing is shown
 *   for a version it was not made for.
 */

import { createBehind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import { mapOffset } from '../core/edit.ts';
import type { IndentUnit } from '../core/indent.ts';
import { type ModelSession, takesAsks } from '../core/model.ts';
import type { InlineOutcome } from '../core/suggestion.ts';
import type { DocumentChange, Documents, Snapshot } from '../state/documents.ts';
import { createBasis } from '../state/settings/basis.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { ContextOf } from './context.ts';
import { createAhead } from './inline/ahead.ts';
import { anchorAt } from './inline/anchor.ts';
import { askFrom } from './inline/asking.ts';
import { createCache, type Fit } from './inline/cache.ts';
import { createEagerness } from './inline/eager.ts';
import { createFollowing } from './inline/following.ts';
import { createHedge } from './inline/hedge.ts';
import { createHopes } from './inline/hope.ts';
import { createKeeping } from './inline/keeping.ts';
import { createKnown } from './inline/known.ts';
import { createPursuits } from './inline/pursuit.ts';
import type { Pursuit } from './inline/running.ts';
import { createSpoken } from './inline/spoken.ts';
import { type InlineWish, upToDate } from './inline/wish.ts';
import { silent } from './suggest/silence.ts';
import type { Switch } from './switch.ts';
import type { Tally } from './tally.ts';
import type { Trouble } from './trouble.ts';

export type { InlineWish };
export interface Inline {
  /** A promise only where a model has to be waited for; `signal` is made for that alone. */
  suggest(wish: InlineWish, signal: () => AbortSignal): InlineOutcome | Promise<InlineOutcome>;
  /** Begins work where the change is typing that a request will follow. */
  changed(change: DocumentChange, by: 'user' | 'edit'): void;
  /** Whether the id was known. */
  accepted(id: string): boolean;
  rejected(id: string): boolean;
  partlyAccepted(id: string): boolean;
  closed(uri: string): void;
  /** It was switched off or on by hand, or snoozed: who waits where nothing is to be shown waits no longer. */
  switched(): void;
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
  /** Whether the editor says that it asks for inline completions by itself. */
  readonly asksItself: () => boolean;
  /** Whether the embedded engine answers beside the model. */
  readonly hedges: () => boolean;
}

/** Changes; well within what the documents remember. */
const keepUpEvery = 100;

export function createInline(parts: InlineParts): Inline {
  const { documents, session, settings, onOff, tally, trouble, clock, newId } = parts;
  const behind = createBehind();
  const askFor = askFrom(parts.context, settings);
  const cache = createCache(documents, newId);
  const spoken = createSpoken(documents);
  const pursuits = createPursuits({
    session,
    documents,
    cache,
    spoken,
    tally,
    trouble,
    clock,
    behind,
    newId,
    cancels: isFree,
    ended: (...all) => hopes.ended(...all),
  });
  const eager = createEagerness({ documents, clock, declared: parts.asksItself, isShown: cache.isShown });
  const ahead = createAhead({
    documents,
    cache,
    spoken,
    pursuits,
    clock,
    ask({ snapshot, cursor, key, anchor, start, end, added, assumed }) {
      const ask = askFor(snapshot, automatic(snapshot.uri, cursor));
      const { text, languageId } = snapshot;
      const indent = () => indents.get(snapshot.uri);
      pursuits.start({ ask, text, languageId, indent, anchor, start, assumed, ahead: { key, end, added } });
    },
  });
  /** What the editor says that it indents with in a document. */
  const indents = new Map<string, IndentUnit>();
  const automatic = (uri: string, cursor: number): InlineWish => ({ uri, cursor, trigger: 'automatic' });
  const known = createKnown({ documents, cache, spoken, newId, settings });
  const hedge = createHedge({ session, cache, clock, newId });
  const keeping = createKeeping({ documents, clock, decided: tally.fate });
  const hopes = createHopes({
    documents,
    clock,
    eager,
    ahead,
    pursuits: () => pursuits,
    fitting: (snapshot, cursor) => known.fitting(snapshot, automatic(snapshot.uri, cursor), 1)[0],
    mayAsk: (snapshot, cursor) =>
      (onOff.offReason(snapshot) ??
        known.reasonNotToShow(snapshot, automatic(snapshot.uri, cursor)) ??
        known.reasonNotToAsk(snapshot, cursor)) === undefined,
    start: (snapshot, cursor) => void start(snapshot, automatic(snapshot.uri, cursor)),
    isFree,
  });
  const following = createFollowing({
    documents,
    session,
    onOff,
    known,
    pursuits,
    cache,
    hedge,
    hedges: parts.hedges,
    askFor,
    start,
    asking: hopes.asked,
    shown,
    clock,
    behind,
  });
  let changes = 0;
  const basis = createBasis(settings, 'completion');

  /** What runs on this machine costs nothing. */
  function isFree(): boolean {
    return takesAsks(session);
  }

  /** At once where nobody has to be waited for: a key typed along a suggestion costs no turn of the event loop. */
  function suggest(given: InlineWish, signal: () => AbortSignal): InlineOutcome | Promise<InlineOutcome> {
    const snapshot = documents.get(given.uri);
    if (!snapshot) return silent('unknown-document');
    if (given.isOutdated) return silent('other-version');
    const wish = upToDate(given, snapshot, documents);
    if (!wish) return silent('conflict');
    documents.cursorIs(wish.uri, wish.cursor);
    if (wish.indent) indentedWith(wish.uri, wish.indent);
    if (wish.trigger === 'automatic') {
      eager.asked(snapshot, wish.cursor);
      cache.asked(snapshot);
    }
    const off = onOff.offReason(snapshot) ?? known.reasonNotToShow(snapshot, wish);
    const askedFor = off === 'manual' && known.askedFor(snapshot, wish);
    if (askedFor) return shown(snapshot, [askedFor], 'cache');
    if (off) return silent(off);
    if (wish.trigger === 'automatic') {
      const [cached] = known.fitting(snapshot, wish, 1);
      if (cached && following.isWorthMore(wish, cached))
        return following.more(wish, { snapshot, fits: [cached], from: 'cache' }, signal());
      if (cached) return shown(snapshot, [cached], 'cache');
      if (documents.lastChangeRemoves(wish.uri)) return silent('deleting');
      const reason = wish.selected
        ? undefined
        : (hopes.silenceAt(snapshot, wish.cursor) ?? known.reasonNotToAsk(snapshot, wish.cursor));
      if (reason) return silent(reason);
    }
    return following.follow(wish, snapshot, signal());
  }

  /** What was begun before the editor said so is indented as it says. */
  function indentedWith(uri: string, unit: IndentUnit): void {
    const known = indents.get(uri);
    if (known?.kind === unit.kind && known.width === unit.width) return;
    indents.set(uri, unit);
    cache.dropLines(uri);
  }

  function start(snapshot: Snapshot, wish: InlineWish): Pursuit {
    const { uri, text, languageId } = snapshot;
    const ask = askFor(snapshot, wish);
    const place = { anchor: anchorAt(snapshot), start: wish.cursor, assumed: '' };
    return pursuits.start({ ask, text, languageId, indent: () => indents.get(uri), ...place });
  }

  function shown(snapshot: Snapshot, fits: readonly Fit[], from: 'model' | 'cache'): InlineOutcome {
    cache.showing(snapshot, fits);
    known.showing(snapshot.uri, fits);
    const [first] = fits;
    if (first) behind.later(() => ahead.shown(snapshot, first));
    return { kind: 'shown', version: snapshot.version, items: fits.map((fit) => fit.suggestion), from };
  }

  function changed(change: DocumentChange, by: 'user' | 'edit'): void {
    pursuits.changed(change.after);
    hopes.changed(change, by);
    if (++changes % keepUpEvery === 0) for (const each of [cache, spoken, keeping]) each.keepUp(change.after);
  }

  function forget(uri: string): void {
    hopes.forget(uri);
    following.forget(uri);
    known.forget(uri);
    indents.delete(uri);
    pursuits.letGo(uri);
    ahead.forget(uri);
    eager.forget(uri);
  }

  return {
    suggest(wish, signal) {
      const started = clock.now();
      const counted = (outcome: InlineOutcome): InlineOutcome => {
        tally.outcome(outcome, clock.now() - started);
        if (outcome.kind === 'silent') trouble.silent(outcome.reason);
        return outcome;
      };
      const outcome = suggest(wish, signal);
      return outcome instanceof Promise ? outcome.then(counted) : counted(outcome);
    },
    changed,
    accepted(id) {
      const taken = cache.accept(id);
      if (!taken) return false;
      tally.accepted();
      known.accepted(taken);
      const snapshot = documents.get(taken.uri);
      const since = snapshot && documents.editSince(taken.uri, taken.version);
      const { start, text } = taken.suggestion;
      if (snapshot && since) keeping.accepted(snapshot, mapOffset(since, start, 'before'), text);
      return true;
    },
    partlyAccepted(id) {
      const known = cache.wasShown(id);
      if (known) tally.partlyAccepted();
      return known;
    },
    rejected(id) {
      const known = cache.reject(id);
      if (known) tally.rejected();
      return known;
    },
    closed(uri) {
      forget(uri);
      cache.forget(uri);
      spoken.forget(uri);
      keeping.forget(uri);
    },
    switched() {
      for (const snapshot of documents.all()) {
        if (!onOff.offReason(snapshot)) continue;
        hopes.forget(snapshot.uri);
        pursuits.letGo(snapshot.uri);
      }
    },
    settingsChanged() {
      if (!basis.hasChanged()) return;
      hopes.clear();
      pursuits.letAllGo();
      cache.clear();
      spoken.clear();
    },
    dispose() {
      hopes.clear();
      pursuits.letAllGo();
      ahead.dispose();
      keeping.dispose();
    },
  };
}
