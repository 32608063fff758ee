/** Basis: the settings that what is suggested is made under. Where another setting changes, it stays as it is. */

import type { Settings } from './settings.ts';

export interface Basis {
  /** Whether something of these tasks would be asked or answered otherwise than when this was called last. */
  hasChanged(): boolean;
}

export function createBasis(
  settings: () => Settings,
  ...tasks: readonly ('completion' | 'nextEdit')[]
): Basis {
  const read = (): string => {
    const all = settings();
    const { enabled, model, privacy, context, limits } = all;
    return JSON.stringify([enabled, model, privacy, context, limits, ...tasks.map((task) => all[task])]);
  };
  let known = read();
  return {
    hasChanged() {
      const before = known;
      known = read();
      return known !== before;
    },
  };
}
