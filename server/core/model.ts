/**
 * ModelSession: the one way to every model, as features see it. `server/session` implements it.
 *
 * Laws
 * - Every answer ends with exactly one `done` or `failed`; nothing follows it. Expected failures are values.
 * - Aborting the signal ends the answer at once with `failed` / `cancelled`, whatever the peer does.
 * - Leaving the iteration early (`break`, `return`) releases what the answer holds.
 * - `dispose` settles every answer with `failed` / `disposed` and leaves no timer, socket or worker.
 */

import type { Ask, WorkspaceEvent } from './ask.ts';
import type { Measured } from './measured.ts';

export interface Usage {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export const modelFailureCodes = [
  'cancelled',
  'disposed',
  'excluded', // privacy forbids it: nothing left the machine
  'unsupported', // this model cannot do this task
  'offline', // no connection could be made or kept
  'barred', // the same, until the user mends what is in the way: a certificate, a proxy's password
  'unauthorized',
  'not-found', // no such model or endpoint
  'busy', // rate limit or queue; `retryAfterMs` where known
  'rejected', // the request was wrong, as the provider says
  'protocol', // the peer answered something unreadable
  'limit', // one of the user's own limits
  'model', // the model failed while answering
] as const;
export type ModelFailureCode = (typeof modelFailureCodes)[number];

export interface ModelFailure {
  readonly code: ModelFailureCode;
  /** One sentence for the user: what was wrong and what to do. Holds no key and no document text. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** Nobody was asked: trying again costs nobody anything. */
  readonly unreached?: true;
}

/** How every answer ends whose signal was aborted. */
export const cancelled: ModelFailure = { code: 'cancelled', message: 'The request was cancelled.' };

/** When things happened, in milliseconds of the session's clock; absent where they did not happen. */
export interface AnswerTiming {
  readonly queued: number;
  readonly sent?: number;
  readonly created?: number;
  readonly firstText?: number;
  readonly lastText?: number;
  readonly done?: number;
}

export type AnswerEvent =
  /** A piece of candidate `index` (0 for the first and usually only one). */
  | { readonly kind: 'text'; readonly index: number; readonly text: string }
  /** The model says no in words. */
  | { readonly kind: 'refusal'; readonly text: string }
  /** All that it says has been said; `done` follows with what it cost. Not every peer says so. */
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'done';
      readonly outcome: 'completed' | 'incomplete';
      /** `max_output_tokens` and the like, with `incomplete`. */
      readonly reason?: string;
      readonly usage?: Usage;
      /** The peer's own remarks: `confidence` and `silence` from the embedded engine. */
      readonly metadata: Readonly<Record<string, string>>;
      readonly timing: AnswerTiming;
    }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export interface SessionStatus {
  readonly state: 'idle' | 'connecting' | 'ready' | 'busy' | 'waiting' | 'failed' | 'disposed';
  /** What to say about the state, where there is something to say. */
  readonly message?: string;
  /** Whether the peer is a gateway that takes typed asks. */
  readonly takesAsks: boolean;
  readonly model: string;
  readonly requests: number;
  readonly usage: Usage;
  /** How long until asks go through again, where they do not. */
  readonly retryAfterMs?: number;
  /** Absent where nothing was measured. */
  readonly measured?: Measured;
  readonly strategy?: Strategy;
}

/** How the model is asked, and why so, in half a sentence. */
export interface Strategy {
  /**
   * `asks`: typed, to a gateway. `forks`: each on a base that the server keeps. `linear`: each on the answer before.
   * `full`: everything each time.
   */
  readonly name: 'asks' | 'forks' | 'linear' | 'full';
  readonly reason: string;
}

export interface ModelSession {
  /** Starts at once; the answer is read by iterating, and only once. */
  ask(ask: Ask, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Told in order, never awaited, kept small: a peer without a mirror costs nothing. */
  tell(event: WorkspaceEvent): void;
  status(): SessionStatus;
  /** As its status says, for who asks at every key; who leaves it out says it there alone. */
  takesAsks?(): boolean;
  /** What the ask with this `request` number brought is in the editor; for the measurement alone. */
  applied?(request: number): void;
  dispose(): Promise<void>;
}

/** Whether a session's peer is a gateway that takes typed asks. */
export function takesAsks(session: ModelSession): boolean {
  return session.takesAsks?.() ?? session.status().takesAsks;
}

/** Reason of an `incomplete` answer that was ended because it went on and on past what it was allowed. */
export const endlessReason = 'endless';

export const noUsage: Usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  };
}
