/** `POST /v1/completions` as it is read: the fields that editors send; what is unknown is ignored. */

import * as z from 'zod';
import { invalid, type RequestError } from '../errors.ts';

export interface CompletionRequest {
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number | undefined;
  /** None of them is empty. */
  readonly stop: readonly string[];
}

export type ReadCompletion =
  | { readonly kind: 'request'; readonly request: CompletionRequest }
  | { readonly kind: 'error'; readonly error: RequestError };

export function readCompletion(body: Readonly<Record<string, unknown>>): ReadCompletion {
  const read = schema.safeParse(body);
  if (!read.success) {
    const field = String(read.error.issues[0]?.path[0] ?? 'prompt');
    return wrong(field, `The field '${field}' is missing or has the wrong type.`);
  }
  const { model, prompt, max_tokens, stop, stream } = read.data;
  if (stream === true) {
    return wrong('stream', `This address answers whole: leave out 'stream', or use /v1/responses.`);
  }
  const stops = typeof stop === 'string' ? [stop] : (stop ?? []);
  return {
    kind: 'request',
    request: {
      model: model ?? 'whittle',
      prompt,
      maxTokens: max_tokens ?? undefined,
      stop: stops.filter((each) => each !== ''),
    },
  };
}

function wrong(field: string, message: string): ReadCompletion {
  return { kind: 'error', error: invalid('invalid_value', message, field) };
}

const schema = z.object({
  model: z.string().nullish(),
  prompt: z.string(),
  max_tokens: z.int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream: z.boolean().nullish(),
});
