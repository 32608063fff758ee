/**
 * One JSON-RPC connection and its table of methods.
 *
 * Laws
 * - Every request gets exactly one response: what its handler returns, an error that says what was wrong, or
 *   `RequestCancelled` the moment the client cancels, whatever the handler is waiting for.
 * - Requests before `initialize` are answered `ServerNotInitialized`, after `shutdown` `InvalidRequest`;
 *   notifications are dropped then, save `exit`.
 * - What is no message is answered with an error where JSON-RPC asks for one, and never repeated in the log.
 * - Unknown requests are answered `MethodNotFound`, unknown notifications are ignored.
 * - Messages are dispatched in the order of their arrival. Where the input ends, those before its end still are, and
 *   what was asked is waited for, `farewellMs` at the most.
 */

import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  LSPErrorCodes,
  type MessageReader,
  type MessageWriter,
  ResponseError,
  type ResponseMessage,
} from 'vscode-languageserver/node';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { InvalidMessage } from './message.ts';
import { type Fields, Malformed, object } from './params.ts';

/** `signal` is made when it is asked for: most answers are there before anything could be cancelled. */
export type RequestHandler = (params: Fields, signal: () => AbortSignal) => unknown;
export type NotificationHandler = (params: Fields) => void;

export interface MethodTable {
  readonly requests: Readonly<Record<string, RequestHandler>>;
  readonly notifications: Readonly<Record<string, NotificationHandler>>;
}

export type ClientAnswer =
  | { readonly kind: 'answered'; readonly value: unknown }
  /** With an error, in the client's own words. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The client went away, or the signal fired. */
  | { readonly kind: 'gone' };

export interface ClientConnection {
  notify(method: string, params: object): void;
  /** The client's answer, or `undefined` where it refused, went away or the signal fired. */
  request(method: string, params: object, signal: AbortSignal): Promise<unknown>;
  /** The same, with why there is none. */
  answer(method: string, params: object, signal: AbortSignal): Promise<ClientAnswer>;
  /** The only way the lifecycle moves. */
  setPhase(phase: 'running' | 'shutdown'): void;
  setTrace(trace: 'off' | 'messages' | 'verbose'): void;
  dispose(): void;
}

export interface ConnectionOptions {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  readonly log: Log;
  readonly clock: Clock;
  /** The stream ended or `exit` came; `afterShutdown` decides the exit code. */
  readonly onEnd: (afterShutdown: boolean) => void;
}

/** For answers to whoever has said all that he will: a pipe, a script. An editor that has died reads none. */
const farewellMs = 1000;

