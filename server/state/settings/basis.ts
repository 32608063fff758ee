/** Basis: the settings that what is suggested is made under. Where another setting changes, it stays as it is. */

import type { Settings } from './settings.ts';

/** Two are equal where nothing of these tasks would be asked or answered otherwise. */
export function basisOf(settings: Settings, ...tasks: readonly ('completion' | 'nextEdit')[]): string {
  const { enabled, model, privacy, context, limits } = settings;
  return JSON.stringify([enabled, model, privacy, context, limits, ...tasks.map((task) => settings[task])]);
}
