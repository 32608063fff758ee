/**
 * What the fake model has read before: the longest prefix of a text that it knows, in blocks, each of them named by
 * all that stands before it, as servers with automatic prefix caching keep it (vLLM's blocks of 16 tokens).
 */

const charactersPerToken = 4;
const blockCharacters = 16 * charactersPerToken;

export function tokensIn(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

export interface PrefixCache {
  /** Characters at the beginning of `text` that were read before; all of it is known from then on. */
  read(text: string): number;
}

export function createPrefixCache(): PrefixCache {
  const known = new Set<number>();
  return {
    read(text) {
      let before = 0;
      let low = 0x811c9dc5;
      let high = 0x01000193;
      let knowing = true;
      for (let at = 0; at + blockCharacters <= text.length; at += blockCharacters) {
        // Two 26-bit hashes in one number: no two blocks of a run collide.
        for (let i = at; i < at + blockCharacters; i++) {
          const code = text.charCodeAt(i);
          low = Math.imul(low ^ code, 0x01000193);
          high = Math.imul(high ^ code, 0x85ebca6b) + 1;
        }
        const name = (low >>> 6) * 0x4000000 + (high >>> 6);
        knowing &&= known.has(name);
        if (knowing) before = at + blockCharacters;
        else known.add(name);
      }
      return before;
    },
  };
}
