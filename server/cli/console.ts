/** What every command of the command line is given: where it runs and where it prints. */

import { shown } from '../core/controls.ts';
import { type Paint, unpainted } from './paint.ts';

/** 0 done, 1 nothing to change, 2 usage, 3 refused, 4 failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

const codes: Readonly<Record<string, ExitCode>> = {
  'nothing-to-change': 1,
  'not-found': 1,
  refused: 3,
  excluded: 3,
};

/** Of an edit that failed for this reason. */
export function exitCodeOf(reason: string): ExitCode {
  return codes[reason] ?? 4;
}

export interface Console {
  /** Absolute path of the folder the user is in. */
  readonly folder: string;
  /** Program and arguments that start this same build again. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paint: Paint;
  /** All of standard input. */
  input(): Promise<string>;
  /** Whatever the line holds, a terminal shows it and obeys nothing but the colours of `paint`. */
  print(line: string): void;
  /** What programs read: to a pipe byte for byte, to a terminal as a printed line. */
  emit(text: string): void;
  /** One sentence on standard error, made as harmless. */
  complain(sentence: string): void;
}

export interface Outputs {
  readonly paint: Paint;
  /** Whether a person reads what goes to `out`. */
  readonly isTerminal: boolean;
  /** Each is given text with its line end. */
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** The one place where text goes to a terminal. */
export function createPrinter({
  paint,
  isTerminal,
  out,
  error,
}: Outputs): Pick<Console, 'paint' | 'print' | 'emit' | 'complain'> {
  const print = (line: string) => out(`${unpainted(line, shown)}\n`);
  return {
    paint,
    print,
    emit: (text) => (isTerminal ? print(text) : out(`${text}\n`)),
    complain: (sentence) => error(`whittle: ${shown(sentence)}\n`),
  };
}
