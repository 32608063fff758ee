// The events of the wire are read by hand, for speed. Here a schema says what they are to be read as, and both read
// the same whatever a server sends: every field there, absent, null or of the wrong type.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readError } from '../../../server/session/protocol/error.ts';
import {
  type EventBody,
  type OutputItem,
  type OutputPart,
  readServerEvent,
} from '../../../server/session/protocol/events.ts';
import { loose } from '../../../server/session/protocol/field.ts';
import { type Frame, readFrame } from '../../../server/session/protocol/frame.ts';

const texts = z
  .record(z.string(), z.unknown())
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
  );
const index = z
  .int()
  .nonnegative()
  .max(2 ** 31)
  .catch(0);
const place = { output_index: index, content_index: index };
const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['output_text', 'text']), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
]);
const item = z.object({
  type: z.string(),
  phase: loose(z.string()),
  status: loose(z.string()),
  content: loose(z.array(z.unknown())),
  input: loose(z.string()),
});
const count = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);
const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  input_tokens_details: loose(z.object({ cached_tokens: loose(count) })),
  output_tokens_details: loose(z.object({ reasoning_tokens: loose(count) })),
});
const response = z.object({
  id: loose(z.string()),
  previous_response_id: loose(z.string()),
  output: loose(z.array(z.unknown())),
  usage: usage.optional().catch(undefined),
  metadata: texts.catch({}),
  incomplete_details: loose(z.object({ reason: loose(z.string()) })),
  error: z.unknown().optional(),
});

function readPart(value: unknown): OutputPart[] {
  const read = part.safeParse(value);
  if (!read.success) return [];
  return read.data.type === 'refusal'
    ? [{ kind: 'refusal', text: read.data.refusal }]
    : [{ kind: 'text', text: read.data.text }];
}

function readItem(value: unknown): OutputItem {
  const read = item.safeParse(value);
  if (!read.success) return { kind: 'hidden' };
  const { type, phase, status, content, input } = read.data;
  const isCompleted = status === 'completed';
  if (type === 'custom_tool_call') return { kind: 'tool-text', text: input ?? '', isCompleted };
  if (type !== 'message') return { kind: 'hidden' };
  if (phase === 'commentary') return { kind: 'hidden', inWords: true };
  return { kind: 'message', parts: (content ?? []).flatMap(readPart), isCompleted };
}

function readEnded(frame: Frame, outcome: 'completed' | 'incomplete' | 'failed'): EventBody {
  const data = response.safeParse(frame.response).data ?? response.parse({});
  const used = data.usage;
  return {
    kind: 'ended',
    outcome,
    response: {
      id: data.id ?? undefined,
      parent: data.previous_response_id ?? undefined,
      output: data.output?.map(readItem),
      usage: used && {
        inputTokens: used.input_tokens,
        cachedTokens: used.input_tokens_details?.cached_tokens ?? 0,
        outputTokens: used.output_tokens,
        reasoningTokens: used.output_tokens_details?.reasoning_tokens ?? 0,
      },
      metadata: data.metadata,
      reason: data.incomplete_details?.reason ?? undefined,
      error: data.error == null ? undefined : readError({ type: 'error', error: data.error }),
    },
  };
}

/** By the schemas. */
function expected(frame: Frame): EventBody | 'ignored' | 'wrong' {
  const { output_index: output, content_index: at } = z.object(place).parse(frame);
  const piece = (kind: 'text-delta' | 'text-done' | 'refusal-delta' | 'refusal-done', text: unknown) => {
    const read = z.string().safeParse(text);
    return read.success ? { kind, output, part: at, text: read.data } : 'wrong';
  };
  switch (frame.type) {
    case 'response.output_text.delta':
    case 'response.custom_tool_call_input.delta':
      return piece('text-delta', frame.delta);
    case 'response.output_text.done':
      return piece('text-done', frame.text);
    case 'response.custom_tool_call_input.done':
      return piece('text-done', frame.input);
    case 'response.refusal.delta':
      return piece('refusal-delta', frame.delta);
    case 'response.refusal.done':
      return piece('refusal-done', frame.refusal);
    case 'response.created': {
      const data = response.safeParse(frame.response).data;
      return { kind: 'created', id: data?.id ?? undefined, parent: data?.previous_response_id ?? undefined };
    }
    case 'response.in_progress':
    case 'response.queued':
      return { kind: 'started' };
    case 'response.output_item.added':
      return { kind: 'item-added', output, item: readItem(frame.item) };
    case 'response.output_item.done':
      return { kind: 'item-done', output, item: readItem(frame.item) };
    case 'response.completed':
      return readEnded(frame, 'completed');
    case 'response.incomplete':
      return readEnded(frame, 'incomplete');
    case 'response.failed':
      return readEnded(frame, 'failed');
    case 'error':
      return { kind: 'error', error: readError(frame) };
    default:
      return frame.type.startsWith('response.') ? { kind: 'other' } : 'ignored';
  }
}

