// The first thing a newcomer sees: the demo shows ghost text and a minimal diff, offline, on the project's own sources.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineEnvironment } from '../support/server-process.ts';

test('npm run demo shows ghost text at every place and the edit as a word diff', () => {
  const cache = mkdtempSync(join(tmpdir(), 'whittle-demo-'));
  try {
    const { stdout, status } = spawnSync('npm', ['run', '--silent', 'demo'], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...machineEnvironment(), XDG_CACHE_HOME: cache, NO_COLOR: '1' },
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    expect(status).toBe(0);
    expect(stdout).not.toContain('nothing is suggested here');
    const suggested = [...stdout.matchAll(/\{\+(.{3,}?)\+\}\n[\s\S]*?what stood there: (.*)\n/g)];
    expect(suggested.length).toBeGreaterThanOrEqual(3);
    // Lines move: at one that is no longer the one meant it is wrong.
    for (const [, text = '', stood] of suggested) expect(stood?.slice(0, text.length)).toBe(text);
    expect(stdout).toContain('[-lineStart-]{+startOfLine+}');
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});
