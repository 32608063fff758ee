/**
 * Hopes: what is begun for a document before its editor asks, because the user typed there.
 *
 * Laws
 * - One hope for each document: where the user typed last. It ends with the next change that is no typing.
 * - Nothing is begun for what the cache has or an answer under way may still be.
 * - An answer that ended without fitting what was typed meanwhile makes room for the next, in the same turn of the
 *   event loop.
 */

import type { Clock } from '../../core/clock.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { DocumentChange, Documents, Snapshot } from '../../state/documents.ts';
import { isFailure, isWordless } from '../suggest/silence.ts';
import type { Ahead } from './ahead.ts';
import type { Fit } from './cache.ts';
import type { Eagerness } from './eager.ts';
import type { Pursuits } from './pursuit.ts';
import type { Pursuit } from './running.ts';

export interface Hopes {
  /** Begins work where the change is typing that a request will follow. */
  changed(change: DocumentChange, by: 'user' | 'edit'): void;
  /** An answer under way has ended. */
  ended(uri: string, pursuit: Pursuit, key: string): void;
  /** Why there is nothing at this very place, where that was found out already; said once. */
  silenceAt(snapshot: Snapshot, cursor: number): SilenceReason | undefined;
  /** The editor asks: nothing is put off any longer. */
  asked(uri: string): void;
  forget(uri: string): void;
  clear(): void;
}

export interface HopeParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly eager: Eagerness;
  readonly ahead: Ahead;
  readonly pursuits: () => Pick<Pursuits, 'agreeing' | 'firstTextMs'>;
  readonly fitting: (snapshot: Snapshot, cursor: number) => Fit | undefined;
  readonly mayAsk: (snapshot: Snapshot, cursor: number) => boolean;
  readonly start: (snapshot: Snapshot, cursor: number) => void;
  /** Whether asking costs nothing, so that there is nothing to save. */
  readonly isFree: () => boolean;
}

interface Hope {
  readonly snapshot: Snapshot;
  readonly cursor: number;
  /** Why the model had nothing for it. */
  readonly silence?: SilenceReason;
}

export function createHopes(parts: HopeParts): Hopes {
  const { documents, clock, eager, ahead, pursuits, fitting, mayAsk, start, isFree } = parts;
  const hopes = new Map<string, Hope>();
  /** Takes back work that is put off. */
  const putOff = new Map<string, () => void>();

  function asked(uri: string): void {
    putOff.get(uri)?.();
    putOff.delete(uri);
  }

  function isWanted(snapshot: Snapshot, cursor: number): boolean {
    return mayAsk(snapshot, cursor) && !pursuits().agreeing(snapshot, cursor);
  }

  function work(uri: string): void {
    const hope = hopes.get(uri);
    if (!hope || documents.get(uri) !== hope.snapshot) return;
    const { snapshot, cursor } = hope;
    const fit = fitting(snapshot, cursor);
    if (fit) {
      ahead.shown(snapshot, fit);
      return;
    }
    if (!isWanted(snapshot, cursor)) return;
    const waitMs = isFree() ? 0 : eager.delayMs(pursuits().firstTextMs(0.9));
    if (waitMs === 0) {
      start(snapshot, cursor);
      return;
    }
    const cancel = clock.after(waitMs, () => {
      putOff.delete(uri);
      // What was put off for an older text is for nothing, and so is what came or went meanwhile.
      const isPresent = documents.get(uri) === snapshot && !fitting(snapshot, cursor);
      if (isPresent && isWanted(snapshot, cursor)) start(snapshot, cursor);
    });
    asked(uri);
    putOff.set(uri, cancel);
  }

  function forget(uri: string): void {
    asked(uri);
    hopes.delete(uri);
  }

  return {
    changed(change, by) {
      const { after } = change;
      const { uri } = after;
      const cursor = by === 'user' ? eager.cursorAfter(change) : undefined;
      if (cursor === undefined) {
        hopes.delete(uri);
        return;
      }
      hopes.set(uri, { snapshot: after, cursor });
      work(uri);
    },
    ended(uri, { outcome, ask, isAhead }, key) {
      if (outcome === undefined || outcome === 'superseded') return;
      if (isAhead) {
        if (isWordless(outcome)) ahead.nothing(uri, key);
        return;
      }
      const hope = hopes.get(uri);
      if (!hope) return;
      if (ask.document.version !== hope.snapshot.version) {
        if (!isFailure(outcome)) work(uri);
      } else if (outcome !== 'taken' && outcome !== 'conflict' && ask.cursor === hope.cursor) {
        hopes.set(uri, { ...hope, silence: outcome });
        if (isWordless(outcome)) ahead.nothingHere(hope.snapshot, hope.cursor);
      }
    },
    silenceAt(snapshot, cursor) {
      const hope = hopes.get(snapshot.uri);
      if (!hope?.silence || hope.snapshot !== snapshot || hope.cursor !== cursor) return undefined;
      hopes.delete(snapshot.uri);
      return hope.silence;
    },
    asked,
    forget,
    clear() {
      for (const uri of [...hopes.keys(), ...putOff.keys()]) forget(uri);
    },
  };
}
