/**
 * `response.create`, encoded. Every one says `store: false` (nothing is kept by the provider), asks for no padding
 * and for terse text; `stream` and `background` do not exist on a socket.
 *
 * It is the only event sent. `response.steer` acts between two output items, and an answer here is one item: steered,
 * it would be written to its end first, while a new request on another lane begins at once. Its events are understood.
 */

import { type Ask, withoutParts } from '../../core/ask.ts';
import type { CustomTool } from '../../core/formats/apply-patch-tool.ts';
import type { PromptPart } from '../../core/prompt/prompt.ts';
import { toolOf } from '../../core/prompt/render.ts';
import type { WireAsk } from './extension.ts';
import type { Frame } from './frame.ts';

export interface ModelParameters {
  readonly name: string;
  /** `model.format`: says whether there is a tool for edits. */
  readonly format?: string | undefined;
  readonly effort?: string | undefined;
  readonly tier?: string | undefined;
}

/** Fields a server may not know; one that says so gets requests without them. */
export const optionalFields = [
  'stream_options',
  'text',
  'service_tier',
  'reasoning',
  'max_output_tokens',
  'prompt_cache_options',
  'tools',
  'tool_choice',
] as const;
export type OptionalField = (typeof optionalFields)[number];

export interface CreateOptions {
  readonly model: ModelParameters;
  readonly lane?: string | undefined;
  /** Decides whether the tool is called, where there is one. */
  readonly task?: Ask['task'] | undefined;
  readonly without?: ReadonlySet<OptionalField>;
}

/** Providers refuse fewer. */
const leastOutputTokens = 16;

/** Code units of a part whose encoding is kept beside that of the instructions: what only one request says is shorter. */
const leastKept = 4_096;

/** Puts requests in words on the wire. */
export interface CreateWriter {
  /** What must be equal in all requests of a chain: everything but input, length and the knobs of a base. */
  shape(without: ReadonlySet<OptionalField>): string;
  /** The message of a request in words. */
  text(input: readonly PromptPart[], maxOutputTokens: number, options: WriteOptions): string;
}

export type WriteOptions = Pick<CreateOptions, 'lane' | 'task'> & {
  readonly previousResponseId?: string | undefined;
  readonly without: ReadonlySet<OptionalField>;
};

/**
 * One for each model. All but a few fields of its requests are the same each time: they are encoded once, and so are
 * the parts of a base, which are the same objects in each prompt with it. The set of a peer's unknown fields only grows.
 */
export function createWriter(model: ModelParameters): CreateWriter {
  const head = '{"type":"response.create"';
  const named = `,"model":${JSON.stringify(model.name)},"store":false`;
  const shapes = new Map<number, string>();
  const tails = new Map<string, string>();
  const items = new WeakMap<PromptPart, string>();

  const tailOf = (task: Ask['task'] | undefined, without: ReadonlySet<OptionalField>): string => {
    const key = `${task} ${without.size}`;
    const known = tails.get(key);
    if (known !== undefined) return known;
    const tail = JSON.stringify(envelope({ model, without, task }, {})).slice(head.length + named.length);
    tails.set(key, tail);
    return tail;
  };
  const itemOf = (part: PromptPart): string => {
    if (part.role !== 'system' && part.text.length < leastKept) return JSON.stringify(inputItem(part));
    const known = items.get(part);
    if (known !== undefined) return known;
    const item = JSON.stringify(inputItem(part));
    items.set(part, item);
    return item;
  };

  return {
    shape(without) {
      const known = shapes.get(without.size);
      if (known !== undefined) return known;
      const shape = JSON.stringify(envelope({ model, without }, {}));
      shapes.set(without.size, shape);
      return shape;
    },
    text(input, maxOutputTokens, { lane, previousResponseId, task, without }) {
      let text = head;
      if (lane !== undefined) text += `,"stream_id":${JSON.stringify(lane)}`;
      text += named;
      if (previousResponseId !== undefined)
        text += `,"previous_response_id":${JSON.stringify(previousResponseId)}`;
      text += ',"input":[';
      for (let i = 0; i < input.length; i++) {
        const part = input[i];
        if (part) text += i === 0 ? itemOf(part) : `,${itemOf(part)}`;
      }
      text += ']';
      if (!without.has('max_output_tokens'))
        text += `,"max_output_tokens":${Math.max(leastOutputTokens, Math.floor(maxOutputTokens))}`;
      return text + tailOf(task, without);
    },
  };
}

/**
 * A request that is not answered: its server reads it and keeps it, to be continued from. Beside `generate` it says so
 * by the provider's own prompt cache option, for servers that have only that.
 */
export function baseFrame(input: readonly PromptPart[], options: CreateOptions): Frame {
  return envelope(options, {
    input: input.map(inputItem),
    // Where a server generates all the same, at least not much.
    max_output_tokens: leastOutputTokens,
    prompt_cache_options: { prewarm: true },
    generate: false,
  });
}

/** An ask for a peer that takes them; the document goes by name where the peer has it. */
export function askFrame(ask: Ask, document: 'named' | 'inline', options: CreateOptions): Frame {
  // The number is the caller's own.
  const { request: _, ...rest } = ask;
  const { uri, version } = ask.document;
  const told = document === 'inline' ? withoutParts(ask.document) : { uri, version };
  const wire: WireAsk = { ...rest, document: told };
  return envelope(options, { whittle_ask: wire });
}

function envelope(options: CreateOptions, content: Readonly<Record<string, unknown>>): Frame {
  const { model, lane, task, without } = options;
  const frame: Record<string, unknown> & { type: string } = { type: 'response.create' };
  if (lane !== undefined) frame.stream_id = lane;
  frame.model = model.name;
  frame.store = false;
  Object.assign(frame, content);
  const tool = toolOf(model.format);
  if (tool) {
    // The same in every request, so that whatever is kept of one serves the others.
    frame.tools = [wireTool(tool)];
    if (task)
      frame.tool_choice = task === 'edit' || task === 'fix' ? { type: 'custom', name: tool.name } : 'none';
  }
  frame.text = { verbosity: 'low' };
  frame.stream_options = { include_obfuscation: false };
  if (model.effort) frame.reasoning = { effort: model.effort };
  if (model.tier) frame.service_tier = model.tier;
  for (const field of without ?? []) delete frame[field];
  return frame;
}

function wireTool({ name, description, grammar }: CustomTool): unknown {
  return {
    type: 'custom',
    name,
    description,
    format: { type: 'grammar', syntax: 'lark', definition: grammar },
  };
}

/** Half a surrogate pair is no text to a strict reader of JSON, which would refuse the whole request for it. */
function inputItem({ role, text }: PromptPart): unknown {
  return { type: 'message', role, content: [{ type: 'input_text', text: text.toWellFormed() }] };
}
