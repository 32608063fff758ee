/**
 * Ahead: a document is read to the model server before anything is asked about it, from the first edit on (or from its
 * opening, as the settings say), so that the first ask finds it read.
 *
 *   edited ──a moment, and no ask meanwhile──► warming ──done, or an ask ends it──► the server has it
 *
 * Laws
 * - Only servers of the user's own or of the same network: elsewhere reading costs money and helps nobody.
 * - One document at a time, the newest; one that another took the place of is read again when it is edited again.
 * - A server that turned an ask away (a wrong key, nothing there) is read nothing until it has answered one.
 * - An ask ends the warming at once: what was read by then is kept by the server, and the ask reads the rest.
 */

import type { Ask, AskDocument } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import { apply, type Edit } from '../../core/edit.ts';

export type Prewarm = 'edit' | 'open' | 'never';

export interface AheadOptions {
  readonly clock: Clock;
  readonly when: Prewarm;
  /** Estimated tokens that asks of ghost text will have. */
  readonly contextTokens: number;
  /** Never rejects. */
  readonly warm: (ask: Ask, signal: AbortSignal) => Promise<void>;
}

export interface Ahead {
  open(document: AskDocument): void;
  change(uri: string, version: number, edit: Edit): void;
  close(uri: string): void;
  /** An ask about this document is under way. */
  asked(uri: string): void;
  /** How that went: a server that turns asks away is given nothing to read until it answers one. */
  ended(how: 'answered' | 'turned-away'): void;
  dispose(): void;
}

/** Tokens that ghost text may have (`features/inline`). */
const ghostTokens = 256;
/** What goes with the same edit, an ask above all, comes first. */
const momentMs = 10;

export function createAhead({ clock, when, contextTokens, warm }: AheadOptions): Ahead {
  const documents = new Map<string, AskDocument>();
  /** What the server has read last, as far as is known here. */
  let newest: string | undefined;
  let turnsAway = false;
  let cancel: (() => void) | undefined;
  let warming: AbortController | undefined;

  const stop = (): void => {
    cancel?.();
    cancel = undefined;
    warming?.abort();
    warming = undefined;
  };

  const read = (uri: string, cursor: number): void => {
    if (newest === uri || turnsAway) return;
    stop();
    cancel = clock.after(momentMs, () => {
      cancel = undefined;
      const document = documents.get(uri);
      if (!document) return;
      newest = uri;
      const current = new AbortController();
      warming = current;
      void warm(askFor(document, cursor, contextTokens), current.signal);
    });
  };

  return {
    open(document) {
      if (when === 'never') return;
      documents.set(document.uri, document);
      if (when === 'open') read(document.uri, 0);
    },
    change(uri, version, edit) {
      const before = documents.get(uri);
      if (!before) return;
      documents.set(uri, { ...before, version, text: apply(before.text, edit) });
      const last = edit.at(-1);
      read(uri, last ? last.start + last.text.length : 0);
    },
    close(uri) {
      documents.delete(uri);
      if (newest === uri) newest = undefined;
    },
    asked(uri) {
      stop();
      newest = uri;
    },
    ended(how) {
      turnsAway = how === 'turned-away';
    },
    dispose() {
      stop();
      documents.clear();
    },
  };
}

/** The words that asks begin with depend on the place and on how much of the file they may show. */
function askFor(document: AskDocument, cursor: number, contextTokens: number): Ask {
  return {
    task: 'complete',
    document,
    cursor: Math.min(cursor, document.text.length),
    maxLines: 1,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens,
    // As ghost text has it: how much of a file is shown depends on it, too.
    maxOutputTokens: ghostTokens,
  };
}
