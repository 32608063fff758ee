/**
 * A walk: somebody types a stretch of a real file at the recorded rhythm, the editor asks at every key, and what is on
 * the screen is followed. Nothing counts as visible before its answer has come: each key takes the suggestion off the
 * screen until the server has answered for the new text.
 */

import { pause } from '../process.ts';
import { intervalMs, seeded } from './rhythm.ts';
import type { Shown, System } from './system.ts';

export interface Stretch {
  /** The file as it will be. */
  readonly file: string;
  /** What is typed of it, into a document that has all before it. */
  readonly start: number;
  readonly end: number;
}

/** How time passes: on the machine, or on a clock that stands still while anything works. */
export interface Pace {
  /** Milliseconds of the wall clock that the model's requests are remembered with. */
  now(): number;
  pause(ms: number): Promise<void>;
}

export const realPace: Pace = { now: () => performance.timeOrigin + performance.now(), pause };

/**
 * `accepts`: whoever sees a right suggestion of some length takes it every third key. `errs`: some keys are wrong, and
 * taken back with the next one.
 */
export type User = 'types' | 'accepts' | 'errs';

export interface WalkOptions {
  readonly seed: number;
  readonly pace: Pace;
  readonly user: User;
}

export interface Walk {
  readonly keys: number;
  readonly characters: number;
  readonly kept: number;
  readonly typingMs: number;
  readonly rightMs: number;
  /** With a wrong key in the text. */
  readonly erringMs: number;
  /** From the first key to the first right suggestion; nothing where none came. */
  readonly firstRightMs: number | undefined;
  /** Behind the first right suggestion, from key to right answer, of all keys. */
  readonly lateMs: number;
  /** Behind it, of keys that got no right answer before the next. */
  readonly missedMs: number;
  /** From key to answer with something in it. */
  readonly answerMs: readonly number[];
  /** Keys that were answered with something at once: what was known. */
  readonly atOnce: number;
  readonly flicker: number;
  readonly grew: number;
  readonly wrong: number;
  /** Where the cursor was when, in milliseconds since 1970: what is asked beyond it is asked ahead. */
  readonly cursorAt: readonly (readonly [time: number, offset: number])[];
}

const atOnceMs = 10;
/** Suggestions shorter than this are not worth a key of their own. */
const worthAccepting = 4;
const acceptEvery = 3;
const errEvery = 12;
const wrongKey = 'q';

export async function walk(
  system: System,
  stretch: Stretch,
  { seed, user, pace }: WalkOptions,
): Promise<Walk> {
  const { file, start, end } = stretch;
  const random = seeded(seed);
  const answerMs: number[] = [];
  const cursorAt: [number, number][] = [];
  let at = start;
  let [keys, kept, rightMs, atOnce, flicker, grew, wrong] = [0, 0, 0, 0, 0, 0, 0];
  let [attempts, erringMs, lateMs, missedMs] = [0, 0, 0, 0];
  let firstRightMs: number | undefined;
  let visible: Shown | undefined;
  let wrongText = '';
  const began = pace.now();

  /** Right up to the end of its first line that says something. */
  const isRight = ({ text }: Shown) => {
    const [said = ''] = /^\s*\S[^\n]*/.exec(text) ?? [];
    return said !== '' && file.startsWith(said.trimEnd(), at);
  };

  /** A wrong key and a backspace; no suggestion can be right in between. */
  async function err(): Promise<void> {
    for (const [from, to, text] of [
      [at, at, wrongKey],
      [at, at + wrongKey.length, ''],
    ] as const) {
      system.change(from, to, text);
      const pressed = pace.now();
      const isRightAgain = text === '';
      let shownAt: number | undefined;
      visible = undefined;
      const answered = system.suggest(from + text.length).then((shown) => {
        if (!isRightAgain || !shown || !isRight(shown)) return;
        shownAt = pace.now();
        visible = shown;
      });
      await pace.pause(intervalMs(random));
      if (!isRightAgain) {
        erringMs += pace.now() - pressed;
        // Whoever typed on is not answered any more.
        void answered;
      } else if (shownAt !== undefined) rightMs += pace.now() - shownAt;
    }
  }

  while (at < end) {
    if (user === 'errs' && ++attempts % errEvery === 0) await err();
    const piece = nextPiece(file, at, end);
    const seen = visible;
    const accepted =
      user === 'accepts' && seen && keys % acceptEvery === 0 && seen.covers === 0
        ? acceptable(seen.text, file, at, end)
        : '';
    const typed = accepted === '' ? piece : accepted;
    system.change(at, at, typed);
    at += typed.length;
    const pressed = pace.now();
    cursorAt.push([pressed, at]);
    if (accepted !== '' && seen) {
      kept += accepted.length;
      system.accepted(seen);
    }
    keys++;
    const expected = seen?.text.startsWith(typed) ? seen.text.slice(typed.length) : undefined;
    const before = expected === '' ? undefined : expected;
    visible = undefined;
    // Behind the last key there is nothing left to be right about.
    if (at >= end) break;
    const interval = intervalMs(random);
    const place = at;
    const isBehindFirst = firstRightMs !== undefined;
    let shownAt: number | undefined;
    void system.suggest(at).then((shown) => {
      if (at !== place) return;
      const text = shown?.text ?? '';
      if (before !== undefined && !text.startsWith(before)) flicker++;
      else if (before !== undefined && text !== before) grew++;
      if (!shown || text === '') return;
      shownAt = pace.now();
      visible = shown;
      answerMs.push(shownAt - pressed);
      if (shownAt - pressed <= atOnceMs) atOnce++;
      if (isRight(shown)) firstRightMs ??= shownAt - began;
      else if (!wrongText.endsWith(text)) {
        wrong++;
        wrongText = text;
      }
    });
    await pace.pause(Math.max(0, interval - (pace.now() - pressed)));
    // The answer above sets it while this waited.
    const onScreen = visible as Shown | undefined;
    const rightFrom = onScreen && isRight(onScreen) ? (shownAt as number | undefined) : undefined;
    if (rightFrom !== undefined) rightMs += pace.now() - rightFrom;
    if (isBehindFirst && rightFrom !== undefined) lateMs += rightFrom - pressed;
    else if (isBehindFirst) missedMs += pace.now() - pressed;
  }
  await pace.pause(0);
  return {
    keys,
    characters: end - start,
    kept,
    typingMs: pace.now() - began,
    rightMs,
    erringMs,
    firstRightMs,
    lateMs,
    missedMs,
    answerMs,
    atOnce,
    flicker,
    grew,
    wrong,
    cursorAt,
  };
}

/** One key: a character, or Enter with the indentation that editors add. */
function nextPiece(file: string, at: number, end: number): string {
  if (file[at] !== '\n') return file.slice(at, at + 1);
  const indent = /^\n[ \t]*/.exec(file.slice(at, end))?.[0];
  return indent ?? '\n';
}

/** What a user takes of it: all, where all is right and within the stretch. */
function acceptable(text: string, file: string, at: number, end: number): string {
  const right = text.trimEnd();
  return right.trim().length >= worthAccepting && file.startsWith(right, at) && at + right.length <= end
    ? right
    : '';
}
