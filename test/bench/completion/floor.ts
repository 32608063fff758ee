/**
 * The floor under a single key: a language server on the same library that asks the same model at the first change, and
 * hands on what it says. It reads no line, keeps no secret back, knows one document and survives nothing.
 */

import { type BenchClient, startProcess } from '../process.ts';

/** Text before the cursor that is sent: as much as the model needs to know the place. */
const sent = 500;

const program = `
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-languageserver/node');
const { TextDocument } = require('vscode-languageserver-textdocument');
const { WebSocket } = require('ws');
const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
const socket = new WebSocket(process.env.MODEL_URL, { perMessageDeflate: false });
const opened = new Promise((resolve) => socket.once('open', resolve));
let document, asked, said, done, answered, lane = 0;
socket.on('message', (data) => {
  const event = JSON.parse(String(data));
  if (event.stream_id !== String(lane)) return;
  if (event.type === 'response.output_text.delta') said += event.delta;
  if (event.type === 'response.completed') done();
});
function ask(cursor) {
  const before = document.getText().slice(Math.max(0, cursor - ${sent}), cursor);
  asked = cursor;
  said = '';
  answered = new Promise((resolve) => { done = () => { done = undefined; resolve(); }; });
  socket.send(JSON.stringify({ type: 'response.create', stream_id: String(++lane), input: 'Task "complete", at most 1\\n' + before + '<|cursor|>' }));
}
connection.onRequest('initialize', async () => { await opened; return { capabilities: {} }; });
connection.onRequest('shutdown', () => null);
connection.onNotification('exit', () => process.exit(0));
connection.onNotification('textDocument/didOpen', ({ textDocument }) => {
  document = TextDocument.create(textDocument.uri, textDocument.languageId, textDocument.version, textDocument.text);
  asked = undefined;
});
connection.onNotification('textDocument/didChange', ({ textDocument, contentChanges }) => {
  document = TextDocument.update(document, contentChanges, textDocument.version);
  const [{ range, text }] = contentChanges;
  const start = document.offsetAt(range.start);
  const cursor = start + text.length;
  const typed = asked === undefined ? '' : document.getText().slice(asked, cursor);
  if (asked === undefined || start < asked || (!done && !said.startsWith(typed))) ask(cursor);
});
connection.onRequest('textDocument/inlineCompletion', async ({ position }) => {
  await answered;
  const typed = document.getText().slice(asked, document.offsetAt(position));
  const isRight = said.length > typed.length && said.startsWith(typed);
  return { items: isRight ? [{ insertText: said.slice(typed.length) }] : [] };
});
connection.listen();`;

export function startFloor(port: number): BenchClient {
  return startProcess(['-e', program], { MODEL_URL: `ws://127.0.0.1:${port}/v1/responses` });
}
