/** A command line in memory: what was printed, and the real server with a scripted model instead of a process. */

import { type Console, createPrinter } from '../../server/cli/console.ts';
import { connectEditor, type StartEditor } from '../../server/cli/editor.ts';
import { paintFor } from '../../server/cli/paint.ts';
import { memoryStreams } from './client.ts';
import { type FakeModel, fakeModel, type Reply } from './fake-model.ts';
import { serveInMemory } from './server.ts';

export interface TestConsole extends Console {
  readonly printed: string[];
  readonly complaints: string[];
}

export function testConsole(folder: string, terminal: 'terminal' | 'pipe' = 'pipe'): TestConsole {
  const printed: string[] = [];
  const complaints: string[] = [];
  return {
    folder,
    command: ['never started'],
    environment: {},
    input: () => Promise.resolve(''),
    ...createPrinter({
      paint: paintFor({ isTTY: terminal === 'terminal' }, {}),
      isTerminal: terminal === 'terminal',
      out: (text) => void printed.push(text.slice(0, -1)),
      error: (text) => void complaints.push(text.slice('whittle: '.length, -1)),
    }),
    printed,
    complaints,
  };
}

/** Starts the server in memory; its model gives the replies in their order. */
export function serverWith(...replies: readonly Reply[]): StartEditor & { readonly model: FakeModel } {
  const model = fakeModel((_, index) => replies[index] ?? '');
  const start: StartEditor = async (options) => {
    const { client, server } = memoryStreams();
    const { exited } = serveInMemory(server, { model });
    return await connectEditor({ stdout: client.input, stdin: client.output, ended: exited }, options);
  };
  return Object.assign(start, { model });
}
