/** `whittle serve`: the gateway by itself, for clients that bring their own session. */

import { startGateway } from '../gateway/gateway.ts';
import type { Console, ExitCode } from './console.ts';
import { createEngineBackend } from './engine-backend.ts';
import { machineClock } from './machine.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** Fires when the process is asked to end. */
  readonly signal: AbortSignal;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/;

export async function serve({ port, host, signal }: ServeOptions, console: Console): Promise<ExitCode> {
  if (!loopback.test(host)) {
    console.complain(
      `--host ${host} would open the gateway to other machines, which it does not do; use 127.0.0.1.`,
    );
    return 3;
  }
  const backend = createEngineBackend((level, message) => {
    if (level === 'error' || level === 'warn') console.complain(message);
  }, console.environment);
  try {
    const gateway = await startGateway({
      backend,
      host,
      port,
      clients: 'strangers',
      clock: machineClock,
      log: (level, message) => {
        if (level === 'error' || level === 'warn') console.complain(message);
      },
    });
    console.print(JSON.stringify({ url: gateway.url, token: gateway.token }));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    await gateway.close();
    return 0;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    console.complain(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use; choose another with --port, or --port 0 for a free one.`
        : `The gateway cannot listen at ${host}:${port} (${error instanceof Error ? error.message : String(error)}).`,
    );
    return 4;
  } finally {
    await backend.dispose();
  }
}
