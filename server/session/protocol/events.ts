/**
 * Server events of the Responses protocol, decoded.
 *
 * Servers differ: scaffolding events and the terminal `output` may be missing, fields may be null or absent. All of
 * it is read into one shape. Events of a response that nobody here acts on (reasoning, scaffolding, what comes next
 * year) still show that it lives and count in its numbering; frames of no response (keep-alive, rate-limit notes)
 * decode to nothing.
 *
 * They are read by hand, not by a schema: one comes for every token, and what comes before the first is waited for. A
 * schema of the same says in the tests what they are to be read as.
 */

import type { Usage } from '../../core/model.ts';
import { readError, type WireError } from './error.ts';
import { arrayIn, countIn, objectIn, readStrings, textIn } from './field.ts';
import type { Frame } from './frame.ts';

export interface ServerEvent {
  /** The lane named in the event; nothing for the unnamed lane and for peers that do not know lanes. */
  readonly lane: string | undefined;
  /** Counts up within one response; nothing where the peer does not number. */
  readonly sequence: number | undefined;
  readonly body: EventBody;
}

export type EventBody =
  /** `parent`: the response it says it continues from. */
  | { readonly kind: 'created'; readonly id: string | undefined; readonly parent: string | undefined }
  | { readonly kind: 'started' }
  | { readonly kind: 'other' }
  | { readonly kind: 'item-added'; readonly output: number; readonly item: OutputItem }
  | { readonly kind: 'text-delta'; readonly output: number; readonly part: number; readonly text: string }
  | { readonly kind: 'text-done'; readonly output: number; readonly part: number; readonly text: string }
  | { readonly kind: 'refusal-delta'; readonly output: number; readonly part: number; readonly text: string }
  | { readonly kind: 'refusal-done'; readonly output: number; readonly part: number; readonly text: string }
  | { readonly kind: 'item-done'; readonly output: number; readonly item: OutputItem }
  | EndedBody
  | { readonly kind: 'error'; readonly error: WireError };

export interface EndedBody {
  readonly kind: 'ended';
  readonly outcome: 'completed' | 'incomplete' | 'failed';
  readonly response: EndedResponse;
}

/**
 * What of an output item can hold an answer; `hidden` are reasoning, commentary, tool calls and unknown ones.
 * `isCompleted`: its server says so, of an item that is done.
 */
export type OutputItem =
  | { readonly kind: 'message'; readonly parts: readonly OutputPart[]; readonly isCompleted: boolean }
  | { readonly kind: 'tool-text'; readonly text: string; readonly isCompleted: boolean }
  | HiddenItem;

/** `inWords`: it is commentary, whose text is streamed as an answer's is. */
export interface HiddenItem {
  readonly kind: 'hidden';
  readonly inWords?: true;
}

export type OutputPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string };

export interface EndedResponse {
  readonly id: string | undefined;
  /** The response it says it continues from. */
  readonly parent: string | undefined;
  /** Nothing where the terminal event leaves it out. */
  readonly output: readonly OutputItem[] | undefined;
  readonly usage: Usage | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Why it is incomplete. */
  readonly reason: string | undefined;
  readonly error: WireError | undefined;
}

/** The event, or nothing where no one acts on it; `wrong` where a known event cannot be read. */
export function readServerEvent(frame: Frame): ServerEvent | 'ignored' | 'wrong' {
  const body = readBody(frame);
  if (typeof body === 'string') return body;
  return {
    // Languages without missing strings send an empty one.
    lane: typeof frame.stream_id === 'string' && frame.stream_id !== '' ? frame.stream_id : undefined,
    sequence: typeof frame.sequence_number === 'number' ? frame.sequence_number : undefined,
    body,
  };
}

function readBody(frame: Frame): EventBody | 'ignored' | 'wrong' {
  switch (frame.type) {
    case 'response.output_text.delta':
    case 'response.custom_tool_call_input.delta': {
      if (typeof frame.delta !== 'string') return 'wrong';
      return {
        kind: 'text-delta',
        output: index(frame.output_index),
        part: index(frame.content_index),
        text: frame.delta,
      };
    }
    case 'response.output_text.done':
      return place(frame, 'text-done', frame.text);
    case 'response.custom_tool_call_input.done':
      return place(frame, 'text-done', frame.input);
    case 'response.refusal.delta':
      return place(frame, 'refusal-delta', frame.delta);
    case 'response.refusal.done':
      return place(frame, 'refusal-done', frame.refusal);
    case 'response.created': {
      const response = objectIn(frame.response);
      return { kind: 'created', id: textIn(response?.id), parent: textIn(response?.previous_response_id) };
    }
    case 'response.in_progress':
    case 'response.queued':
      return { kind: 'started' };
    case 'response.output_item.added':
      return { kind: 'item-added', output: index(frame.output_index), item: readItem(frame.item) };
    case 'response.output_item.done':
      return { kind: 'item-done', output: index(frame.output_index), item: readItem(frame.item) };
    case 'response.completed':
      // Some servers have one name for every end.
      return (
        readEnd(frame) ?? { kind: 'ended', outcome: 'completed', response: readResponse(frame.response) }
      );
    case 'response.incomplete':
      return { kind: 'ended', outcome: 'incomplete', response: readResponse(frame.response) };
    case 'response.failed':
      return { kind: 'ended', outcome: 'failed', response: readResponse(frame.response) };
    case 'error':
    case 'response.error':
      return { kind: 'error', error: readError({ ...frame, type: 'error' }) };
    default:
      if (!frame.type.startsWith('response.')) return 'ignored';
      return readEnd(frame) ?? { kind: 'other' };
  }
}

