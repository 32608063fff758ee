/** What is heard of any bytes that a server may send, whole and in pieces. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, type FrameReader } from '../../../server/session/websocket/reader.ts';
import { serverFrame } from './frames.ts';

const maxMessageBytes = 200_000;

interface Listening {
  readonly heard: readonly string[];
  readonly reader: FrameReader;
}

/** Each thing heard as a line; `stopAt` is where the listener wants no more. */
function listen(stopAt?: string): Listening {
  const heard: string[] = [];
  const hear = (what: string): void => {
    heard.push(what);
    if (what === stopAt) reader.stop();
  };
  const reader = createFrameReader(
    {
      message: (text) => hear(`text ${text}`),
      binary: () => hear('binary'),
      ping: (payload) => hear(`ping ${payload.toString('latin1')}`),
      pong: () => hear('pong'),
      closed: (code, reason) => hear(`closed ${code} ${reason}`.trimEnd()),
      violated: (violation) => hear(`violated: ${violation}`),
    },
    maxMessageBytes,
  );
  return { heard, reader };
}

function check(pieces: readonly Uint8Array[], expected: readonly string[]): void {
  const { heard, reader } = listen();
  // What is handed over is used anew afterwards, as a reader that kept hold of it would show.
  for (const piece of pieces) {
    const chunk = Buffer.from(piece);
    reader.read(chunk);
    chunk.fill(0x21);
  }
  expect(heard).toEqual(expected);
}

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const text = (content: string): Buffer => serverFrame({ opcode: 1, payload: Buffer.from(content) });

// RFC 6455, section 5.7: those that a server may send.
test.each<[string, Buffer, readonly string[]]>([
  ['a text', hex('81 05 48 65 6c 6c 6f'), ['text Hello']],
  ['a text in two frames', hex('01 03 48 65 6c 80 02 6c 6f'), ['text Hello']],
  ['a ping', hex('89 05 48 65 6c 6c 6f'), ['ping Hello']],
  ['256 bytes', Buffer.concat([hex('82 7e 01 00'), Buffer.alloc(256, 'x')]), [`text ${'x'.repeat(256)}`]],
  [
    '64 KiB',
    Buffer.concat([hex('82 7f 00 00 00 00 00 01 00 00'), Buffer.alloc(65_536, 'x')]),
    [`text ${'x'.repeat(65_536)}`],
  ],
])('an example of the standard: %s', (_, bytes, expected) => {
  check([bytes], expected);
  const middle = bytes.length >> 1;
  check([bytes.subarray(0, middle), bytes.subarray(middle)], expected);
  if (bytes.length < 1_000)
    check(
      [...bytes].map((byte) => Uint8Array.of(byte)),
      expected,
    );
});

// Each behind a text and before another one, which is not heard.
test.each<[string, string, string]>([
  ['a first reserved bit', 'c1 00', 'violated: protocol'],
  ['a second reserved bit', 'a1 00', 'violated: protocol'],
  ['a third reserved bit', '91 00', 'violated: protocol'],
  ['a reserved bit of a ping', 'c9 00', 'violated: protocol'],
  ['a masked frame', '81 80 00 00 00 00', 'violated: protocol'],
  ['an unknown kind of message', '83 00', 'violated: protocol'],
  ['an unknown kind of control', '8b 00', 'violated: protocol'],
  ['a continuation of nothing', '80 00', 'violated: protocol'],
  ['a message within a message', '01 01 61 81 01 62', 'violated: protocol'],
  ['a ping in several frames', '09 00', 'violated: protocol'],
  ['a ping of 126 bytes', `89 7e 00 7e ${'61'.repeat(126)}`, 'violated: protocol'],
  ['a close frame with half a code', '88 01 03', 'violated: protocol'],
  ['a close frame with a code that is none', '88 02 00 00', 'violated: protocol'],
  ['a close frame with the code for none', '88 02 03 ed', 'violated: protocol'],
  ['a close frame with the code of a cut', '88 02 03 ee', 'violated: protocol'],
  ['a close frame with a code beyond all', '88 02 13 88', 'violated: protocol'],
  ['a message just too long', '82 7f 00 00 00 00 00 03 0d 41', 'violated: too long'],
  ['a message of 2^63 bytes', '82 7f 80 00 00 00 00 00 00 00', 'violated: too long'],
  ['a close frame without a code', '88 00', 'closed 1005'],
  ['a close frame with a code', '88 02 03 e8', 'closed 1000'],
  ['a close frame with a code of its own and a reason', '88 05 12 34 62 79 65', 'closed 4660 bye'],
  ['a close frame with a reason that is no text', '88 03 03 e9 ff', 'closed 1001 \ufffd'],
])('%s ends the reading', (_, bytes, expected) => {
  const heard = ['text before', expected];
  check([text('before'), hex(bytes), text('after')], heard);
  check([Buffer.concat([text('before'), hex(bytes), text('after')])], heard);
});

test('a message that comes in too many frames, or grows too long by them', () => {
  const first = hex('01 01 61');
  const more = hex('00 00');
  const last = hex('80 00');
  const times = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => more));
  check([first, times(16_382), last, text('after')], ['text a', 'text after']);
  check([first, times(16_382), more, last, text('after')], ['violated: too many fragments']);

  const half = Buffer.alloc(maxMessageBytes / 2, 'a');
  const begun = serverFrame({ opcode: 2, payload: half, final: false });
  const rest = serverFrame({ opcode: 0, payload: half });
  const tooMuch = serverFrame({ opcode: 0, payload: Buffer.concat([half, Buffer.from('a')]) });
  check([begun, rest, text('after')], [`text ${half}${half}`, 'text after']);
  check([begun, tooMuch, text('after')], ['violated: too long']);
});

