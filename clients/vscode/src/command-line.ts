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

export interface Machine {
  readonly platform: string;
  /** The user's own folder. */
  readonly home: string;
}

export interface Start {
  readonly command: string;
  readonly args: string[];
  readonly options: { readonly cwd: string; readonly shell: boolean };
}

/**
 * Started in the user's own folder: in the workspace's, Windows would take a program of that name which came with a
 * cloned folder, and what manages versions of Node the one that it names. Windows starts what npm installs, a `.cmd`,
 * by its shell alone.
 */
export function startOf([program, ...args]: CommandLine, { platform, home }: Machine): Start {
  const shell = platform === 'win32';
  const word = shell ? quoted : (each: string) => each;
  return { command: word(program), args: args.map(word), options: { cwd: home, shell } };
}

export interface Shell {
  readonly shellPath?: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The shell to type a command into, in the workspace's folder. Windows' usual one takes a program in quotes for a text
 * and refuses the scripts that npm installs; its older one looks for programs in that folder first, if it is not told.
 */
export function shellOf({ platform }: Pick<Machine, 'platform'>, comSpec = 'cmd.exe'): Shell {
  if (platform !== 'win32') return { env: {} };
  return { shellPath: comSpec, env: { NoDefaultCurrentDirectoryInExePath: '1' } };
}

/** For a shell's command line. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}
