/**
 * Client: one connection to the gateway, from its first frame to its last.
 *
 * Laws
 * - A frame that is wrong costs an error event, never the connection.
 * - Every `response.create` gets exactly one terminal event: `completed`, `incomplete`, `failed` or `error`.
 * - When the connection ends, everything that runs for it is aborted and nothing is sent any more.
 * - A client that reads slowly slows its answers down: the model behind is not read from meanwhile.
 * - Warming up is work in the background: the next request ends it, and what it has done by then is kept.
 */

import type { Log } from '../core/log.ts';
import { readEvent } from '../session/protocol/extension.ts';
import { type Frame, readFrame } from '../session/protocol/frame.ts';
import type { Backend, BackendEvent } from './backend.ts';
import type { ClientDocuments } from './documents.ts';
import * as errors from './errors.ts';
import { createLanes } from './lanes.ts';
import { createLineage, noPast } from './lineage.ts';
import { type CreateRequest, readRequest } from './request.ts';
import { ResponseWriter } from './response.ts';
import { beginAnswer, readWanted, type Wanted, withAnswer } from './wanted.ts';
import type { Work } from './work.ts';

export interface ClientOptions {
  readonly backend: Backend;
  readonly documents: ClientDocuments;
  /** Whether this client may name folders of this machine to be learnt. */
  readonly trusted: boolean;
  readonly log: Log;
  readonly send: (frame: Frame) => void;
  /** Waits until what was sent is on its way; nothing where there is no need to wait. */
  readonly ready?: () => Promise<void> | undefined;
  readonly work: Work;
  /** Random, of letters, digits and `_`. */
  readonly newId: () => string;
  /** Seconds since 1970. */
  readonly epochSeconds: () => number;
}

export class GatewayClient {
  readonly #options: ClientOptions;
  readonly #lanes = createLanes();
  readonly #lineage = createLineage();
  /** Ends what was begun and is not over. */
  readonly #unfinished = new Set<() => void>();
  #warming: AbortController | undefined;
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  message(text: string): void {
    const read = readFrame(text);
    if (read.kind === 'broken')
      this.#error(read.reason === 'json' ? errors.invalidJson : errors.invalidEvent);
    else this.#frame(read.frame);
  }

