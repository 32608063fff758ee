/**
 * Prefix: for each document the words that its prompts begin with, kept the same from one ask to the next. A server
 * without memory of its own still keeps what it has read of a prompt's beginning, as far as the next begins alike:
 * base and fork (`core/prompt/base.ts`) sent one after the other.
 */

import type { Ask } from '../../core/ask.ts';
import { type Base, baseFor, forkOf } from '../../core/prompt/base.ts';
import type { Prompt } from '../../core/prompt/prompt.ts';

export interface Prefixes {
  prompt(ask: Ask): PrefixedPrompt;
}

export type PrefixedPrompt =
  | ({ readonly kind: 'prompt' } & Prompt)
  /** The lines asked about alone need about `tokens`, more than the ask allows. */
  | { readonly kind: 'too-large'; readonly tokens: number };

/** Documents whose base is kept; the one unused for longest goes first. */
const mostBases = 16;

export function createPrefixes(): Prefixes {
  const bases = new Map<string, Base>();

  const keep = (key: string, base: Base): void => {
    // Set anew, so that it comes last.
    bases.delete(key);
    bases.set(key, base);
    for (const oldest of bases.keys()) {
      if (bases.size <= mostBases) return;
      bases.delete(oldest);
    }
  };

  return {
    prompt(ask) {
      // Ghost text and edits may have different room: what a base shows depends on it.
      const key = `${ask.contextTokens} ${ask.document.uri}`;
      const known = bases.get(key);
      const fork = known && forkOf(ask, known);
      if (known && fork?.kind === 'fork') {
        keep(key, known);
        return { kind: 'prompt', base: known.parts, request: fork.parts };
      }
      const made = baseFor(ask);
      if (made.kind === 'too-large') return made;
      keep(key, made.base);
      const first = forkOf(ask, made.base);
      return { kind: 'prompt', base: made.base.parts, request: first.kind === 'fork' ? first.parts : [] };
    },
  };
}
