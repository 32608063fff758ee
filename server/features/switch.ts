/**
 * On, off and snooze. What the user switched by hand holds until the server ends and wins over the settings
 * in both directions, save that nothing can switch on what the settings' `enabled: false` forbids.
 */

import type { SilenceReason } from '../core/suggestion.ts';
import type { Settings } from '../state/settings/settings.ts';

export interface Switch {
  /** Why this document gets no suggestions now, if it gets none. */
  offReason(document: { readonly uri: string; readonly languageId: string }): SilenceReason | undefined;
  /** Without `on` the present state is turned round; the answer is the new one. */
  toggle(what: { readonly on?: boolean; readonly language?: string; readonly uri?: string }): boolean;
  /** Zero or less ends a snooze. */
  snooze(minutes: number): void;
  /** Milliseconds until the snooze ends, 0 when awake. */
  snoozedMs(): number;
}

export function createSwitch(settings: () => Settings, now: () => number): Switch {
  const byHand = new Map<string, boolean>();
  let snoozedUntil = 0;

  const snoozedMs = () => Math.max(0, snoozedUntil - now());
  const everywhere = () => byHand.get('*') ?? true;

  return {
    offReason({ uri, languageId }) {
      if (!settings().enabled || !everywhere()) return 'disabled';
      if (snoozedMs() > 0) return 'snoozed';
      if (byHand.get(`uri ${uri}`) === false) return 'disabled';
      if (byHand.get(`uri ${uri}`) === true) return undefined;
      const language = byHand.get(`language ${languageId}`);
      if (language === false) return 'language-off';
      if (language === undefined && !listed(settings().completion.languages, languageId))
        return 'language-off';
      return undefined;
    },
    toggle({ on, language, uri }) {
      const key = uri !== undefined ? `uri ${uri}` : language !== undefined ? `language ${language}` : '*';
      const next = on ?? !(byHand.get(key) ?? true);
      byHand.set(key, next);
      return next;
    },
    snooze(minutes) {
      snoozedUntil = minutes > 0 ? now() + minutes * 60_000 : 0;
    },
    snoozedMs,
  };
}

function listed(languages: readonly string[] | 'all', languageId: string): boolean {
  return languages === 'all' || languages.includes(languageId);
}
