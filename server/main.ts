/**
 * argv → one of the commands. The only place that reads the arguments, the environment and this file's own place;
 * what a command does not need is not loaded.
 */

import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { readArguments } from './cli/arguments.ts';
import { type Console, createPrinter, type ExitCode } from './cli/console.ts';
import { paintFor } from './cli/paint.ts';

/** Written in by the build. */
const version = process.env.WHITTLE_VERSION ?? '0.0.0';
const environment = process.env;
const program = __filename;

/** Whoever reads the output may have seen enough (`| head`). */
const endQuietly = (error?: Error | null) => {
  if (error) process.exit(0);
};

const console: Console = {
  folder: process.cwd(),
  command: [process.execPath, program],
  environment,
  async input() {
    let text = '';
    for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
    return text;
  },
  ...createPrinter({
    paint: paintFor(process.stdout, environment),
    isTerminal: process.stdout.isTTY === true,
    out: (text) => process.stdout.write(text, endQuietly),
    error: (text) => process.stderr.write(text),
  }),
};
const { complain } = console;

/** Not exited with, so that what was printed into a pipe gets out whole. */
const setCode = (code: number) => {
  process.exitCode = code;
};
const kill = () => {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
};
const activeResources = () => process.getActiveResourcesInfo();

async function main(): Promise<ExitCode | undefined> {
  const invocation = readArguments(process.argv.slice(2));
  switch (invocation.kind) {
    case 'server': {
      const { runLanguageServer } = await import('./cli/language-server.ts');
      const { stdout } = process;
      const exit = (code: number) => process.exit(code);
      const stop = new AbortController();
      process.once('SIGTERM', () => stop.abort());
      await runLanguageServer({
        transport: invocation.transport,
        environment,
        version,
        program,
        stdin: () => process.stdin,
        stdout,
        complain,
        exit,
        kill,
        activeResources,
        terminated: stop.signal,
      });
      return undefined;
    }
    case 'serve': {
      const { serve } = await import('./cli/serve.ts');
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
      const code = await serve({ ...invocation, signal: stop.signal }, console);
      const [{ leaveWith, runsInThread }, { machineClock }] = await Promise.all([
        import('./cli/leave.ts'),
        import('./cli/machine.ts'),
      ]);
      const isHeld = () => activeResources().some(runsInThread);
      leaveWith(code, { clock: machineClock, isHeld, exit: setCode, kill });
      return undefined;
    }
    case 'try': {
      const { tryPlaces } = await import('./cli/try.ts');
      return await tryPlaces({ ...invocation, cut: invocation.cut ? 'rest-of-line' : 'nothing' }, console);
    }
    case 'edit': {
      const { editFile } = await import('./cli/edit.ts');
      const { place, instruction } = invocation;
      const landing = invocation.apply ? 'apply' : 'print';
      const output = invocation.json ? 'json' : 'text';
      return await editFile({ place, instruction, landing, output }, console);
    }
    case 'replay': {
      const { replay } = await import('./cli/replay.ts');
      return await replay(invocation.file, console);
    }
    case 'doctor': {
      const { doctor } = await import('./cli/doctor.ts');
      return await doctor(console);
    }
    case 'settings': {
      const { settingsJsonSchema } = await import('./state/settings/schema.ts');
      console.print(JSON.stringify(settingsJsonSchema(), null, 2));
      return 0;
    }
    case 'help': {
      const { usage, usageOf } = await import('./cli/usage.ts');
      const { command } = invocation;
      console.print(command === undefined ? usage.trimEnd() : usageOf(command));
      return 0;
    }
    case 'version':
      console.print(version);
      return 0;
    case 'wrong':
      complain(invocation.message);
      return 2;
    default:
      return invocation satisfies never;
  }
}

async function runWorker(port: NonNullable<typeof parentPort>): Promise<void> {
  const [{ runGatewayWorker }, { createEngineBackend }, { createUpstreams }, { machineClock }] =
    await Promise.all([
      import('./gateway/worker.ts'),
      import('./cli/engine-backend.ts'),
      import('./cli/upstreams.ts'),
      import('./cli/machine.ts'),
    ]);
  await runGatewayWorker(port, {
    createBackend: (log) => createEngineBackend(log, environment),
    createUpstreams: (log) => createUpstreams(log, environment),
    clock: machineClock,
  });
}

if (isMainThread) {
  // A bug ends the process, in one sentence; the trace of a bundle's single line would say less.
  process.once('uncaughtException', (error) => {
    complain(
      `an internal error ended the program: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(4);
  });
  void main().then((code) => {
    if (code !== undefined) setCode(code);
  });
} else if (parentPort && workerData?.whittle === 'gateway') {
  void runWorker(parentPort);
} else if (parentPort && workerData?.whittle === 'syntax') {
  const port = parentPort;
  void import('./state/syntax/worker.ts').then(({ runSyntaxWorker }) => runSyntaxWorker(port, program));
}
