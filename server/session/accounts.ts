/**
 * Accounts: what each request of a session took, in time and in tokens, and what all of them cost together.
 *
 *   asked ──sent──► under way ──ended (its reader is told)──► record
 *                       └────── billed (its server is done) ──► ledger
 *
 * Laws
 * - The two ends come in either order: an abandoned answer is billed when its tail has ended.
 * - What was sent is in the ledger once, by what its server told, else estimated and marked as such.
 * - Wasted is what nobody was told: all of an answer that was abandoned or lost, the rest of one left early.
 * - Memory is bounded, however many requests there are.
 * - What only a reader of the measurements wants is worked out when it is read, not with every answer.
 */

import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import {
  addLedgers,
  describeRecord,
  emptyLedger,
  type Ledger,
  type Measured,
  type RequestRecord,
  type RequestSteps,
  type RequestTokens,
} from '../core/measured.ts';
import { addUsage, noUsage, type Usage } from '../core/model.ts';
import type { Grant } from './allowance.ts';
import { type AnswerEnd, type Bill, estimatedTokens, outcomeOf, toldTokens, wastedTokens } from './bill.ts';
import type { Calibration } from './calibration.ts';
import type { Exchange } from './exchange.ts';
import { dollarsFor, type Price } from './price.ts';
import { createSpeedLearner, type Expectation, type SampleSizes } from './speeds.ts';

export type { AnswerEnd, Bill } from './bill.ts';

export interface Accounts {
  /** Its owner says that it has changed something: that can wait until the question is out. */
  asked(exchange: Exchange, grant: Grant | undefined): void;
  /** Its message, estimated at so many tokens, is about to be written. */
  sending(exchange: Exchange, inputTokens: number): void;
  /** Its reader was told so. */
  ended(exchange: Exchange, end: AnswerEnd): void;
  /** Its server is done with it. */
  billed(exchange: Exchange, bill: Bill): void;
  /** Its server is done with a base of about so many tokens, which no ask pays for. */
  warmed(bill: Bill, base: { readonly inputTokens: number; readonly grant: Grant | undefined }): void;
  /** What request number `request` brought is in the editor. */
  applied(request: number): void;
  read(): Measured;
  usage(): Usage;
}

export interface AccountsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly price: Price;
  readonly calibration: Calibration;
  /** Something that `read` shows has changed. */
  readonly changed: () => void;
}

const stepNames = ['sent', 'created', 'firstText', 'lastText', 'done', 'applied'] as const;

/** Records kept. */
const mostRecords = 64;

type Draft = { -readonly [K in keyof RequestRecord]: RequestRecord[K] };

/** Of one exchange; changed by the accounts alone. */
export interface Account {
  readonly grant: Grant | undefined;
  /** Of the newest message. */
  inputTokens: number;
  /** A message is out that is not billed. */
  open: boolean;
  /** In milliseconds of the clock, where it was in the editor before its end. */
  appliedAt: number | undefined;
  record: Draft | undefined;
  usage: RequestTokens | undefined;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { clock, log, price, calibration, changed } = options;
  const speeds = createSpeedLearner();
  const records: Draft[] = [];
  /** Of records that nobody has read yet. */
  const unread = new Map<Draft, () => Expectation | undefined>();
  /** Under way, by the caller's number. */
  const numbered = new Map<number, Account>();
  let ledger: Ledger = emptyLedger;
  let usage: Usage = noUsage;
  let running = 0;

  /** In the tokens of this model, as far as it has told. */
  const calibrated = (inputTokens: number): number =>
    Math.round(inputTokens * calibration.tokensPerEstimate());

  function bill(exchange: Exchange, account: Account, told: Usage | 'untold'): void {
    const tokens =
      told === 'untold'
        ? estimatedTokens(calibrated(account.inputTokens), exchange.heardCharacters)
        : toldTokens(told);
    account.usage = tokens;
    if (told !== 'untold') {
      usage = addUsage(usage, told);
      calibration.learn(account.inputTokens, told.inputTokens);
    }
    enter(tokens, account.grant);
  }

  function enter(tokens: RequestTokens, grant: Grant | undefined): void {
    const dollars = dollarsFor(
      { inputTokens: tokens.input, cachedTokens: tokens.cached, outputTokens: tokens.output },
      price,
    );
    grant?.used({ tokens: tokens.input + tokens.output, dollars: dollars ?? 0 });
    ledger = addLedgers(ledger, {
      input: tokens.input,
      cached: tokens.cached,
      output: tokens.output,
      wasted: 0,
      estimated: tokens.by === 'estimate' ? tokens.input + tokens.output : 0,
      ...(dollars === undefined ? {} : { dollars }),
    });
  }

