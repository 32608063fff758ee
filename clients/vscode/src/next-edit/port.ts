/** What next edits need of the editor and of the server; all offsets are UTF-16 code units. */

import type { Replacement } from '../../../../server/core/edit.ts';
import type { Drawing } from './display.ts';

/** The editor that has the focus, as it is now. */
export interface View {
  readonly uri: string;
  readonly version: number;
  /** The whole of it, made anew for each who reads it: no move of the cursor is worth that. */
  readonly text: string;
  /** Offset. */
  readonly cursor: number;
  /** Columns. */
  readonly tabSize: number;
  /** First and last line in view, zero-based. */
  readonly visible: { readonly first: number; readonly last: number };
}

/** A next edit as the server suggests it; under `id` it is told what became of it. */
export interface Suggested {
  readonly id: string;
  /** Version of the text the hunk is made for. */
  readonly version: number;
  readonly hunk: Replacement;
}

export type Answer =
  | { readonly kind: 'edit'; readonly suggested: Suggested }
  /** `why` is there where the user asked. */
  | { readonly kind: 'none'; readonly why?: string };

export interface Question {
  readonly view: View;
  /** By itself as the user goes along, or by the user's command. */
  readonly trigger: 'automatic' | 'invoked';
}

export interface Port {
  /** Nothing where no editor has the focus, or its text is not one the server knows. */
  view(): View | undefined;
  /** `manual`: only the command asks. */
  mode(): 'automatic' | 'manual' | 'off';
  /** Never rejects. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** In the editor that has the focus; nothing takes away what was drawn, wherever that is. */
  draw(drawing: Drawing | undefined): void;
  /** For the keys that work only while an edit is shown. */
  setVisible(visible: boolean): void;
  /** Puts the cursor there and brings it into view. */
  goTo(offset: number): void;
  /** One undo step, with the cursor behind it; false where the editor would not. */
  apply(hunk: Replacement, version: number): Promise<boolean>;
  /** Never rejects. */
  tell(what: 'accept' | 'reject', id: string): Promise<void>;
  say(sentence: string): void;
}
