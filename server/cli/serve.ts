/** `whittle serve`: the gateway by itself, for clients that bring their own session. */

import type { Log } from '../core/log.ts';
import { startGateway } from '../gateway/gateway.ts';
import type { Console, ExitCode } from './console.ts';
import { exposureOf } from './exposure.ts';
import { openGguf } from './gguf.ts';
import { machineClock } from './machine.ts';
import { openServedModel, type ServedModel } from './served-model.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** A model file to be served by an installed llama-server; without one, what the environment names. */
  readonly gguf?: string;
  /** Files in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly tlsByProxy: boolean;
  /** Fires when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** Answers that are under way when the process is asked to end get so long. */
const drainMs = 5_000;

export async function serve(
  { port, host, gguf, tls, tlsByProxy, signal }: ServeOptions,
  console: Console,
): Promise<ExitCode> {
  const { environment, folder } = console;
  const exposure = exposureOf({ host, tls, tlsByProxy, folder, token: environment.WHITTLE_TOKEN });
  if (exposure.kind === 'refused') {
    console.complain(exposure.message);
    return 3;
  }
  const log: Log = (level, message) => {
    if (level === 'error' || level === 'warn') console.complain(message);
  };
  const served = await open(gguf, log, { environment, signal });
  if (typeof served === 'string') {
    console.complain(served);
    return 4;
  }
  const { backend, relay } = served;
  try {
    const gateway = await startGateway({
      backend,
      ...(relay ? { relay } : {}),
      ...exposure.gateway,
      host,
      port,
      clients: 'strangers',
      clock: machineClock,
      log,
    });
    const state = await served.ready;
    if (state !== 'ready' && !signal.aborted) {
      await gateway.close();
      console.complain(state.message);
      return 4;
    }
    if (!signal.aborted) console.print(JSON.stringify({ url: gateway.url, token: gateway.token }));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    await gateway.drain(drainMs);
    await gateway.close();
    return 0;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    console.complain(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use, maybe by another \`whittle serve\`: end that one, or choose a port with --port (0 for a free one).`
        : `The gateway cannot listen at ${host}:${port} (${error instanceof Error ? error.message : String(error)}).`,
    );
    return 4;
  } finally {
    await backend.dispose();
  }
}

interface Served extends ServedModel {
  readonly ready: Promise<'ready' | { readonly message: string }>;
}

/** What is served, or one sentence on why it cannot be. */
async function open(
  gguf: string | undefined,
  log: Log,
  { environment, signal }: { readonly environment: Console['environment']; readonly signal: AbortSignal },
): Promise<Served | string> {
  if (gguf === undefined) {
    const served = openServedModel(environment, log);
    return typeof served === 'string' ? served : { ...served, ready: Promise.resolve('ready') };
  }
  const opened = await openGguf(gguf, { environment, log, signal });
  return opened.kind === 'open' ? opened : opened.message;
}
