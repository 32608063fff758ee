/** Why nothing is shown, after a model's failure or an answer that does not fit. */

import type { AnswerEvent, ModelFailure } from '../../core/model.ts';
import type { InlineOutcome, SilenceReason } from '../../core/suggestion.ts';

export function silent(reason: SilenceReason): InlineOutcome {
  return { kind: 'silent', reason };
}

export function silenceOf(failure: ModelFailure): SilenceReason {
  switch (failure.code) {
    case 'cancelled':
      return 'superseded';
    case 'disposed':
      return 'cancelled';
    case 'excluded':
      return 'excluded';
    case 'busy':
      return 'busy';
    case 'limit':
      return 'limit';
    case 'offline':
    case 'barred':
      return 'offline';
    case 'unauthorized':
    case 'not-found':
    case 'rejected':
    case 'protocol':
    case 'model':
    case 'unsupported':
      return 'failed';
    default:
      return failure.code satisfies never;
  }
}

/** Whether the model would fail at the next question as well. */
export function isFailure(reason: SilenceReason | 'taken'): boolean {
  return (
    reason === 'failed' ||
    reason === 'offline' ||
    reason === 'busy' ||
    reason === 'limit' ||
    reason === 'excluded' ||
    reason === 'cancelled'
  );
}

/** Why nothing is shown after an answer that did not fit; nothing where the present text is worth a question of its own. */
export function silenceAfter(
  outcome: SilenceReason | 'taken',
  askedAbout: 'this' | 'older',
): SilenceReason | undefined {
  if (outcome !== 'taken' && (outcome === 'superseded' || isFailure(outcome))) return outcome;
  if (askedAbout === 'older') return undefined;
  // All of it was rejected at this place.
  return outcome === 'taken' || outcome === 'conflict' ? 'rejected' : outcome;
}

/** Of an answer that ended without a word. */
export function wordless({
  outcome,
  reason,
  timing,
  metadata,
}: Extract<AnswerEvent, { kind: 'done' }>): SilenceReason {
  if (metadata.silence === 'low-confidence') return 'low-confidence';
  // What a model thinks counts among its tokens.
  const isUsedUp =
    outcome === 'incomplete' && reason === 'max_output_tokens' && timing.firstText === undefined;
  return isUsedUp ? 'used-up' : 'nothing-to-say';
}

/** Whether the model had its say, and it was nothing: asked the same again, it says the same. */
export function isWordless(reason: SilenceReason | 'taken'): boolean {
  return reason === 'nothing-to-say' || reason === 'used-up';
}
