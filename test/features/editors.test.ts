/**
 * The whole of editing in each editor as it really behaves: Helix never cancels, refuses old versions and keeps its own
 * line endings; Neovim says yes to edits it has left out; VS Code counts in UTF-16 and ends lines its own way; eglot
 * declares little. Everything by what its users have: the menu of code actions.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import type { EditorName } from '../support/client/editor.ts';
import type { Question } from '../support/client/requests.ts';
import { block, type EditScene, type EditSceneOptions, editScene, uri } from '../support/edits.ts';

const editors: readonly { readonly editor: EditorName; readonly eol: string }[] = [
  { editor: 'helix', eol: '\r\n' },
  { editor: 'neovim', eol: '\n' },
  { editor: 'vscode', eol: '\r\n' },
  { editor: 'eglot', eol: '\n' },
];

const settings = { whittle: { model: { url: 'wss://example.com/v1/responses' } } };

/** More than one byte, and more than one UTF-16 code unit, before what is edited. */
const source = `const names = ['Zoë', '😀'];
function greet(name) {
  return '👋 ' + nam;
}
// whittle: say it in German
function bye() { return '😀 bye'; }
`;
const fixed = source.replace('+ nam;', '+ name;');
const german = source.replace('// whittle: say it in German\n', '').replace('bye()', 'tschuess()');
const fix = block("  return '👋 ' + nam;", "  return '👋 ' + name;");
const instructed = block("function bye() { return '😀 bye'; }", "function tschuess() { return '😀 bye'; }");

describe.each(editors)('$editor', ({ editor, eol }) => {
  const lines = (text: string) => text.replaceAll('\n', eol);

  async function open(text = source, options: EditSceneOptions = {}) {
    const scene = await editScene(lines(text), { editor, settings, ...options });
    const act = async (at: string, title: RegExp, diagnostics: readonly Diagnostic[] = []) => {
      const start = scene.client.text(uri).indexOf(at);
      const actions = await scene.client.codeActions(uri, { start, end: start + at.length }, { diagnostics });
      const action = actions.find((each) => title.test(each.title));
      if (!action) throw new Error(`no ${title} among ${actions.map((each) => each.title).join(', ')}`);
      return await scene.client.run(action);
    };
    return { ...scene, act };
  }

  /** Takes back one step as the user does, and the text after it. */
  function undone(scene: EditScene): string {
    scene.client.undo(uri);
    return scene.text();
  }

  function diagnostic(scene: EditScene): Diagnostic {
    const at = scene.client.text(uri).indexOf('nam;');
    return { range: scene.client.range(uri, at, at + 3), severity: 1, message: "Cannot find name 'nam'." };
  }

  test('fix a diagnostic: one undo step', async () => {
    const scene = await open(source, { replies: [fix] });
    expect(await scene.act('nam;', /^Fix: /, [diagnostic(scene)])).toMatchObject({ ok: true });
    await scene.settled();
    expect(scene.text()).toBe(lines(fixed));
    expect(undone(scene)).toBe(lines(source));
  });

  test('instruct by a comment, which goes with the edit: one undo step', async () => {
    const scene = await open(source, { replies: [instructed] });
    await scene.act('whittle:', /^Do: say it in German$/);
    await scene.settled();
    expect(scene.text()).toBe(lines(german));
    expect(undone(scene)).toBe(lines(source));
  });

  test('redirect while it streams', async () => {
    const scene = await open();
    const { act, client, model, settled } = scene;
    await act('nam;', /^Fix: /, [diagnostic(scene)]);
    const first = await model.asked(0);
    first.text(fix.slice(0, 40));
    await settled();
    await act('whittle:', /^Redirect: say it in German$/);
    expect(first.isOpen).toBe(false);
    const second = await model.asked(1);
    expect(second.ask).toMatchObject({ streamed: fix.slice(0, 40), instruction: /say it in German$/ });
    second.end(fix);
    await settled();
    expect(scene.text()).toBe(lines(fixed.replace('// whittle: say it in German\n', '')));
    expect(undone(scene)).toBe(lines(source));
    expect(client.buffers.applied).toBe(1);
  });

  test('stop by the menu: nothing more arrives', async () => {
    const scene = await open();
    const { act, model, settled, text } = scene;
    await act('nam;', /^Fix: /, [diagnostic(scene)]);
    const ask = await model.asked(0);
    ask.text(fix.slice(0, 40));
    await settled();
    expect(await act('nam;', /^Stop/)).toEqual({ ok: true });
    expect(ask.isOpen).toBe(false);
    ask.end(fix.slice(40));
    await settled();
    expect(text()).toBe(lines(source));
  });

  test('undo by the menu, after typing elsewhere', async () => {
    const scene = await open(source, { replies: [fix] });
    const { act, client, settled, text } = scene;
    await act('nam;', /^Fix: /, [diagnostic(scene)]);
    await settled();
    client.type(uri, 0, '// é😀');
    await settled();
    await act('name;', /^Undo: /);
    await settled();
    expect(text()).toBe(`// é😀${lines(source)}`);
  });

  test('review: a finding, and its fix in one undo step', async () => {
    const finding = `<<<<<<< error: nam is not defined.\n  return '👋 ' + nam;\n=======\n  return '👋 ' + name;\n>>>>>>>\n`;
    const answer = ({ actions = [] }: Question) =>
      actions.find(({ title }) => /^Review/.test(title))?.title ?? null;
    const scene = await open(source, { replies: [finding], answer });
    const { act, settled, text } = scene;
    await act('greet', /^More from Whittle/);
    await settled();
    await settled();
    await act('nam;', /^Fix: nam is not defined/);
    await settled();
    expect(text()).toBe(lines(fixed));
    expect(undone(scene)).toBe(lines(source));
  });

  test('typing at the last moment, when the edit is on its way', async () => {
    const scene = await open(source, { replies: [fix] });
    const { act, client, settled, text, clock } = scene;
    client.beforeReply('workspace/applyEdit', () => client.type(uri, 0, 'ü'));
    await act('nam;', /^Fix: /, [diagnostic(scene)]);
    await settled();
    await settled();
    expect(text()).toBe(`ü${lines(fixed)}`);
    clock.advance(10_000);
  });
});

