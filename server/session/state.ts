/** What the status of a session says of its state. */

import type { ModelFailure, SessionStatus } from '../core/model.ts';

export interface Condition {
  readonly connection: SessionStatus['state'];
  /** Why there is no connection, or why the newest ask was not answered on the one there is. */
  readonly failure: ModelFailure | undefined;
  /** Why nothing is asked for a while. */
  readonly refusal: ModelFailure | undefined;
}

export function stateOf({
  connection,
  failure,
  refusal,
}: Condition): Pick<SessionStatus, 'state' | 'message' | 'retryAfterMs'> {
  const why = refusal ?? failure;
  const reached = refusal || (why && connection === 'ready') ? 'failed' : connection;
  const state = reached === 'failed' && why?.code === 'busy' ? 'busy' : reached;
  return {
    state,
    ...(why ? { message: why.message } : {}),
    ...(why?.retryAfterMs === undefined ? {} : { retryAfterMs: why.retryAfterMs }),
  };
}

/** A connection is no sign of health where another server stands behind it. */
export function isUnwell({ code }: ModelFailure): boolean {
  return code === 'offline' || code === 'barred' || code === 'model' || code === 'protocol';
}
