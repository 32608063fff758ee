/**
 * Allowance: how much may be asked of hosted models, by the user's own limits. A policy over sliding windows; one
 * allowance serves every session whose model is paid for, so that changing the model gives nothing back.
 *
 * Laws
 * - In no minute are more requests granted than the limit, in no hour more tokens, counting each as soon as it is
 *   granted: what is under way counts by its estimate, what has ended by what its server said it used.
 * - A refusal changes nothing, and says how long it stands if nothing under way turns out cheaper or dearer.
 * - What was never sent is given back. What was sent and tells no usage stays counted by its estimate.
 * - Limits are read at every request: a changed one counts from the next on.
 */

import type { Clock } from '../core/clock.ts';
import type { ModelFailure } from '../core/model.ts';

export interface AllowanceLimits {
  readonly requestsPerMinute: number;
  /** Sent and received ones. */
  readonly tokensPerHour: number;
}

export interface Allowance {
  /** Asks to send one request of about so many tokens. */
  take(tokens: number): Grant | Refused;
}

export interface Grant {
  readonly kind: 'granted';
  /** It was not sent. */
  giveBack(): void;
  /** It was sent once more: its connection died, or its server wants it put differently. */
  again(): void;
  /** It cost so many tokens. */
  used(tokens: number): void;
}

export interface Refused {
  readonly kind: 'refused';
  /** Its sentence is the same for the same limit, so that it need not be said twice. */
  readonly failure: ModelFailure;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function createAllowance(clock: Clock, limits: () => AllowanceLimits): Allowance {
  const requests = createWindow(clock, minuteMs);
  const tokens = createWindow(clock, hourMs);
  return {
    take(estimated) {
      const { requestsPerMinute, tokensPerHour } = limits();
      const requestMs = requests.waitMs(1, requestsPerMinute);
      const tokenMs = tokens.waitMs(estimated, tokensPerHour);
      if (requestMs > 0 && requestMs >= tokenMs)
        return refused(requestSentence(requestsPerMinute), requestMs);
      if (tokenMs > 0) return refused(tokenSentence(tokensPerHour, tokenMs), tokenMs);
      const sent = [requests.add(1)];
      const cost = tokens.add(estimated);
      return {
        kind: 'granted',
        giveBack() {
          for (const use of [...sent, cost]) use.amount = 0;
        },
        again: () => void sent.push(requests.add(1)),
        used(actual) {
          cost.amount = Math.max(0, actual);
        },
      };
    },
  };
}

interface Use {
  readonly at: number;
  amount: number;
}

interface Window {
  /** 0 where so much more is within `most` now, infinite where it never will be. */
  waitMs(amount: number, most: number): number;
  add(amount: number): Use;
}

/** A use counts from its moment on for `lengthMs`. */
function createWindow(clock: Clock, lengthMs: number): Window {
  let uses: Use[] = [];
  return {
    waitMs(amount, most) {
      const now = clock.now();
      uses = uses.filter((use) => use.at + lengthMs > now);
      let excess = uses.reduce((sum, use) => sum + use.amount, amount) - most;
      if (excess <= 0) return 0;
      for (const use of uses) {
        excess -= use.amount;
        if (excess <= 0) return use.at + lengthMs - now;
      }
      return Number.POSITIVE_INFINITY;
    },
    add(amount) {
      const use = { at: clock.now(), amount };
      uses.push(use);
      return use;
    },
  };
}

function refused(message: string, waitMs: number): Refused {
  const failure = { code: 'limit', message } as const;
  return {
    kind: 'refused',
    failure: Number.isFinite(waitMs) ? { ...failure, retryAfterMs: waitMs } : failure,
  };
}

function requestSentence(most: number): string {
  return most < 1
    ? '`limits.requestsPerMinute` is 0, so no hosted model is asked: raise it, or set `model.url` to "local".'
    : `\`limits.requestsPerMinute\` (${most}) is reached: hosted models are asked again within a minute.`;
}

function tokenSentence(most: number, waitMs: number): string {
  return Number.isFinite(waitMs)
    ? `\`limits.tokensPerHour\` (${most}) is reached: hosted models are asked again within an hour.`
    : `\`limits.tokensPerHour\` (${most}) is less than this request alone may need: raise it, or choose fewer lines.`;
}
