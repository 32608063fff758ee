/**
 * Lineage: what a request may continue from. Only the newest response of each lane is kept, in memory, for as long
 * as the connection lives; a request that fails on its own lane's newest response loses it.
 */

export interface Lineage {
  /** Text of the response and everything before it; found on any lane, so that another lane can fork from it. */
  find(id: string, lane: string | undefined): string | undefined;
  keep(lane: string | undefined, id: string, text: string): void;
  evict(lane: string | undefined, id: string): void;
}

export function createLineage(): Lineage {
  const newest = new Map<string | undefined, { readonly id: string; readonly text: string }>();
  return {
    find(id, lane) {
      const own = newest.get(lane);
      if (own?.id === id) return own.text;
      for (const response of newest.values()) if (response.id === id) return response.text;
      return undefined;
    },
    keep(lane, id, text) {
      newest.set(lane, { id, text });
    },
    evict(lane, id) {
      if (newest.get(lane)?.id === id) newest.delete(lane);
    },
  };
}
