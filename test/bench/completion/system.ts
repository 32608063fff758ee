/** What is benchmarked, all alike: an editor's view of a completion server, with the real program behind it. */

export interface System {
  readonly name: string;
  /** As TypeScript, where nothing else is said. */
  open(text: string, languageId?: 'typescript' | 'lua'): void | Promise<void>;
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
