/**
 * On, off and snooze. What the user switched by hand holds until the server ends and wins over the settings
 * in both directions, save that nothing can switch on what the settings' `enabled: false` forbids.
 */

import { isAmong, languageNamed } from '../core/language-id.ts';
import type { SilenceReason } from '../core/suggestion.ts';
import type { Settings } from '../state/settings/settings.ts';

/** What a model hears of a document: nothing at all, or nothing before something is asked about it. */
export type Holding = 'off' | 'until-asked';

export interface Switch {
  /** Why this document gets no suggestions now, if it gets none. */
  offReason(document: { readonly uri: string; readonly languageId: string }): SilenceReason | undefined;
  /** Stricter than being silent: whether anything of it may leave, and when. */
  holding(document: { readonly uri: string; readonly languageId: string }): Holding | undefined;
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
  /** It was switched by hand. */
  readonly switched?: () => void;
}

export const offSentence =
  'Whittle is switched off here (`enabled` or `whittle.toggle`): switch it on to ask for anything.';

export function createSwitch({ settings, now, languageOf, switched = () => {} }: SwitchParts): Switch {
  const byHand = new Map<string, boolean>();
  let snoozedUntil = 0;

  const snoozedMs = () => Math.max(0, snoozedUntil - now());
  const everywhere = () => settings().enabled && (byHand.get('*') ?? true);
  const inLanguage = (languageId: string) =>
    byHand.get(`language ${languageId}`) ?? listed(settings().completion.languages, languageId);
  const inDocument = (uri: string) => byHand.get(`uri ${uri}`);
  const set = (what: string, on: boolean): boolean => {
    byHand.set(what, on);
    return on;
  };

  return {
    offReason({ uri, languageId }) {
      if (!everywhere()) return 'disabled';
      if (snoozedMs() > 0) return 'snoozed';
      const document = inDocument(uri);
      if (document !== undefined) return document ? undefined : 'disabled';
      return inLanguage(languageId) ? undefined : 'language-off';
    },
    holding({ uri, languageId }) {
      const document = inDocument(uri);
      if (!everywhere() || !(document ?? byHand.get(`language ${languageId}`) ?? true)) return 'off';
      if (snoozedMs() > 0 || !settings().completion.enabled) return 'until-asked';
      return (document ?? inLanguage(languageId)) ? undefined : 'until-asked';
    },
    toggle({ on, language, uri }) {
      const next =
        uri !== undefined
          ? set(`uri ${uri}`, on ?? !(inDocument(uri) ?? inLanguage(languageOf(uri))))
          : language !== undefined
            ? set(`language ${languageNamed(language)}`, on ?? !inLanguage(languageNamed(language)))
            : set('*', on ?? !everywhere()) && everywhere();
      switched();
      return next;
    },
    snooze(minutes) {
      snoozedUntil = minutes > 0 ? now() + Math.min(minutes * 60_000, Number.MAX_SAFE_INTEGER) : 0;
      switched();
    },
    snoozedMs,
  };
}

function listed(languages: readonly string[] | 'all', languageId: string): boolean {
  return languages === 'all' || isAmong(languages, languageId);
}
