/** Whatever a server sends of an answer, and however often, its reader hears it once. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readServerEvent } from '../../server/session/protocol/events.ts';
import { readFrame } from '../../server/session/protocol/frame.ts';
import { createTranscript } from '../../server/session/protocol/transcript.ts';

const id = 'msg_1';

interface Shape {
  readonly kind: 'text' | 'refusal';
  /** Reasoning before the message, which the terminal `output` may leave out. */
  readonly reasoned: boolean;
  /** Number of the part in the stream, and whether whole messages have an empty part before it. */
  readonly part: number;
  readonly padded: boolean;
  readonly added: boolean;
  readonly deltas: boolean;
  readonly done: boolean;
  readonly itemDone: boolean;
  readonly terminal: 'none' | 'message' | 'all';
  readonly named: boolean;
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    kind: fc.constantFrom('text' as const, 'refusal' as const),
    reasoned: fc.boolean(),
    part: fc.nat(1),
    padded: fc.boolean(),
    added: fc.boolean(),
    deltas: fc.boolean(),
    done: fc.boolean(),
    itemDone: fc.boolean(),
    terminal: fc.constantFrom('none' as const, 'message' as const, 'all' as const),
    named: fc.boolean(),
  })
  .filter(({ deltas, done, itemDone, terminal }) => deltas || done || itemDone || terminal !== 'none')
  // An empty part where words were streamed contradicts them.
  .filter(({ kind, part, padded }) => !padded || kind === 'refusal' || part === 1);

function eventsOf(shape: Shape, pieces: readonly string[]): readonly object[] {
  const { kind, reasoned, part, padded, added, deltas, done, itemDone, terminal, named } = shape;
  const words = pieces.join('');
  const output = reasoned ? 1 : 0;
  const type = kind === 'text' ? 'response.output_text' : 'response.refusal';
  const place = { item_id: id, output_index: output, content_index: part };
  const said = kind === 'text' ? { type: 'output_text', text: words } : { type: 'refusal', refusal: words };
  const message = {
    ...(named ? { id } : {}),
    type: 'message',
    role: 'assistant',
    content: [...(padded ? [{ type: 'output_text', text: '' }] : []), said],
  };
  const reasoning = { type: 'reasoning', summary: [] };
  const items = terminal === 'all' && reasoned ? [reasoning, message] : [message];
  return [
    { type: 'response.created', response: {} },
    ...(reasoned ? [{ type: 'response.output_item.added', output_index: 0, item: reasoning }] : []),
    ...(added
      ? [{ type: 'response.output_item.added', output_index: output, item: { ...message, content: [] } }]
      : []),
    ...(deltas ? pieces.map((delta) => ({ type: `${type}.delta`, ...place, delta })) : []),
    ...(done ? [{ type: `${type}.done`, ...place, [kind]: words }] : []),
    ...(itemDone ? [{ type: 'response.output_item.done', output_index: output, item: message }] : []),
    { type: 'response.completed', response: terminal === 'none' ? {} : { output: items } },
  ];
}

function heard(events: readonly object[]): string {
  const transcript = createTranscript();
  let words = '';
  for (const each of events) {
    const read = readFrame(JSON.stringify(each));
    const event = read.kind === 'broken' ? 'wrong' : readServerEvent(read.frame);
    if (typeof event === 'string') throw new Error(`${event}: ${JSON.stringify(each)}`);
    const pieces = transcript.read(event.body);
    if (pieces === 'contradiction') return 'contradiction';
    for (const piece of pieces) words += piece.text;
  }
  return words;
}

test('an answer is heard once in every shape of events that says it', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (shape, pieces) => {
      expect(heard(eventsOf(shape, pieces))).toBe(pieces.join(''));
    }),
    { numRuns: 2_000 },
  );
});

test('a refusal whose terminal message has no id is heard once', () => {
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const message = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] };
  expect(
    heard([
      { type: 'response.refusal.delta', ...place, delta: 'No.' },
      { type: 'response.completed', response: { output: [message] } },
    ]),
  ).toBe('No.');
});

const words = (text: string) => ({ type: 'message', content: [{ type: 'output_text', text }] });
const thought = { type: 'reasoning', summary: [] };
const begun = (item: object, place: object = {}) => ({ type: 'response.output_item.added', ...place, item });
const over = (item: object, place: object = {}) => ({ type: 'response.output_item.done', ...place, item });
const piece = (delta: string, place: object = {}) => ({
  type: 'response.output_text.delta',
  ...place,
  delta,
});
const whole = (text: string, place: object = {}) => ({ type: 'response.output_text.done', ...place, text });
const end = (...output: object[]) => ({ type: 'response.completed', response: { output } });
const at = (output_index: number, content_index = 0) => ({ output_index, content_index });

