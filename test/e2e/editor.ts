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
  const script = join(import.meta.dirname, 'install.sh');
  const { status, stdout, stderr } = spawnSync('bash', [script, name], { encoding: 'utf8' });
  if (status === 0) {
    describe(title, () => suite(stdout.trim()));
    return;
  }
  const sentence = `NOT RUN: ${title}: ${stderr.trim().split('\n').at(-1) ?? `${name} cannot be had`}`;
  const rule = '!'.repeat(Math.min(sentence.length, 120));
  process.stderr.write(`\n${rule}\n${sentence}\n${rule}\n`);
  test(sentence, (context) => {
    if (process.env.CI === 'true') throw new Error(sentence);
    context.skip();
  });
}
