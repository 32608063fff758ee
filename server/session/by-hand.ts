import type { Ask } from '../core/ask.ts';

/** Asked for by a command: the user waits, and may know that the network is back. What comes with keys can wait for it. */
export function isByHand(task: Ask['task']): boolean {
  switch (task) {
    case 'edit':
    case 'fix':
    case 'review':
      return true;
    case 'complete':
    case 'nextEdit':
      return false;
    default:
      return task satisfies never;
  }
}
