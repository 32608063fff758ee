/**
 * A scripted LSP client over any pair of streams: in memory, or a child process. It behaves as a chosen editor does
 * (`client/editor.ts`) and is stricter than all of them.
 *
 * Laws
 * - Every request gets exactly one response. A second one, or one nobody asked for, is a problem.
 * - Every request of the server is answered at once. One the client did not declare, an edit that an editor could not
 *   apply, a question no test expected and progress out of order are problems.
 * - `shutdown` and `finish` throw when there was a problem, so a test cannot pass over one.
 * - When the server's stream ends, every waiter is rejected: nothing here waits for ever.
 * Offsets are UTF-16 code units, whatever encoding was negotiated.
 */

import { basename } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type {
  CodeAction,
  Command,
  CompletionItem,
  CompletionList,
  Diagnostic,
  InitializeResult,
  InlineCompletionItem,
  InlineCompletionList,
  Position,
  Range,
} from 'vscode-languageserver';
import { Buffers } from './client/buffers.ts';
import { type Change, type Encoding, toChanges, toOffset, toPosition, toRange } from './client/document.ts';
import { type Editor, type EditorName, editors } from './client/editor.ts';
import { frame, readFrames } from './client/framing.ts';
import { type Question, ServerRequests } from './client/requests.ts';

export interface Streams {
  /** What the server writes. */
  readonly input: Readable;
  /** What the server reads. */
  readonly output: Writable;
}

export interface ClientOptions {
  readonly editor?: EditorName;
  /** The editor's whole settings tree, `{ whittle: … }` or bare: what `workspace/configuration` looks sections up in. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  /** Absolute paths. None: `workspaceFolders: null`. */
  readonly folders?: readonly string[];
  readonly encodings?: readonly Encoding[];
  /** Laid over what the editor declares, top level by top level key. */
  readonly capabilities?: Partial<Editor['capabilities']>;
  /** What the user picks when asked; without it a question is a problem. */
  readonly answer?: (question: Question) => string | null;
}

export interface PendingRequest {
  readonly id: number;
  readonly result: Promise<unknown>;
  /** Sends `$/cancelRequest`, unless this editor never does. */
  cancel(): void;
}

export interface Notification {
  readonly method: string;
  readonly params: unknown;
}

/** An error response. */
export class ResponseFailure extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(
    method: string,
    error: { readonly code: number; readonly message: string; readonly data?: unknown },
  ) {
    super(`${method}: ${error.message}`);
    this.code = error.code;
    this.data = error.data;
  }
}

interface Act {
  readonly act: () => void;
  readonly times: 'once' | 'always';
}