  /** Both ends are known. */
  function settle(exchange: Exchange, account: Account, record: Draft): void {
    const tokens = account.usage;
    if (!tokens) return;
    record.tokens = tokens;
    const wasted = wastedTokens(record.outcome, tokens, {
      heard: exchange.heardAtEnd,
      whole: exchange.heardCharacters,
    });
    if (wasted > 0) ledger = { ...ledger, wasted: ledger.wasted + wasted };
  }

  /** What the sizes let expect, then what they teach. */
  function compare(exchange: Exchange, record: Draft, told: Usage): void {
    const { sent, created = sent, firstText, lastText } = record.ms;
    if (sent === undefined || created === undefined || firstText === undefined) return;
    const sizes: SampleSizes = {
      uncachedTokens: Math.max(0, told.inputTokens - told.cachedTokens),
      reasoningTokens: told.reasoningTokens,
      textTokens: Math.max(0, told.outputTokens - told.reasoningTokens),
    };
    unread.set(record, speeds.expect(sizes));
    // One that was put differently or sent again measures two requests.
    if (exchange.attempts !== 1) return;
    speeds.learn({
      ...sizes,
      networkMs: created - sent,
      waitMs: firstText - created,
      streamMs: (lastText ?? firstText) - firstText,
    });
  }

  function readable(record: Draft): RequestRecord {
    const expected = unread.get(record)?.();
    unread.delete(record);
    const { sent } = record.ms;
    if (expected && sent !== undefined)
      record.expectedMs = { firstText: sent + expected.firstTextMs, lastText: sent + expected.lastTextMs };
    return record;
  }

  return {
    asked(exchange, grant) {
      running++;
      const account: Account = {
        grant,
        inputTokens: 0,
        open: false,
        appliedAt: undefined,
        record: undefined,
        usage: undefined,
      };
      exchange.account = account;
      if (exchange.ask.request !== undefined) numbered.set(exchange.ask.request, account);
    },
    sending(exchange, inputTokens) {
      const { account } = exchange;
      if (!account) return;
      if (exchange.attempts > 0) account.grant?.again();
      // One that is asked again has wasted what its lost or worthless message cost.
      if (account.usage) {
        const { input, output } = account.usage;
        ledger = { ...ledger, wasted: ledger.wasted + input + output };
        account.usage = undefined;
      }
      account.inputTokens = inputTokens;
      account.open = true;
    },
    ended(exchange, end) {
      const { account } = exchange;
      if (!account || account.record) return;
      running--;
      if (exchange.attempts === 0) account.grant?.giveBack();
      const { request, task } = exchange.ask;
      const { queued, ...steps } = exchange.timing();
      const ms: { -readonly [K in keyof RequestSteps]: RequestSteps[K] } = {};
      for (const name of stepNames) {
        const at = name === 'applied' ? account.appliedAt : steps[name];
        if (at !== undefined) ms[name] = at - queued;
      }
      if (request !== undefined && numbered.get(request) === account) numbered.delete(request);
      const record: Draft = {
        at: queued,
        task,
        ...(request === undefined ? {} : { request }),
        outcome: outcomeOf(end),
        ms,
      };
      account.record = record;
      if (end.kind === 'done' && end.usage) compare(exchange, record, end.usage);
      settle(exchange, account, record);
      records.push(record);
      if (records.length > mostRecords) {
        const oldest = records.shift();
        if (oldest) unread.delete(oldest);
      }
      if (log.passes?.('debug') !== false) log('debug', `model request ${describeRecord(readable(record))}`);
      changed();
    },
    billed(exchange, told) {
      const { account } = exchange;
      if (!account?.open) return;
      account.open = false;
      if (told === 'free') account.grant?.used({ tokens: 0, dollars: 0 });
      else bill(exchange, account, told);
      if (account.record) settle(exchange, account, account.record);
      if (told !== 'free') changed();
    },
    warmed(told, { inputTokens, grant }) {
      if (told === 'free') {
        grant?.used({ tokens: 0, dollars: 0 });
        return;
      }
      if (told !== 'untold') {
        usage = addUsage(usage, told);
        calibration.learn(inputTokens, told.inputTokens);
      }
      enter(told === 'untold' ? estimatedTokens(calibrated(inputTokens), 0) : toldTokens(told), grant);
      changed();
    },
    applied(request) {
      const running = numbered.get(request);
      if (running) running.appliedAt ??= clock.now();
      const record = records.findLast((each) => each.request === request);
      if (!record || record.ms.applied !== undefined) return;
      const applied = clock.now() - record.at;
      record.ms = { ...record.ms, applied };
      log('debug', `model request ${record.task} applied after ${applied.toFixed(1)} ms`);
      changed();
    },
    read: () => ({
      running,
      get records() {
        return records.map(readable);
      },
      get newest() {
        const newest = records.at(-1);
        return newest && readable(newest);
      },
      ledger,
      get speeds() {
        return speeds.read();
      },
    }),
    usage: () => usage,
  };
}
