/** The benchmark's model behind one connection of the Responses WebSocket protocol. */

import { type Speech, tokensIn } from './speech.ts';

export interface ResponsesPeer {
  message(raw: string): void;
  closed(): void;
}

export function speakResponses(
  speech: Speech,
  newId: () => string,
  write: (text: string) => void,
): ResponsesPeer {
  const running = new Set<() => void>();
  /** Tokens of all that a response stands on, with itself. */
  const kept = new Map<string, number>();
  return {
    message(raw) {
      const frame = JSON.parse(raw);
      if (frame.type !== 'response.create') return;
      const lane = frame.stream_id === undefined ? {} : { stream_id: frame.stream_id };
      const id = newId();
      const send = (event: object) => write(JSON.stringify({ ...event, ...lane }));
      send({ type: 'response.created', response: { id, status: 'in_progress', output: [] } });
      const cached = kept.get(frame.previous_response_id) ?? 0;
      const input = cached + tokensIn(raw.length);
      const completed = (tokens: number) => {
        kept.set(id, input + tokens);
        const usage = {
          input_tokens: input,
          input_tokens_details: { cached_tokens: cached },
          output_tokens: tokens,
          total_tokens: input + tokens,
        };
        send({ type: 'response.completed', response: { id, status: 'completed', output: [], usage } });
      };
      if (frame.generate === false) {
        speech.warmed(raw.length, cached);
        completed(0);
        return;
      }
      let said = 0;
      const place = { item_id: 'm', output_index: 0, content_index: 0 };
      const question = { before: beforeMark(frame.input), bytes: raw.length, cached };
      const stop = speech.speak(question, {
        text(delta) {
          said++;
          send({ type: 'response.output_text.delta', ...place, delta });
        },
        end() {
          running.delete(stop);
          completed(said);
        },
      });
      running.add(stop);
    },
    closed() {
      for (const stop of running) stop();
    },
  };
}

/** The text before the cursor's mark in what a provider is sent. */
function beforeMark(input: unknown): string {
  let found = '';
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const at = value.lastIndexOf('<|cursor|>');
      if (at === -1) return;
      const task = value.lastIndexOf('Task "complete", at most ', at);
      if (task === -1) throw new Error('A prompt holds the mark and no task that the bench knows.');
      found = value.slice(value.indexOf('\n', task) + 1, at);
    } else if (typeof value === 'object' && value !== null)
      for (const each of Object.values(value)) visit(each);
  };
  visit(input);
  return found;
}