test('a message of no text is lost, and one that holds U+FFFD is not', () => {
  check(
    [
      serverFrame({ opcode: 1, payload: Buffer.from([0x61, 0xff]) }),
      text('a\ufffdb'),
      // A character cut in two by frames is whole in the message.
      serverFrame({ opcode: 1, payload: Buffer.from([0xc3]), final: false }),
      serverFrame({ opcode: 0, payload: Buffer.from([0xa9]) }),
      serverFrame({ opcode: 2, payload: Buffer.from([0xc3]), final: false }),
      serverFrame({ opcode: 0, payload: Buffer.from([0x28]) }),
      text('\ufeffafter'),
    ],
    ['binary', 'text a\ufffdb', 'text é', 'binary', 'text \ufeffafter'],
  );
});

test('who wants no more hears no more, also of what has come already', () => {
  const sent = Buffer.concat([text('first'), text('last'), text('more'), hex('89 00'), hex('c1 00')]);
  for (const pieces of [[sent], [...sent].map((byte) => Buffer.of(byte))]) {
    const { heard, reader } = listen('text last');
    for (const piece of pieces) reader.read(piece);
    expect(heard).toEqual(['text first', 'text last']);
  }
});

/** Things a server may say, and how they are heard. */
const controls = fc.oneof(
  fc.uint8Array({ maxLength: 125 }).map((payload) => ({
    bytes: serverFrame({ opcode: 9, payload: Buffer.from(payload) }),
    heard: [`ping ${Buffer.from(payload).toString('latin1')}`],
  })),
  fc.uint8Array({ maxLength: 125 }).map((payload) => ({
    bytes: serverFrame({ opcode: 10, payload: Buffer.from(payload) }),
    heard: ['pong'],
  })),
);
const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .constantFrom(0, 125, 126, 127, 65_535, 65_536, 70_000)
    .map((length) => '€'.repeat(length / 3) + 'x'.repeat(length % 3)),
);
const messages = fc
  .tuple(
    content,
    fc.constantFrom(1, 2),
    fc.array(fc.tuple(fc.nat(), fc.array(controls, { maxLength: 2 })), { maxLength: 4 }),
  )
  .map(([content, opcode, cuts]) => {
    const payload = Buffer.from(content);
    const places = cuts.map(([at, between]) => ({ at: at % (payload.length + 1), between }));
    places.sort((a, b) => a.at - b.at);
    const parts: Buffer[] = [];
    const heard: string[] = [];
    let from = 0;
    for (const { at, between } of places) {
      parts.push(
        serverFrame({
          opcode: parts.length === 0 ? opcode : 0,
          payload: payload.subarray(from, at),
          final: false,
        }),
        ...between.map(({ bytes }) => bytes),
      );
      heard.push(...between.flatMap(({ heard }) => heard));
      from = at;
    }
    parts.push(serverFrame({ opcode: parts.length === 0 ? opcode : 0, payload: payload.subarray(from) }));
    return { bytes: Buffer.concat(parts), heard: [...heard, `text ${content}`] };
  });
const closing = fc.constantFrom(
  { bytes: Buffer.alloc(0), heard: [] },
  { bytes: hex('88 00 81 01 61'), heard: ['closed 1005'] },
  { bytes: hex('88 05 03 f3 62 79 65 89 00'), heard: ['closed 1011 bye'] },
  { bytes: hex('91 00 81 01 61'), heard: ['violated: protocol'] },
);

/** Pieces of these bytes, cut at places that come from outside, some of them beside each other. */
function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

test('it is the same wherever it is cut', () => {
  const cuts = fc.oneof(
    fc.array(fc.nat(), { maxLength: 20 }),
    // Close together, as headers are.
    fc.tuple(fc.nat(), fc.nat(20)).map(([from, count]) => Array.from({ length: count }, (_, i) => from + i)),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(messages, controls), { maxLength: 6 }),
      closing,
      cuts,
      (things, last, places) => {
        const said = [...things, last];
        check(
          cutAt(Buffer.concat(said.map(({ bytes }) => bytes)), places),
          said.flatMap(({ heard }) => heard),
        );
      },
    ),
  );
});

test('a long message in the pieces that a network makes of it', () => {
  const long = 'a€'.repeat(maxMessageBytes / 4);
  const bytes = Buffer.concat([text(long), text('after')]);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1_400) }, (_, i) =>
    bytes.subarray(1_400 * i, 1_400 * (i + 1)),
  );
  check(pieces, [`text ${long}`, 'text after']);
});

test('no bytes throw, and nothing follows an end', () => {
  // Bytes that begin frames are likelier than chance has them.
  const byte = fc.oneof(
    fc.nat(255),
    fc.constantFrom(0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 126, 127),
  );
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 400 }),
      fc.array(fc.nat(400), { maxLength: 5 }),
      (bytes, places) => {
        const whole = listen();
        whole.reader.read(Buffer.from(bytes));
        const ends = whole.heard.map((what) => /^(?:closed|violated)/.test(what));
        expect(ends.slice(0, -1)).not.toContain(true);
        check(cutAt(Buffer.from(bytes), places), whole.heard);
      },
    ),
    { numRuns: 2_000 },
  );
});
