/** A real VS Code, served by its own server to a browser without a screen, with a user at its keyboard. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { machineEnvironment } from '../../support/server-process.ts';
import { openPage, type Page } from './browser.ts';
import { readScreen, type Screen } from './screen.ts';

export interface VsCodeOptions {
  /** What `install.sh` fetched. */
  readonly installed: string;
  /** Program. */
  readonly browser: string;
  /** Empty; for data and the workspace. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const extensionSources = join(import.meta.dirname, '../../../clients/vscode');

/** What a user would call hanging, on a machine with much else to do. */
const patienceMs = 60_000;

export class VsCode {
  readonly #page: Page;
  readonly #server: ChildProcess;
  readonly #folder: string;
  readonly #authority: string;
  /** Of what did not come, for who looks into it. */
  readonly #lastPicture: string;
  #hasWindow = false;

  private constructor(
    page: Page,
    server: ChildProcess,
    { folder, installed, port }: VsCodeOptions & { readonly port: number },
  ) {
    this.#page = page;
    this.#server = server;
    this.#folder = folder;
    this.#authority = `127.0.0.1:${port}`;
    this.#lastPicture = join(installed, 'late.png');
  }

  static async start(options: VsCodeOptions): Promise<VsCode> {
    const { installed, browser, folder, settings } = options;
    const data = join(folder, 'data');
    const extensions = join(folder, 'extensions');
    mkdirSync(join(data, 'Machine'), { recursive: true });
    mkdirSync(join(folder, 'workspace'));
    writeSettings(folder, settings);
    await installExtension(extensions, installed);
    const flags = [
      ...[
        '--host',
        '127.0.0.1',
        '--port',
        '0',
        '--without-connection-token',
        '--accept-server-license-terms',
      ],
      ...['--disable-workspace-trust', '--disable-telemetry', '--user-data-dir', data],
      ...['--server-data-dir', join(folder, 'server'), '--extensions-dir', extensions],
    ];
    const server = spawn(nodeOf(installed), [join(installed, 'editor/out/server-main.js'), ...flags], {
      env: { ...machineEnvironment(), XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const port = await portOf(server);
    const page = await openPage(browser, join(folder, 'browser'));
    return new VsCode(page, server, { port, ...options });
  }

  /** Makes the file and opens it, the first one in a new window; the cursor is at line and column, from 1. */
  async open(name: string, text: string, at: readonly [line: number, column: number]): Promise<void> {
    const workspace = join(this.#folder, 'workspace');
    const path = join(workspace, name);
    writeFileSync(path, text);
    if (this.#hasWindow) {
      await this.press('Control+p');
      await this.#answer(path, ({ choices }) => choices[0]?.startsWith(name) ?? false);
    } else {
      const file = `vscode-remote://${this.#authority}${path}`;
      const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify([['openFile', file]]) });
      await this.#page.open(`http://${this.#authority}/?${query}`);
      this.#hasWindow = true;
    }
    const first = text.split(/\r?\n/)[0];
    await this.until(
      'the file, and that Whittle is there',
      ({ tab, lines, statusLabel }) =>
        tab === name && lines[0] === first && /ready|does not run/.test(statusLabel),
    );
    await this.goTo(...at);
  }

  /** Makes the notebook and opens it, with the cursor at the end of its only cell. */
  async openNotebook(name: string, text: string): Promise<void> {
    const path = join(this.#folder, 'workspace', name);
    writeFileSync(path, text);
    await this.press('Control+p');
    await this.#answer(path, ({ choices }) => choices[0]?.startsWith(name) ?? false);
    await this.until('the notebook', ({ tab, cell }) => tab === name && cell === 'chosen');
    await this.press('Enter');
    await this.until('the cursor in it', ({ cell }) => cell === 'edited');
    await this.press('Control+End');
  }

  async goTo(line: number, column: number): Promise<void> {
    await this.press('Control+g');
    await this.#answer(`${line}:${column}`);
    await this.until(`line ${line}`, ({ cursor, input }) => {
      return input === undefined && cursor.startsWith(`Ln ${line}, Col ${column}`);
    });
  }

  press(keys: string): Promise<void> {
    return this.#page.press(keys);
  }

  type(text: string): Promise<void> {
    return this.#page.type(text);
  }

  /** Runs one of Whittle's commands by its title; what it asks is answered with `words` where there are some. */
  async command(title: string, words?: string): Promise<void> {
    await this.run(`Whittle: ${title}`);
    if (words !== undefined) await this.#answer(words);
  }

  /** Runs any command by its title in the palette. */
  async run(title: string): Promise<void> {
    await this.press('F1');
    await this.until('the palette', ({ input }) => input === '>');
    await this.#page.write(title);
    await this.until(title, ({ choices }) => choices[0]?.startsWith(title) ?? false);
    await this.press('Enter');
  }

  /** In an input that opens empty, once it shows what was typed. */
  async #answer(words: string, shows: (screen: Screen) => boolean = () => true): Promise<void> {
    await this.until('an input', ({ input }) => input === '' || input === ':');
    await this.#page.write(words);
    await this.until(words, (screen) => (screen.input?.endsWith(words) ?? false) && shows(screen));
    await this.press('Enter');
  }

  /** Chooses the row of an open list that begins so. */
  async choose(row: string): Promise<void> {
    await this.until(`the choice ${row}`, ({ choices }) => choices.some((each) => each.startsWith(row)));
    await this.#page.write(row);
    await this.until(row, ({ choices }) => choices[0]?.startsWith(row) ?? false);
    await this.press('Enter');
  }

  /** A button of a message in the corner. */
  async answer(button: string): Promise<void> {
    const found = `[...document.querySelectorAll('.notification-toast .monaco-button')].find((each) => each.textContent === ${JSON.stringify(button)})`;
    await this.#page.evaluate(`${found}.click()`);
  }

  /** All of them, as saving the user's settings leaves them. */
  set(settings: VsCodeOptions['settings']): void {
    writeSettings(this.#folder, settings);
  }

  /** Looks at each frame until it passes; the error holds what was there instead. */
  async until(what: string, test: (screen: Screen) => boolean): Promise<Screen> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const screen = (await this.#page.evaluate(readScreen)) as Screen;
      if (test(screen)) return screen;
      if (performance.now() > end) {
        writeFileSync(this.#lastPicture, await this.#page.picture());
        throw new Error(`${what} was not shown (${this.#lastPicture}):\n${JSON.stringify(screen, null, 2)}`);
      }
      await this.#page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve(null)))');
    }
  }

  /** What is in the editor, as saving it writes it. */
  async saved(name: string): Promise<string> {
    await this.press('Control+s');
    await this.until('the file saved', ({ isDirty }) => !isDirty);
    return readFileSync(join(this.#folder, 'workspace', name), 'utf8');
  }

  async close(): Promise<void> {
    await this.#page.close();
    const ended = this.#server.exitCode === null ? once(this.#server, 'exit') : undefined;
    this.#server.kill();
    await ended;
  }
}

/** Nothing moves by itself but what is looked at. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'files.autoSave': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.wordBasedSuggestions': 'off',
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
};

function writeSettings(folder: string, settings: VsCodeOptions['settings']): void {
  writeFileSync(join(folder, 'data/Machine/settings.json'), JSON.stringify({ ...quiet, ...settings }));
}

/** Unpacked where the editor looks for it, as installing a package of it leaves it. */
async function installExtension(folder: string, installed: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(extensionSources, 'package.json'), 'utf8'));
  const target = join(folder, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  await build({
    entryPoints: [join(extensionSources, 'src/extension.ts')],
    outfile: join(target, manifest.main),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    nodePaths: [join(installed, 'tools/node_modules')],
    logLevel: 'error',
  });
  copyFileSync(join(extensionSources, 'package.json'), join(target, 'package.json'));
  cpSync(join(import.meta.dirname, 'notebook'), join(folder, 'test.notebook-0.0.1'), { recursive: true });
}

/** The one that came along where this machine's is too old. */
function nodeOf(installed: string): string {
  const modules = join(installed, 'tools/node_modules');
  const came = readdirSync(modules).find((name) => name.startsWith('node-'));
  return came ? join(modules, came, 'bin/node') : process.execPath;
}

async function portOf(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('VS Code has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listening on (\d+)/.exec(line)?.[1];
    if (!port) continue;
    child.stdout.resume();
    return Number(port);
  }
  throw new Error('VS Code did not start.');
}
