/** The session's contract with every kind of model server behind the gateway. */

import { type Peer, sessionContract } from '../session/contract.ts';
import { systemClock } from '../support/clock.ts';
import { type Dialect, startApiServer } from '../support/upstreams/api-server.ts';
import { chatServer, llamaServer, lmStudio, ollama, responsesServer } from '../support/upstreams/dialects.ts';
import { startUpstreamGateway } from '../support/upstreams/upstream-gateway.ts';

async function upstream(dialect: Dialect, more: Partial<Peer> & { readonly format?: string }): Promise<Peer> {
  const { format = 'auto', ...rest } = more;
  const clock = systemClock();
  const server = await startApiServer(dialect, { chop: inSevens });
  const start = () => startUpstreamGateway({ url: server.url, apiKey: 'key-1', format }, { clock });
  let running = await start();
  return {
    endpoint: () =>
      Promise.resolve({
        url: running.gateway.url,
        headers: { Authorization: `Bearer ${running.gateway.token}` },
      }),
    async cut() {
      const old = running;
      running = await start();
      await old.close();
      server.cut();
    },
    connections: () => clock.pending() + server.connections(),
    async close() {
      await running.close();
      await server.close();
      const keys = new Set(server.requests.map(({ headers }) => headers.authorization));
      keys.delete('Bearer key-1');
      if (keys.size > 0) throw new Error('a request came without the key');
    },
    ...rest,
  };
}

/** Pieces of seven bytes: inside lines, escapes and characters. */
function inSevens(body: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(body.length / 7) }, (_, i) => body.subarray(i * 7, i * 7 + 7));
}

sessionContract('chat completions', () => upstream(chatServer(), {}));
sessionContract('Responses over HTTP', () => upstream(responsesServer, { format: 'responses' }));
sessionContract('LM Studio with a model of code', () => upstream(lmStudio, {}));
sessionContract('llama-server', () => upstream(llamaServer, {}));
sessionContract('Ollama', () => upstream(ollama, { refusals: 'as text' }));
