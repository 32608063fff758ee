/**
 * How fast a server reads prompts, as it says itself, and how long a prompt that makes: a machine without a graphics
 * card reads tens of tokens a second, and a suggestion that comes after half a minute is none. What stays the same
 * from key to key is not read again, so this bounds only the wait after a jump.
 */

export interface ReadingSpeed {
  read(tokens: number, milliseconds: number): void;
  /** Tokens a prompt may have. */
  most(): number;
}

/** A wait after a jump that is bearable, for it is rare. */
const bearableMs = 4_000;
/** With less the model sees too little to be right. */
const fewestTokens = 512;
/** Where nothing was measured yet. */
const firstTokens = 1_024;
/** Fewer tokens say little about the speed of many. */
const tellingTokens = 48;
/** The limit moves only when it is off by more than this, so that windows stay. */
const tolerance = 1.5;

export function createReadingSpeed(): ReadingSpeed {
  let perMs: number | undefined;
  let limit = firstTokens;
  return {
    read(tokens, milliseconds) {
      if (tokens < tellingTokens || milliseconds <= 0) return;
      const speed = tokens / milliseconds;
      perMs = perMs === undefined ? speed : perMs * 0.7 + speed * 0.3;
      const wanted = Math.max(fewestTokens, Math.round(perMs * bearableMs));
      if (wanted > limit * tolerance || wanted < limit / tolerance) limit = wanted;
    },
    most: () => limit,
  };
}
