/** Calls from one process of the bench to another, over Node's own channel: a function's name and its argument. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** What another process can be called for. */
export interface Remote<C extends Calls> {
  call<N extends keyof C & string>(
    name: N,
    argument: Parameters<C[N]>[0],
  ): Promise<Awaited<ReturnType<C[N]>>>;
  stop(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface StartOptions {
  readonly program: string;
  readonly role: string;
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export function startRemote<C extends Calls>(options: StartOptions): Remote<C> {
  const child: ChildProcess = fork(options.program, [options.role], {
    execArgv: [...(options.nodeArguments ?? [])],
    env: { ...process.env, ...options.environment },
    serialization: 'advanced',
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  child.on('message', (message) => {
    const { id, value, error } = message as Reply;
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(`${options.role}: ${error}`));
  });
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${options.role} ended`));
  });
  return {
    call: (name, argument) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id, name, argument } satisfies Request);
      }),
    async stop() {
      child.disconnect();
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(tooLong);
    },
  };
}

/** The other end: answers until its parent is gone. */
export function serveCalls(calls: Calls): void {
  process.on('message', (message) => {
    const { id, name, argument } = message as Request;
    const reply = (answer: Omit<Reply, 'id'>) => process.send?.({ id, ...answer } satisfies Reply);
    Promise.resolve()
      .then(() => (calls[name] as (argument: unknown) => unknown)(argument))
      .then(
        (value) => reply({ value }),
        (error: unknown) =>
          reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
}
