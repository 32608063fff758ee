/** The command that starts the server, out of the setting `whittleServer.command`. */

export type CommandLine = readonly [program: string, ...args: string[]];

export const usualCommand: CommandLine = ['whittle', '--stdio'];

export interface ReadCommand {
  readonly command: CommandLine;
  /** One sentence, where the setting is none and the usual command stands in for it. */
  readonly complaint?: string;
}

export function readCommand(value: unknown): ReadCommand {
  if (value === undefined || value === null) return { command: usualCommand };
  if (isCommand(value)) return { command: value };
  const usual = JSON.stringify(usualCommand).replace(',', ', ');
  return {
    command: usualCommand,
    complaint: `The setting \`whittleServer.command\` must be a list of words, the program first, but is ${JSON.stringify(value)}; ${usual} is used.`,
  };
}

function isCommand(value: unknown): value is CommandLine {
  return Array.isArray(value) && value.every((word) => typeof word === 'string') && Boolean(value[0]?.trim());
}

/** For a shell's command line. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}
