/** A project with built servers on it, each test its own: after it they are killed and all they wrote is removed. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { type ServerProcess, type ServerProcessOptions, startServerProcess } from './server-process.ts';

export interface TemporaryProject {
  /** Where its files are. */
  readonly path: string;
  uriOf(name: string): string;
  /** A server in it, with a cache that no other test's server writes. */
  start(options?: ServerProcessOptions): ServerProcess;
  initialized(options?: ServerProcessOptions): Promise<ServerProcess>;
}

export function temporaryProject(): TemporaryProject {
  const folder = temporaryFolder({ 'project/': '' });
  const path = join(folder, 'project');
  const start = (options: ServerProcessOptions = {}): ServerProcess => {
    const env = { XDG_CACHE_HOME: join(folder, 'cache'), ...options.env };
    const server = startServerProcess({ folder: path, folders: [path], ...options, env });
    onTestFinished(async () => {
      server.process.kill('SIGKILL');
      await server.exit;
    });
    return server;
  };
  return {
    path,
    uriOf: (name) => pathToFileURL(join(path, name)).href,
    start,
    async initialized(options) {
      const server = start(options);
      await server.client.initialize();
      return server;
    },
  };
}
