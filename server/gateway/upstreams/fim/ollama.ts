/**
 * Ollama's `POST /api/generate`, one JSON a line: with `suffix`, where the model's template has a place for it, else
 * raw, in the control tokens that the model's name tells.
 */

import { formatFor } from '../../../core/prompt/fim/family.ts';
import { allControls, type FimFormat, fimFormats } from '../../../core/prompt/fim/format.ts';
import { outputTokens } from '../../../core/prompt/fim/limit.ts';
import { renderFim, renderPair } from '../../../core/prompt/fim/render.ts';
import type { BackendEvent } from '../../backend.ts';
import { callAt } from '../address.ts';
import { keepAlive } from '../ollama-chat.ts';
import { readOllama } from '../ollama-stream.ts';
import { noThinking } from '../thinking.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from '../upstream.ts';
import { createFimUpstream } from './fim.ts';
import { createReadingSpeed } from './reading-speed.ts';

/** `format` where the user named the model's tokens: then the prompt is always raw. */
export function createOllamaUpstream(options: UpstreamOptions, format?: FimFormat): Upstream {
  const { model, server, http } = options;
  const speed = createReadingSpeed();
  const family = formatFor(server.model);
  const own = format ?? (family && fimFormats[family]);
  let raw = format !== undefined || !server.infill;

  return createFimUpstream({
    format: format ? `fim:${format.name}` : 'ollama',
    options,
    mostTokens: speed.most,
    frame: () => own,
    request(plan, ask, { sampling, signal }) {
      const send = (how: 'raw' | 'suffix'): AsyncGenerator<BackendEvent, void, void> => {
        const request = {
          method: 'POST',
          url: callAt(server.root, '/api/generate'),
          headers: requestHeaders(model),
          model: server.model,
          body: {
            model: server.model,
            ...promptFor(how),
            stream: true,
            // A prompt that does not fit is refused, not cut without a word.
            truncate: false,
            keep_alive: keepAlive,
            options: {
              ...sampling,
              num_predict: outputTokens(ask),
              stop: [...(ask.maxLines === 1 ? ['\n'] : []), ...(own?.stops ?? [])],
              ...(server.contextTokens === undefined ? {} : { num_ctx: server.contextTokens }),
            },
          },
        } as const;
        return readOllama(http.stream(request, signal), {
          asked: request,
          thinking: noThinking,
          read: speed.read,
        });
      };
      const pair = renderPair(plan.parts, own ?? anyModel);
      const whole = own && renderFim(plan.parts, own);
      const promptFor = (how: 'raw' | 'suffix'): object =>
        how === 'raw' && whole
          ? { prompt: whole.text, raw: true }
          : // An empty suffix would be none, and the model asked to chat.
            { prompt: pair.prefix, suffix: pair.suffix === '' ? '\n' : pair.suffix };

      async function* events(): AsyncGenerator<BackendEvent, void, void> {
        if (raw && !own) {
          yield cannotFill(server.model);
          return;
        }
        let refused = false;
        for await (const event of send(raw ? 'raw' : 'suffix')) {
          refused = !raw && event.kind === 'failed' && /does not support insert/.test(event.failure.message);
          if (!refused || !own) yield event;
        }
        if (!refused || !own) return;
        raw = true;
        yield* send('raw');
      }
      // Both hold the same texts and the same sign.
      return { events: events(), restore: whole && raw ? whole.restore : pair.restore };
    },
  });
}

/** A template is known to the server alone: anything that looks like a token may be one. */
const anyModel = { ...fimFormats.codegemma, controls: allControls, stops: [] };

function cannotFill(model: string): BackendEvent {
  const message = `The model "${model}" has no place for text behind the cursor: take one made for it, such as qwen2.5-coder, or set \`completion.model.format\` to "chat".`;
  return { kind: 'failed', failure: { code: 'unsupported', message } };
}
