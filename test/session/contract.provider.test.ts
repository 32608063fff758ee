import { createHttpDial } from '../../server/session/http.ts';
import { type ModelServerOptions, reply, type Step, startModelServer } from '../support/model-server.ts';
import { type Peer, sessionContract } from './contract.ts';

/** A provider that has only the words of the prompt. */
function answer(frame: Readonly<Record<string, unknown>>): readonly Step[] {
  const prompt = JSON.parse(JSON.stringify(frame.input)) as { content: { text: string }[] }[];
  const words = prompt.at(-1)?.content[0]?.text ?? '';
  const line = [...words.matchAll(/^(.*)<\|cursor\|>/gm)].at(-1)?.[1];
  if (line !== undefined) return reply(line.toUpperCase(), { pieces: 2 });
  const instruction = /^Task "edit" in [^:]*: (.*)$/m.exec(words)?.[1] ?? '';
  if (instruction !== 'cannot') return reply(instruction);
  return [
    { event: { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'Not that.' } },
    { event: { type: 'response.completed', response: { id: 'resp_1' } } },
  ];
}

async function provider(options: ModelServerOptions): Promise<Peer> {
  const server = await startModelServer({ answer, ...options });
  return {
    endpoint: () => Promise.resolve({ url: server.url, headers: {} }),
    cut: () => Promise.resolve(server.cut()),
    connections: () => server.connections(),
    async close() {
      await server.close();
      if (server.violations.length > 0) throw new Error(server.violations.join(', '));
    },
  };
}

sessionContract('a provider with lanes', () => provider({ lanes: 'named' }));
sessionContract('a provider that ignores lanes', () => provider({ lanes: 'silent' }));
sessionContract('a provider that rejects lanes', () => provider({ lanes: 'rejected' }));
sessionContract(
  'a provider that has only HTTP',
  () => provider({ post: true, refuse: () => ({ status: 426 }) }),
  { fallback: createHttpDial() },
);
