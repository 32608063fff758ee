/** An ask whose own lines are more than the model or the user's limit lets through. */

import { type Ask, isSuggestion } from '../../core/ask.ts';
import type { BackendEvent } from '../backend.ts';

export function tooLarge(task: Ask['task'], tokens: number): BackendEvent {
  const unasked = isSuggestion({ task });
  const setting = unasked ? 'context.completionTokens' : 'context.editTokens';
  // Nobody waits for a suggestion, and the next key asks again: it is silence, not a limit that a user is told of.
  const code = unasked ? 'model' : 'limit';
  const message = `The lines asked about need about ${tokens} tokens, more than \`${setting}\` or the model's context allows: choose fewer.`;
  return { kind: 'failed', failure: { code, message } };
}
