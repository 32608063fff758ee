/** Writes one line. Lines hold no key and, below `trace`, no document text. */
export interface Log {
  (level: LogLevel, message: string): void;
  /** Whether a line of this level is written, for lines that take work to make; one that does not say may write all. */
  readonly passes?: (level: LogLevel) => boolean;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** `off` first: a line is written when its level comes at or before the chosen one. */
export const logLevels = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export function passes(chosen: (typeof logLevels)[number], level: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(chosen);
}
