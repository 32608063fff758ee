/**
 * Pursuits: model answers on their way to ghost text.
 *
 *   key ──► asked ──first line──► into the cache ──further lines──► the same entry ──end
 *     key   joins: nothing was said yet that it contradicts
 *       key ✗ contradicts what was said: the answer is cancelled, the next may begin
 *
 * Laws
 * - A keystroke ends only what can no longer be right: what was said so far contradicts what was typed. Where ending it
 *   saves nothing (the protocol has no cancel), one wrong key is not enough: most are taken back with the next.
 * - At most `perDocument` that are wanted and one that runs ahead are under way for a document; the oldest goes.
 * - What is certain of an answer is in the cache before anyone who waits for it goes on, also where nobody waits.
 * - Beside one that is late with its first text, the next key asks one more.
 * - An answer that stops in the middle for `stalledMs` is over: what it said is kept, and the next key asks anew.
 * - Every pursuit ends, with a reason where nothing of it is in the cache; letting one go aborts its answer.
 */

import type { CompleteAsk } from '../../core/ask.ts';
import type { Behind } from '../../core/behind.ts';
import type { Clock } from '../../core/clock.ts';
import type { ModelSession } from '../../core/model.ts';
import { aroundCursor } from '../../core/shape/around.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import type { Documents, Snapshot } from '../../state/documents.ts';
import { silenceOf, wordless } from '../suggest/silence.ts';
import type { Tally } from '../tally.ts';
import type { Trouble } from '../trouble.ts';
import { type Anchor, carriedTo, editsSince, typedBetween } from './anchor.ts';
import type { SuggestionCache } from './cache.ts';
import { agrees, contradicted, isSameQuestion, type Plan } from './expectation.ts';
import { createFirstTexts } from './first-texts.ts';
import { createLineEnds, isAtLineEnd } from './line-end.ts';
import { mostLines, type Pursuit, type Running, renew } from './running.ts';
import type { Spoken } from './spoken.ts';
import { createStoring } from './storing.ts';
import { certainLength, linesIn } from './unit.ts';

/** An answer that no longer fits may fit again after a backspace; more than one such only costs. */
const perDocument = 2;

export interface Pursuits {
  start(plan: Plan): Pursuit;
  /** One under way whose answer is expected at this cursor and fits what was typed since it was asked. */
  agreeing(snapshot: Snapshot, cursor: number): Pursuit | undefined;
  /** One under way for the very same question. */
  same(ask: CompleteAsk): Pursuit | undefined;
  /** The one under way whose answer is this entry of the cache, or comes behind it. */
  writing(key: string): Pursuit | undefined;
  /** Cancels what the present text contradicts. */
  changed(snapshot: Snapshot): void;
  /** Milliseconds to the first text, of late: the share `q` took no longer. */
  firstTextMs(q: number): number | undefined;
  /** Whether the model says nothing where a line looks finished, as a rule. */
  saysNothingAtLineEnds(): boolean;
  letGo(uri: string): void;
  letAllGo(): void;
}

export interface PursuitParts {
  readonly session: ModelSession;
  readonly documents: Documents;
  readonly cache: SuggestionCache;
  readonly spoken: Spoken;
  readonly tally: Tally;
  readonly trouble: Trouble;
  readonly clock: Clock;
  readonly behind: Behind;
  readonly newId: () => string;
  /** Whether an answer that is let go costs nothing from then on. */
  readonly cancels: () => boolean;
  /** One has ended: said behind its waiters, or when the next is looked for. */
  readonly ended: (uri: string, pursuit: Pursuit, key: string) => void;
}

/** Turns of the microtask queue that the pieces of one message take to be read, and more. */
const turnsTogether = 24;
/** A slow model takes a fifth of a second for a word; a provider's hiccup is shorter. */
const stalledMs = 2000;

