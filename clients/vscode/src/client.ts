/**
 * The language client, which can be started anew from whatever state it is in.
 *
 * The library keeps a start that failed for good, waits without end for a server that says nothing, and gives one that
 * hangs up without making room for the next; and what it says of all that nobody could act on.
 */

import { once } from 'node:events';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type Executable,
  LanguageClient,
  type LanguageClientOptions,
  type MessageTransports,
  State,
} from 'vscode-languageclient/node';

export interface Troubles {
  /** After a crash the library started it again, in vain. */
  notStartedAgain(): void;
  /** It crashed too often to be started again. */
  gaveUp(): void;
}

export class Client extends LanguageClient {
  readonly #troubles: Troubles;
  #isEnding = false;
  #begun: Promise<boolean> | undefined;

  constructor(executable: Executable, options: LanguageClientOptions, troubles: Troubles) {
    let usual: ErrorHandler | undefined;
    super('whittle', 'Whittle', executable, {
      ...options,
      initializationFailedHandler: () => false,
      errorHandler: {
        // A connection that fails closes as well, and its close is what is told.
        error: async (...all) => ({
          action: ErrorAction.Continue,
          ...(await usual?.error(...all)),
          handled: true,
        }),
        closed: () => this.#closed(usual),
      },
    });
    usual = this.createDefaultErrorHandler();
    this.#troubles = troubles;
  }

  /** False where it could not be started; another time it may be. */
  begin(): Promise<boolean> {
    this.#begun = this.#begin();
    return this.#begun;
  }

  async #begin(): Promise<boolean> {
    try {
      await super.start();
      return true;
    } catch {
      this.serverProcess?.kill();
      // As if its connection had closed only now: the library then lets go of the start.
      await this.handleConnectionClosed();
      return false;
    }
  }

  /** Called by the library after a crash, and before each request. */
  override async start(): Promise<void> {
    if (this.state === State.Starting || this.isRunning()) return await super.start();
    if (!(await this.begin()) && !this.#isEnding) this.#troubles.notStartedAgain();
  }

  /** From then on nothing of it runs, whether it answered or not. */
  async end(): Promise<void> {
    this.#isEnding = true;
    try {
      const child = this.serverProcess;
      if (this.state === State.Starting) {
        child?.kill('SIGKILL');
        await this.#begun;
      }
      if (!this.isRunning()) return;
      const ended = child?.exitCode === null ? once(child, 'close') : undefined;
      // One that hangs the library kills a moment later, and would take its end for the end of the next one.
      await this.stop().catch(() => ended);
    } finally {
      this.#isEnding = false;
    }
  }

  async #closed(usual: ErrorHandler | undefined): Promise<CloseHandlerResult> {
    if (!this.isRunning() || !usual) return { action: CloseAction.DoNotRestart, handled: true };
    const { action } = await usual.closed();
    if (action === CloseAction.DoNotRestart) this.#troubles.gaveUp();
    return { action, handled: true };
  }

  /** Whoever asked for its end meanwhile does not wait for what it says. */
  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = await super.createMessageTransports(encoding);
    if (this.#isEnding) this.serverProcess?.kill('SIGKILL');
    return transports;
  }

  /** That it does not run is told by those who start it, with what to do. */
  override error(message: string, data?: unknown, notify?: boolean | 'force'): void {
    super.error(message, data, this.isRunning() ? notify : false);
  }
}
