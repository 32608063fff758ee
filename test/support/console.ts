/** A command line in memory: what was printed, and the real server with a scripted model instead of a process. */

import type { Console } from '../../server/cli/console.ts';
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
    paint: paintFor({ isTTY: terminal === 'terminal' }, {}),
    input: () => Promise.resolve(''),
    print: (line) => void printed.push(line),
    complain: (sentence) => void complaints.push(sentence),
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