  binary(): void {
    this.#error(errors.binaryMessage);
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes.stop();
    this.#warming?.abort();
    for (const finish of [...this.#unfinished]) finish();
    this.#options.documents.leave();
  }

  #frame(frame: Frame): void {
    switch (frame.type) {
      case 'response.create':
        this.#create(frame);
        return;
      case 'response.steer':
        this.#send({
          type: 'response.steer.failed',
          steer: { previous_response_id: frame.previous_response_id ?? null, input: frame.input ?? null },
          error: {
            type: 'invalid_request_error',
            code: 'steering_not_supported',
            message: 'This model cannot be steered.',
          },
        });
        return;
      case 'whittle.cancel':
        this.#lanes.cancel(typeof frame.stream_id === 'string' ? frame.stream_id : undefined);
        return;
      default:
        this.#event(frame);
    }
  }

  #event(frame: Frame): void {
    const event = readEvent(frame);
    const { documents, backend, trusted } = this.#options;
    switch (event?.kind) {
      case 'opened':
        documents.open(event.document);
        return;
      case 'changed':
        documents.change(event.uri, event.version, event.edit);
        return;
      case 'closed':
        documents.close(event.uri);
        return;
      case 'folders':
        if (trusted) backend.folders(event.folders, event.exclude);
        return;
      case undefined:
        this.#error(errors.unknownEvent(frame.type));
        return;
      default:
        event satisfies never;
    }
  }

  #create(frame: Frame): void {
    const read = readRequest(frame);
    if (read.kind === 'error') {
      this.#error(read.error, read.lane);
      return;
    }
    const { request } = read;
    const over = this.#options.work.begin();
    if (!over) {
      this.#error(errors.shuttingDown, request.lane);
      return;
    }
    const finish = (): void => {
      this.#unfinished.delete(finish);
      over();
    };
    this.#unfinished.add(finish);
    const admitted = this.#lanes.submit(request.lane, (signal) => {
      const running = this.#run(request, signal);
      if (running) return running.finally(finish);
      finish();
      return undefined;
    });
    if (admitted === 'queued') return;
    finish();
    this.#error(admitted === 'too-many-lanes' ? errors.streamLimit : errors.queueFull, request.lane);
  }

  #run(request: CreateRequest, signal: AbortSignal): Promise<void> | undefined {
    const { lane, previousResponseId } = request;
    const past = previousResponseId === undefined ? noPast : this.#lineage.find(previousResponseId, lane);
    if (past === undefined) {
      this.#error(errors.previousNotFound(previousResponseId ?? ''), lane);
      return undefined;
    }
    const wanted = readWanted(request, past, this.#options.documents);
    if (wanted.kind === 'wrong') {
      if (previousResponseId !== undefined) this.#lineage.evict(lane, previousResponseId);
      this.#error(wanted.error, lane);
      return undefined;
    }
    const id = `resp_${this.#options.newId()}`;
    const writer = new ResponseWriter({
      id,
      lane,
      model: request.model,
      createdAt: this.#options.epochSeconds(),
      previousResponseId: previousResponseId ?? null,
      metadata: request.metadata,
      send: (frame) => this.#send(frame),
    });
    const keep = (): void => this.#lineage.keep(lane, id, withAnswer(wanted.past, writer.said));
    this.#warming?.abort();
    writer.created();
    if (!request.generate) {
      writer.end({ kind: 'end', outcome: 'completed' });
      keep();
      this.#warm(wanted);
      return undefined;
    }
    writer.inProgress();
    return this.#answer(wanted, { writer, lane, signal, keep });
  }

  #answer(wanted: Wanted, run: Run): Promise<void> | undefined {
    if (run.signal.aborted) {
      run.writer.end(cancelledEnd);
      return undefined;
    }
    let events: ReturnType<Backend['answer']>;
    try {
      events = beginAnswer(this.#options.backend, wanted, run.signal);
    } catch (error) {
      this.#failed(run.writer, error);
      return undefined;
    }
    if (Symbol.asyncIterator in events) return this.#stream(events, run);
    for (const event of events) {
      if (this.#say(event, run)) break;
    }
    return undefined;
  }

  #warm(wanted: Wanted): void {
    const { backend, log } = this.#options;
    if (!backend.warm) return;
    const warming = new AbortController();
    this.#warming = warming;
    backend
      .warm(wanted.kind === 'ask' ? wanted.ask : wanted.conversation, warming.signal)
      .catch((error) => log('error', `gateway: warming up failed: ${error}`));
  }

  /** True where this was the last event. */
  #say(event: BackendEvent, { writer, lane, keep }: Run): boolean {
    switch (event.kind) {
      case 'end':
        writer.end(event);
        keep();
        return true;
      case 'failed':
        if (event.usage) writer.fail(errors.failureError(event.failure), event.usage);
        else this.#error(errors.failureError(event.failure), lane);
        return true;
      default:
        writer.write(event);
        return false;
    }
  }

  async #stream(events: AsyncIterable<BackendEvent>, run: Run): Promise<void> {
    const { writer, signal } = run;
    try {
      for await (const event of events) {
        if (signal.aborted) break;
        if (this.#say(event, run)) return;
        const drained = this.#options.ready?.();
        if (drained) await drained;
      }
      if (!signal.aborted) throw new Error('the backend ended without an end');
    } catch (error) {
      if (!signal.aborted) {
        this.#failed(writer, error);
        return;
      }
    }
    writer.end(cancelledEnd);
  }

  #failed(writer: ResponseWriter, error: unknown): void {
    this.#options.log('error', `gateway: a request failed: ${error instanceof Error ? error.stack : error}`);
    writer.fail(errors.answeringFailed);
  }

  #error(error: errors.RequestError, lane?: string): void {
    this.#send(errors.errorFrame(error, lane));
  }

  #send(frame: Frame): void {
    if (!this.#closed) this.#options.send(frame);
  }
}

const cancelledEnd = { kind: 'end', outcome: 'incomplete', reason: 'cancelled' } as const;

interface Run {
  readonly writer: ResponseWriter;
  readonly lane: string | undefined;
  readonly signal: AbortSignal;
  readonly keep: () => void;
}
