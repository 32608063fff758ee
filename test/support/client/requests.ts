/**
 * What the server asks of the client, checked against what the client declared, and answered. Progress is followed
 * per token: created or given by us, begun once, ended once.
 */

import type { ApplyWorkspaceEditParams } from 'vscode-languageserver';
import type { Buffers } from './buffers.ts';

export interface Question {
  readonly type: number;
  readonly message: string;
  readonly actions?: readonly { readonly title: string }[];
}

export interface ServerRequestsOptions {
  readonly capabilities: unknown;
  readonly answersUndeclared: readonly string[];
  readonly settings: unknown;
  readonly folders: () => readonly { readonly uri: string; readonly name: string }[];
  readonly buffers: Buffers;
  readonly answer: ((question: Question) => string | null) | undefined;
  readonly problem: (sentence: string) => void;
}

type Reply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } };

interface Progress {
  readonly values: unknown[];
  state: 'created' | 'begun' | 'ended';
}

/** The capability, as a path, without which each request must not be sent. */
const needed: Readonly<Record<string, string>> = {
  'workspace/applyEdit': 'workspace.applyEdit',
  'workspace/configuration': 'workspace.configuration',
  'workspace/workspaceFolders': 'workspace.workspaceFolders',
  'window/workDoneProgress/create': 'window.workDoneProgress',
  'window/showDocument': 'window.showDocument.support',
};

export class ServerRequests {
  readonly messages: string[] = [];
  readonly registrations = new Map<string, { readonly method: string; readonly registerOptions?: unknown }>();

  readonly #options: ServerRequestsOptions;
  readonly #progress = new Map<string | number, Progress>();

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  reply(method: string, params: unknown): Reply {
    const capability = needed[method];
    const declared = capability === undefined || lookup(this.#options.capabilities, capability);
    if (!declared && !this.#options.answersUndeclared.includes(method)) {
      this.#options.problem(`${method} was sent, but ${capability} was not declared`);
    }
    switch (method) {
      case 'workspace/applyEdit':
        return {
          result: this.#options.buffers.applyWorkspaceEdit((params as ApplyWorkspaceEditParams).edit),
        };
      case 'workspace/configuration':
        return {
          result: (params as { items: { section?: string }[] }).items.map(({ section }) =>
            this.#setting(section),
          ),
        };
      case 'workspace/workspaceFolders':
        return { result: this.#options.folders() };
      case 'window/workDoneProgress/create':
        this.#create((params as { token: string | number }).token);
        return { result: null };
      case 'window/showDocument':
        return { result: { success: true } };
      case 'window/showMessageRequest':
        return { result: this.#ask(params as Question) };
      case 'client/registerCapability':
        return this.#register(
          params as { registrations: { id: string; method: string; registerOptions?: unknown }[] },
        );
      case 'client/unregisterCapability':
        for (const { id } of (params as { unregisterations: { id: string }[] }).unregisterations)
          this.registrations.delete(id);
        return { result: null };
      default:
        this.#options.problem(`the server asked for ${method}, which no editor answers`);
        return { error: { code: -32601, message: `Unhandled method ${method}` } };
    }
  }

  notified(method: string, params: unknown): void {
    if (method === '$/progress') this.#advance(params as { token: string | number; value: { kind: string } });
    if (method === 'window/showMessage') this.messages.push((params as { message: string }).message);
  }

  /** A request of ours that carries a token allows progress on it. */
  startProgress(params: unknown): void {
    if (typeof params !== 'object' || params === null || !('workDoneToken' in params)) return;
    const token = params.workDoneToken;
    if (typeof token === 'string' || typeof token === 'number') this.#create(token);
  }

  progress(token: string | number): readonly unknown[] {
    return this.#progress.get(token)?.values ?? [];
  }

  #create(token: string | number): void {
    if (this.#progress.get(token)?.state === 'begun')
      this.#options.problem(`progress ${token} was made a second time`);
    this.#progress.set(token, { values: [], state: 'created' });
  }

  #advance({
    token,
    value,
  }: {
    readonly token: string | number;
    readonly value: { readonly kind: string };
  }): void {
    const progress = this.#progress.get(token);
    const expected = value.kind === 'begin' ? 'created' : 'begun';
    if (progress?.state !== expected) {
      this.#options.problem(
        `progress ${token}: ${value.kind} while it is ${progress?.state ?? 'unknown to the client'}`,
      );
    }
    if (!progress) return;
    progress.values.push(value);
    progress.state = value.kind === 'end' ? 'ended' : 'begun';
  }

  #setting(section: string | undefined): unknown {
    const settings = this.#options.settings;
    return (section ? lookup(settings, section) : settings) ?? null;
  }

  #ask(question: Question): { title: string } | null {
    if (!this.#options.answer) {
      this.#options.problem(`a question that no test expected: ${question.message}`);
      return null;
    }
    const title = this.#options.answer(question);
    if (title === null) return null;
    if (!question.actions?.some((action) => action.title === title))
      this.#options.problem(`no choice ${title} in: ${question.message}`);
    return { title };
  }

  #register({
    registrations,
  }: {
    readonly registrations: readonly { id: string; method: string; registerOptions?: unknown }[];
  }): Reply {
    for (const registration of registrations) {
      const path = `${registration.method.replace('/', '.')}.dynamicRegistration`;
      if (!lookup(this.#options.capabilities, path)) {
        this.#options.problem(`${registration.method} was registered, but ${path} was not declared`);
      }
      this.registrations.set(registration.id, registration);
    }
    return { result: null };
  }
}

function lookup(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return at;
}
