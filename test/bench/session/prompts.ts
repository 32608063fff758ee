/**
 * What the baselines send: the same words as our session's, made by the same functions. Making them is part of asking,
 * for everybody: nobody has a prompt before the editor asks.
 */

import type { CompleteAsk } from '../../../server/core/ask.ts';
import { type Base, baseFor, forkOf } from '../../../server/core/prompt/base.ts';
import type { PromptPart } from '../../../server/core/prompt/prompt.ts';
import type { Keystroke, Typing } from './fixture.ts';
import type { ProfileName } from './profile.ts';

export interface Message {
  readonly type: 'message';
  readonly role: 'system' | 'user';
  readonly content: [{ readonly type: 'input_text'; readonly text: string }];
}

/** The file as it is now, and the task. */
export function wholePrompt({ ask }: Keystroke): Message[] {
  const base = baseOf(ask);
  const fork = forkOf(ask, base, []);
  if (fork.kind !== 'fork') throw new Error('The document does not fit the prompt.');
  return messages([...base.parts, ...fork.parts]);
}

/** The file as it was opened. */
export function openedBase({ opened, key }: Typing): Base {
  return baseOf({ ...key(0).ask, document: opened, cursor: key(0).ask.cursor - 1 });
}

/** The task alone, for a model that has read the file as it was opened. */
export function taskPrompt({ ask, since }: Keystroke, base: Base): Message[] {
  const fork = forkOf(ask, base, since);
  if (fork.kind !== 'fork') throw new Error('The document is too far from what was told before.');
  return messages(fork.parts);
}

function baseOf(ask: CompleteAsk): Base {
  const made = baseFor(ask);
  if (made.kind === 'too-large') throw new Error('The document does not fit the prompt.');
  return made.base;
}

export function messages(parts: readonly PromptPart[]): Message[] {
  return parts.map(({ role, text }) => ({ type: 'message', role, content: [{ type: 'input_text', text }] }));
}

export const parameters = (profile: ProfileName, outputTokens: number) => ({
  model: profile,
  store: false,
  max_output_tokens: Math.max(16, outputTokens),
  text: { format: { type: 'text' as const }, verbosity: 'low' as const },
  stream_options: { include_obfuscation: false },
});
