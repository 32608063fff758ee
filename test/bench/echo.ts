/** The least that a round trip costs: the same LSP library, told the same keys, answering an item of the same size. */

import { type BenchClient, startProcess } from './process.ts';

const program = `const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const c = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
c.onRequest('shutdown', () => null); c.onNotification('exit', () => process.exit(0));
c.onRequest('textDocument/inlineCompletion', ({ position }) => ({ items: [{ insertText: 'alue1 + 1;', range: { start: position, end: position },
  command: { title: 'Accepted', command: 'accept', arguments: [{ id: '00000000-0000-0000-0000-000000000000' }] } }] })); c.listen();`;

export const startEcho = (): BenchClient => startProcess(['-e', program]);
