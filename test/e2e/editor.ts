/**
 * Real editors, and a real model server, for end-to-end tests. One that cannot be had is said loudly, never skipped in
 * silence: on a build machine (`CI=true`) it is a failure.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'vitest';

/** `describe` with the program, an editor or llama.cpp's server; without it, one test that says NOT RUN. */
export function describeWithEditor(
  name: 'nvim' | 'hx' | 'llama',
  title: string,
  suite: (program: string) => void,
): void {
  describeInstalled([`install.sh ${name}`], title, ([program = '']) => suite(program));
}

/** With what each of these commands prints; they are scripts of this folder. */
export function describeInstalled(
  scripts: readonly string[],
  title: string,
  suite: (printed: readonly string[]) => void,
): void {
  const ran = scripts.map((script) => {
    const [file = '', ...args] = script.split(' ');
    return spawnSync('bash', [join(import.meta.dirname, file), ...args], { encoding: 'utf8' });
  });
  const failed = ran.findIndex(({ status }) => status !== 0);
  if (failed === -1) {
    describe(title, () => suite(ran.map(({ stdout }) => stdout.trim())));
    return;
  }
  const why = ran[failed]?.stderr.trim().split('\n').at(-1) || `${scripts[failed]} failed`;
  const sentence = `NOT RUN: ${title}: ${why}`;
  const rule = '!'.repeat(Math.min(sentence.length, 120));
  process.stderr.write(`\n${rule}\n${sentence}\n${rule}\n`);
  test(sentence, (context) => {
    if (process.env.CI === 'true') throw new Error(sentence);
    context.skip();
  });
}
