/**
 * What the model of the benchmark knows: a file as it will be. It finds the place it is asked about by the text before
 * the cursor, and says how the file goes on, or, with probability 1 − quality, something that departs from it. The
 * coin belongs to the place, so that whoever asks there gets the same answer.
 */

import { seeded } from './rhythm.ts';

export interface Knowledge {
  readonly file: string;
  /** Probability that an answer is right to its end. */
  readonly quality: number;
  readonly seed: number;
  /** Whether every coin falls on its other side: with and without, half of the answers at a place are right. */
  readonly turned?: boolean;
  readonly lines: number;
}

export interface TruthAnswer {
  /** Offset of the file it was asked at, -1 where the text before the cursor is not the file's. */
  readonly at: number;
  readonly text: string;
  readonly isRight: boolean;
}

const wrongWords = [
  'value',
  'result',
  'undefined',
  'index + 1',
  'options.name',
  'await load',
  'null',
  'this',
];

export function answerAt(
  { file, quality, seed, turned = false, lines }: Knowledge,
  before: string,
  stop?: string,
): TruthAnswer {
  const at = placeOf(file, before);
  if (at === -1) return { at, text: '', isRight: false };
  const rest = file.slice(at).split('\n');
  const taken = rest[0]?.trim() === '' && rest.length > 1 ? lines + 1 : lines;
  const right = rest.slice(0, stop === '\n' ? 1 : taken).join('\n');
  const random = seeded(seed * 7919 + at);
  const coin = random();
  if ((turned ? 1 - coin : coin) < quality) return { at, text: right, isRight: true };
  const tokens = tokensOf(right.split('\n', 1)[0] ?? '');
  const departure = Math.floor(random() * Math.max(1, tokens.length));
  const wrong = wrongWords[Math.floor(random() * wrongWords.length)] ?? 'value';
  const text = `${tokens.slice(0, departure).join('')}${wrong};`;
  return right.startsWith(text) ? { at, text: right, isRight: true } : { at, text, isRight: false };
}

/** About four characters each, as tokenizers cut code. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s?\w{1,5}|\s+|[^\w\s]{1,2}/g) ?? [];
}

function placeOf(file: string, before: string): number {
  for (const length of [400, 160, 60]) {
    const tail = before.slice(-length);
    const found = file.indexOf(tail);
    if (tail !== '' && found !== -1 && file.indexOf(tail, found + 1) === -1) return found + tail.length;
  }
  return -1;
}
