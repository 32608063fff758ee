/**
 * Puts secrets back into a stream: for every way of cutting a text into pieces the joined output is the whole text
 * restored. Held back is only what may be the beginning of a placeholder.
 */

import { openPlaceholderStart } from '../../core/placeholder.ts';
import type { Vault } from './vault.ts';

export interface Restoring {
  /** What is certain by now; may be empty. */
  push(piece: string): string;
  /** The rest. */
  end(): string;
}

export function createRestoring(vault: Vault): Restoring {
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const open = openPlaceholderStart(text);
      held = text.slice(open);
      return vault.restore(text.slice(0, open));
    },
    end() {
      const rest = vault.restore(held);
      held = '';
      return rest;
    },
  };
}
