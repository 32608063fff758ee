/** Edits as the input of a tool, with `model.format` "apply_patch": what is sent, what comes back, and servers without. */

import { afterEach, expect, test } from 'vitest';
import { createAnswer } from '../../server/core/answer.ts';
import { apply } from '../../server/core/edit.ts';
import { applyPatchTool } from '../../server/core/formats/apply-patch-tool.ts';
import { toText } from '../../server/core/text.ts';
import { completeAsk, editAsk } from '../support/asks.ts';
import { virtualClock } from '../support/clock.ts';
import { event, reply, type Step, startModelServer } from '../support/model-server.ts';
import { testSession } from '../support/session.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const patch = '*** Begin Patch\n*** Update File: a.ts\n@@\n-let a;\n+let b;\n*** End Patch\n';

/** A call of the tool, its input in pieces. */
function called(input: string): readonly Step[] {
  const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'apply_patch' };
  return [
    event('response.created', { response: { id: 'resp_1' } }),
    event('response.output_item.added', { output_index: 0, item: { ...item, input: '' } }),
    event('response.custom_tool_call_input.delta', { output_index: 0, delta: input.slice(0, 30) }),
    event('response.custom_tool_call_input.delta', { output_index: 0, delta: input.slice(30) }),
    event('response.custom_tool_call_input.done', { output_index: 0, input }),
    event('response.output_item.done', { output_index: 0, item: { ...item, input } }),
    event('response.completed', { response: { id: 'resp_1', output: [{ ...item, input }] } }),
  ];
}

async function setUp(answer: (frame: Readonly<Record<string, unknown>>) => readonly Step[]) {
  const server = await startModelServer({ answer: (frame) => answer(frame) });
  const { session } = testSession(server.url, {
    clock: virtualClock(),
    model: { name: 'm', format: 'apply_patch' },
  });
  ends.push(server.close, session.dispose);
  const ask = async (wish: Parameters<typeof session.ask>[0]) => {
    let text = '';
    for await (const each of session.ask(wish, new AbortController().signal))
      if (each.kind === 'text') text += each.text;
    return text;
  };
  return { server, ask };
}

test('an edit calls the tool, held to its grammar, and its input is the edit', async () => {
  const { server, ask } = await setUp((frame) => ('tools' in frame ? called(patch) : reply('no tool')));
  const answer = await ask(editAsk('«let a;»\n', 'rename'));
  expect(server.received.at(-1)?.frame).toMatchObject({
    tools: [
      { type: 'custom', name: 'apply_patch', format: { syntax: 'lark', definition: applyPatchTool.grammar } },
    ],
    tool_choice: { type: 'custom', name: 'apply_patch' },
  });
  const reader = createAnswer({ text: toText('let a;\n'), path: 'a.ts' });
  reader.push(answer);
  const result = reader.finish();
  expect(result.kind === 'edit' && apply('let a;\n', result.edit)).toBe('let b;\n');
});

test('a completion has the same tool and may not call it', async () => {
  const { server, ask } = await setUp(() => reply('x'));
  await ask(completeAsk('let a█'));
  expect(server.received.at(-1)?.frame).toMatchObject({
    tools: [{ name: 'apply_patch' }],
    tool_choice: 'none',
  });
});

test('a server without tools is asked without', async () => {
  const error = {
    type: 'invalid_request_error',
    code: 'unsupported_parameter',
    message: 'No.',
    param: 'tools',
  };
  const { server, ask } = await setUp((frame) =>
    'tools' in frame ? [event('error', { status: 400, error })] : reply('blocks'),
  );
  expect(await ask(editAsk('«let a;»\n', 'rename'))).toBe('blocks');
  expect(server.received.at(-1)?.frame).not.toHaveProperty('tools');
});
