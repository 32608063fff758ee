/** Who asks: our session, and what it is measured against. Each has one document and its own connection. */

import type { Keystroke, Typing } from './fixture.ts';
import type { Outcome } from './outcome.ts';
import type { ProfileName } from './profile.ts';

export interface AskerOptions {
  /** Host and port of the model, or of a network in front of it. */
  readonly authority: string;
  /** The account asked for: the model keeps apart what it has read for each. */
  readonly key: string;
  readonly profile: ProfileName;
  readonly typing: Typing;
  /** Of a prompt, and of what is given ahead. */
  readonly contextTokens: number;
  /** When our session gives the model a document ahead. */
  readonly prewarm: 'edit' | 'open' | 'never';
}

export interface Asker {
  /** Everything that can be done before the first question is done; nothing where it is all done on demand. */
  ready(): Promise<void>;
  /** A key is told, and nothing asked. */
  type(keystroke: Keystroke): void;
  /** The key is told, and the question asked; the signal ends the wait. */
  ask(keystroke: Keystroke, signal?: AbortSignal): Promise<Outcome | undefined>;
  close(): Promise<void>;
}

export type OpenAsker = (options: AskerOptions) => Asker;
