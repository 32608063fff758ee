/**
 * One answer of the fake model: the events of the Responses protocol, at the times of its profile. What it took of
 * its own, from the whole request to the first token and to the end, it says in the answer's metadata, as it really
 * was and not as it was meant to be.
 */

import type { Profile } from './profile.ts';
import { monotonicMs } from './time.ts';

export interface AnswerOptions {
  readonly profile: Profile;
  readonly number: number;
  /** When the whole request was there. */
  readonly arrivedAt: number;
  /** The response it continues from. */
  readonly parent: string | undefined;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly generates: boolean;
  readonly send: (event: Readonly<Record<string, unknown>>) => void;
  readonly ended: (id: string) => void;
}

export interface Answer {
  readonly id: string;
  running(): boolean;
  stop(): void;
}

const words = [
  'const ',
  'value',
  ' = ',
  'items',
  '.map',
  '((',
  'item',
  ') =>',
  ' item',
  '.total',
  ');\n',
  '  ',
];

/** What the model says: a token is a word. */
export function tokenText(index: number): string {
  return words[index % words.length] ?? '';
}

export function startAnswer(options: AnswerOptions): Answer {
  const { profile, arrivedAt, inputTokens, cachedTokens, outputTokens, send } = options;
  const id = `resp_${options.number}`;
  const stalls = profile.stallsMs(options.number);
  const uncachedMs = ((inputTokens - cachedTokens) / 1000) * profile.uncachedMsPerThousand;
  const firstDueAt = arrivedAt + profile.createdMs + profile.firstMs + uncachedMs + stalls.first;
  let timer: NodeJS.Timeout | undefined;
  let sequence = 0;
  let said = 0;
  let text = '';
  let firstAt = 0;
  let over = false;

  const emit = (type: string, fields: Readonly<Record<string, unknown>>) =>
    send({ type, sequence_number: sequence++, ...fields });
  const at = (dueAt: number, next: () => void): void => {
    const wait = dueAt - monotonicMs();
    if (wait <= 0) next();
    else timer = setTimeout(next, wait);
  };
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const lineage = { id, previous_response_id: options.parent ?? null };
  const response = (status: string) => ({
    ...lineage,
    object: 'response',
    status,
    model: 'bench',
    error: null,
  });

  const begin = (): void => {
    emit('response.created', { response: { ...response('in_progress'), output: [] } });
    emit('response.in_progress', { response: { ...response('in_progress'), output: [] } });
    if (options.generates) at(firstDueAt, open);
    else at(firstDueAt - profile.firstMs, complete);
  };
  const open = (): void => {
    emit('response.output_item.added', {
      output_index: 0,
      item: { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', content: [] },
    });
    emit('response.content_part.added', {
      ...place,
      part: { type: 'output_text', text: '', annotations: [] },
    });
    say();
  };
  const say = (): void => {
    let delta = '';
    for (let i = 0; i < profile.tokensPerEvent && said < outputTokens; i++) delta += tokenText(said++);
    text += delta;
    // Only now: what stands before the first token on the wire is part of the server, not of the model.
    if (firstAt === 0) firstAt = monotonicMs();
    emit('response.output_text.delta', { ...place, delta, logprobs: [] });
    at(nextDueAt(), said < outputTokens ? say : finish);
  };
  const nextDueAt = (): number =>
    firstAt +
    (said / profile.tokensPerEvent) * profile.eventMs +
    (said * 2 >= outputTokens ? stalls.middle : 0);
  const finish = (): void => {
    const part = { type: 'output_text', text, annotations: [], logprobs: [] };
    emit('response.output_text.done', { ...place, text, logprobs: [] });
    emit('response.content_part.done', { ...place, part });
    emit('response.output_item.done', { output_index: 0, item: message() });
    complete();
  };
  const message = () => ({
    id: 'msg_1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  });
  const complete = (): void => {
    const now = monotonicMs();
    const metadata = {
      arrived_at: String(arrivedAt),
      first_ms: String(firstAt - arrivedAt),
      total_ms: String(now - arrivedAt),
    };
    const usage = {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: said,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + said,
    };
    const output = options.generates ? [message()] : [];
    emit('response.completed', { response: { ...response('completed'), output, usage, metadata } });
    over = true;
    options.ended(id);
  };

  at(arrivedAt + profile.createdMs, begin);
  return { id, running: () => !over, stop: () => clearTimeout(timer) };
}
