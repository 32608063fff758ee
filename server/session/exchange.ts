/**
 * Exchange: one ask, from the moment it is asked to its one ending.
 *
 *   waiting ──sent──► running ──terminal event──► ended
 *      ▲                 │
 *      └──── again ──────┘   a connection died, or the peer wants it put differently, before anything was heard
 *
 * Laws
 * - It ends once: by its peer, by its signal, by its reader, by silence of the peer or by disposal.
 * - Ending takes its deadline with it, and its listener right behind its reader, whatever lane still carries its tail.
 * - An answer that goes on far beyond `maxOutputTokens` is ended, `incomplete`; what was heard of it stands.
 * - Nothing is asked again once the reader has heard something; what may be worthless is kept until it is known.
 * - An answer that its server has called completed is one, whether or not the end comes that says what it cost.
 * - On a connection that was said to be used up it is not waited for long: each event it still gets buys a few seconds.
 */

import { type Ask, isSuggestion } from '../core/ask.ts';
import { type AnswerTiming, endlessReason, type ModelFailure } from '../core/model.ts';
import type { Account, AnswerEnd } from './accounts.ts';
import { billOf } from './bill.ts';
import type { Waiter } from './deadlines.ts';
import { type DoneEvent, doneEvent, type Writable } from './ending.ts';
import type { ExchangeOptions } from './exchange-owner.ts';
import { cancelled } from './failure.ts';
import { isEndless, silenceMs, usedUpMs } from './patience.ts';
import type { EndedBody, EventBody, ServerEvent } from './protocol/events.ts';
import { type AnswerPiece, createTranscript, type Transcript } from './protocol/transcript.ts';
import { AnswerQueue } from './queue.ts';
import type { Worth } from './strategy/held.ts';

export class Exchange implements Waiter {
  readonly ask: Ask;
  readonly answer: AnswerQueue;
  readonly #options: ExchangeOptions;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.fail(cancelled);
  #timing: Writable<AnswerTiming>;
  /** Of the newest attempt. */
  #transcript: Transcript | undefined;
  #state: 'waiting' | 'running' | 'ended' = 'waiting';
  #begun = false;
  #lastEventAt: number;
  #lastSequence: number | undefined;
  #doubted = false;
  /** When its connection was said to be used up. */
  #usedUpAt: number | undefined;
  /** What it costs, kept by the accounts. */
  account: Account | undefined;
  /** How often it was sent. */
  attempts = 0;
  /** How many connections were refused while it waited. */
  refusals = 0;
  /** UTF-16 code units the peer has written, also after its end. */
  heardCharacters = 0;
  /** Of them, those before its end. */
  heardAtEnd = 0;
  #left = false;
  #isListening = false;
  /** Said, and not yet known to be worth anything. */
  #kept: AnswerPiece[] = [];

  constructor(ask: Ask, signal: AbortSignal, options: ExchangeOptions) {
    this.ask = ask;
    this.#signal = signal;
    this.#options = options;
    this.#lastEventAt = options.clock.now();
    this.#timing = { queued: this.#lastEventAt };
    this.answer = new AnswerQueue(() => {
      this.#left = this.heard;
      this.fail(cancelled);
    });
  }

  /** Its signal ends it from now on: called once it is on its way, which comes first. */
  listen(): void {
    if (this.ended) return;
    this.#isListening = true;
    this.#signal.addEventListener('abort', this.#onAbort);
    if (this.#state === 'waiting') this.#waits();
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Whether the peer sent anything for the newest attempt. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether the reader heard anything: from then on it cannot be asked again. */
  get heard(): boolean {
    return this.#transcript?.begun() === true && this.#kept.length === 0;
  }

  sent(): void {
    const now = this.#options.clock.now();
    const waited = this.#isListening;
    this.#state = 'running';
    this.attempts++;
    this.#timing = { queued: this.#timing.queued, sent: now };
    this.heardCharacters = 0;
    this.#lastSequence = undefined;
    this.#doubted = false;
    this.#unsay();
    // A completion's patience has begun with its waiting.
    if (!isSuggestion(this.ask) || !waited) this.#lastEventAt = now;
    this.#options.deadlines.watch(this);
  }

  /** Back to waiting, to be sent anew: where nobody said anything, who asked has waited for that long already. */
  again(said: 'something' | 'nothing'): void {
    if (this.ended) return;
    this.#state = 'waiting';
    this.#options.deadlines.unwatch(this);
    if (said === 'something') this.#lastEventAt = this.#options.clock.now();
    this.#waits();
  }

  /** Who asked for an edit sees it wait, and can cancel it. */
  #waits(): void {
    this.#unsay();
    if (isSuggestion(this.ask)) this.#options.deadlines.watch(this);
  }

  /** Nothing of an earlier attempt counts. */
  #unsay(): void {
    this.#transcript = undefined;
    this.#kept = [];
    this.#begun = false;
    this.#usedUpAt = undefined;
  }

  /** A frame was lost that may have been part of this answer. */
  doubt(): void {
    this.#doubted = true;
  }

