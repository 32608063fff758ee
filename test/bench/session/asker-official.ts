/** The official client over HTTPS and server-sent events, with the whole context in every request. */

import OpenAI from 'openai';
import type { OpenAsker } from './asker.ts';
import { endingOf, watchAnswer } from './outcome.ts';
import { parameters, wholePrompt } from './prompts.ts';

export const openOfficial: OpenAsker = ({ authority, key, profile }) => {
  const client = new OpenAI({ apiKey: key, baseURL: `https://${authority}/v1`, maxRetries: 0 });
  return {
    ready: () => Promise.resolve(),
    type: () => undefined,
    async ask(keystroke, signal) {
      const watch = watchAnswer();
      const input = wholePrompt(keystroke);
      const body = { ...parameters(profile, keystroke.ask.maxOutputTokens), input };
      try {
        const stream = await client.responses.create({ ...body, stream: true }, { signal: signal ?? null });
        for await (const event of stream) {
          if (event.type === 'response.output_text.delta') watch.text(event.delta);
          else if (event.type === 'response.completed') return watch.ended(endingOf(event.response));
        }
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
      return undefined;
    },
    close: () => Promise.resolve(),
  };
};
