/** The least that HTTPS with server-sent events can cost in Node: one kept connection, no layer above it. */

import { Agent, request as httpsRequest } from 'node:https';
import type { OpenAsker } from './asker.ts';
import { endingOf, type Outcome, watchAnswer } from './outcome.ts';
import { parameters, wholePrompt } from './prompts.ts';

export const openSse: OpenAsker = ({ authority, key, profile }) => {
  const agent = new Agent({ keepAlive: true });
  return {
    ready: () => Promise.resolve(),
    type: () => undefined,
    ask(keystroke, signal) {
      const watch = watchAnswer();
      const input = wholePrompt(keystroke);
      const create = { ...parameters(profile, keystroke.ask.maxOutputTokens), input, stream: true };
      const body = Buffer.from(JSON.stringify(create));
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        authorization: `Bearer ${key}`,
      };
      return new Promise<Outcome | undefined>((resolve, reject) => {
        let outcome: Outcome | undefined;
        const sent = httpsRequest(
          `https://${authority}/v1/responses`,
          { agent, method: 'POST', headers },
          (response) => {
            let rest = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              rest += chunk;
              for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
                const event = JSON.parse(rest.slice(rest.indexOf('data: ') + 6, end));
                rest = rest.slice(end + 2);
                if (event.type === 'response.output_text.delta') watch.text(event.delta);
                else if (event.type === 'response.completed') outcome = watch.ended(endingOf(event.response));
              }
            });
            response.on('end', () => resolve(outcome));
          },
        );
        sent.on('error', (error) => (signal?.aborted ? resolve(undefined) : reject(error)));
        signal?.addEventListener('abort', () => sent.destroy());
        sent.end(body);
      });
    },
    close: () => Promise.resolve(agent.destroy()),
  };
};
