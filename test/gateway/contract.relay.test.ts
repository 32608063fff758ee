/** The session's contract with a provider behind the gateway. */

import { type Peer, sessionContract } from '../session/contract.ts';
import type { ModelServerOptions } from '../support/model-server.ts';
import { startRelayed } from '../support/relayed.ts';
import { answerWords } from '../support/worded-model.ts';

async function relayed(options: ModelServerOptions): Promise<Peer> {
  const { provider, endpoint, close } = await startRelayed({ answer: answerWords, ...options });
  return {
    endpoint,
    cut: () => Promise.resolve(provider.cut()),
    connections: () => provider.connections(),
    close,
  };
}

sessionContract('a provider with lanes, joined by the gateway', () => relayed({ lanes: 'named' }));
sessionContract('a provider that ignores lanes, joined', () => relayed({ lanes: 'silent' }));
sessionContract('a provider that rejects lanes, joined', () => relayed({ lanes: 'rejected' }));
