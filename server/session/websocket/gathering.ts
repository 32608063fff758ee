/**
 * Bytes that come in pieces, put together as they come.
 *
 * Laws
 * - Every piece is copied at once: nothing holds on to what it was a part of.
 * - Work is linear in what is added, and the room is at most twice that, or `usualBytes`: what is expected takes none.
 */

/** A message of this length is given its room at once. */
const usualBytes = 64 * 1024;

export interface Gathering {
  length(): number;
  /** `from` and `to` in bytes; `expected` more are to come, or nobody knows how many. */
  add(bytes: Buffer, from: number, to: number, expected: number): void;
  /** All that was added, and begins anew. */
  take(): Buffer;
}

export function createGathering(): Gathering {
  let room = Buffer.alloc(0);
  let length = 0;
  return {
    length: () => length,
    add(bytes, from, to, expected) {
      const needed = length + to - from;
      if (needed > room.length) {
        const larger = Buffer.allocUnsafe(Math.min(needed + expected, Math.max(usualBytes, 2 * needed)));
        room.copy(larger, 0, 0, length);
        room = larger;
      }
      bytes.copy(room, length, from, to);
      length = needed;
    },
    take() {
      const taken = room.subarray(0, length);
      room = Buffer.alloc(0);
      length = 0;
      return taken;
    },
  };
}