/** What a user may do at any moment; each is one step of a walk. */
const steps = [
  'type',
  'type-inside',
  'edit',
  'edit-too',
  'stream',
  'finish',
  'fail',
  'steer',
  'cancel',
  'cancel-request',
  'undo',
  'action',
  'close',
  'wait',
] as const;

describe('random walks', () => {
  const base = Array.from({ length: 12 }, (_, i) => `let v${i} = ${i}; // é\n`).join('');

  test.each(editors)(
    '$editor: every command is answered once, and nothing is lost or left',
    async ({ editor, eol }) => {
      const runs = fc.sample(fc.array(fc.constantFrom(...steps), { minLength: 8, maxLength: 24 }), {
        numRuns: 12,
        seed: 20261121,
      });
      const kinds = new Set<string>();
      for (const [walk, run] of runs.entries()) {
        const live = walk % 2 === 0;
        const options = { editor, settings: { whittle: { ...settings.whittle, edit: { live } } } };
        const scene = await editScene(base.replaceAll('\n', eol), options);
        const { client, model, settled, clock } = scene;
        const outcomes: Promise<unknown>[] = [];
        const mine: string[] = [];
        const newest = () => model.asks.findLast(({ isOpen }) => isOpen);
        const begin = (instruction: string) => {
          const started = client.start('workspace/executeCommand', {
            command: 'whittle.edit',
            arguments: [{ uri, instruction, wait: true }],
          });
          outcomes.push(started.result.catch((error: unknown) => error));
          return started;
        };
        let last = begin('first');
        for (const [i, step] of run.entries()) {
          const length = client.text(uri).length;
          if (step === 'type') {
            mine.push(`<${walk}.${i}>`);
            client.type(uri, i % 2 === 0 ? 0 : length, mine.at(-1) ?? '');
          } else if (step === 'type-inside') client.type(uri, client.text(uri).indexOf('= 5') + 1, '!');
          else if (step === 'edit') last = begin(`edit ${i}`);
          else if (step === 'edit-too') last = begin('first');
          else if (step === 'stream')
            newest()?.text(block(`let v${i % 12} = ${i % 12}; // é`, `let w${i} = ${i}; // é`));
          else if (step === 'finish') newest()?.end();
          else if (step === 'fail') newest()?.end({ failed: 'offline' });
          else if (step === 'steer') await client.execute('whittle.steer', { instruction: `s${i}` });
          else if (step === 'cancel') await client.execute('whittle.cancel', {});
          else if (step === 'cancel-request') last.cancel();
          else if (step === 'undo' && mine.length === 0 && client.buffers.applied > 0) client.undo(uri);
          else if (step === 'action') {
            const actions: readonly CodeAction[] = await client.codeActions(uri, { start: 0, end: length });
            const action = actions.find(({ title }) => /^(?:Revert|Undo|Keep|Stop)/.test(title));
            if (action) await client.run(action);
          } else if (step === 'close') {
            client.close(uri);
            mine.length = 0;
            client.open(uri, base.replaceAll('\n', eol));
          }
          if (i % 3 === 0) await settled();
        }
        await settled();
        for (const ask of model.asks) if (ask.isOpen) ask.end();
        await settled();
        clock.advance(10_000);
        await settled();
        for (const ask of model.asks) if (ask.isOpen) ask.end();
        await settled();
        clock.advance(10_000);
        const ended = await Promise.all(outcomes);
        for (const outcome of ended) {
          expect(outcome).toSatisfy(isOutcome);
          kinds.add(kindOf(outcome));
        }
        // What the user typed is there, whatever the model did.
        for (const word of mine) expect(client.text(uri)).toContain(word);
        expect(model.asks.filter(({ isOpen }) => isOpen)).toEqual([]);
        await scene.dispose();
      }
    },
  );
});

/** An outcome, or the answer to a cancelled request. */
function isOutcome(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('code' in value) return value.code === -32800;
  if (!('ok' in value)) return false;
  return (
    value.ok === true || ('message' in value && typeof value.message === 'string' && value.message !== '')
  );
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if ('reason' in value) return String(value.reason);
  return 'code' in value ? 'cancelled' : 'ok';
}
