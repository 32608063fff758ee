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
 * - On a connection that was said to be used up it is not waited for long: each event it still gets buys a few seconds.
 */

import { type Ask, isSuggestion } from '../core/ask.ts';
import { type AnswerEvent, type AnswerTiming, endlessReason, type ModelFailure } from '../core/model.ts';
import type { Account, AnswerEnd } from './accounts.ts';
import type { Waiter } from './deadlines.ts';
import type { ExchangeOptions } from './exchange-owner.ts';
import { cancelled } from './failure.ts';
import type { EventBody, ServerEvent } from './protocol/events.ts';
import { AnswerQueue } from './queue.ts';
import type { Worth } from './strategy/held.ts';
import { type AnswerPiece, createTranscript, type Transcript } from './transcript.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Code units for each token allowed: about twice what tokens of code and prose have on average. */
const longestToken = 8;
/** A server that still answers what it has begun sends the next piece by then; others have forgotten it. */
const usedUpMs = 3_000;

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
  #lastEventAt = 0;
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
    this.#timing = { queued: options.clock.now() };
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

  /** Back to waiting, to be sent anew. */
  again(): void {
    if (this.ended) return;
    this.#state = 'waiting';
    this.#options.deadlines.unwatch(this);
    this.#waits();
  }

  /** Who asked for an edit sees it wait, and can cancel it. */
  #waits(): void {
    this.#lastEventAt = this.#options.clock.now();
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
    if (this.#doubted && !this.#follows(sequence)) {
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
    else if (body.kind !== 'error') this.#endIfEndless(now);
    else this.#end({ kind: 'failed', failure: this.#options.owner.failed(this, body) }, body);
  }

  /** Its lane is left as if it had been cancelled: what a peer writes that keeps to no limit never ends. */
  #endIfEndless(now: number): void {
    if (this.heardCharacters <= this.ask.maxOutputTokens * longestToken) return;
    if (!this.#options.owner.limitsOutput()) return;
    this.#timing.done = now;
    const end = { kind: 'done', outcome: 'incomplete', reason: endlessReason, metadata: {} } as const;
    this.#end({ ...end, timing: this.timing() });
    this.#options.owner.released(this);
  }

  #say(pieces: readonly AnswerPiece[], now: number): void {
    for (const piece of pieces) {
      this.#timing.firstText ??= now;
      this.#timing.lastText = now;
      this.answer.push(piece);
    }
  }

  fail(failure: ModelFailure): void {
    if (this.ended) return;
    this.#end({ kind: 'failed', failure });
    this.#options.owner.released(this);
  }

  #finish(body: Extract<EventBody, { kind: 'ended' }>, now: number): void {
    const { outcome, response } = body;
    this.#timing.done = now;
    if (outcome === 'failed') {
      this.#end({ kind: 'failed', failure: this.#options.owner.failed(this, body) }, body);
      return;
    }
    this.#options.owner.answered();
    const done: Writable<Extract<AnswerEvent, { kind: 'done' }>> = {
      kind: 'done',
      outcome,
      metadata: response.metadata,
      timing: this.timing(),
    };
    if (response.reason !== undefined) done.reason = response.reason;
    if (response.usage !== undefined) done.usage = response.usage;
    this.#end(done, body);
  }

  /** In milliseconds of the clock. */
  timing(): AnswerTiming {
    return this.#timing;
  }

  #bill(body: EventBody): void {
    if (body.kind !== 'ended' && body.kind !== 'error') return;
    const usage = body.kind === 'ended' ? body.response.usage : undefined;
    const refused = (body.kind === 'error' || body.outcome === 'failed') && this.heardCharacters === 0;
    this.#options.owner.billed(this, usage ?? (refused ? 'free' : 'untold'));
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

  #follows(sequence: number | undefined): boolean {
    if (sequence === undefined) return false;
    return sequence === (this.#lastSequence === undefined ? 0 : this.#lastSequence + 1);
  }

  /** How long the peer may be silent now. */
  #silenceMs(): number {
    const { firstEventMs, completionMs, idleMs } = this.#options.limits;
    if (isSuggestion(this.ask)) return this.heard ? idleMs : completionMs;
    return this.#begun ? idleMs : firstEventMs;
  }

  /** It moves with every event. */
  deadline(): number {
    const usualAt = this.#lastEventAt + this.#silenceMs();
    if (this.#usedUpAt === undefined) return usualAt;
    return Math.min(usualAt, Math.max(this.#usedUpAt, this.#lastEventAt) + usedUpMs);
  }

  overdue(): void {
    const waitedMs = this.#options.clock.now() - this.#lastEventAt;
    if (this.#state === 'waiting') {
      this.fail(this.#options.owner.unsent(waitedMs));
      return;
    }
    if (this.#usedUpAt !== undefined) {
      const failure = this.#options.owner.usedUp(this);
      if (failure) this.fail(failure);
      return;
    }
    this.fail(this.#options.owner.silent(waitedMs));
  }
}
