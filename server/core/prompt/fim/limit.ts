/** How much of an answer is wanted: a cap of tokens for the server, and lines counted while it writes. */

import type { CompleteAsk } from '../../ask.ts';

/** A line of code has about 10 tokens in the mean; this much holds nearly every line. */
const tokensPerLine = 48;

/** Tokens a server may write: no more than the wanted lines can need. */
export function outputTokens({ maxLines, maxOutputTokens }: CompleteAsk): number {
  return Math.max(1, Math.min(maxOutputTokens, maxLines * tokensPerLine));
}

export interface LineLimit {
  /** What of the piece is wanted. */
  take(piece: string): string;
  /** Whether enough has been said, so that the server can be stopped. */
  reached(): boolean;
}

/**
 * Lets `maxLines` lines through. Where an answer begins with a line end, the rest of the cursor's own line counts as
 * a line only if something stands in it.
 */
export function lineLimit(maxLines: number): LineLimit {
  let lines = 0;
  let started = false;
  return {
    take(piece) {
      for (let at = 0; at < piece.length; at++) {
        if (piece[at] !== '\n') {
          started ||= /\S/.test(piece[at] ?? '');
          continue;
        }
        if (started) lines++;
        if (lines >= maxLines) return piece.slice(0, at);
      }
      return piece;
    },
    reached: () => lines >= maxLines,
  };
}
