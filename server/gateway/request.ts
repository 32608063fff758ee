/** `response.create` as the gateway reads it: standard fields as far as they matter here, unknown ones ignored. */

import * as z from 'zod';
import type { AskDocument, CompleteAsk } from '../core/ask.ts';
import { readAsk, type WireAsk } from '../session/protocol/extension.ts';
import type { Frame } from '../session/protocol/frame.ts';
import { laneNamePattern } from '../session/protocol/limits.ts';
import type { Message } from './backend.ts';
import { invalid, invalidStreamId, type RequestError } from './errors.ts';

export interface CreateRequest {
  readonly lane: string | undefined;
  readonly model: string;
  readonly previousResponseId: string | undefined;
  /** False prepares and answers nothing. */
  readonly generate: boolean;
  readonly maxOutputTokens: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly content:
    | { readonly kind: 'ask'; readonly ask: WireAsk }
    /** `instructions` hold for this request alone. */
    | { readonly kind: 'words'; readonly instructions: string; readonly messages: readonly Message[] };
}

export type ReadRequest =
  | { readonly kind: 'request'; readonly request: CreateRequest }
  /** Belongs to no lane where `stream_id` itself is wrong. */
  | { readonly kind: 'error'; readonly error: RequestError; readonly lane: string | undefined };

export function readRequest(frame: Frame): ReadRequest {
  const { stream_id } = frame;
  if (stream_id !== undefined && (typeof stream_id !== 'string' || !laneNamePattern.test(stream_id))) {
    return { kind: 'error', error: invalidStreamId, lane: undefined };
  }
  const wrong = (field: string): ReadRequest => ({
    kind: 'error',
    error: invalid('invalid_value', `The field '${field}' is missing or has the wrong type.`, field),
    lane: stream_id,
  });
  const read = create.safeParse(frame);
  if (!read.success) return wrong(String(read.error.issues[0]?.path[0] ?? 'input'));
  const { data } = read;
  const request = {
    lane: stream_id,
    model: data.model ?? 'whittle',
    previousResponseId: data.previous_response_id ?? undefined,
    generate: data.generate ?? true,
    maxOutputTokens: data.max_output_tokens ?? undefined,
    metadata: data.metadata ?? {},
  };
  if (frame.whittle_ask === undefined) {
    return {
      kind: 'request',
      request: {
        ...request,
        content: {
          kind: 'words',
          instructions: data.instructions ?? '',
          messages: inputMessages(data.input ?? ''),
        },
      },
    };
  }
  const ask = readAsk(frame.whittle_ask);
  if ('wrong' in ask) return wrong(ask.wrong);
  return { kind: 'request', request: { ...request, content: { kind: 'ask', ask: ask.ask } } };
}

/** What a client without asks wants of text: that it goes on. */
export function textAsk(text: string, maxOutputTokens: number | undefined): CompleteAsk {
  const document: AskDocument = {
    uri: 'response:input',
    path: 'input',
    languageId: 'plaintext',
    version: 0,
    text,
  };
  return {
    task: 'complete',
    document,
    cursor: text.length,
    maxLines: linesOfText,
    candidates: 1,
    history: [],
    snippets: [],
    diagnostics: [],
    contextTokens: textContextTokens,
    maxOutputTokens: maxOutputTokens ?? textOutputTokens,
  };
}

/** As the settings' defaults for ghost text. */
const linesOfText = 20;
const textContextTokens = 4096;
const textOutputTokens = 512;

/** The messages as one document, without instructions. */
export function wordsText(messages: readonly Message[]): string {
  return messages.flatMap(({ role, text }) => (role === 'system' ? [] : [text])).join('\n');
}

/** Items without text (calls, reasoning) are left out. */
function inputMessages(input: z.infer<typeof inputSchema>): readonly Message[] {
  if (typeof input === 'string') return input === '' ? [] : [{ role: 'user', text: input }];
  return input.flatMap(({ role, content }) => {
    if (content === undefined) return [];
    const text =
      typeof content === 'string' ? content : content.map((part) => part.text ?? part.refusal ?? '').join('');
    return [{ role: roleOf(role), text }];
  });
}

function roleOf(role: string | undefined): Message['role'] {
  if (role === 'assistant') return 'assistant';
  return role === 'system' || role === 'developer' ? 'system' : 'user';
}

const contentSchema = z.union([
  z.string(),
  z.array(z.object({ text: z.string().optional(), refusal: z.string().optional() })),
]);
const inputSchema = z.union([
  z.string(),
  z.array(z.object({ role: z.string().optional(), content: contentSchema.optional() })),
]);
const create = z.object({
  model: z.string().nullish(),
  instructions: z.string().nullish(),
  input: inputSchema.nullish(),
  previous_response_id: z.string().nullish(),
  generate: z.boolean().nullish(),
  max_output_tokens: z.number().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
