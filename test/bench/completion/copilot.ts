/** Copilot's own engine from npm (`@vscode/chat-lib`), its delay off, in a process of its own against the same model. */

import { spawn } from 'node:child_process';
import { treeMemoryMb } from '../process.ts';
import { createLines } from './lines.ts';
import type { System } from './system.ts';

export async function startCopilot(root: string, peers: string, port: number): Promise<System> {
  const program = `${root}test/bench/completion/copilot-host.cjs`;
  const library = `${peers}/chat-lib/node_modules/@vscode/chat-lib/dist/src`;
  const child = spawn(process.execPath, [program, library, `http://127.0.0.1:${port}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, (answer: HostAnswer) => void>();
  let buffer = '';
  child.stdout.on('data', (chunk: Buffer) => {
    buffer += chunk;
    for (let end = buffer.indexOf('\n'); end !== -1; end = buffer.indexOf('\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 1);
      if (!line.startsWith('{"id"')) continue;
      const answer: HostAnswer = JSON.parse(line);
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    }
  });
  let id = 0;
  let version = 0;
  let document = createLines('');
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const request = (message: object) =>
    new Promise<HostAnswer>((resolve) => {
      waiting.set(++id, resolve);
      send({ id, ...message });
    });
  await request({ do: 'ready' });
  return {
    name: 'Copilot engine',
    open(text) {
      document = createLines(text);
      send({ do: 'open', text, version: ++version });
    },
    change(start, end, text) {
      document = document.changed(start, end, text);
      send({ do: 'change', start, end, text, version: ++version });
    },
    async suggest(offset) {
      const { item } = await request({ do: 'suggest', position: document.positionAt(offset) });
      if (!item) return undefined;
      const from = document.offsetAt(item.range.start);
      const to = document.offsetAt(item.range.end);
      const typed = document.text.slice(from, offset);
      if (from > offset || !item.insertText.startsWith(typed)) return undefined;
      return { text: item.insertText.slice(typed.length), covers: Math.max(0, to - offset) };
    },
    accepted() {},
    memoryMb: () => treeMemoryMb(child.pid ?? 0) ?? Number.NaN,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface HostAnswer {
  readonly id: number;
  readonly item?: {
    readonly insertText: string;
    readonly range: { readonly start: Position; readonly end: Position };
  };
}
