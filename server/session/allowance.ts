/**
 * Allowance: how much may be asked of hosted models, by the user's own limits. A policy over sliding windows; one
 * allowance serves every session whose model is paid for, so that changing the model gives nothing back.
 *
 * Laws
 * - In no minute are more requests granted than the limit, in no hour more tokens, in no day more dollars, counting
 *   each as soon as it is granted: what is under way counts by its estimate, what has ended by what its server said.
 * - A refusal changes nothing, and says how long it stands if nothing under way turns out cheaper or dearer.
 * - What was never sent is given back. What was sent and tells no usage stays counted by its estimate.
 * - Limits are read at every request: a changed one counts from the next on.
 */

import type { Clock } from '../core/clock.ts';
import type { ModelFailure } from '../core/model.ts';
import { sleepless } from '../core/sleepless.ts';

export interface AllowanceLimits {
  readonly requestsPerMinute: number;
  /** Sent and received ones. */
  readonly tokensPerHour: number;
  /** In US dollars. */
  readonly spendPerDay: number | 'none';
}

/** About the most that one request may need, or what it has cost. */
export interface Cost {
  readonly tokens: number;
  /** 0 where no price is known. */
  readonly dollars: number;
}

/** What was spent today, also by others and before this start. */
export interface Spending {
  today(): number;
  /** Milliseconds until the next day begins. */
  leftMs(): number;
  /** Adds to today; what is returned corrects it to what it really was. */
  spend(dollars: number): (actual: number) => void;
}

export interface Allowance {
  /** Asks to send one request of at most about this cost. */
  take(cost: Cost): Grant | Refused;
  /** Whether not even the smallest request would be granted now. */
  isUsedUp(): boolean;
}

export interface Grant {
  readonly kind: 'granted';
  /** It was not sent. */
  giveBack(): void;
  /** It was sent once more: its connection died, or its server wants it put differently. */
  again(): void;
  /** It cost so much. */
  used(cost: Cost): void;
}

export interface Refused {
  readonly kind: 'refused';
  /** Its sentence is the same for the same limit, so that it need not be said twice. */
  readonly failure: ModelFailure;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface AllowanceOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds since 1970, by which an hour that the machine slept through is one. */
  readonly epochMs?: () => number;
  readonly limits: () => AllowanceLimits;
  /** Kept over restarts where there is a place to; else what this allowance grants is all that is known. */
  readonly spending?: Spending;
}

export function createAllowance(options: AllowanceOptions): Allowance {
  const { limits, spending = ownSpending() } = options;
  const time = sleepless(options.clock, options.epochMs);
  const requests = createWindow(time, minuteMs);
  const tokens = createWindow(time, hourMs);

  function refusalOf(cost: Cost): Refused | undefined {
    const { requestsPerMinute, tokensPerHour, spendPerDay } = limits();
    const reached = spentUp(spending, cost.dollars, spendPerDay);
    if (reached) return reached;
    const requestMs = requests.waitMs(1, requestsPerMinute);
    const tokenMs = tokens.waitMs(cost.tokens, tokensPerHour);
    if (requestMs > 0 && requestMs >= tokenMs) return refused(requestSentence(requestsPerMinute), requestMs);
    return tokenMs > 0 ? refused(tokenSentence(tokensPerHour, tokenMs), tokenMs) : undefined;
  }

  return {
    isUsedUp: () => refusalOf({ tokens: 1, dollars: 0 }) !== undefined,
    take(cost) {
      const refusal = refusalOf(cost);
      if (refusal) return refusal;
      const sent = [requests.add(1)];
      const held = tokens.add(cost.tokens);
      let correct = spending.spend(cost.dollars);
      /** Of messages before the newest. */
      let before = 0;
      let settled = false;
      return {
        kind: 'granted',
        giveBack() {
          for (const use of sent) requests.set(use, 0);
          tokens.set(held, 0);
          correct(0);
        },
        again() {
          sent.push(requests.add(1));
          // What was held for a message that told no cost is held for the next.
          if (!settled) return;
          settled = false;
          before = held.amount;
          tokens.set(held, held.amount + cost.tokens);
          correct = spending.spend(cost.dollars);
        },
        used(actual) {
          settled = true;
          tokens.set(held, before + Math.max(0, actual.tokens));
          correct(actual.dollars);
        },
      };
    },
  };
}

function spentUp(spending: Spending, dollars: number, most: number | 'none'): Refused | undefined {
  if (most === 'none') return undefined;
  if (most > 0 && spending.today() + dollars <= most) return undefined;
  const message =
    most === 0
      ? '`limits.spendPerDay` is 0, so no hosted model is asked: raise it, or set `model.url` to "local".'
      : dollars > most
        ? `\`limits.spendPerDay\` (${most} dollars) is less than this request alone may cost: raise it, or choose fewer lines.`
        : `\`limits.spendPerDay\` (${most} dollars) is reached: hosted models are asked again tomorrow.`;
  return refused(message, most > 0 && dollars <= most ? spending.leftMs() : Number.POSITIVE_INFINITY);
}

/** Of one allowance, for as long as it lives. */
function ownSpending(): Spending {
  let sum = 0;
  return {
    today: () => sum,
    leftMs: () => Number.POSITIVE_INFINITY,
    spend(dollars) {
      let counted = dollars;
      sum += dollars;
      return (actual) => {
        sum += actual - counted;
        counted = actual;
      };
    },
  };
}

/** Changed by its window alone. */
interface Use {
  readonly at: number;
  amount: number;
  isOver: boolean;
}

interface Window {
  /** 0 where so much more is within `most` now, infinite where it never will be. */
  waitMs(amount: number, most: number): number;
  add(amount: number): Use;
  /** What it really was. */
  set(use: Use, amount: number): void;
}

/** A use counts from its moment on for `lengthMs`. There may be thousands: asking touches only those that are over. */
function createWindow(clock: Pick<Clock, 'now'>, lengthMs: number): Window {
  let uses: Use[] = [];
  let over = 0;
  /** Of those that are not over. */
  let sum = 0;

  function expire(now: number): void {
    for (let use = uses[over]; use && use.at + lengthMs <= now; use = uses[over]) {
      use.isOver = true;
      sum -= use.amount;
      over++;
    }
    if (over * 2 <= uses.length) return;
    uses = uses.slice(over);
    over = 0;
    // Where nothing is left nothing counts: fractions of dollars and tokens do not add up to exactly that.
    if (uses.length === 0) sum = 0;
  }

  return {
    waitMs(amount, most) {
      const now = clock.now();
      expire(now);
      let excess = sum + amount - most;
      if (excess <= 0) return 0;
      for (let i = over; i < uses.length; i++) {
        const use = uses[i];
        excess -= use?.amount ?? 0;
        if (use && excess <= 0) return use.at + lengthMs - now;
      }
      return Number.POSITIVE_INFINITY;
    },
    add(amount) {
      const use = { at: clock.now(), amount, isOver: false };
      uses.push(use);
      sum += amount;
      return use;
    },
    set(use, amount) {
      if (!use.isOver) sum += amount - use.amount;
      use.amount = amount;
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
  if (most < 1)
    return '`limits.tokensPerHour` is 0, so no hosted model is asked: raise it, or set `model.url` to "local".';
  return Number.isFinite(waitMs)
    ? `\`limits.tokensPerHour\` (${most}) is reached: hosted models are asked again within an hour.`
    : `\`limits.tokensPerHour\` (${most}) is less than this request alone may need: raise it, or choose fewer lines.`;
}
