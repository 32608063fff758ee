/**
 * Whose turn comes when: in as many rounds as there are askers each comes once at every place, and, where their number
 * is even, once right behind every other (Williams, 1949). Who asks first wakes the model's process for all, and who
 * comes behind another finds what that one left in the processor's caches.
 */
export function turns<T>(askers: readonly T[], round: number): readonly T[] {
  const count = askers.length;
  return askers.map((_, place) => {
    const step = place % 2 === 1 ? (place + 1) / 2 : count - place / 2;
    return askers[(step + round) % count] as T;
  });
}