  /** Its connection was said to be used up: what has begun there may go on, or be forgotten. */
  usedUp(): void {
    if (this.#state !== 'running') return;
    this.#usedUpAt ??= this.#options.clock.now();
    this.#options.deadlines.watch(this);
  }

  /** `worth`: what its peer sends is kept from its reader while it is `unproven`. `now`, in milliseconds of the clock. */
  receive(event: ServerEvent, worth: Worth, now: number): void {
    const { body, sequence } = event;
    if (this.#state !== 'running') {
      if (body.kind === 'text-delta') this.heardCharacters += body.text.length;
      this.#bill(body);
      return;
    }
    this.#lastEventAt = now;
    this.#begun = true;
    if (this.#doubted && sequence !== (this.#lastSequence ?? -1) + 1) {
      this.fail(this.#options.owner.garbled());
      return;
    }
    this.#doubted = false;
    this.#lastSequence = sequence;
    if (body.kind === 'created') this.#timing.created ??= now;
    this.#transcript ??= createTranscript();
    const said = this.#transcript.read(body);
    if (said === 'contradiction') {
      this.fail(this.#options.owner.garbled());
      return;
    }
    for (const piece of said) this.heardCharacters += piece.text.length;
    if (worth === 'unproven') this.#kept.push(...said);
    else {
      if (this.#kept.length > 0) this.#say(this.#kept.splice(0), now);
      this.#say(said, now);
    }
    if (body.kind === 'ended') this.#finish(body, now);
    else if (body.kind === 'error' && this.#isWhole()) this.#answered(body);
    else if (body.kind === 'error') this.#failed(body);
    else if (body.kind === 'item-done') this.#lookForWhole(this.#transcript);
    else this.#endIfEndless(now);
  }

  /** Its lane is left as if it had been cancelled: what a peer writes that keeps to no limit never ends. */
  #endIfEndless(now: number): void {
    if (!isEndless(this.ask, this.heardCharacters)) return;
    if (this.#options.owner.isProvider()) this.#conclude('incomplete', now, endlessReason);
  }

  #lookForWhole(transcript: Transcript): void {
    if (this.#isKept()) this.#options.deadlines.watch(this);
    if (!this.#isWhole()) return;
    // Who waits for a suggestion has it now, or is looked after soon enough.
    if (!isSuggestion(this.ask)) this.#options.deadlines.watch(this);
    // Some call completed what was cut short. A token is a character at least: what has fewer had room left, where all
    // of it is seen.
    const isCertain = this.heardCharacters < this.ask.maxOutputTokens && !transcript.hidesAny();
    if (isCertain) this.answer.push({ kind: 'whole' });
  }

  /** Whether only the end is missing, which says what it cost. */
  #isWhole(): boolean {
    return this.heard && this.#transcript?.isWhole() === true && this.#options.owner.isProvider();
  }

  /** Whether all was said, and nothing yet shows what it is worth. */
  #isKept(): boolean {
    return this.#kept.length > 0 && this.#transcript?.isWhole() === true;
  }

  #say(pieces: readonly AnswerPiece[], now: number): void {
    for (const piece of pieces) {
      this.#timing.firstText ??= now;
      this.#timing.lastText = now;
      this.answer.push(piece);
    }
  }

  /** Nothing more comes of it: what is whole needs no more, and what is asked elsewhere has no failure. */
  lost(failureOf: () => ModelFailure | undefined): void {
    const failure = this.#isWhole() ? this.#answered() : failureOf();
    if (failure) this.fail(failure);
  }

  #answered(body?: EventBody): undefined {
    this.#options.owner.answered();
    this.#conclude('completed', this.#lastEventAt, undefined, body);
  }

  /** Its peer has said nothing of what it cost, and may do so yet where there is no `body`. */
  #conclude(outcome: DoneEvent['outcome'], now: number, reason?: string, body?: EventBody): void {
    this.#timing.done = now;
    this.#end(doneEvent(outcome, { metadata: {}, reason, usage: undefined }, this.#timing), body);
    this.#options.owner.released(this);
  }

  fail(failure: ModelFailure): void {
    if (this.ended) return;
    this.#end({ kind: 'failed', failure });
    this.#options.owner.released(this);
  }

  #finish(body: EndedBody, now: number): void {
    this.#timing.done = now;
    if (body.outcome === 'failed') {
      this.#failed(body);
      return;
    }
    this.#options.owner.answered();
    this.#end(doneEvent(body.outcome, body.response, this.#timing), body);
  }

  #failed(body: EventBody): void {
    this.#end({ kind: 'failed', failure: this.#options.owner.failed(this, body) }, body);
  }

  /** In milliseconds of the clock. */
  timing(): AnswerTiming {
    return this.#timing;
  }

  #bill(body: EventBody): void {
    const bill = billOf(body, this.heardCharacters);
    if (bill) this.#options.owner.billed(this, bill);
  }

  /** `body`: by which its peer ended it. */
  #end(event: Exclude<AnswerEnd, { kind: 'left' }>, body?: EventBody): void {
    this.#state = 'ended';
    this.heardAtEnd = this.heardCharacters;
    this.#options.deadlines.unwatch(this);
    this.answer.push(event);
    const end = this.#left ? ({ kind: 'left' } as const) : event;
    // The reader wakes first: what an answer cost and took is reckoned up behind its back.
    this.#options.behind.later(() => {
      if (this.#isListening) this.#signal.removeEventListener('abort', this.#onAbort);
      if (body) this.#bill(body);
      this.#options.owner.ended(this, end);
    });
  }

  /** It moves with every event. */
  deadline(): number {
    const { heard, begun } = this;
    const isKept = this.#isKept();
    const said = this.#isWhole() ? 'all' : heard ? 'some' : isKept ? 'kept' : begun ? 'no words' : 'nothing';
    const usualAt = this.#lastEventAt + silenceMs(this.ask, said, this.#options.limits);
    if (this.#usedUpAt === undefined) return usualAt;
    return Math.min(usualAt, Math.max(this.#usedUpAt, this.#lastEventAt) + usedUpMs);
  }

  overdue(): void {
    const { owner, clock } = this.#options;
    const waitedMs = clock.now() - this.#lastEventAt;
    this.lost(() => {
      if (this.#state === 'waiting') return owner.unsent(waitedMs);
      if (this.#isKept()) return owner.unproven(this, waitedMs);
      return this.#usedUpAt === undefined ? owner.silent(waitedMs) : owner.usedUp(this);
    });
  }
}
