/** What the baselines send: the same words as our session's, made before the clock starts. */

import { type Base, baseFor, forkOf } from '../../../server/core/prompt/base.ts';
import type { PromptPart } from '../../../server/core/prompt/prompt.ts';
import type { Keystroke } from './fixture.ts';
import type { ProfileName } from './profile.ts';

export interface Message {
  readonly type: 'message';
  readonly role: 'system' | 'user';
  readonly content: [{ readonly type: 'input_text'; readonly text: string }];
}

/** The file as it is now, and the task. */
export function wholePrompt(keystroke: Keystroke): Message[] {
  const base = madeBase(keystroke);
  return [...messages(base.parts), ...taskPrompt(keystroke, base)];
}

/** What a model keeps of a file. */
export function madeBase({ ask }: Keystroke): Base {
  const made = baseFor(ask);
  if (made.kind === 'too-large') throw new Error('The document does not fit the prompt.');
  return made.base;
}

/** The task alone, for a model that has read `base`. */
export function taskPrompt({ ask }: Keystroke, base: Base): Message[] {
  const fork = forkOf(ask, base);
  if (fork.kind !== 'fork') throw new Error('The document is too far from what was told before.');
  return messages(fork.parts);
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
