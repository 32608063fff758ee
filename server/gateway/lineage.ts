/**
 * Lineage: what a request may continue from. Only the newest response of each lane is kept, in memory, for as long
 * as the connection lives; a request that fails on its own lane's newest response loses it.
 */

import type { Message } from './backend.ts';

/** Everything that was said up to a response and in it: as messages, and as one text for models of code. */
export interface Past {
  readonly messages: readonly Message[];
  readonly text: string;
}

export const noPast: Past = { messages: [], text: '' };

export interface Lineage {
  /** Found on any lane, so that another lane can fork from it. */
  find(id: string, lane: string | undefined): Past | undefined;
  keep(lane: string | undefined, id: string, past: Past): void;
  evict(lane: string | undefined, id: string): void;
}

export function createLineage(): Lineage {
  const newest = new Map<string | undefined, { readonly id: string; readonly past: Past }>();
  return {
    find(id, lane) {
      const own = newest.get(lane);
      if (own?.id === id) return own.past;
      for (const response of newest.values()) if (response.id === id) return response.past;
      return undefined;
    },
    keep(lane, id, past) {
      newest.set(lane, { id, past });
    },
    evict(lane, id) {
      if (newest.get(lane)?.id === id) newest.delete(lane);
    },
  };
}
