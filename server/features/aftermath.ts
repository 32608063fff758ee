/**
 * Aftermath: what a change causes that nobody waits for, done when it is needed or in a pause: the history of changes,
 * and what a model that keeps a mirror is told. A key costs neither of them before its answer.
 *
 *   key key key ──► one change, composed ──► done: before a model is asked, or after `quietMs` without a key;
 *                                            the first of a document after `soonMs`, as it is made ready for then, and
 *                                            what is more than a person types: a format or a paste is the dearest
 *
 * Laws
 * - Whoever reads the history or asks a model finds everything done up to then, in order.
 * - Changes are joined only where a user typed on at one place; what is told is the same text in fewer steps.
 * - Bounded: at most `mostPending` changes wait.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import { compose, sizeOf } from '../core/edit.ts';
import { forget, type History, noHistory, record } from '../core/history.ts';
import type { ModelSession } from '../core/model.ts';
import type { DocumentChange } from '../state/documents.ts';

export interface Aftermath {
  changed(change: DocumentChange): void;
  /** With everything done. */
  history(): History;
  forget(uri: string): void;
  catchUp(): void;
  dispose(): void;
}

export interface AftermathParts {
  readonly clock: Clock;
  /** As an ask names the document. */
  readonly pathOf: (uri: string) => string;
  readonly tell: (event: WorkspaceEvent) => void;
}

interface Pending {
  readonly change: DocumentChange;
  readonly at: number;
}

const quietMs = 1000;
/** Off the path of the key itself, whose answer comes first. */
const soonMs = 30;
/** UTF-16 code units put in or taken out, from which on no key is to find a change still undone. */
const much = 2_000;
const mostPending = 32;

export function createAftermath({ clock, pathOf, tell }: AftermathParts): Aftermath {
  let history = noHistory;
  let pending: Pending[] = [];
  /** Documents that were changed since they were opened. */
  const begun = new Set<string>();
  let lastAt = 0;
  let cancel: (() => void) | undefined;

  function catchUp(): void {
    const due = pending;
    pending = [];
    for (const { change, at } of due) {
      const { before, after, edit } = change;
      const { uri, version } = after;
      history = record(history, { uri, path: pathOf(uri), before: before.text, after: after.text, edit }, at);
      tell({ kind: 'changed', uri, version, edit });
    }
  }

  /**
   * One timer for a run of keys, set anew only when it fires: a key that sets one and takes it back again runs a lot of
   * code before its answer.
   */
  function watch(ms: number): void {
    cancel = clock.after(ms, () => {
      cancel = undefined;
      if (pending.length === 0) return;
      const left = quietMs - (clock.now() - lastAt);
      if (left > 0) watch(left);
      else catchUp();
    });
  }

  return {
    changed(change) {
      lastAt = clock.now();
      const last = pending.at(-1);
      const joined = last && joinedTyping(last.change, change);
      if (joined) pending[pending.length - 1] = { change: joined, at: lastAt };
      else pending.push({ change, at: lastAt });
      if (pending.length > mostPending) catchUp();
      if (!begun.has(change.after.uri) || sizeOf(change.edit) >= much) {
        begun.add(change.after.uri);
        cancel?.();
        cancel = clock.after(soonMs, () => {
          cancel = undefined;
          catchUp();
        });
      }
      if (!cancel) watch(quietMs);
    },
    history() {
      catchUp();
      return history;
    },
    forget(uri) {
      catchUp();
      history = forget(history, uri);
      begun.delete(uri);
    },
    catchUp,
    dispose() {
      cancel?.();
      cancel = undefined;
      pending = [];
    },
  };
}

/** The session behind the aftermath: nothing is asked or told before what came first was told. */
export function afterwards<Session extends ModelSession>(session: Session, aftermath: Aftermath): Session {
  return {
    ...session,
    ask(ask, signal) {
      aftermath.catchUp();
      return session.ask(ask, signal);
    },
    tell(event) {
      aftermath.catchUp();
      session.tell(event);
    },
  };
}

/** Both as one change, where the second goes on at the place of the first. */
function joinedTyping(first: DocumentChange, second: DocumentChange): DocumentChange | undefined {
  const [a] = first.edit;
  const [b] = second.edit;
  if (first.after !== second.before || !a || !b || first.edit.length + second.edit.length > 2)
    return undefined;
  if (b.start < a.start || b.end > a.start + a.text.length) return undefined;
  return { before: first.before, after: second.after, edit: compose(first.edit, second.edit) };
}
