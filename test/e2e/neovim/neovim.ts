/**
 * A real Neovim with this test as its user interface: keys go in, the screen comes out. `nvim --embed` starts only
 * when the interface is attached, so that everything happens as it does before a user's eyes.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { machineEnvironment } from '../../support/server-process.ts';
import { decode, encode } from './msgpack.ts';
import { Screen } from './screen.ts';

export interface NeovimOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const columns = 100;
const rows = 30;
/** What a user would call hanging. */
const patienceMs = 5_000;

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Neovim {
  readonly screen = new Screen();
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly #requests = new Map<number, Waiter>();
  readonly #watchers = new Set<() => void>();
  #nextId = 1;
  #bytes = Buffer.alloc(0);
  #errors = '';

  private constructor(options: NeovimOptions) {
    this.process = spawn(options.program, ['--embed', ...options.args], {
      cwd: options.folder,
      env: { ...machineEnvironment(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.process.stdin?.on('error', () => {}); // it may quit while keys are under way
    this.exited = once(this.process, 'exit').then(([code]) => {
      for (const waiter of this.#requests.values())
        waiter.reject(new Error(`Neovim has ended: ${this.#errors}`));
      this.#requests.clear();
      return code as number | null;
    });
  }

  static async start(options: NeovimOptions): Promise<Neovim> {
    const neovim = new Neovim(options);
    await neovim.call('nvim_ui_attach', columns, rows, { rgb: true, ext_linegrid: true, ext_hlstate: true });
    return neovim;
  }

  /** A question on the screen blocks Neovim: the error holds what is asked. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => this.#requests.set(id, { resolve, reject }));
    this.process.stdin?.write(encode([0, id, method, args]));
    const timer = setTimeout(() => {
      this.#requests.get(id)?.reject(new Error(`${method} was not answered:\n${this.#described()}`));
    }, patienceMs);
    return answer.finally(() => {
      clearTimeout(timer);
      this.#requests.delete(id);
    });
  }

  /** Runs Lua inside; `...` are the arguments. */
  lua(code: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.call('nvim_exec_lua', code, args);
  }

  /** Presses keys in Neovim's notation, `<Esc>` and the like. */
  async press(keys: string): Promise<void> {
    await this.call('nvim_input', keys);
  }

  async buffer(): Promise<string> {
    return ((await this.call('nvim_buf_get_lines', 0, 0, -1, false)) as string[]).join('\n');
  }

  /** Waits until the screen shows it; the error holds the screen as it was instead. */
  async shows(what: string, test: (screen: Screen) => boolean): Promise<void> {
    if (test(this.screen)) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = () => {
        if (!test(this.screen)) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${what} was not shown:\n${this.#described()}`));
      }, patienceMs);
      this.#watchers.add(look);
    });
  }

  /** Waits for a Lua condition, with Neovim's own event loop running. */
  async until(what: string, condition: string): Promise<void> {
    const met = await this.lua(
      `return (vim.wait(${patienceMs - 500}, function() return ${condition} end, 5))`,
    );
    if (!met) throw new Error(`${what} did not happen:\n${this.#described()}`);
  }

  /** As a user quits; the exit code. Killed, and `null`, when it does not. */
  async quit(): Promise<number | null> {
    this.call('nvim_command', 'qa!').catch(() => {});
    const timer = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    return this.exited.finally(() => clearTimeout(timer));
  }

  #described(): string {
    return `${this.screen.lines().join('\n').trimEnd()}\n${this.#errors}`;
  }

  #receive(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let message = decode(this.#bytes); message; message = decode(this.#bytes)) {
      this.#bytes = this.#bytes.subarray(message.end);
      this.#message(message.value as [number, ...unknown[]]);
    }
  }

  #message([kind, ...rest]: readonly [number, ...unknown[]]): void {
    if (kind === 1) {
      const [id, error, result] = rest as [number, unknown, unknown];
      const waiter = this.#requests.get(id);
      if (error) waiter?.reject(new Error(String((error as unknown[])[1] ?? error)));
      else waiter?.resolve(result);
    } else if (kind === 2 && rest[0] === 'redraw') {
      if (this.screen.draw(rest[1] as unknown[])) for (const look of [...this.#watchers]) look();
    }
  }
}