/** How a response ended by its status; it may do so in ways that are not known here, such as `response.cancelled`. */
function readEnd({ response }: Frame): EventBody | undefined {
  const status = objectIn(response)?.status;
  switch (status) {
    case 'completed':
    case 'incomplete':
    case 'failed':
      return { kind: 'ended', outcome: status, response: readResponse(response) };
    case 'cancelled':
    case 'expired': {
      const ended = readResponse(response);
      const error = ended.error ?? readError({ type: 'error', message: `The response was ${status}.` });
      return { kind: 'ended', outcome: 'failed', response: { ...ended, error } };
    }
    default:
      return undefined;
  }
}

/** The last event of a response that came whole, from a server that does not stream; nothing of another value. */
export function wholeFrame(value: unknown): Frame | undefined {
  const response = objectIn(value);
  if (response?.object !== 'response') return undefined;
  return { type: response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', response };
}

function place(
  frame: Frame,
  kind: 'text-done' | 'refusal-delta' | 'refusal-done',
  text: unknown,
): EventBody | 'wrong' {
  if (typeof text !== 'string') return 'wrong';
  return { kind, output: index(frame.output_index), part: index(frame.content_index), text };
}

/** What is counted on from has to stay exact: no response has more items. */
const mostIndex = 2 ** 31;

function index(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostIndex ? value : 0;
}

function readItem(value: unknown): OutputItem {
  const item = objectIn(value);
  const isCompleted = item?.status === 'completed';
  if (item?.type === 'custom_tool_call')
    return { kind: 'tool-text', text: textIn(item.input) ?? '', isCompleted };
  if (item?.type !== 'message') return { kind: 'hidden' };
  if (item.phase === 'commentary') return { kind: 'hidden', inWords: true };
  const content = arrayIn(item.content);
  return {
    kind: 'message',
    parts: content === undefined || content.length === 0 ? noParts : readParts(content),
    isCompleted,
  };
}

const noParts: readonly OutputPart[] = [];

function readParts(content: readonly unknown[]): readonly OutputPart[] {
  const parts: OutputPart[] = [];
  for (let i = 0; i < content.length; i++) {
    const part = readPart(content[i]);
    if (part) parts.push(part);
  }
  return parts;
}

function readPart(value: unknown): OutputPart | undefined {
  const part = objectIn(value);
  switch (part?.type) {
    case 'output_text':
    case 'text':
      return typeof part.text === 'string' ? { kind: 'text', text: part.text } : undefined;
    case 'refusal':
      return typeof part.refusal === 'string' ? { kind: 'refusal', text: part.refusal } : undefined;
    default:
      return undefined;
  }
}

/** It is said of the connection. */
export function isTooOld(body: EventBody): boolean {
  return body.kind === 'error' && body.error.code === 'websocket_connection_limit_reached';
}

/** The error it ends with, in either of its forms. */
export function errorOf(body: EventBody): WireError | undefined {
  if (body.kind === 'error') return body.error;
  return body.kind === 'ended' && body.outcome === 'failed' ? body.response.error : undefined;
}

function readResponse(value: unknown): EndedResponse {
  const response = objectIn(value) ?? {};
  return {
    id: textIn(response.id),
    parent: textIn(response.previous_response_id),
    output: readItems(arrayIn(response.output)),
    usage: readUsage(response.usage),
    metadata: readStrings(response.metadata),
    reason: textIn(objectIn(response.incomplete_details)?.reason),
    error:
      response.error === undefined || response.error === null
        ? undefined
        : readError({ type: 'error', error: response.error }),
  };
}

function readItems(output: readonly unknown[] | undefined): readonly OutputItem[] | undefined {
  if (output === undefined) return undefined;
  const items: OutputItem[] = [];
  for (let i = 0; i < output.length; i++) items.push(readItem(output[i]));
  return items;
}

function readUsage(value: unknown): Usage | undefined {
  const usage = objectIn(value);
  const inputTokens = countIn(usage?.input_tokens);
  const outputTokens = countIn(usage?.output_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return {
    inputTokens,
    cachedTokens: countIn(objectIn(usage?.input_tokens_details)?.cached_tokens) ?? 0,
    outputTokens,
    reasoningTokens: countIn(objectIn(usage?.output_tokens_details)?.reasoning_tokens) ?? 0,
  };
}