test.each<[string, readonly object[], string]>([
  [
    'no numbers, and reasoning before it',
    [
      begun(thought),
      begun(words('')),
      piece('a'),
      piece('b'),
      over(thought),
      whole('ab'),
      over(words('ab')),
      end(thought, words('ab')),
    ],
    'ab',
  ],
  [
    'the number of the reasoning before it, and never announced',
    [begun(thought, at(0)), piece('a', at(0)), piece('b', at(0)), over(thought, at(0)), end()],
    'ab',
  ],
  [
    'announced by the number of the reasoning, written by the next',
    [
      begun(thought, at(0)),
      over(thought, at(0)),
      begun(words(''), at(0)),
      piece('a', at(1, 0)),
      piece('b', at(1, 1)),
      whole('ab', at(1, 2)),
      over(words('ab'), at(1)),
      end(thought, words('ab')),
    ],
    'ab',
  ],
  [
    'announced by its number, and written without one',
    [
      begun(thought, at(0)),
      over(thought, at(0)),
      begun(words(''), at(1)),
      piece('a'),
      piece('b'),
      whole('ab'),
      over(words('ab'), at(1)),
      end(thought, words('ab')),
    ],
    'ab',
  ],
  [
    'a part for every token',
    [begun(words(''), at(0)), piece('a', at(0, 1)), piece('a', at(0, 2)), whole('aa', at(0, 3)), end()],
    'aa',
  ],
  [
    'a part for every token, and the whole as the first',
    [piece('a', at(0, 0)), piece('b', at(0, 1)), over(words('ab'), at(0)), end(words('ab'))],
    'ab',
  ],
  [
    'done by another number',
    [begun(words(''), at(0)), piece('ab', at(0)), whole('ab', at(1)), over(words('ab'), at(1)), end()],
    'ab',
  ],
  ['announced late', [piece('a', at(0)), begun(words(''), at(0)), piece('b', at(0)), end(words('ab'))], 'ab'],
  ['an empty whole', [piece('ab', at(0)), whole('', at(0)), over(words(''), at(0)), end()], 'ab'],
  ['a trimmed whole', [piece('  ab\n', at(0)), whole('ab', at(0)), end(words('ab'))], '  ab\n'],
  ['nothing streamed', [end(thought, words('ab'))], 'ab'],
  [
    'a message of two parts',
    [
      piece('a', at(0, 0)),
      whole('a', at(0, 0)),
      piece('b', at(0, 1)),
      whole('bc', at(0, 1)),
      over({ type: 'message', content: [...words('a').content, ...words('bc').content] }, at(0)),
    ],
    'abc',
  ],
  [
    'a message of two parts, the second not streamed',
    [piece('a', at(0, 0)), whole('a', at(0, 0)), whole('b', at(0, 1)), end()],
    'ab',
  ],
  [
    'commentary before it',
    [
      begun({ ...words(''), phase: 'commentary' }, at(0)),
      piece('hm', at(0)),
      whole('hm', at(0)),
      begun(words(''), at(1)),
      piece('ab', at(1)),
      end({ ...words('hm'), phase: 'commentary' }, words('ab')),
    ],
    'ab',
  ],
  [
    'another text in the end of one that failed',
    [piece('ab', at(0)), { ...end(words('xy')), type: 'response.failed' }],
    'ab',
  ],
  ['another whole than what was streamed', [piece('ab', at(0)), whole('xy', at(0))], 'contradiction'],
  ['another end than what was streamed', [piece('ab', at(0)), end(words('xy'))], 'contradiction'],
])('%s: heard once', (_, events, expected) => {
  expect(heard(events)).toBe(expected);
});

/** What a reader hears, each piece with the number of its answer. */
function answers(events: readonly object[]): readonly (readonly [number, string])[] {
  const transcript = createTranscript();
  return events.flatMap((each) => {
    const event = readServerEvent(each as Parameters<typeof readServerEvent>[0]);
    if (typeof event === 'string') throw new Error(event);
    const said = transcript.read(event.body);
    if (said === 'contradiction') throw new Error(said);
    return said.map((piece) => [piece.kind === 'text' ? piece.index : -1, piece.text] as const);
  });
}

test.each<[string, readonly object[], readonly (readonly [number, string])[]]>([
  [
    'as they were announced, whatever they say',
    [
      begun(words(''), at(0)),
      begun(words(''), at(1)),
      piece('ab', at(1)),
      piece('ab', at(0)),
      end(words('ab'), words('ab')),
    ],
    [
      [1, 'ab'],
      [0, 'ab'],
    ],
  ],
  [
    'one that came whole, one that is streamed',
    [over(words('a'), at(0)), piece('b', at(1)), end(words('a'), words('b'))],
    [
      [0, 'a'],
      [1, 'b'],
    ],
  ],
  [
    'an empty message before it that only the end tells of',
    [piece('ab', at(0)), end(words(''), words('ab'))],
    [[0, 'ab']],
  ],
  ['an empty message is none', [over(words(''), at(0)), piece('a', at(1)), end()], [[0, 'a']]],
])('answers to one request: %s', (_, events, expected) => {
  expect(answers(events)).toEqual(expected);
});

test('items that all have one number cost no more than their count', () => {
  const transcript = createTranscript();
  const started = performance.now();
  for (let n = 0; n < 4_000; n++) {
    const event = readServerEvent(begun(n % 2 === 0 ? words('') : thought, at(0)));
    if (typeof event !== 'string') transcript.read(event.body);
  }
  // Each looking at all for each number took over ten seconds.
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('numbers too large to be counted on from are none', () => {
  const last = at(Number.MAX_SAFE_INTEGER);
  const three = [begun(thought, last), begun(words(''), last), begun(thought, last)];
  expect(heard([...three, piece('a', last), end(words('a'))])).toBe('a');
});

test.each([
  ['only said to be done', (n: number) => over(words(`${n}`), at(n)), () => end()],
  [
    'thoughts, and answers only at the end',
    (n: number) => over(thought, at(n)),
    (all: object[]) => end(...all),
  ],
] as const)('many items cost no more than their count: %s', { timeout: 20_000 }, (_, each, ended) => {
  const transcript = createTranscript();
  const all = Array.from({ length: 60_000 }, (_, n) => n);
  let said = 0;
  for (const sent of [...all.map(each), ended(all.map((n) => words(`${n}`)))]) {
    const event = readServerEvent(sent);
    const pieces = typeof event === 'string' ? [] : transcript.read(event.body);
    said += pieces === 'contradiction' ? Number.NaN : pieces.length;
  }
  // Each compared with all others took minutes.
  expect(said).toBe(all.length);
});
