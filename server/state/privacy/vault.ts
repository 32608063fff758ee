/**
 * Vault: which placeholder stands for which secret, for the life of one server process.
 *
 * Laws
 * - The same secret has the same placeholder as long as it is remembered, and no two secrets share one.
 * - `restore(redacted text)` is the text, whatever the text. A model that copies a long placeholder with the wrong
 *   number of underscores is still understood.
 * - Numbers begin where the caller says (a random place), so that a placeholder of another process, kept in some
 *   model's memory, is most likely unknown here rather than another secret's.
 * - Bounded: beyond `mostSecrets` the ones not used for longest are forgotten. Their placeholders stay as they are.
 */

import {
  placeholder,
  placeholderHead,
  placeholderNumbers,
  placeholderPattern,
} from '../../core/placeholder.ts';
import type { Secret } from './scan.ts';
import { entropy } from './secret-value.ts';

export interface Vault {
  /** Has the secret's own length. */
  placeholderFor(secret: string, kind: string): string;
  /** What is left of a secret that lost its form or its surroundings: from now on known by its value. */
  rememberPiece(piece: string): void;
  restore(text: string): string;
  /**
   * Secrets found by their surroundings only (a password in an assignment) and pieces left of others, in the order
   * found: elsewhere they can be recognised by their value alone.
   */
  contextual(): readonly string[];
}

const mostSecrets = 20_000;
const mostContextual = 1000;
/** Underscores beyond this many are filling that models miscount; fewer are taken exactly. */
const filling = 8;

/** Shorter or plainer values stand for other things as well: `user12`, `config1`. */
function isTelling(secret: string): boolean {
  return secret.length >= 10 && /[0-9]/.test(secret) && /[A-Za-z]/.test(secret) && entropy(secret) >= 2.8;
}

/** A piece may have lost its digits, but not its disorder. */
function isTellingPiece(piece: string): boolean {
  const mixed = /[a-z]/.test(piece) && /[A-Z]/.test(piece);
  return isTelling(piece) || (mixed && piece.length >= 12 && entropy(piece) >= 3);
}

const contextualKinds: ReadonlySet<Secret['kind']> = new Set([
  'assigned',
  'connectionString',
  'flag',
  'authorization',
  'netrc',
  'urlPassword',
]);

export function createVault(firstNumber: number): Vault {
  const bySecret = new Map<string, string>();
  const byHead = new Map<string, string>();
  const contextual = new Set<string>();
  let listed: readonly string[] = [];
  let next = Math.abs(Math.trunc(firstNumber)) % placeholderNumbers || 1;

  function newPlaceholder(length: number): string {
    for (;;) {
      const made = placeholder(next, length);
      next = (next + 1) % placeholderNumbers || 1;
      if (!byHead.has(placeholderHead(made))) return made;
    }
  }

  function forgetOldest(): void {
    const [oldest] = bySecret;
    if (!oldest) return;
    bySecret.delete(oldest[0]);
    byHead.delete(placeholderHead(oldest[1]));
  }

  function know(secret: string): void {
    if (contextual.has(secret)) return;
    const [oldest] = contextual;
    if (contextual.size >= mostContextual && oldest !== undefined) contextual.delete(oldest);
    contextual.add(secret);
    listed = [...contextual];
  }

  return {
    placeholderFor(secret, kind) {
      const known = bySecret.get(secret);
      const made = known ?? newPlaceholder(secret.length);
      // Set anew, to be the youngest.
      if (known) bySecret.delete(secret);
      else if (bySecret.size >= mostSecrets) forgetOldest();
      bySecret.set(secret, made);
      byHead.set(placeholderHead(made), secret);
      if (!known && contextualKinds.has(kind) && isTelling(secret)) know(secret);
      return made;
    },
    rememberPiece(piece) {
      if (isTellingPiece(piece)) know(piece);
    },
    restore(text) {
      if (byHead.size === 0 || !text.includes('_')) return text;
      return text.replace(placeholderPattern(), (match, head: string) => {
        const secret = byHead.get(head);
        if (secret === undefined) return match;
        const own = secret.length - head.length;
        const surplus = match.length - head.length - own;
        return surplus > 0 && own < filling ? secret + '_'.repeat(surplus) : secret;
      });
    },
    contextual: () => listed,
  };
}
