/**
 * The one program Whittle ever runs, to know what a file was at the last commit: git, for reading a single object. A
 * repository is hostile: nothing is run that consults hooks, filters, monitors, pagers or the network.
 */

import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { slashed } from './uri.ts';

const mostBytes = 8 << 20;
const mostMs = 5_000;

/** The file's text at HEAD, or nothing: no git, no repository, not in the last commit, not text. */
export type TextAtHead = (file: string, signal: AbortSignal) => Promise<string | undefined>;

export function createTextAtHead(environment: Readonly<Record<string, string | undefined>>): TextAtHead {
  return (file, signal) => read(file, environment, signal);
}

function read(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const object = `HEAD:./${slashed(path.basename(file))}`;
  const args = ['--no-pager', '--literal-pathspecs', '-C', path.dirname(file), 'cat-file', 'blob', object];
  const options = {
    // Not in the repository, where some systems would look for programs first.
    cwd: homedir(),
    env: {
      ...environment,
      GIT_NO_LAZY_FETCH: '1',
      // What git before 2.45 has to go without: a partial clone's own config names the program that fetches.
      GIT_ALLOW_PROTOCOL: '',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
    },
    maxBuffer: mostBytes,
    timeout: mostMs,
    encoding: 'buffer',
    windowsHide: true,
    signal,
  } as const;
  return new Promise((resolve) => {
    try {
      execFile('git', args, options, (error, stdout) => {
        const isText = !error && !stdout.subarray(0, 8192).includes(0);
        resolve(isText ? stdout.toString('utf8').replace(/^\uFEFF/, '') : undefined);
      });
    } catch {
      // No such folder any more: there is nothing to compare with.
      resolve(undefined);
    }
  });
}
