/**
 * What the benchmark's model says and when, whatever protocol carries it and whatever clock it goes by. It remembers
 * what it was asked.
 */

import type { Clock } from '../../../server/core/clock.ts';
import { answerAt, type Knowledge, tokensOf } from './truth.ts';

export interface ModelTimes {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** Every fourth place is never answered to its end. */
  readonly stalls: boolean;
}

export interface ModelSetup extends ModelTimes {
  readonly knowledge: Knowledge;
}

export interface ModelRequest {
  /** Milliseconds of the wall clock that the speech was given. */
  readonly arrived: number;
  first?: number;
  /** When its first line that says something was said. */
  lined?: number;
  ended?: number;
  readonly bytes: number;
  /** Offset of the file it was about, `nowhere` where the file has no such text, `warming` where nothing was to be said. */
  readonly at: number;
  /** Read anew for it. */
  readonly tokensIn: number;
  /** Read before, and kept. */
  readonly tokensCached: number;
  tokensOut: number;
  cancelled: boolean;
}

export const nowhere = -1;
export const warming = -2;

export interface Listener {
  text(piece: string): void;
  end(): void;
}

export interface Question {
  readonly before: string;
  readonly bytes: number;
  /** Tokens of what was said before and is continued. */
  readonly cached?: number;
  readonly stop?: string | undefined;
}

export interface Speech {
  become(setup: ModelSetup): void;
  /** Says the answer token by token at its time; what is behind schedule goes together. The function ends it. */
  speak(question: Question, to: Listener): () => void;
  /** Something was given ahead, to be answered with nothing. */
  warmed(bytes: number, cached: number): void;
  requests(): readonly ModelRequest[];
}

/** A timer may be a little early. */
const earlyMs = 0.2;
const bytesPerToken = 4;

export const tokensIn = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

/** `wallMs`: the time that requests are remembered with. */
export function createSpeech(clock: Clock, wallMs: () => number): Speech {
  let setup: ModelSetup | undefined;
  let log: ModelRequest[] = [];

  function remembered(at: number, { bytes, cached = 0 }: Omit<Question, 'before'>): ModelRequest {
    const tokens = { tokensIn: tokensIn(bytes), tokensCached: cached, tokensOut: 0 };
    const request = { arrived: wallMs(), bytes, at, ...tokens, cancelled: false };
    log.push(request);
    return request;
  }

  return {
    become(next) {
      setup = next;
      log = [];
    },
    speak(question, to) {
      if (!setup) throw new Error('The model was asked before it was told what it is.');
      const { knowledge, firstTokenMs, tokensPerSecond, stalls } = setup;
      const { at, text } = answerAt(knowledge, question.before, question.stop);
      const tokens = tokensOf(text);
      const request = remembered(at, question);
      const started = clock.now();
      let next = 0;
      let said = '';
      const due = (index: number) => started + firstTokenMs + (index * 1000) / tokensPerSecond;
      const isDue = (index: number) => due(index) <= clock.now() + earlyMs;
      const isStalling = stalls && at % 4 === 0;
      let cancel = clock.after(due(0) - clock.now(), step);
      function step(): void {
        let piece = '';
        while (next < tokens.length && isDue(next)) piece += tokens[next++];
        if (piece !== '') {
          request.first ??= wallMs();
          request.tokensOut = next;
          said += piece;
          if (/\S[^\n]*\n/.test(said)) request.lined ??= wallMs();
          to.text(piece);
        }
        if (isStalling && next >= Math.min(2, tokens.length)) return;
        if (next >= tokens.length && isDue(0)) {
          request.ended = wallMs();
          request.lined ??= request.ended;
          to.end();
        } else cancel = clock.after(Math.max(0, due(next) - clock.now()), step);
      }
      return () => {
        cancel();
        request.cancelled = request.ended === undefined;
      };
    },
    warmed(bytes, cached) {
      remembered(warming, { bytes, cached });
    },
    requests: () => log,
  };
}
