/**
 * Aftermath: what a change causes that nobody waits for, done when it is needed or in a pause: the history of changes,
 * and what a model that keeps a mirror is told. A key costs neither of them before its answer.
 *
 *   key key key ──► one change, composed ──► told: before a model is asked
 *                                       └──► recorded: when the history is read, but for what is still being typed there
 *                                       └──► both after `quietMs` without a key; the first of a document after
 *                                            `soonMs`, as it is made ready for then, and what is more than a person
 *                                            types: a format or a paste is the dearest
 *
 * Laws
 * - A model that is asked was told everything up to then, in order; whoever reads the history finds everything in it.
 * - Only who asks about the very place where the user types finds all but that: the text there shows it.
 * - Changes are joined only where a user typed on at one place; what is told is the same text in fewer steps.
 * - Bounded: at most `mostPending` changes wait, and no more than `mostTyped` in one of them.
 */

import type { WorkspaceEvent } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import { compose, sizeOf } from '../core/edit.ts';
import { forget, type History, noHistory, record } from '../core/history.ts';
import type { ModelSession } from '../core/model.ts';
import type { DocumentChange } from '../state/documents.ts';

export interface Aftermath {
  changed(change: DocumentChange): void;
  /** With everything that was done but, where it is given, what is being typed at this very place. */
  history(typing?: Place): History;
  forget(uri: string): void;
  /** Tells everything. */
  tellAll(): void;
  dispose(): void;
}

export interface Place {
  readonly uri: string;
  /** In its present text. */
  readonly offset: number;
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
/** UTF-16 code units: who types as much without a pause is beyond the one thought that the text shows. */
const mostTyped = 400;

export function createAftermath({ clock, pathOf, tell }: AftermathParts): Aftermath {
  let history = noHistory;
  let untold: readonly Pending[] = [];
  let unrecorded: readonly Pending[] = [];
  /** Documents that were changed since they were opened. */
  const begun = new Set<string>();
  let lastAt = 0;
  let cancel: (() => void) | undefined;

  function tellAll(): void {
    const due = untold;
    untold = [];
    for (const { change } of due) {
      const { uri, version } = change.after;
      tell({ kind: 'changed', uri, version, edit: change.edit });
    }
  }

  function recordAllBut(left: number): void {
    const due = unrecorded.slice(0, unrecorded.length - left);
    unrecorded = unrecorded.slice(due.length);
    for (const { change, at } of due) {
      const { before, after, edit } = change;
      const { uri } = after;
      const recorded = { uri, path: pathOf(uri), before: before.text, after: after.text, edit };
      history = record(history, recorded, at);
    }
  }

  function catchUp(): void {
    recordAllBut(0);
    tellAll();
  }

  /**
   * One timer for a run of keys, set anew only when it fires: a key that sets one and takes it back again runs a lot of
   * code before its answer.
   */
  function watch(ms: number): void {
    cancel = clock.after(ms, () => {
      cancel = undefined;
      if (untold.length === 0 && unrecorded.length === 0) return;
      const left = quietMs - (clock.now() - lastAt);
      if (left > 0) watch(left);
      else catchUp();
    });
  }

  return {
    changed(change) {
      lastAt = clock.now();
      untold = withChange(untold, change, lastAt);
      unrecorded = withChange(unrecorded, change, lastAt);
      if (untold.length > mostPending || unrecorded.length > mostPending) catchUp();
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
    history(typing) {
      const newest = unrecorded.at(-1);
      recordAllBut(typing && newest && isAt(newest.change, typing) ? 1 : 0);
      return history;
    },
    forget(uri) {
      catchUp();
      history = forget(history, uri);
      begun.delete(uri);
    },
    tellAll,
    dispose() {
      cancel?.();
      cancel = undefined;
      untold = [];
      unrecorded = [];
    },
  };
}

/** The session behind the aftermath: nothing is asked or told before what came first was told. */
export function afterwards<Session extends ModelSession>(session: Session, aftermath: Aftermath): Session {
  return {
    ...session,
    ask(ask, signal) {
      aftermath.tellAll();
      return session.ask(ask, signal);
    },
    tell(event) {
      aftermath.tellAll();
      session.tell(event);
    },
  };
}

function withChange(pending: readonly Pending[], change: DocumentChange, at: number): readonly Pending[] {
  const last = pending.at(-1);
  const joined = last && joinedTyping(last.change, change);
  return joined ? [...pending.slice(0, -1), { change: joined, at }] : [...pending, { change, at }];
}

/** Whether the place is where it was typed. */
function isAt({ after, edit }: DocumentChange, { uri, offset }: Place): boolean {
  const [only, ...others] = edit;
  if (!only || others.length > 0 || after.uri !== uri) return false;
  return offset >= only.start && offset <= only.start + only.text.length;
}

/** Both as one change, where the second goes on at the place of the first. */
function joinedTyping(first: DocumentChange, second: DocumentChange): DocumentChange | undefined {
  const [a] = first.edit;
  const [b] = second.edit;
  if (first.after !== second.before || !a || !b || first.edit.length + second.edit.length > 2)
    return undefined;
  if (b.start < a.start || b.end > a.start + a.text.length) return undefined;
  if (a.text.length + b.text.length > mostTyped) return undefined;
  return { before: first.before, after: second.after, edit: compose(first.edit, second.edit) };
}
