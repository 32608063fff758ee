// Whittle in a real VS Code: ghost text, next edits drawn into the text, commands, and the state in the status bar,
// with keys pressed and the screen read as a user does. The model behind it says what each test has it say.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HttpModel, type HttpModelAnswer, startHttpModel } from '../support/http-model.ts';
import { program } from '../support/server-process.ts';
import { describeInstalled } from './editor.ts';
import type { Screen } from './vscode/screen.ts';
import { VsCode, type VsCodeOptions } from './vscode/vscode.ts';

/** What the model says; nothing where it has nothing to say. */
interface Says {
  readonly ghost?: string;
  /** Of the window it is shown. */
  readonly next?: (window: string) => string;
  readonly edit?: string;
  readonly refuses?: HttpModelAnswer;
}

const scripts = ['vscode/install.sh', 'install.sh chromium'];

describeInstalled(scripts, 'Whittle in VS Code', ([installed = '', browser = '']) => {
  let folder: string;
  let model: HttpModel;
  let editor: VsCode;
  let says: Says;

  beforeAll(async () => {
    model = await startHttpModel({
      '/v1/models': () => ({ kind: 'json', value: { object: 'list', data: [{ id: 'm' }] } }),
      '/v1/completions': ({ body }) => says.refuses ?? completion(says, String(body.prompt)),
      '/v1/chat/completions': () => chat(says.edit ?? ''),
    });
    await start([process.execPath, program, '--stdio']);
  });

  beforeEach(() => {
    says = {};
  });

  afterAll(async () => {
    await end();
    await model.close();
  });

  async function start(command: readonly string[]): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), 'whittle-vscode-'));
    editor = await VsCode.start({ installed, browser, folder, settings: settings(command) });
  }

  function settings(command: readonly string[]): VsCodeOptions['settings'] {
    return {
      'whittleServer.command': command,
      'whittle.model.url': model.url,
      'whittle.model.name': 'm',
      'whittle.completion.model.format': 'fim:qwen',
      'whittle.edit.model.format': 'chat',
      'whittle.nextEdit.model.url': model.url,
      'whittle.nextEdit.model.format': 'zeta2',
    };
  }

  async function end(): Promise<void> {
    await editor.close();
    rmSync(folder, { recursive: true, force: true });
  }

  test('ghost text comes while typing, Escape takes it away, Tab takes it, and undo gives it back', async () => {
    says = { ghost: 'a + b;' };
    await editor.open('ghost.ts', 'function add(a: number, b: number) {\n  \n}\n', [2, 3]);
    await editor.type('return');
    await editor.type(' ');
    await editor.until('ghost text', ({ ghost }) => ghost === 'a + b;');
    await editor.press('Escape');
    await editor.until('no ghost text', ({ ghost }) => ghost === '');
    await editor.type('a');
    await editor.until('what is left of it', ({ ghost }) => ghost === ' + b;');
    says = {};
    await editor.press('Tab');
    await editor.until(
      'it in the text',
      ({ ghost, lines }) => ghost === '' && lines[1] === '  return a + b;',
    );
    expect(await editor.saved('ghost.ts')).toBe('function add(a: number, b: number) {\n  return a + b;\n}\n');
    await editor.press('Control+z');
    await editor.until('the text without it', ({ lines }) => !lines[1]?.includes('a + b'));
  });

  const points =
    'interface Point {\n  x: number;\n}\n\nfunction show(p: Point): string {\n  return text(p.x);\n}\n';

  /** Where there is a `y`, it is shown, and then exported. */
  function followed(window: string): string {
    if (!window.includes('y: number')) return window;
    if (!window.includes('p.y'))
      return window.replace(
        '  return text(p.x);',
        '  const x = p.x;\n  const y = p.y;\n  return text(x, y);',
      );
    return window.replace(/^function show/m, 'export function show');
  }

  test.each(['\n', '\r\n'])(
    'next edits are drawn whole, gone to, made, and each is one undo step, with lines that end in %j',
    async (ending) => {
      const name = `next${ending.length}.ts`;
      const ended = (text: string) => text.replaceAll('\n', ending);
      says = { next: followed };
      await editor.open(name, ended(points), [2, 13]);
      await editor.type('\n');
      await editor.type('  y: number;');
      const { struck, drawn } = await editor.until('the next edit', (screen) => screen.struck.length > 0);
      expect(struck).toEqual(['return text(p.x);']);
      expect(drawn).toEqual(['⇥ line 7', 'const x = p.x;', 'const y = p.y;', 'return text(x, y);']);

      await editor.press('Tab');
      const there = await editor.until('the cursor there', ({ cursor }) => cursor.startsWith('Ln 7'));
      expect(there.lines[2]).toBe('  y: number;');
      await editor.press('Tab');
      const made = await editor.until('the edit made, and the one that follows', (screen) =>
        screen.drawn.includes('export'),
      );
      expect(made.lines.slice(6, 9)).toEqual([
        '  const x = p.x;',
        '  const y = p.y;',
        '  return text(x, y);',
      ]);
      await editor.press('Tab');
      await editor.until('the cursor there', ({ cursor }) => cursor.startsWith('Ln 6'));
      await editor.press('Tab');
      await editor.until('all made', ({ lines, drawn }) => {
        return drawn.length === 0 && (lines[5]?.startsWith('export function') ?? false);
      });
      const all = followed(followed(points.replace('  x: number;\n', '  x: number;\n  y: number;\n')));
      expect(await editor.saved(name)).toBe(ended(all));

      await editor.press('Control+z');
      await editor.until(
        'the last one undone',
        ({ lines }) => lines[5] === 'function show(p: Point): string {',
      );
      await editor.press('Control+z');
      await editor.until('the one before too', ({ lines }) => lines[6] === '  return text(p.x);');
      expect(await editor.saved(name)).toBe(
        ended(points.replace('  x: number;\n', '  x: number;\n  y: number;\n')),
      );
    },
  );

  test('who types a next edit sees the rest of it, and Escape dismisses it', async () => {
    says = { next: (window) => (/\bsum = /.test(window) ? window.replace('log(', 'log(sum, ') : window) };
    await editor.open('along.ts', 'const s = add(1, 2);\nlog(1);\n', [1, 8]);
    await editor.type('um');
    await editor.until('the next edit', ({ drawn }) => drawn.join() === 'sum,');
    await editor.press('ArrowDown');
    await editor.press('Home');
    for (let at = 0; at < 'log('.length; at++) await editor.press('ArrowRight');
    await editor.type('s');
    await editor.until('the rest', ({ drawn }) => drawn.join() === 'um,');
    await editor.press('Escape');
    await editor.until('nothing', ({ drawn }) => drawn.length === 0);
    await editor.press('Tab');
    expect(await editor.saved('along.ts')).toMatch(/^const sum = add\(1, 2\);\nlog\(s\s+1\);\n$/);
  });

  test('the cells of a notebook have ghost text and edits', async () => {
    says = { ghost: 'add(1, 2);' };
    await editor.open('beside.ts', 'const a = 1;\n', [1, 1]);
    await editor.openNotebook('a.cells', 'const x = 1;');
    await editor.press('Enter');
    await editor.type('const y = ');
    // By itself VS Code asks in a cell only some seconds after the cursor came there.
    await editor.run('Trigger Inline Suggestion');
    await editor.until('ghost text', ({ ghost }) => ghost === 'add(1, 2);');
    await editor.press('Tab');
    await editor.until('it in the text', ({ ghost }) => ghost === '');
    says = { edit: '<<<<<<< SEARCH\nconst y\n=======\nconst z\n>>>>>>> REPLACE' };
    await editor.command('Change Selection or File…', 'call it z');
    await editor.until('the edit', ({ lines }) => lines.includes('const z = add(1, 2);'));
    expect(await editor.saved('a.cells')).toBe('const x = 1;\nconst z = add(1, 2);');
  });

  test('the palette edits, undoes it, switches off and on, and is silent for a while', async () => {
    says = { edit: '<<<<<<< SEARCH\n  return a;\n=======\n  return a + b;\n>>>>>>> REPLACE' };
    const source = 'function add(a: number, b: number) {\n  return a;\n}\n';
    await editor.open('palette.ts', source, [2, 3]);
    await editor.command('Change Selection or File…', 'add both');
    await editor.until('the edit', ({ lines }) => lines[1] === '  return a + b;');
    await editor.command('Undo the Edit Here');
    await editor.until('the text before it', ({ lines }) => lines[1] === '  return a;');
    expect(await editor.saved('palette.ts')).toBe(source);
    await editor.command('Switch On or Off');
    await editor.until('that it is off', ({ status }) => status === 'Whittle: off');
    await editor.command('Switch On or Off');
    await editor.until('that it is on', ({ statusLabel }) => statusLabel === 'Whittle with m is ready.');
    await editor.command('Snooze…');
    await editor.choose('30 Minutes');
    await editor.until('that it is silent', ({ status }) => status === 'Whittle: 30 min');
    await editor.command('Snooze…');
    await editor.choose('Wake Up');
    await editor.until('that it is awake', ({ status }) => status === 'Whittle');
    says = { edit: 'It is all right.' };
    await editor.command('Review Selection or File');
    await editor.until('what came of it', ({ messages }) => messages.includes('The review found nothing.'));
    // This window is a remote one, whose settings are kept apart.
    await editor.command('Open Settings');
    await editor.until('the settings', ({ settings }) => settings.includes('Enabled'));
    await editor.press('Escape');
    await editor.until(
      'the file again',
      ({ tab, settings }) => tab === 'palette.ts' && settings.length === 0,
    );
  });

  test('the status bar counts down to the next try of a busy model', async () => {
    const headers = { 'retry-after': '90' };
    says = { refuses: { kind: 'json', status: 429, headers, value: { error: { message: 'slow down' } } } };
    await editor.open('busy.ts', 'const a = 1;\n\n', [2, 1]);
    await editor.type('const b');
    const { status } = await editor.until('that it is busy', (screen) => /busy/.test(screen.status));
    const seconds = Number(/^Whittle: model busy, next try in (\d+) s$/.exec(status)?.[1]);
    expect(seconds).toBeLessThanOrEqual(90);
    await editor.until(
      'less',
      (screen) => screen.status === `Whittle: model busy, next try in ${seconds - 1} s`,
    );
  });

  test('a server is started once it can be, and anew where it says nothing any more', async () => {
    await end();
    const home = mkdtempSync(join(tmpdir(), 'whittle-later-'));
    const [late, pidFile, placeFile] = [join(home, 'whittle'), join(home, 'pid'), join(home, 'place')];
    await start([late, '--stdio']);
    await editor.open('none.ts', 'const a = 1;\n\n', [2, 1]);
    const { statusLabel } = await editor.until('what to do', ({ messages }) =>
      messages.some((each) => each.includes('npm install -g whittle-ls')),
    );
    expect(statusLabel).toBe('Whittle does not run.');
    const isReady = (screen: Screen) => screen.statusLabel === 'Whittle with m is ready.';

    const line = `exec "${process.execPath}" "${program}" "$@"`;
    writeFileSync(late, `#!/bin/sh\necho $$ >"${pidFile}"\npwd >"${placeFile}"\n${line}\n`, { mode: 0o755 });
    await editor.answer('Start Again');
    await editor.until('that it runs', isReady);
    // In the folder of the user, not in that of the workspace.
    expect(readFileSync(placeFile, 'utf8').trim()).toBe(folder);

    const pid = () => Number(readFileSync(pidFile, 'utf8'));
    const first = pid();
    process.kill(first, 'SIGSTOP');
    await editor.command('Restart Server');
    await editor.until('that another one runs', (screen) => isReady(screen) && pid() !== first);
    expect(() => process.kill(first, 0)).toThrow('ESRCH');

    editor.set(settings(['sleep', '1000']));
    await editor.until('that it starts', (screen) => screen.statusLabel === 'Whittle is starting.');
    editor.set(settings([late, '--stdio']));
    const { messages } = await editor.until('that it runs', isReady);
    expect(messages).toEqual([]);
    rmSync(home, { recursive: true });
  });
});

function completion({ ghost, next }: Says, prompt: string): HttpModelAnswer {
  const window = /<<<<<<< CURRENT\n(.*?)=======\n/s.exec(prompt)?.[1]?.replace('<|user_cursor|>', '');
  if (window === undefined) return said(ghost ?? '');
  const text = next?.(window) ?? window;
  return said(text === window ? 'NO_EDITS\n' : text);
}

function said(text: string): HttpModelAnswer {
  const choice = (finish: string | null, part: string) => ({
    id: 'cmpl-1',
    object: 'text_completion',
    choices: [{ index: 0, text: part, finish_reason: finish }],
  });
  return { kind: 'events', values: [choice(null, text), choice('stop', ''), '[DONE]'] };
}

function chat(content: string): HttpModelAnswer {
  const choice = (finish: string | null, delta: object) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return { kind: 'events', values: [choice(null, { content }), choice('stop', {}), '[DONE]'] };
}
