/**
 * One response on the wire: its events in the protocol's order, numbered from 0.
 *
 *   created → in_progress → (item.added → part.added → delta* → text.done → part.done → item.done)* → completed
 *
 * Everything is sent although clients must live without the scaffolding: others' clients do not.
 */

import type { Usage } from '../core/model.ts';
import type { Frame } from '../session/protocol/frame.ts';
import type { BackendEvent } from './backend.ts';
import { errorObject, type RequestError } from './errors.ts';

export interface ResponseOptions {
  readonly id: string;
  readonly lane: string | undefined;
  readonly model: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly previousResponseId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly send: (frame: Frame) => void;
}

interface OpenItem {
  readonly id: string;
  readonly kind: 'text' | 'refusal';
  readonly candidate: number;
  text: string;
}

export class ResponseWriter {
  readonly #options: ResponseOptions;
  readonly #output: unknown[] = [];
  #sequence = 0;
  #open: OpenItem | undefined;
  #said = '';

  constructor(options: ResponseOptions) {
    this.#options = options;
  }

  /** All text of the response, for requests that continue from it. */
  get said(): string {
    return this.#said;
  }

  created(): void {
    this.#send({ type: 'response.created', response: this.#response('in_progress') });
  }

  inProgress(): void {
    this.#send({ type: 'response.in_progress', response: this.#response('in_progress') });
  }

  write(event: Extract<BackendEvent, { kind: 'text' | 'refusal' }>): void {
    const candidate = event.kind === 'text' ? event.candidate : -1;
    if (this.#open && (this.#open.kind !== event.kind || this.#open.candidate !== candidate))
      this.#closeItem();
    this.#open ??= this.#openItem(event.kind, candidate);
    this.#open.text += event.text;
    this.#said += event.text;
    const type = event.kind === 'text' ? 'response.output_text.delta' : 'response.refusal.delta';
    this.#send({ type, ...this.#place(this.#open), delta: event.text });
  }

  end(event: Extract<BackendEvent, { kind: 'end' }>): void {
    this.#closeItem();
    const { outcome, reason, metadata, usage } = event;
    this.#send({
      type: outcome === 'completed' ? 'response.completed' : 'response.incomplete',
      response: {
        ...this.#response(outcome),
        metadata: { ...this.#options.metadata, ...metadata },
        ...(outcome === 'incomplete'
          ? { incomplete_details: { reason: reason ?? 'max_output_tokens' } }
          : {}),
        ...(usage ? { usage: wireUsage(usage) } : {}),
      },
    });
  }

  /** `usage`: what it cost all the same. */
  fail(error: RequestError, usage?: Usage): void {
    this.#closeItem();
    this.#send({
      type: 'response.failed',
      response: {
        ...this.#response('failed'),
        error: errorObject(error),
        ...(usage ? { usage: wireUsage(usage) } : {}),
      },
    });
  }

  #openItem(kind: OpenItem['kind'], candidate: number): OpenItem {
    const item: OpenItem = {
      id: `msg_${this.#options.id.slice(5)}_${this.#output.length}`,
      kind,
      candidate,
      text: '',
    };
    const output_index = this.#output.length;
    this.#send({
      type: 'response.output_item.added',
      output_index,
      item: { ...message(item, 'in_progress'), content: [] },
    });
    this.#send({ type: 'response.content_part.added', ...this.#place(item), part: part(item) });
    return item;
  }

  #closeItem(): void {
    const item = this.#open;
    if (!item) return;
    this.#open = undefined;
    const place = this.#place(item);
    if (item.kind === 'text') this.#send({ type: 'response.output_text.done', ...place, text: item.text });
    else this.#send({ type: 'response.refusal.done', ...place, refusal: item.text });
    this.#send({ type: 'response.content_part.done', ...place, part: part(item) });
    const done = message(item, 'completed');
    this.#send({ type: 'response.output_item.done', output_index: this.#output.length, item: done });
    this.#output.push(done);
  }

  #place(item: OpenItem): {
    readonly item_id: string;
    readonly output_index: number;
    readonly content_index: number;
  } {
    return { item_id: item.id, output_index: this.#output.length, content_index: 0 };
  }

  #response(status: string): Readonly<Record<string, unknown>> {
    const { id, model, createdAt, previousResponseId, metadata } = this.#options;
    return {
      id,
      object: 'response',
      created_at: createdAt,
      status,
      model,
      output: [...this.#output],
      error: null,
      incomplete_details: null,
      instructions: null,
      metadata,
      parallel_tool_calls: false,
      previous_response_id: previousResponseId,
      store: false,
      temperature: null,
      tool_choice: 'auto',
      tools: [],
      top_p: null,
    };
  }

  #send(frame: Frame): void {
    const { lane, send } = this.#options;
    const numbered = { ...frame, sequence_number: this.#sequence++ };
    send(lane === undefined ? numbered : { ...numbered, stream_id: lane });
  }
}

function wireUsage({ inputTokens, cachedTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}

function message(item: OpenItem, status: 'in_progress' | 'completed'): Readonly<Record<string, unknown>> {
  return { id: item.id, type: 'message', status, role: 'assistant', content: [part(item)] };
}

function part(item: OpenItem): Readonly<Record<string, unknown>> {
  return item.kind === 'text'
    ? { type: 'output_text', text: item.text, annotations: [], logprobs: [] }
    : { type: 'refusal', refusal: item.text };
}
