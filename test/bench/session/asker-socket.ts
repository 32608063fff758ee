/**
 * The floor: package `ws`, one warm connection, a base made before and every request a fork of it. It keeps no
 * order, knows one peer, survives nothing.
 */

import { WebSocket } from 'ws';
import type { OpenAsker } from './asker.ts';
import { endingOf, type Outcome, watchAnswer } from './outcome.ts';
import { messages, openedBase, parameters, taskPrompt } from './prompts.ts';

interface Event {
  readonly type: string;
  readonly stream_id: string;
  readonly [key: string]: unknown;
}

/** More than are ever under way. */
const lanes = 24;

export const openSocket: OpenAsker = ({ authority, key, profile, typing }) => {
  const webSocket = new WebSocket(`wss://${authority}/v1/responses`, {
    headers: { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  const heard = new Map<string, (event: Event) => void>();
  webSocket.on('message', (data) => {
    const event: Event = JSON.parse(String(data));
    heard.get(event.stream_id)?.(event);
  });
  const base = openedBase(typing);
  let parent: string | undefined;
  let lane = 0;
  const opened = new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  return {
    async ready() {
      await opened;
      await new Promise<void>((resolve) => {
        heard.set('base', ({ type, response }) => {
          if (type !== 'response.completed') return;
          parent = (response as { readonly id: string }).id;
          resolve();
        });
        const create = {
          ...parameters(profile, 16),
          stream_id: 'base',
          input: messages(base.parts),
          generate: false,
        };
        webSocket.send(JSON.stringify({ type: 'response.create', ...create }));
      });
    },
    type: () => undefined,
    ask(keystroke) {
      const watch = watchAnswer();
      const input = taskPrompt(keystroke, base);
      const create = { ...parameters(profile, keystroke.ask.maxOutputTokens), input };
      return new Promise<Outcome>((resolve) => {
        const stream_id = `w${lane++ % lanes}`;
        heard.set(stream_id, ({ type, delta, response }) => {
          if (type === 'response.output_text.delta') watch.text(String(delta));
          else if (type === 'response.completed') resolve(watch.ended(endingOf(response)));
        });
        webSocket.send(
          JSON.stringify({ type: 'response.create', stream_id, previous_response_id: parent, ...create }),
        );
      });
    },
    close() {
      webSocket.terminate();
      return Promise.resolve();
    },
  };
};
