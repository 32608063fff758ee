/** How an asked-for edit ends: the answer of every editing command. */

import type { ModelFailure } from '../../core/model.ts';

export type FailureReason =
  | 'nothing-to-change'
  | 'not-found'
  | 'ambiguous'
  | 'conflict'
  | 'cancelled'
  | 'superseded'
  | 'refused'
  | 'excluded'
  | 'unsupported'
  | 'model'
  | 'not-applied';

export type EditOutcome = { readonly ok: true; readonly edits: number; readonly files: number } | Failure;

export interface Failure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** One sentence for the user. */
  readonly message: string;
}

export function failure(reason: FailureReason, message: string): Failure {
  return { ok: false, reason, message };
}

export function fromModel({ code, message }: ModelFailure): Failure {
  switch (code) {
    case 'cancelled':
    case 'disposed':
      return failure('cancelled', message);
    case 'excluded':
      return failure('excluded', message);
    case 'unsupported':
      return failure('unsupported', message);
    case 'offline':
    case 'unauthorized':
    case 'not-found':
    case 'busy':
    case 'rejected':
    case 'protocol':
    case 'limit':
    case 'model':
      return failure('model', message);
    default:
      return code satisfies never;
  }
}