interface Waiter {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Listener {
  readonly method: string;
  readonly matches: (params: unknown) => boolean;
  readonly resolve: (params: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Two streams for a server in the same process: give it `server`, the client takes `client`. */
export function memoryStreams(): {
  readonly client: Streams;
  readonly server: { readonly input: Readable; readonly output: Writable };
} {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  return { client: { input: toClient, output: toServer }, server: { input: toServer, output: toClient } };
}

export class Client {
  readonly buffers: Buffers;
  /** What broke a rule, in order. */
  readonly problems: string[] = [];
  /** Everything said, for the message of a failing test. */
  readonly transcript: string[] = [];
  /** Notifications nobody waited for yet, oldest first. */
  readonly notifications: Notification[] = [];
  readonly editor: Editor;
  initialized: InitializeResult | undefined;

  readonly #streams: Streams;
  readonly #options: ClientOptions;
  readonly #requests: ServerRequests;
  readonly #waiters = new Map<number, Waiter>();
  readonly #listeners = new Set<Listener>();
  /** Methods that were answered at least once. */
  readonly #answered = new Set<string>();
  readonly #ended: Promise<void>;
  #isEnded = false;
  readonly #pretended = new Map<string, { result: unknown } | { error: { code: number; message: string } }>();
  readonly #acts = { before: new Map<string, Act>(), after: new Map<string, Act>() };
  #heldReplies: (() => void)[] | undefined;
  #nextId = 1;

  constructor(streams: Streams, options: ClientOptions = {}) {
    this.#streams = streams;
    this.#options = options;
    this.editor = editors[options.editor ?? 'plain'];
    this.buffers = new Buffers(this.editor, {
      send: (method, params) => this.#write({ jsonrpc: '2.0', method, params }),
      problem: (sentence) => this.#problem(sentence),
    });
    this.#requests = new ServerRequests({
      capabilities: this.#capabilities(),
      answersUndeclared: this.editor.answersUndeclared ?? [],
      settings: options.settings,
      folders: () => this.#folders(),
      buffers: this.buffers,
      answer: options.answer,
      problem: (sentence) => this.#problem(sentence),
    });
    // A server that is gone is noticed by the end of its output; writing to it must not throw at a random place.
    streams.output.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      readFrames(streams.input, {
        message: (value) => this.#receive(value),
        broken: (reason) => this.#problem(reason),
        ended: () => {
          this.#end();
          resolve();
        },
      });
    });
  }

  /** `initialize` and `initialized`, with everything this editor sends. */
  async initialize(): Promise<InitializeResult> {
    const result = (await this.request('initialize', this.initializeParams())) as InitializeResult;
    this.acceptInitialize(result);
    this.notify('initialized', {});
    if (this.editor.pushesSettings && this.#options.settings !== undefined) {
      this.notify('workspace/didChangeConfiguration', { settings: this.#options.settings });
    }
    return result;
  }

  initializeParams(): Record<string, unknown> {
    const folders = this.#folders();
    return {
      processId: process.pid,
      ...(this.editor.name === '' ? {} : { clientInfo: { name: this.editor.name, version: '1.0' } }),
      rootUri: folders[0]?.uri ?? null,
      workspaceFolders: folders.length > 0 ? folders : null,
      capabilities: this.#capabilities(),
      ...(this.#options.initializationOptions === undefined
        ? {}
        : { initializationOptions: this.#options.initializationOptions }),
    };
  }

  /** Only for tests that send `initialize` themselves. */
  acceptInitialize(result: InitializeResult): void {
    this.initialized = result;
    const encoding = result.capabilities.positionEncoding ?? 'utf-16';
    const offered = this.#encodings();
    if (encoding !== 'utf-16' && !offered.some((one) => one === encoding)) {
      this.#problem(`the server chose ${encoding}, which was not offered`);
    }
    this.buffers.encoding = encoding as Encoding;
    const sync = result.capabilities.textDocumentSync;
    this.buffers.incremental = (typeof sync === 'object' ? sync.change : sync) === 2;
  }

  /** The response's result; an error response rejects with `ResponseFailure`. */
  request(method: string, params: unknown): Promise<unknown> {
    return this.start(method, params).result;
  }

  start(method: string, params: unknown): PendingRequest {
    this.buffers.flush();
    const id = this.#nextId++;
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.#isEnded) reject(new Error(`${method}: the server has ended its output`));
      else this.#waiters.set(id, { method, resolve, reject });
    });
    this.#requests.startProgress(params);
    this.#write({ jsonrpc: '2.0', id, method, params });
    return { id, result, cancel: () => this.editor.cancels && this.notify('$/cancelRequest', { id }) };
  }

  notify(method: string, params: unknown): void {
    this.buffers.flush();
    this.#write({ jsonrpc: '2.0', method, params });
  }

  /** Any bytes at all, for tests of broken messages. */
  writeRaw(bytes: string | Buffer): void {
    this.#streams.output.write(bytes);
  }

  /** The next notification that matches, or one that already came and nobody waited for. */
  notification(method: string, matches: (params: unknown) => boolean = () => true): Promise<unknown> {
    const index = this.notifications.findIndex((one) => one.method === method && matches(one.params));
    if (index !== -1) return Promise.resolve(this.notifications.splice(index, 1)[0]?.params);
    return new Promise((resolve, reject) => {
      if (this.#isEnded) reject(new Error(`no ${method}: the server has ended its output`));
      else this.#listeners.add({ method, matches, resolve, reject });
    });
  }

  /** The texts of `window/showMessage` so far, waited for or not. */
  get messages(): readonly string[] {
    return this.#requests.messages;
  }

  /** Progress of one token as it was reported, `begin` to `end`. */
  progress(token: string | number): readonly unknown[] {
    return this.#requests.progress(token);
  }

  // Documents. Offsets are UTF-16.

  open(uri: string, text: string, languageId = 'typescript'): void {
    this.buffers.open(uri, text, languageId);
  }

  text(uri: string): string {
    return this.buffers.get(uri).text;
  }

  version(uri: string): number {
    return this.buffers.get(uri).version;
  }

  /** One change as a paste makes it. */
  change(uri: string, change: Change): void {
    this.buffers.change(uri, [change]);
  }

  /** One change per character, as typing makes them; the offset behind the last. */
  type(uri: string, at: number, text: string): number {
    let offset = at;
    for (const point of text) {
      this.buffers.change(uri, [{ start: offset, end: offset, text: point }]);
      offset += point.length;
    }
    return offset;
  }

  /** Takes back the last change or applied edit: one step. */
  undo(uri: string): void {
    this.buffers.undo(uri);
  }

  save(uri: string): void {
    this.notify('textDocument/didSave', { textDocument: { uri } });
  }

  close(uri: string): void {
    this.buffers.close(uri);
  }

  /** The offset just behind the first occurrence of `text`. */
  after(uri: string, text: string): number {
    const at = this.text(uri).indexOf(text);
    if (at === -1) throw new Error(`${uri} does not contain ${JSON.stringify(text)}`);
    return at + text.length;
  }

  position(uri: string, offset: number): Position {
    return toPosition(this.text(uri), offset, this.buffers.encoding);
  }

  range(uri: string, start: number, end: number): Range {
    return toRange(this.text(uri), { start, end }, this.buffers.encoding);
  }

  // Features.

  async inlineCompletions(
    uri: string,
    offset: number,
    trigger: 'invoked' | 'automatic' = 'automatic',
  ): Promise<readonly InlineCompletionItem[]> {
    const result = (await this.request(
      'textDocument/inlineCompletion',
      this.inlineCompletionParams(uri, offset, trigger),
    )) as InlineCompletionList | InlineCompletionItem[] | null;
    return Array.isArray(result) ? result : (result?.items ?? []);
  }

  inlineCompletionParams(
    uri: string,
    offset: number,
    trigger: 'invoked' | 'automatic' = 'automatic',
  ): object {
    return {
      textDocument: { uri },
      position: this.position(uri, offset),
      context: { triggerKind: trigger === 'invoked' ? 1 : 2 },
    };
  }

  async completions(uri: string, offset: number): Promise<CompletionList> {
    const result = (await this.request('textDocument/completion', {
      textDocument: { uri },
      position: this.position(uri, offset),
      context: { triggerKind: 1 },
    })) as CompletionList | CompletionItem[] | null;
    return Array.isArray(result) || result === null ? { isIncomplete: false, items: result ?? [] } : result;
  }

  /** Puts the item into the buffer, as one undo step, and runs its command; the offset behind what was inserted. */
  async accept(uri: string, offset: number, item: InlineCompletionItem): Promise<number> {
    if (typeof item.insertText !== 'string') throw new Error('a snippet, which no item of ours should be');
    const range = item.range ?? { start: this.position(uri, offset), end: this.position(uri, offset) };
    const start = toOffset(this.text(uri), range.start, this.buffers.encoding);
    const end = toOffset(this.text(uri), range.end, this.buffers.encoding);
    if (start === undefined || end === undefined || end < start)
      throw new Error(`range outside the text: ${JSON.stringify(range)}`);
    if (range.start.line !== range.end.line) this.#problem('an inline completion whose range spans lines');
    if (offset < start || offset > end)
      this.#problem('an inline completion whose range does not hold the cursor');
    const text = this.buffers.inserted(uri, item.insertText);
    this.buffers.change(uri, [{ start, end, text }]);
    if (item.command) await this.runCommand(item.command);
    return start + text.length;
  }

  /** Puts an entry of the completion menu into the buffer, as one undo step, and runs its command. */
  async acceptCompletion(uri: string, item: CompletionItem): Promise<void> {
    const { textEdit } = item;
    if (!textEdit || !('range' in textEdit)) throw new Error('a completion item without a plain text edit');
    const changes = toChanges(this.text(uri), [textEdit], this.buffers.encoding);
    if (typeof changes === 'string') throw new Error(changes);
    this.buffers.change(uri, changes);
    if (item.command) await this.runCommand(item.command);
  }

  async codeActions(
    uri: string,
    range: { readonly start: number; readonly end: number },
    context: { readonly diagnostics?: readonly Diagnostic[]; readonly only?: readonly string[] } = {},
  ): Promise<readonly CodeAction[]> {
    const result = (await this.request('textDocument/codeAction', {
      textDocument: { uri },
      range: this.range(uri, range.start, range.end),
      context: { diagnostics: [], triggerKind: 1, ...context },
    })) as (CodeAction | Command)[] | null;
    return (result ?? []).map((action) =>
      typeof action.command === 'string'
        ? { title: action.title, command: action as Command }
        : (action as CodeAction),
    );
  }

  /** Picks the action as a user does: its edit is applied, then its command is run. */
  async run(action: CodeAction): Promise<unknown> {
    if (action.disabled) throw new Error(`disabled: ${action.disabled.reason}`);
    if (action.edit) {
      const outcome = this.buffers.applyWorkspaceEdit(action.edit);
      if (!outcome.applied)
        this.#problem(`the edit of ${action.title} does not apply: ${outcome.failureReason}`);
    }
    return action.command ? this.runCommand(action.command) : undefined;
  }

  /** Runs the action and waits until its edit has landed, which may be long after its command was answered. */
  async runAndLand(action: CodeAction): Promise<void> {
    const landed = this.buffers.nextEdit();
    await this.run(action);
    await landed;
    this.buffers.flush();
  }

  runCommand(command: Command): Promise<unknown> {
    return this.request('workspace/executeCommand', {
      command: command.command,
      arguments: command.arguments ?? [],
    });
  }

  execute(command: string, argument: unknown): Promise<unknown> {
    return this.request('workspace/executeCommand', { command, arguments: [argument] });
  }

  /** What another server said about the document, as clients pass it on. */
  passDiagnostics(uri: string, diagnostics: readonly Diagnostic[]): void {
    this.notify('whittle/diagnostics', { uri, diagnostics });
  }

  // The end.

  /** `shutdown`, `exit`, the end of the server's output; throws if anything broke a rule. */
  async shutdown(): Promise<void> {
    await this.request('shutdown', undefined);
    this.notify('exit', undefined);
    this.#streams.output.end();
    await this.#ended;
    this.finish();
  }

  /** From now on such requests of the server are answered with an error. */
  refuse(method: string): void {
    this.#pretended.set(method, { error: { code: -32603, message: `The user does not want ${method}` } });
  }

  /** From now on such requests of the server are answered so, and nothing is done. */
  pretend(method: string, result: unknown): void {
    this.#pretended.set(method, { result });
  }

  /** From now on such requests of the server are done and answered again. */
  relent(method: string): void {
    this.#pretended.delete(method);
  }

  /** What the user does just before the next such request is answered. */
  beforeReply(method: string, act: () => void, times: 'once' | 'always' = 'once'): void {
    this.#acts.before.set(method, { act, times });
  }

  /** What the user does just after the next such request was answered. */
  afterReply(method: string, act: () => void, times: 'once' | 'always' = 'once'): void {
    this.#acts.after.set(method, { act, times });
  }

  /** The next such request was answered, or one nobody waited for. */
  replied(method: string): Promise<unknown> {
    return this.notification(`answered ${method}`);
  }

  /** From now on requests of the server are answered no sooner than `release`. */
  holdReplies(): { release(): void } {
    const held: (() => void)[] = [];
    this.#heldReplies = held;
    return {
      release: () => {
        this.#heldReplies = undefined;
        for (const answer of held) answer();
      },
    };
  }

  /** Closes the server's input, as an editor that dies does. */
  endInput(): void {
    this.#streams.output.end();
  }

  /** Only the server's end of output. */
  ended(): Promise<void> {
    return this.#ended;
  }

  /** Throws if anything broke a rule. */
  finish(): void {
    if (this.problems.length === 0) return;
    throw new Error(`${this.problems.join('\n')}\n\n${this.transcript.slice(-40).join('\n')}`);
  }

  #capabilities(): object {
    const encodings = this.#encodings();
    const own = this.editor.capabilities;
    return {
      ...own,
      general: { ...own.general, ...(encodings.length > 0 ? { positionEncodings: encodings } : {}) },
      ...this.#options.capabilities,
    };
  }

  #encodings(): readonly Encoding[] {
    return this.#options.encodings ?? this.editor.encodings;
  }

  #folders(): { uri: string; name: string }[] {
    return (this.#options.folders ?? []).map((path) => ({
      uri: pathToFileURL(path).href,
      name: basename(path),
    }));
  }

  #write(message: object): void {
    this.#note('→', message);
    this.#streams.output.write(frame(message));
  }

  #receive(value: unknown): void {
    this.#note('←', value);
    if (typeof value !== 'object' || value === null || !('jsonrpc' in value) || value.jsonrpc !== '2.0') {
      this.#problem(`not JSON-RPC 2.0: ${JSON.stringify(value).slice(0, 200)}`);
      return;
    }
    const message = value as {
      id?: number | string | null;
      method?: string;
      params?: unknown;
      result?: unknown;
      error?: { code: number; message: string };
    };
    if (message.method === undefined) this.#respond(message);
    else if (message.id !== undefined && message.id !== null)
      this.#answer(message.id, message.method, message.params);
    else this.#heard(message.method, message.params);
  }

  #respond(message: {
    id?: number | string | null;
    result?: unknown;
    error?: { code: number; message: string };
  }): void {
    const waiter = typeof message.id === 'number' ? this.#waiters.get(message.id) : undefined;
    if (!waiter) {
      // An unreadable message of ours is answered with the id null: a test that sends one waits for it here.
      if (message.id === null && message.error) this.#heard('response without id', message.error);
      else this.#problem(`a response to ${JSON.stringify(message.id)}, which nobody waits for`);
      return;
    }
    if ('result' in message === 'error' in message)
      this.#problem(`${waiter.method}: a response needs a result or an error`);
    this.#waiters.delete(message.id as number);
    this.#answered.add(waiter.method);
    if (message.error) waiter.reject(new ResponseFailure(waiter.method, message.error));
    else waiter.resolve(message.result);
  }

  #answer(id: number | string, method: string, params: unknown): void {
    if (!this.#answered.has('initialize')) this.#problem(`${method} was sent before initialize was answered`);
    const answer = () => {
      this.#act('before', method);
      const reply = this.#pretended.get(method) ?? this.#requests.reply(method, params);
      this.#write({ jsonrpc: '2.0', id, ...reply });
      this.#act('after', method);
      this.buffers.afterReply();
      this.#tell(`answered ${method}`, undefined);
    };
    if (this.#heldReplies) this.#heldReplies.push(answer);
    else answer();
  }

  #act(when: 'before' | 'after', method: string): void {
    const found = this.#acts[when].get(method);
    if (found?.times === 'once') this.#acts[when].delete(method);
    found?.act();
  }

  #heard(method: string, params: unknown): void {
    this.#requests.notified(method, params);
    this.#tell(method, params);
  }

  #tell(method: string, params: unknown): void {
    for (const listener of this.#listeners) {
      if (listener.method !== method || !listener.matches(params)) continue;
      this.#listeners.delete(listener);
      listener.resolve(params);
      return;
    }
    this.notifications.push({ method, params });
  }

  #end(): void {
    this.#isEnded = true;
    for (const waiter of this.#waiters.values())
      waiter.reject(new Error(`${waiter.method}: the server ended without answering`));
    for (const listener of this.#listeners)
      listener.reject(new Error(`no ${listener.method}: the server has ended its output`));
    this.#waiters.clear();
    this.#listeners.clear();
  }

  #problem(sentence: string): void {
    this.problems.push(sentence);
  }

  #note(direction: string, message: unknown): void {
    if (this.transcript.length > 400) this.transcript.splice(0, 200);
    this.transcript.push(`${direction} ${JSON.stringify(message)}`.slice(0, 600));
  }
}
