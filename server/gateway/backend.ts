/** Backend: what answers behind the gateway: the embedded engine, or a model server. */

import type { Ask, AskDocument, WorkspaceFolder } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import type { ModelFailure, Usage } from '../core/model.ts';

/** What was said so far, by whom; of clients that bring words instead of asks. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export interface Conversation {
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number | undefined;
}

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
  | Failed;

/** The model cannot answer, for a reason that may happen. */
export interface Failed {
  readonly kind: 'failed';
  readonly failure: ModelFailure;
  /** What it cost all the same. */
  readonly usage?: Usage;
  readonly tooLong?: TooLong;
}

/** The prompt was longer than the model can read; in tokens as its server counts them, as far as it says. */
export interface TooLong {
  readonly limit: number | undefined;
  readonly sent: number | undefined;
  /** UTF-16 code units that were sent. */
  readonly characters: number;
}

export interface Backend {
  open(document: AskDocument): void;
  change(uri: string, version: number, edit: Edit): void;
  close(uri: string): void;
  folders(folders: readonly WorkspaceFolder[], exclude: readonly string[]): void;
  /** One `end` or `failed`, last. A synchronous answer is an array: it is sent in one piece. */
  answer(ask: Ask, signal: AbortSignal): Iterable<BackendEvent> | AsyncIterable<BackendEvent>;
  /** Goes on with a conversation in words. A backend without it is asked to complete the last words as a text. */
  converse?(conversation: Conversation, signal: AbortSignal): AsyncIterable<BackendEvent>;
  /** Makes ready what the next asks like this one need. Settles when that is done or given up; never rejects. */
  warm?(what: Ask | Conversation, signal: AbortSignal): Promise<void>;
  /** The models that can be named. */
  models(signal: AbortSignal): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
