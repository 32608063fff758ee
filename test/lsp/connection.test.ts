import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { serveConnection } from '../../server/lsp/connection.ts';
import { createReader, createWriter } from '../../server/lsp/transport.ts';
import { virtualClock } from '../support/clock.ts';

const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** What is answered to a body, and what the log says of it. */
async function check(body: string): Promise<{ answers: unknown[]; logged: string[] }> {
  const input = new PassThrough();
  const output = new PassThrough();
  const answers: unknown[] = [];
  const logged: string[] = [];
  createReader(output).listen((message) => answers.push(message));
  const ended = new Promise<void>((resolve) => {
    const connection = serveConnection(
      { requests: {}, notifications: {} },
      {
        reader: createReader(input),
        writer: createWriter(output),
        log: Object.assign((_: string, sentence: string) => void logged.push(sentence), {
          passes: () => true,
        }),
        clock: virtualClock(),
        onEnd: () => {
          connection.dispose();
          resolve();
        },
      },
    );
  });
  input.write(framed(body));
  input.write(framed('{"jsonrpc":"2.0","method":"exit"}'));
  await ended;
  return { answers, logged };
}

test.each([
  ['no JSON', '{"secret', -32700, [null]],
  ['no object', '"secret"', -32600, [null]],
  ['nothing', 'null', -32600, [null]],
  ['neither a method nor an id', '{"params":"secret"}', -32600, [null]],
  ['a method that is no text', '{"id":"a","method":5,"params":"secret"}', -32600, ['a']],
  ['an id that is none', '{"id":{},"method":"x","params":"secret"}', -32600, [null]],
  ['a batch', '[{"id":"a","method":"secret"},{"method":"y"},{"id":1,"method":"z"}]', -32600, ['a', 1]],
  ['an empty batch', '[]', -32600, [null]],
  ['a batch of notifications', '[{"method":"y","params":"secret"}]', -32600, [null]],
  ['a cancellation of nothing', '{"method":"$/cancelRequest","params":"secret"}', -32600, []],
])('%s is answered with an error, and its words are not logged', async (_name, body, code, ids) => {
  const { answers, logged } = await check(body);
  expect(answers).toMatchObject(ids.map((id) => ({ id, error: { code } })));
  expect(logged).toHaveLength(1);
  expect(JSON.stringify([answers, logged])).not.toContain('secret');
});