export function serveConnection(table: MethodTable, options: ConnectionOptions): ClientConnection {
  const { reader, writer, log, clock, onEnd } = options;
  const connection = createMessageConnection(reader, writer, {
    error: (message) => log('error', message),
    warn: (message) => log('warn', message),
    info: (message) => log('debug', message),
    log: (message) => log('debug', message),
  });
  let phase: 'starting' | 'running' | 'shutdown' = 'starting';
  let trace: 'off' | 'messages' | 'verbose' = 'off';
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd(phase === 'shutdown');
  };
  /** Nothing more comes in, and nothing can be asked. */
  let closed = false;
  let dispatched = 0;
  let unanswered = 0;
  let answeredAll = () => {};

  async function farewell(): Promise<void> {
    if (closed) return;
    closed = true;
    let isLate = false;
    const hurry = clock.after(farewellMs, () => {
      isLate = true;
      answeredAll();
    });
    // One message is dispatched in each turn, until there is none.
    for (let before = -1; before !== dispatched; await turn()) before = dispatched;
    while (unanswered > 0 && !isLate && !ended)
      await new Promise<void>((resolve) => {
        answeredAll = resolve;
      });
    // An answer is written in the turn that it is known in.
    await turn();
    hurry();
    end();
  }

  connection.onRequest(async (method: string, params: unknown, token: CancellationToken) => {
    dispatched++;
    const handler = Object.hasOwn(table.requests, method) ? table.requests[method] : undefined;
    if (phase === 'starting' && method !== 'initialize') {
      return new ResponseError(ErrorCodes.ServerNotInitialized, `'${method}' came before 'initialize'.`);
    }
    if (phase !== 'starting' && method === 'initialize') {
      return new ResponseError(ErrorCodes.InvalidRequest, `'initialize' was sent a second time.`);
    }
    if (phase === 'shutdown')
      return new ResponseError(ErrorCodes.InvalidRequest, `'${method}' came after 'shutdown'.`);
    if (!handler)
      return new ResponseError(ErrorCodes.MethodNotFound, `'${method}' is not a method of Whittle.`);
    // Nothing but messages for the user may come before the answer to `initialize`.
    const traced = trace !== 'off' || method !== 'initialize';
    const started = clock.now();
    const answer = await answered(method, () => handler(fieldsOf(params), () => abortSignal(token)), token);
    if (trace !== 'off' && traced) {
      const outcome = answer instanceof ResponseError ? ` with error ${answer.code}` : '';
      logTrace(`Answered '${method}' in ${(clock.now() - started).toFixed(1)} ms${outcome}.`);
    }
    return answer;
  });

  connection.onNotification((method: string, params: unknown) => {
    dispatched++;
    if (method === 'exit') return end();
    if (phase !== 'running') return;
    const handler = Object.hasOwn(table.notifications, method) ? table.notifications[method] : undefined;
    if (!handler) return;
    try {
      handler(fieldsOf(params));
      if (trace !== 'off') logTrace(`Took in '${method}'.`);
    } catch (error) {
      const known = error instanceof Malformed;
      log(known ? 'warn' : 'error', `'${method}' was ignored: ${known ? error.message : describe(error)}`);
    }
  });

  async function answered(method: string, run: () => unknown, token: CancellationToken): Promise<unknown> {
    unanswered++;
    try {
      const result = run();
      const answer = result instanceof Promise ? await unlessCancelled(result, token) : result;
      return answer === undefined ? null : answer;
    } catch (error) {
      if (error instanceof ResponseError) return error;
      if (error instanceof Malformed)
        return new ResponseError(ErrorCodes.InvalidParams, `${method}: ${error.message}`);
      log('error', `'${method}' failed: ${describe(error)}`);
      return new ResponseError(
        LSPErrorCodes.RequestFailed,
        `'${method}' failed inside Whittle; its log says how.`,
      );
    } finally {
      if (--unanswered === 0) answeredAll();
    }
  }

  async function answerOf(method: string, params: object, signal: AbortSignal): Promise<ClientAnswer> {
    if (ended || closed || signal.aborted) return { kind: 'gone' };
    return await new Promise((resolve) => {
      const settle = (answer: ClientAnswer) => {
        signal.removeEventListener('abort', stop);
        resolve(answer);
      };
      const stop = () => settle({ kind: 'gone' });
      signal.addEventListener('abort', stop);
      connection.sendRequest(method, params).then(
        (value: unknown) => settle({ kind: 'answered', value }),
        (error: unknown) => {
          const message = describe(error);
          log('debug', `The client refused '${method}': ${message}`);
          settle(ended ? { kind: 'gone' } : { kind: 'refused', message });
        },
      );
    });
  }

  function logTrace(message: string): void {
    if (closed) return;
    void connection.sendNotification('$/logTrace', { message }).catch(() => end());
  }

  function refuse({ ids, code, message }: InvalidMessage): void {
    for (const id of ids) {
      const response: ResponseMessage = { jsonrpc: '2.0', id, error: { code, message } };
      writer.write(response).catch(() => end());
    }
  }

  connection.onClose(() => void farewell());
  connection.onError(([error]) => {
    log('error', `The connection to the editor reported: ${error.message}`);
    if (error instanceof InvalidMessage) refuse(error);
  });
  connection.listen();

  return {
    notify(method, params) {
      if (ended || closed) return;
      // A write fails when the client is gone; its closed stream is what ends the server.
      connection.sendNotification(method, params).catch((error: unknown) => log('debug', describe(error)));
    },
    async request(method, params, signal) {
      const answer = await answerOf(method, params, signal);
      return answer.kind === 'answered' ? answer.value : undefined;
    },
    answer: answerOf,
    setPhase(next) {
      phase = next;
    },
    setTrace(next) {
      trace = next;
    },
    dispose() {
      ended = true;
      answeredAll();
      connection.dispose();
    },
  };
}

/** Of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function fieldsOf(params: unknown): Fields {
  return params === undefined || params === null ? {} : object(params, 'params');
}

function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** An error is made only where it is answered: with its stack it costs as much as the whole answer from the cache. */
function unlessCancelled(result: Promise<unknown>, token: CancellationToken): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = () =>
      resolve(new ResponseError<void>(LSPErrorCodes.RequestCancelled, 'The client cancelled the request.'));
    if (token.isCancellationRequested) cancel();
    else token.onCancellationRequested(cancel);
    result.then(resolve, reject);
  });
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (${describe(error.cause)})`;
  return `${error.message}${cause}`;
}