export function createPursuits(parts: PursuitParts): Pursuits {
  const { session, documents, cache, tally, trouble, clock, behind, newId } = parts;
  const { take, finish } = createStoring(parts);
  const lineEnds = createLineEnds();
  /** Newest first. */
  let running: readonly Running[] = [];
  const firstTexts = createFirstTexts();

  function settle(pursuit: Running, outcome: SilenceReason | 'taken'): void {
    if (pursuit.outcome !== undefined) return;
    pursuit.outcome = outcome;
    running = running.filter((other) => other !== pursuit);
    pursuit.unwatch?.();
    if (!pursuit.isRead) pursuit.controller.abort();
    pursuit.wake();
    behind.later(() => {
      // What it says behind a text that is only assumed tells nothing.
      if (!pursuit.isAhead && (outcome === 'taken' || outcome === 'nothing-to-say'))
        lineEnds.answered(pursuit.plan, pursuit.said[0] ?? '');
      parts.ended(pursuit.plan.anchor.uri, pursuit, pursuit.key);
    });
  }

  /** Wakes who waits, after what has arrived together with this piece was read as well. */
  async function moved(pursuit: Running): Promise<void> {
    for (let turn = 0; turn < turnsTogether; turn++) await undefined;
    if (pursuit.outcome !== undefined) return;
    pursuit.wake();
    renew(pursuit);
  }

  /** One timer for an answer, set anew only when it fires. */
  function watch(pursuit: Running, ms: number): void {
    if (pursuit.outcome !== undefined) return;
    pursuit.unwatch = clock.after(ms, () => {
      const left = pursuit.heardAt + stalledMs - clock.now();
      if (left > 0) return watch(pursuit, left);
      const { ask, ahead } = pursuit.plan;
      if (!ahead) trouble.met({ code: 'model', message: 'The model stopped in the middle of its answer.' });
      const outcome = ask.candidates === 1 ? finish(pursuit, 'cut') : 'failed';
      settle(pursuit, outcome === 'taken' ? outcome : 'failed');
    });
  }

  function hear(pursuit: Running, index: number, text: string): void {
    const { said, plan } = pursuit;
    pursuit.heardAt = clock.now();
    // Most answers are whole before that: they need no timer.
    if (said.length === 0) behind.later(() => watch(pursuit, stalledMs));
    said[index] = (said[index] ?? '') + text;
    if (index !== 0 || plan.ask.candidates > 1) return;
    const first = said[0] ?? '';
    const certain = certainLength(first, pursuit.certain);
    if (certain > pursuit.certain) {
      pursuit.silence = take(pursuit, first.slice(0, certain), 'open');
      pursuit.certain = certain;
      void moved(pursuit);
    }
    // Compared when it has doubled, so that a long answer costs no more than its length.
    if (first.length >= pursuit.compared * 2) {
      pursuit.compared = first.length;
      const present = documents.get(plan.anchor.uri);
      if (present) compare(pursuit, present);
    }
  }

  async function read(pursuit: Running): Promise<SilenceReason | 'taken'> {
    const { plan, controller, said } = pursuit;
    const asked = clock.now();
    try {
      for await (const event of session.ask(plan.ask, controller.signal)) {
        // What was let go may belong to a text that is gone.
        if (pursuit.outcome !== undefined && !pursuit.isRead) return 'superseded';
        switch (event.kind) {
          case 'text':
            if (pursuit.isRead) break;
            if (said.length === 0) firstTexts.took(clock.now() - asked);
            hear(pursuit, event.index, event.text);
            // What goes past the last line that may be shown is not waited for; leaving the loop ends the answer.
            if (plan.ask.candidates === 1 && linesIn(said[0] ?? '') > mostLines(pursuit))
              return finish(pursuit, 'cut');
            break;
          case 'refusal':
            return 'nothing-to-say';
          case 'whole':
            // Nothing is to be aborted from here on: what follows only tells what it cost.
            pursuit.isRead = plan.ask.candidates === 1 && said[0] !== undefined;
            if (pursuit.isRead) settle(pursuit, finish(pursuit, 'whole'));
            break;
          case 'failed':
            // Nobody waits for what runs ahead: whoever asks next is told.
            if (!plan.ahead && !pursuit.isRead) trouble.met(event.failure);
            return silenceOf(event.failure);
          case 'done': {
            behind.later(() => tally.answered(event));
            if (pursuit.outcome !== undefined) return pursuit.outcome;
            const silence = wordless(event);
            if (said.some(Boolean) || (plan.ahead && silence === 'nothing-to-say'))
              return finish(pursuit, event.outcome === 'completed' ? 'whole' : 'cut');
            if (plan.ahead) cache.extend(pursuit.key, undefined);
            return silence;
          }
          default:
            event satisfies never;
        }
      }
      trouble.met({ code: 'protocol', message: 'The model ended its answer without a word.' });
    } catch (error) {
      // A session does not throw; one that does all the same must not take the editor's server with it.
      const described = error instanceof Error ? error.message : String(error);
      trouble.met({ code: 'model', message: `Asking the model failed inside Whittle: ${described}` });
    }
    return 'failed';
  }

  function carry(pursuit: Running, snapshot: Snapshot): Anchor | undefined {
    const anchor = carriedTo(pursuit.anchor, snapshot, editsSince(documents, snapshot.uri));
    if (anchor) pursuit.anchor = anchor;
    return anchor;
  }

  function isContradicted(pursuit: Running, snapshot: Snapshot): boolean {
    if (pursuit.ask.candidates > 1) return false;
    const now = carry(pursuit, snapshot);
    return !now || contradicted(pursuit.plan, pursuit.said[0] ?? '', now);
  }

  /** Lets go what can no longer be right. */
  function compare(pursuit: Running, snapshot: Snapshot): void {
    if (!isContradicted(pursuit, snapshot)) {
      pursuit.doubted = undefined;
      return;
    }
    const { doubted } = pursuit;
    pursuit.doubted ??= snapshot.version;
    if (parts.cancels() || (doubted !== undefined && doubted !== snapshot.version))
      settle(pursuit, 'conflict');
  }

  function isAgreeing(pursuit: Running, snapshot: Snapshot, cursor: number): boolean {
    if (pursuit.ask.candidates > 1 || pursuit.ask.selected) return false;
    const now = carry(pursuit, snapshot);
    if (!now) return false;
    const { plan, said } = pursuit;
    const typed = typedBetween(now, plan.start, cursor)?.slice(plan.assumed.length);
    // It will have nothing to say of the line that was begun behind the one it was asked about.
    const isPassed = said.length === 0 && typed?.includes('\n') && isAtLineEnd(plan.text, plan.ask.cursor);
    return !(isPassed && lineEnds.areSilent()) && agrees(plan, said[0] ?? '', { now, cursor });
  }

  /** Another may be quicker. What is let go on this machine has to begin again with all that it had read. */
  function isStuck({ said, heardAt }: Running): boolean {
    return said.length === 0 && !parts.cancels() && firstTexts.isLate(clock.now() - heardAt);
  }

  const of = (uri: string) => running.filter(({ plan }) => plan.anchor.uri === uri);

  return {
    start(plan) {
      const pursuit: Running = {
        plan,
        key: plan.ahead?.key ?? newId(),
        ask: plan.ask,
        isAhead: plan.ahead !== undefined,
        anchor: plan.anchor,
        controller: new AbortController(),
        outcome: undefined,
        said: [],
        certain: 0,
        isTaken: false,
        doubted: undefined,
        isRead: false,
        heardAt: clock.now(),
        unwatch: undefined,
        compared: 1,
        wake: () => {},
        progressed: Promise.resolve(),
        progress: () => pursuit.progressed,
      };
      renew(pursuit);
      running = [pursuit, ...running];
      const alike = of(plan.anchor.uri).filter(
        (other) => (other.plan.ahead === undefined) === (plan.ahead === undefined),
      );
      for (const old of alike.slice(plan.ahead ? 1 : perDocument)) settle(old, 'superseded');
      void read(pursuit).then((outcome) => {
        pursuit.isRead = true;
        settle(pursuit, outcome);
      });
      // Read while the model is at it.
      behind.later(() => aroundCursor(plan.text, plan.ask.cursor, plan.languageId));
      return pursuit;
    },
    agreeing(snapshot, cursor) {
      // Behind one that has ended the next may begin, in here.
      behind.catchUp();
      const fits = (pursuit: Running) => isAgreeing(pursuit, snapshot, cursor);
      const all = of(snapshot.uri);
      const found = all.find(fits);
      return found && isStuck(found) && all.findLast(fits) === found ? undefined : found;
    },
    same: (ask) => running.find((pursuit) => !pursuit.plan.ahead && isSameQuestion(pursuit.ask, ask)),
    writing: (key) => running.find((pursuit) => pursuit.key === key),
    changed(snapshot) {
      for (const pursuit of of(snapshot.uri)) compare(pursuit, snapshot);
      // Whoever hoped for one that this has ended hoped for an older text.
      behind.catchUp();
    },
    firstTextMs: firstTexts.within,
    saysNothingAtLineEnds: lineEnds.areSilent,
    letGo(uri) {
      for (const pursuit of of(uri)) settle(pursuit, 'superseded');
    },
    letAllGo() {
      // What an ended one makes room for begins by now, and goes as well.
      behind.catchUp();
      for (const pursuit of running) settle(pursuit, 'superseded');
      for (const each of [lineEnds, firstTexts]) each.clear();
    },
  };
}
