/** An ask whose own lines are more than the model or the user's limit lets through. */

import type { Ask } from '../../core/ask.ts';
import type { BackendEvent } from '../backend.ts';

export function tooLarge(task: Ask['task'], tokens: number): BackendEvent {
  const setting = task === 'complete' ? 'context.completionTokens' : 'context.editTokens';
  // Nobody waits for ghost text, and the next key asks again: it is silence, not a limit that a user is told of.
  const code = task === 'complete' ? 'model' : 'limit';
  const message = `The lines asked about need about ${tokens} tokens, more than \`${setting}\` or the model's context allows: choose fewer.`;
  return { kind: 'failed', failure: { code, message } };
}
