/** Why a model's failure shows nothing. */

import type { ModelFailure } from '../../core/model.ts';
import type { SilenceReason } from '../../core/suggestion.ts';

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
