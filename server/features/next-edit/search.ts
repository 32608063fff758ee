/**
 * Search: a model asked for the next edit, place by place until it names one.
 *
 *   cursor ──nothing──► nearest problem, or a name of the last change ──nothing──► silence
 *      └──first hunk──► found, while the rest of the answer comes
 *
 * Laws
 * - One search for each document, the newest; the one before it is ended.
 * - Of an answer nothing is kept that only restyles, that takes a recent change back, that the user refused, or that
 *   alters a secret. An answer of such hunks alone is silence with that reason.
 * - Hunks are carried to the present text or dropped, each when it comes.
 * - Every search settles, whatever the model does; `progress` wakes for each hunk that is found and for the end.
 */

import type { NextEditAsk } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import { map, type Replacement } from '../../core/edit.ts';
import type { ModelSession } from '../../core/model.ts';
import { readNextEdit } from '../../core/next-edit/answer.ts';
import { isRestyling, takesBack } from '../../core/next-edit/hunks.ts';
import type { NextPlace } from '../../core/next-edit/places.ts';
import { holdsPlaceholder } from '../../core/placeholder.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { silenceOf, wordless } from '../suggest/silence.ts';
import type { Tally } from '../tally.ts';
import type { Trouble } from '../trouble.ts';
import type { Refused } from './refused.ts';

export interface Search {
  readonly snapshot: Snapshot;
  /** Nothing while it runs. */
  readonly outcome: SilenceReason | 'found' | undefined;
  progress(): Promise<void>;
  /** Whether it looks at the lines around this place. */
  covers(cursor: number): boolean;
  end(reason: SilenceReason): void;
}

export interface SearchParts {
  readonly documents: Documents;
  readonly session: ModelSession;
  readonly tally: Tally;
  readonly trouble: Trouble;
  readonly clock: Clock;
  readonly refused: Refused;
  /** Whether every secret stays as it is. */
  readonly secretsKept: (snapshot: Snapshot, hunk: Replacement) => boolean;
  /** Hunks in coordinates of the present text. */
  readonly found: (uri: string, hunks: readonly Replacement[], how: 'first' | 'more') => void;
}

export interface SearchWish {
  readonly snapshot: Snapshot;
  /** Most likely first; at least one. */
  readonly places: readonly NextPlace[];
  readonly ask: (place: NextPlace) => NextEditAsk;
}

/** An answer that stops in the middle for so long is over. */
const stalledMs = 2000;
/** The newest changes, none of which is to be taken back. */
const mostChanges = 3;

export function beginSearch({ snapshot, places, ask }: SearchWish, parts: SearchParts): Search {
  const { documents, session, tally, trouble, clock, refused } = parts;
  const { uri, languageId, text } = snapshot;
  const stop = new AbortController();
  let wake = () => {};
  let progressed = renewed();
  let hasFound = false;
  let unwatch = () => {};
  const search: { -readonly [Key in keyof Search]: Search[Key] } = {
    snapshot,
    outcome: undefined,
    progress: () => progressed,
    covers: (cursor) => places.some(({ region }) => cursor >= region.start && cursor <= region.end),
    end: settle,
  };

  function renewed(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  function settle(outcome: SilenceReason | 'found'): void {
    if (search.outcome !== undefined) return;
    search.outcome = outcome;
    unwatch();
    stop.abort();
    wake();
  }

  function watch(ms: number): void {
    unwatch();
    unwatch = clock.after(ms, () => settle(hasFound ? 'found' : 'failed'));
  }

  /** Why it is no next edit. */
  function unwanted(hunk: Replacement, { document, history }: NextEditAsk): SilenceReason | undefined {
    if (refused.has(snapshot, hunk)) return 'rejected';
    const own = history.filter(({ path }) => path === document.path).slice(-mostChanges);
    if (takesBack(text, hunk, own)) return 'rejected';
    if (isRestyling(text, hunk, languageId)) return 'nothing-to-say';
    if (holdsPlaceholder(hunk.text) || !parts.secretsKept(snapshot, hunk)) return 'nothing-to-say';
    return undefined;
  }

  /** Why none of them was kept; nothing where one was, or there are none. */
  function take(hunks: readonly Replacement[], asked: NextEditAsk): SilenceReason | undefined {
    let reason: SilenceReason | undefined;
    const typed = documents.editSince(uri, snapshot.version);
    const fresh = hunks.flatMap((hunk) => {
      const why = unwanted(hunk, asked) ?? (typed ? undefined : 'conflict');
      const carried = why === undefined && typed ? map([hunk], typed) : undefined;
      if (carried === undefined) reason ??= why ?? 'conflict';
      return carried ?? [];
    });
    if (fresh.length === 0 || search.outcome !== undefined) return reason;
    parts.found(uri, fresh, hasFound ? 'more' : 'first');
    hasFound = true;
    wake();
    progressed = renewed();
    return undefined;
  }

  async function lookAt(place: NextPlace): Promise<SilenceReason | 'found'> {
    const asked = ask(place);
    const answer = readNextEdit(text, asked.region);
    let reason: SilenceReason | undefined;
    for await (const event of session.ask(asked, stop.signal)) {
      switch (event.kind) {
        case 'text': {
          watch(stalledMs);
          const hunks = event.index === 0 ? answer.push(event.text) : [];
          if (hunks.length > 0) reason = take(hunks, asked) ?? reason;
          break;
        }
        case 'refusal':
        case 'whole':
          break;
        case 'failed':
          if (event.failure.code === 'unsupported') return 'unsupported';
          trouble.met(event.failure);
          return hasFound ? 'found' : silenceOf(event.failure);
        case 'done': {
          tally.answered(event);
          const { outcome, metadata } = event;
          reason = take(answer.finish({ outcome, format: metadata.format }), asked) ?? reason;
          if (hasFound) return 'found';
          return reason ?? wordless(event);
        }
        default:
          event satisfies never;
      }
    }
    return 'failed';
  }

  async function look(): Promise<SilenceReason | 'found'> {
    let reason: SilenceReason = 'nothing-to-say';
    for (const place of places) {
      const outcome = await lookAt(place);
      unwatch();
      if (outcome === 'found' || stop.signal.aborted) return outcome;
      if (outcome !== 'nothing-to-say' && outcome !== 'rejected') return outcome;
      // What was said first tells more than that nothing is further away.
      if (reason === 'nothing-to-say') reason = outcome;
      // For an older text nobody looks further.
      if (documents.get(uri) !== snapshot) return reason;
    }
    return reason;
  }

  look().then(settle, (error: unknown) => {
    // A session does not throw; one that does all the same must not take the editor's server with it.
    const described = error instanceof Error ? error.message : String(error);
    trouble.met({ code: 'model', message: `Asking the model failed inside Whittle: ${described}` });
    settle('failed');
  });
  return search;
}
