/** What the user can choose, decoded. No decoder here: this file is part of every start. */

export interface Settings {
  readonly enabled: boolean;
  readonly model: ModelSettings;
  readonly completion: {
    readonly enabled: boolean;
    readonly mode: 'auto' | 'manual';
    readonly maxLines: number;
    readonly languages: readonly string[] | 'all';
    readonly hedge: boolean;
    readonly model: Partial<ModelSettings>;
  };
  readonly edit: {
    readonly guard: boolean;
    readonly live: boolean;
    readonly model: Partial<ModelSettings>;
  };
  readonly nextEdit: {
    readonly enabled: boolean;
    readonly model: Partial<ModelSettings>;
  };
  readonly actions: {
    readonly custom: readonly CustomAction[];
    readonly onComment: 'off' | 'save';
  };
  readonly review: { readonly onSave: boolean };
  readonly privacy: {
    /** Added to the rules that always hold (`privacy/exclude.ts`). */
    readonly exclude: readonly string[];
    readonly redactSecrets: boolean;
    readonly prewarm: 'edit' | 'open' | 'never';
  };
  readonly context: {
    /** Estimated tokens. */
    readonly completionTokens: number;
    readonly editTokens: number;
  };
  readonly limits: {
    readonly requestsPerMinute: number;
    readonly tokensPerHour: number;
    /** In US dollars. */
    readonly spendPerDay: number | 'none';
  };
  readonly log: {
    readonly level: 'off' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
    /** A path; empty where there is none. */
    readonly file: string;
  };
}

export interface ModelSettings {
  /** `local`, or a ws, wss, http or https address. */
  readonly url: string;
  readonly name: string;
  /** A literal, or `$NAME` of an environment variable; empty where the key may not go to `url`. */
  readonly apiKey: string;
  readonly format: string;
  readonly effort: string;
  readonly tier: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly price: ModelPrice;
}

/** US dollars for a million tokens; where one is left out it is not known. */
export interface ModelPrice {
  /** Sent ones that the provider reads anew. */
  readonly input?: number;
  /** Sent ones it had in its cache; those cost as much as `input` where this is left out. */
  readonly cached?: number;
  readonly output?: number;
}

export interface CustomAction {
  readonly title: string;
  readonly instruction: string;
  readonly kind?: string;
  readonly languages?: readonly string[];
  /** Whose it is: one from a workspace's file is shown as such. */
  readonly from: 'user' | 'workspace';
}

export const defaultSettings: Settings = {
  enabled: true,
  model: {
    url: 'local',
    name: '',
    apiKey: '$WHITTLE_API_KEY',
    format: 'auto',
    effort: '',
    tier: '',
    headers: {},
    price: {},
  },
  completion: { enabled: true, mode: 'auto', maxLines: 20, languages: 'all', hedge: false, model: {} },
  edit: { guard: true, live: false, model: {} },
  nextEdit: { enabled: true, model: {} },
  actions: { custom: [], onComment: 'off' },
  review: { onSave: false },
  privacy: { exclude: [], redactSecrets: true, prewarm: 'edit' },
  context: { completionTokens: 4096, editTokens: 16384 },
  limits: { requestsPerMinute: 120, tokensPerHour: 2_000_000, spendPerDay: 'none' },
  log: { level: 'info', file: '' },
};
