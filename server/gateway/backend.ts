/** Backend: what answers behind the gateway. The embedded engine is one; HTTP model servers can be others. */

import type { Ask, AskDocument, WorkspaceFolder } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import type { ModelFailure, Usage } from '../core/model.ts';

export type BackendEvent =
  /** Candidates begin in order: 0, then 1, … */
  | { readonly kind: 'text'; readonly candidate: number; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly outcome: 'completed' | 'incomplete';
      readonly reason?: string;
      readonly metadata?: Readonly<Record<string, string>>;
      readonly usage?: Usage;
    }
  /** The model cannot answer, for a reason that may happen. */
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export interface Backend {
  open(document: AskDocument): void;
  change(uri: string, version: number, edit: Edit): void;
  close(uri: string): void;
  folders(folders: readonly WorkspaceFolder[], exclude: readonly string[]): void;
  /** One `end` or `failed`, last. A synchronous answer is an array: it is sent in one piece. */
  answer(ask: Ask, signal: AbortSignal): Iterable<BackendEvent> | AsyncIterable<BackendEvent>;
  dispose(): Promise<void>;
}
