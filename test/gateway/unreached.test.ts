/** Whether anybody was reached behind a gateway is known to who asks it, and no failure that was answered counts as that. */

import { expect, test } from 'vitest';
import type { ModelFailure } from '../../server/core/model.ts';
import { failureError } from '../../server/gateway/errors.ts';
import { lostFailure } from '../../server/gateway/upstreams/failure.ts';
import { errorFailure } from '../../server/session/failure.ts';
import { noError } from '../../server/session/protocol/error.ts';
import { networkFailure } from '../../server/session/protocol/sentences.ts';

const about = { url: 'http://model.example/v1', model: 'm' };

/** The failure as the session tells it that the gateway had. */
function check(failure: ModelFailure): ModelFailure {
  return errorFailure({ ...noError, ...failureError(failure) }, { url: 'ws://127.0.0.1:1/', model: 'm' });
}

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ENETUNREACH'])('%s', (code) => {
  const failure = networkFailure(code, about.url);
  expect(failure.unreached).toBe(true);
  expect(check(failure)).toEqual(failure);
});

test.each([
  ['a connection that ended under an answer', lostFailure(about)],
  ['one that was reset', networkFailure('ECONNRESET', about.url)],
  ['a certificate', networkFailure('CERT_HAS_EXPIRED', about.url)],
])('not %s', (_, failure) => {
  expect(failure.unreached).toBeUndefined();
  expect(check(failure)).toEqual(failure);
});
