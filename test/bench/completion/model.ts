/** The benchmark's model as its driver sees it: a child process that is told what to be. */

import { spawn } from 'node:child_process';
import type { ModelRequest, ModelSetup } from './speech.ts';

export interface CompletionModel {
  readonly port: number;
  become(setup: ModelSetup): Promise<void>;
  /** Every request since. */
  requests(): Promise<readonly ModelRequest[]>;
  close(): void;
}

/** Argument by which this bundle knows that it is the model. */
export const modelArgument = 'be-the-model';

interface Message {
  readonly port?: number;
  readonly ready?: boolean;
  readonly log?: readonly ModelRequest[];
}

export async function startCompletionModel(): Promise<CompletionModel> {
  // Imported, not run: what else is in the bundle must not take it for its own start.
  const child = spawn(process.execPath, ['-e', `import(${JSON.stringify(import.meta.url)})`, modelArgument], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const next = (wanted: (message: Message) => boolean) =>
    new Promise<Message>((resolve) => {
      const listen = (message: Message) => {
        if (!wanted(message)) return;
        child.off('message', listen);
        resolve(message);
      };
      child.on('message', listen);
    });
  const { port = 0 } = await next((message) => message.port !== undefined);
  return {
    port,
    async become(setup) {
      const ready = next((message) => message.ready === true);
      child.send({ setup });
      await ready;
    },
    async requests() {
      const read = next((message) => message.log !== undefined);
      child.send({ read: true });
      return (await read).log ?? [];
    },
    close: () => void child.kill(),
  };
}
