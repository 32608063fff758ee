/**
 * The floor of the comparison: a language server on the same library that knows the file, so that it has nothing to do
 * but to read the change and to answer. What it does not reach, nobody reaches on this machine at this moment: keys that
 * came late, processes that waited for a processor, timers. It answers when the model would have.
 */

import { initializeParams, startProcess, treeMemoryMb } from '../process.ts';
import { bareName } from './comparison.ts';
import type { System } from './system.ts';
import { type Item, overLsp } from './whittle.ts';

const program = `
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const { TextDocument } = require('vscode-languageserver-textdocument');
const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
let document, known, ready;
connection.onRequest('initialize', () => ({ capabilities: {} }));
connection.onRequest('shutdown', () => null);
connection.onNotification('exit', () => process.exit(0));
connection.onNotification('textDocument/didOpen', ({ textDocument }) => {
  document = TextDocument.create(textDocument.uri, textDocument.languageId, textDocument.version, textDocument.text);
});
connection.onNotification('textDocument/didChange', ({ textDocument, contentChanges }) => {
  document = TextDocument.update(document, contentChanges, textDocument.version);
  ready ??= new Promise((resolve) => setTimeout(resolve, known?.afterMs ?? 0));
});
connection.onNotification('bench/know', (params) => { known = params; ready = undefined; });
connection.onRequest('textDocument/inlineCompletion', async ({ position }) => {
  await ready;
  const [text] = /^\\s*[^\\n]*/.exec(known?.file.slice(document.offsetAt(position)) ?? '');
  return { items: text === '' ? [] : [{ insertText: text }] };
});
connection.listen();`;

export async function startBare(): Promise<System> {
  const client = startProcess(['-e', program]);
  await client.request('initialize', initializeParams());
  client.notify('initialized', {});
  const system = overLsp(bareName, client, {
    async suggest(textDocument, position) {
      const params = { textDocument, position, context: { triggerKind: 2 } };
      const answer = await client.request('textDocument/inlineCompletion', params);
      return (answer as { readonly items: readonly Item[] }).items[0];
    },
    accepted() {},
    memoryMb: () => treeMemoryMb(client.child.pid ?? 0) ?? Number.NaN,
    stop: client.stop,
  });
  return { ...system, know: (file, afterMs) => client.notify('bench/know', { file, afterMs }) };
}