const junk = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.constant([]),
  fc.constant({}),
  fc.array(fc.string(), { maxLength: 2 }),
);
/** What should be there, mostly. */
const or = <T>(right: fc.Arbitrary<T>) =>
  fc.option(fc.oneof({ weight: 4, arbitrary: right }, junk), { nil: undefined });
const record = (shape: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(shape, { requiredKeys: [] });

const whole = fc.nat({ max: 5 });
const anyPart = record({
  type: or(fc.constantFrom('output_text', 'text', 'refusal', 'image')),
  text: or(fc.string()),
  refusal: or(fc.string()),
});
const anyItem = record({
  type: or(fc.constantFrom('message', 'custom_tool_call', 'reasoning')),
  phase: or(fc.constantFrom('commentary', 'final_answer')),
  status: or(fc.constantFrom('in_progress', 'completed', 'incomplete')),
  content: or(fc.array(or(anyPart), { maxLength: 3 })),
  input: or(fc.string()),
});
const anyResponse = record({
  id: or(fc.string()),
  previous_response_id: or(fc.string()),
  output: or(fc.array(or(anyItem), { maxLength: 3 })),
  usage: or(
    record({
      input_tokens: or(whole),
      output_tokens: or(whole),
      input_tokens_details: or(record({ cached_tokens: or(whole) })),
      output_tokens_details: or(record({ reasoning_tokens: or(whole) })),
    }),
  ),
  metadata: or(fc.dictionary(fc.constantFrom('confidence', 'silence', 'other'), or(fc.string()))),
  incomplete_details: or(record({ reason: or(fc.string()) })),
  error: or(record({ code: or(fc.string()), message: or(fc.string()) })),
});
const types = [
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  'response.refusal.delta',
  'response.refusal.done',
  'response.output_item.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
  'keepalive',
];
const anyFrame = fc
  .tuple(
    fc.constantFrom(...types),
    record({
      stream_id: or(fc.string()),
      sequence_number: or(whole),
      output_index: or(whole),
      content_index: or(whole),
      delta: or(fc.string()),
      text: or(fc.string()),
      input: or(fc.string()),
      refusal: or(fc.string()),
      item: or(anyItem),
      response: or(anyResponse),
      error: or(record({ code: or(fc.string()), message: or(fc.string()) })),
    }),
  )
  .map(([type, fields]) => JSON.stringify({ ...fields, type }));

test('every frame is read as its schema says', () => {
  fc.assert(
    fc.property(anyFrame, (text) => {
      const read = readFrame(text);
      if (read.kind !== 'frame') throw new Error(`no frame: ${text}`);
      const event = readServerEvent(read.frame);
      expect(typeof event === 'string' ? event : event.body).toEqual(expected(read.frame));
    }),
    { numRuns: 3000 },
  );
});

test('where an error names what is wrong by what is no name, the rest of it is read', () => {
  const detail = [{ loc: ['body', { toString: 1 }, 'input', 0], msg: 'too short' }];
  expect(readError({ type: 'error', detail })).toMatchObject({ message: 'too short', param: 'input.0' });
});

test('the lane and the number are taken where they are of their type', () => {
  const lane = (stream_id: unknown) => {
    const event = readServerEvent({ type: 'response.in_progress', stream_id, sequence_number: stream_id });
    return typeof event === 'string' ? event : { lane: event.lane, sequence: event.sequence };
  };
  expect(lane('edit')).toEqual({ lane: 'edit', sequence: undefined });
  expect(lane(3)).toEqual({ lane: undefined, sequence: 3 });
  expect(lane(null)).toEqual({ lane: undefined, sequence: undefined });
});

describe('an end that has no name here is known by its status', () => {
  const read = (frame: object) => {
    const event = readServerEvent({ type: 'response.halted', ...frame });
    return typeof event === 'string' ? event : event.body;
  };

  test.each(['completed', 'incomplete', 'failed'] as const)('%s', (status) => {
    expect(read({ response: { id: 'r', status } })).toMatchObject({ kind: 'ended', outcome: status });
  });

  test.each(['cancelled', 'expired'])('%s is a failure that says so', (status) => {
    expect(read({ type: `response.${status}`, response: { id: 'r', status } })).toMatchObject({
      kind: 'ended',
      outcome: 'failed',
      response: { id: 'r', error: { message: `The response was ${status}.` } },
    });
    const error = { code: 'server_error', message: 'Oh.' };
    expect(read({ response: { status, error } })).toMatchObject({ response: { error } });
  });

  test.each([{}, { response: null }, { response: { status: 'in_progress' } }, { response: { status: 1 } }])(
    '%j goes on',
    (frame) => expect(read(frame)).toEqual({ kind: 'other' }),
  );
});
