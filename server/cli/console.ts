/** What every command of the command line is given: where it runs and where it prints. */

import type { Paint } from './paint.ts';

/** 0 done, 1 nothing to change, 2 usage, 3 refused, 4 failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export interface Console {
  /** Absolute path of the folder the user is in. */
  readonly folder: string;
  /** Program and arguments that start this same build again. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paint: Paint;
  /** All of standard input. */
  input(): Promise<string>;
  print(line: string): void;
  /** One sentence on standard error. */
  complain(sentence: string): void;
}
