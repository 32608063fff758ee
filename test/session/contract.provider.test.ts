import { createHttpDial } from '../../server/session/http.ts';
import { type ModelServerOptions, startModelServer } from '../support/model-server.ts';
import { answerWords } from '../support/worded-model.ts';
import { type Peer, sessionContract } from './contract.ts';

async function provider(options: ModelServerOptions): Promise<Peer> {
  const server = await startModelServer({ answer: answerWords, ...options });
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
