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

export interface SwitchParts {
  readonly settings: () => Settings;
  readonly now: () => number;
  /** The language of an open document. */
  readonly languageOf: (uri: string) => string;
}

export function createSwitch({ settings, now, languageOf }: SwitchParts): Switch {
  const byHand = new Map<string, boolean>();
  let snoozedUntil = 0;

  const snoozedMs = () => Math.max(0, snoozedUntil - now());
  const everywhere = () => settings().enabled && (byHand.get('*') ?? true);
  const inLanguage = (languageId: string) =>
    byHand.get(`language ${languageId}`) ?? listed(settings().completion.languages, languageId);
  const inDocument = (uri: string) => byHand.get(`uri ${uri}`);

  return {
    offReason({ uri, languageId }) {
      if (!everywhere()) return 'disabled';
      if (snoozedMs() > 0) return 'snoozed';
      const document = inDocument(uri);
      if (document !== undefined) return document ? undefined : 'disabled';
      return inLanguage(languageId) ? undefined : 'language-off';
    },
    toggle({ on, language, uri }) {
      if (uri !== undefined) {
        const next = on ?? !(inDocument(uri) ?? inLanguage(languageOf(uri)));
        byHand.set(`uri ${uri}`, next);
        return next;
      }
      if (language !== undefined) {
        const next = on ?? !inLanguage(language);
        byHand.set(`language ${language}`, next);
        return next;
      }
      byHand.set('*', on ?? !everywhere());
      return everywhere();
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
