/** What is benchmarked, all alike: an editor's view of a completion server, with the real program behind it. */

/** Of the files that are typed: the ending of their names, and what begins a comment. */
export const languages = {
  c: { ending: 'c', comment: '//' },
  cpp: { ending: 'cpp', comment: '//' },
  csharp: { ending: 'cs', comment: '//' },
  go: { ending: 'go', comment: '//' },
  java: { ending: 'java', comment: '//' },
  javascript: { ending: 'js', comment: '//' },
  kotlin: { ending: 'kt', comment: '//' },
  lua: { ending: 'lua', comment: '--' },
  php: { ending: 'php', comment: '//' },
  python: { ending: 'py', comment: '#' },
  ruby: { ending: 'rb', comment: '#' },
  rust: { ending: 'rs', comment: '//' },
  shellscript: { ending: 'sh', comment: '#' },
  typescript: { ending: 'ts', comment: '//' },
} as const;

export type Language = keyof typeof languages;

export interface System {
  readonly name: string;
  /** As TypeScript, where nothing else is said. */
  open(text: string, languageId?: Language): void | Promise<void>;
  /** One change: `[start, end)` replaced. */
  change(start: number, end: number, text: string): void;
  /** What is suggested at the offset: the text behind the cursor once accepted, up to what it replaces. */
  suggest(offset: number): Promise<Shown | undefined>;
  accepted(shown: Shown): void;
  /** Told only to what is no completion server: the file as it will be, and the time of the model's first line. */
  know?(file: string, afterMs: number): void;
  /** Megabytes of the process tree. */
  memoryMb(): number;
  stop(): Promise<void>;
}

export interface Shown {
  readonly text: string;
  /** Characters behind the cursor that it replaces. */
  readonly covers: number;
  readonly id?: string;
}
