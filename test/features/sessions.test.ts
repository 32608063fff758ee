/**
 * Random sessions: a user who types, moves, asks, cancels, redirects and closes in any order, and a model that answers
 * late or never. Whatever happens, every request is answered once, what is shown fits where the cursor is, and nothing
 * is left in the end (the support checks that after each test).
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InlineCompletionItem } from 'vscode-languageserver';
import { toOffset } from '../support/client/document.ts';
import { block, uri } from '../support/edits.ts';
import { fakeModel } from '../support/fake-model.ts';
import { openServer, type TestServer } from '../support/server.ts';

const start = 'let a = 1;\r\n// whittle: rename a\r\nfoo(1);\r\nfoo(2);\r\n';

type Step = readonly [kind: (typeof kinds)[number], number: number];
const kinds = [
  'type',
  'type',
  'delete',
  'paste',
  'undo',
  'move',
  'ask',
  'ask',
  'invoke',
  'complete',
  'cancel',
  'answer',
  'answer',
  'wrong',
  'edit',
  'steer',
  'stop',
  'repeat',
  'act',
  'accept',
  'reject',
  'snooze',
  'reopen',
  'time',
  'settle',
] as const;

const typed = ['a', ' ', '(', '\r\n', '😀', 'foo', '.'];
const answers = ['x = 1;', 'foo(3);\n  bar();', 'a', ')', '', '😀;', ' '];

async function play(server: TestServer, steps: readonly Step[]): Promise<void> {
  const { client, model, clock, settled } = server;
  await client.execute('whittle.snooze', { minutes: 0 });
  client.problems.length = 0;
  client.open(uri, start);
  let cursor = 0;
  const pending: { readonly result: Promise<unknown>; cancel(): void }[] = [];
  const shown: InlineCompletionItem[] = [];
  const wrong: string[] = [];
  /** Nobody looks at the document. */
  let isAway = false;
  /** Where a user's cursor can be. */
  const place = (offset: number) => {
    const now = client.text(uri);
    const at = offset % (now.length + 1);
    const splits = /\r\n|[\ud800-\udbff][\udc00-\udfff]/y;
    splits.lastIndex = Math.max(0, at - 1);
    return at > 0 && splits.test(now) ? at - 1 : at;
  };
  const send = (method: string, params: object) => {
    const started = client.start(method, params);
    pending.push({ ...started, result: started.result.catch((error: Error) => error) });
    return started.result;
  };
  const command = (name: string, argument: object) =>
    send('workspace/executeCommand', { command: name, arguments: [{ uri, ...argument }] }).catch(() => {});
  const ask = (trigger: 'invoked' | 'automatic') => {
    const version = client.version(uri);
    const [text, at] = [client.text(uri), cursor];
    send('textDocument/inlineCompletion', client.inlineCompletionParams(uri, at, trigger)).then(
      (answer) => {
        if (isAway || client.text(uri) !== text || client.version(uri) !== version) return;
        for (const item of (answer as { items: readonly InlineCompletionItem[] }).items) {
          shown.push(item);
          const from = item.range && toOffset(text, item.range.start, client.buffers.encoding);
          const to = item.range && toOffset(text, item.range.end, client.buffers.encoding);
          if (from !== at || to === undefined || to < at || /[\r\n]/.test(text.slice(at, to)))
            wrong.push(`${JSON.stringify(item)} at ${at} of ${JSON.stringify(text)}`);
        }
      },
      () => {},
    );
  };

  for (const [kind, number] of steps) {
    const pick = <T>(list: readonly T[]): T | undefined => list[number % Math.max(1, list.length)];
    if (kind === 'answer' && number % 4 > 0) await settled();
    const open = model.asks.filter(({ isOpen }) => isOpen);
    switch (kind) {
      case 'type': {
        const text = pick(typed) ?? '';
        client.change(uri, { start: cursor, end: cursor, text });
        cursor += text.length;
        break;
      }
      case 'delete': {
        const from = place(cursor + client.text(uri).length);
        if (from < cursor) client.change(uri, { start: from, end: cursor, text: '' });
        cursor = Math.min(cursor, from);
        break;
      }
      case 'paste': {
        const [from = 0, to = 0] = [cursor, place(number)].sort((a, b) => a - b);
        client.change(uri, { start: from, end: to, text: 'foo(9);' });
        cursor = from + 7;
        break;
      }
      case 'undo':
        if (client.buffers.get(uri).undo.length > 0) client.undo(uri);
        cursor = place(cursor);
        break;
      case 'move':
        // Mostly to the end of a line, where people write.
        cursor = number % 3 === 0 ? place(number) : place(`${client.text(uri)}\n`.search(/\r?\n/));
        break;
      case 'ask':
        ask('automatic');
        break;
      case 'invoke':
        ask('invoked');
        break;
      case 'complete':
        void send('textDocument/completion', client.inlineCompletionParams(uri, cursor)).catch(() => {});
        break;
      case 'cancel':
        pick(pending)?.cancel();
        break;
      case 'answer': {
        const chosen = pick(open);
        const found = chosen?.ask.document.text.split('\r\n')[0] ?? '';
        chosen?.end(chosen.ask.task === 'complete' ? pick(answers) : block(found, `${found} // done`));
        break;
      }
      case 'wrong':
        pick(open)?.end({ failed: 'offline' });
        break;
      case 'edit':
        void command('whittle.edit', { instruction: `do ${number % 3}`, wait: number % 2 === 0 });
        break;
      case 'steer':
        void command('whittle.steer', { instruction: 'rather so' });
        break;
      case 'stop':
        void command('whittle.cancel', {});
        break;
      case 'repeat':
        void command('whittle.repeatEdit', { wait: true });
        break;
      case 'act': {
        const range = { start: cursor, end: cursor };
        const action = pick(await client.codeActions(uri, range));
        if (action) pending.push({ result: client.run(action).catch(() => {}), cancel() {} });
        break;
      }
      case 'accept':
      case 'reject': {
        const argument = pick(shown)?.command?.arguments?.[0];
        if (argument) void command(`whittle.${kind}`, argument as object);
        break;
      }
      case 'snooze':
        void command('whittle.snooze', { minutes: number % 2 });
        break;
      case 'reopen':
        isAway = true;
        client.close(uri);
        // An edit on its way for the same version of another text is a race that the protocol cannot tell from none.
        await settled();
        client.open(uri, number % 2 ? start : 'foo();\n');
        isAway = false;
        cursor = 0;
        break;
      case 'time':
        clock.advance(number % 3_000);
        break;
      case 'settle':
        await settled();
        break;
      default:
        kind satisfies never;
    }
    cursor = Math.min(cursor, client.text(uri).length);
    cursor = place(cursor);
  }

  // The user goes away: the model falls silent, time passes, and everyone has an answer.
  await settled();
  while (model.asks.some(({ isOpen }) => isOpen)) {
    for (const one of model.asks) if (one.isOpen) one.end('');
    await settled();
  }
  await settled();
  clock.advance(5_000);
  await Promise.all(pending.map(({ result }) => result));
  await settled();
  isAway = true;
  client.close(uri);
  expect(wrong).toEqual([]);
  expect(client.problems).toEqual([]);
}

describe('random sessions', () => {
  const session = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(10_000)), {
    minLength: 5,
    maxLength: 40,
    size: 'max',
  });
  test.each(['plain', 'neovim', 'helix', 'eglot'] as const)('in %s', async (editor) => {
    const server = await openServer({ editor, model: fakeModel() });
    await fc.assert(
      fc.asyncProperty(session, (steps) => play(server, steps)),
      { numRuns: 40 },
    );
  });
});
