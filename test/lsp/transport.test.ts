import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReader, createWriter } from '../../server/lsp/transport.ts';

const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** What a reader hands on of these bytes, cut where it is said; what it finds wrong as a sentence. */
async function check(sent: string, cuts: readonly number[] = []): Promise<unknown[]> {
  const stream = new PassThrough();
  const reader = createReader(stream);
  const heard: unknown[] = [];
  reader.onError((error) => heard.push(error.message));
  reader.listen((message) => heard.push(message));
  const closed = new Promise<void>((resolve) => reader.onClose(() => resolve()));
  const bytes = Buffer.from(sent);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [i, from] of [0, ...places].entries()) {
    const piece = bytes.subarray(from, places[i] ?? bytes.length);
    if (piece.length > 0) stream.write(piece);
  }
  stream.end();
  stream.once('end', () => stream.destroy());
  await closed;
  return heard;
}

test('messages come whole and in their order, wherever the stream is cut', async () => {
  const message = fc.record({ jsonrpc: fc.constant('2.0'), method: fc.string({ unit: 'grapheme' }) });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1 }), fc.array(fc.nat()), async (messages, cuts) => {
      const sent = messages.map((each) => framed(JSON.stringify(each))).join('');
      expect(await check(sent, cuts)).toEqual(messages);
    }),
  );
});

test('what is written is read again, one write for each message', async () => {
  const message = fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.integer(),
    result: fc.string({ unit: 'grapheme' }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message), async (messages) => {
      const writes: string[] = [];
      const stream = new Writable({
        write(chunk, _encoding, done) {
          writes.push(String(chunk));
          done();
        },
      });
      const writer = createWriter(stream);
      await Promise.all(messages.map((each) => writer.write(each)));
      expect(writes).toHaveLength(messages.length);
      if (messages.length > 0) expect(await check(writes.join(''))).toEqual(messages);
    }),
  );
});

const read = { jsonrpc: '2.0', method: 'x' };
const good = framed(JSON.stringify(read));
const noLength = 'A message has no Content-Length in its header.';

test.each([
  ['further headers', `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n${good}`, [read]],
  ['a header in other letters', good.replace('Content-Length', 'content-length'), [read]],
  ['a header without a length', `Content-Size: 3\r\n\r\n${good}`, [noLength, read]],
  ['a length that is no number', `Content-Length: many\r\n\r\n${good}`, [noLength, read]],
  ['a body behind such a header', `Content-Size: 2\r\n\r\n{}${good}`, [noLength, read]],
  ['a length below nothing', `Content-Length: -2\r\n\r\n{}${good}`, [noLength, read]],
  [
    'a length that no message has',
    `Content-Length: 99999999999999\r\n\r\n${good}`,
    ['A message is too long to be read.', read],
  ],
  ['a line that somebody printed', `starting…\n${good}`, [read]],
])('%s', async (_name, sent, expected) => {
  expect(await check(sent)).toEqual(expected);
});

test.each([
  ['secret', 'A message is not JSON.'],
  ['"secret"', 'A message is not an object.'],
  ['[{"secret":1}]', 'Messages came as a batch, which LSP does not have: send each by itself.'],
  ['{"secret":1}', "A message has neither a 'method' nor an 'id'."],
  ['{"id":{},"method":"x","params":"secret"}', "A message's 'id' must be a string or a number."],
  ['{"id":1,"method":5,"params":"secret"}', "A message's 'method' must be a string."],
  ['{"method":"$/cancelRequest","params":{"secret":1}}', "'$/cancelRequest' names no request."],
])('%s is reported without its words and passed over', async (body, problem) => {
  expect(await check(framed(body) + good)).toEqual([problem, read]);
});

test('an answer without a result is one of nothing', async () => {
  expect(await check(framed('{"jsonrpc":"2.0","id":1}'))).toEqual([{ jsonrpc: '2.0', id: 1, result: null }]);
});

test('a message that cannot be put into words is refused, and the next one goes out', async () => {
  const stream = new PassThrough();
  const writer = createWriter(stream);
  const ring: { jsonrpc: string; self?: object } = { jsonrpc: '2.0' };
  ring.self = ring;
  await expect(writer.write(ring)).rejects.toThrow(/circular/);
  await writer.write({ jsonrpc: '2.0' });
  expect(String(stream.read())).toContain('{"jsonrpc":"2.0"}');
});

test('a reader that was let go hands on nothing more', async () => {
  const stream = new PassThrough();
  const reader = createReader(stream);
  const heard: unknown[] = [];
  reader.listen((message) => heard.push(message)).dispose();
  stream.write(good);
  stream.resume();
  await new Promise((resolve) => stream.end(resolve));
  expect(heard).toEqual([]);
});

test('a stream that failed is not written to again, and what is said of it does not go round', async () => {
  let writes = 0;
  const stream = new Writable({
    autoDestroy: false,
    write(_chunk, _encoding, done) {
      writes += 1;
      done(new Error('write EPIPE'));
    },
  });
  const writer = createWriter(stream);
  const message = { jsonrpc: '2.0', method: 'window/logMessage' };
  const said: string[] = [];
  let closed = 0;
  writer.onError(([error]) => {
    said.push(error.message);
    if (said.length < 100) writer.write(message).catch(() => {});
  });
  writer.onClose(() => {
    closed += 1;
  });
  await expect(writer.write(message)).rejects.toThrow('write EPIPE');
  await expect(writer.write(message)).rejects.toThrow('write EPIPE');
  expect({ writes, said, closed }).toEqual({ writes: 1, said: ['write EPIPE'], closed: 1 });
});
