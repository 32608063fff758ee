/** Streams in any pieces: what is read of them does not depend on where they were cut. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thoughtMarks } from '../../../server/core/thought-marks.ts';
import { chatMessages } from '../../../server/gateway/upstreams/messages.ts';
import { createThinking } from '../../../server/gateway/upstreams/thinking.ts';
import { createValueReader } from '../../../server/gateway/upstreams/values.ts';

/** The text in pieces that are cut at the drawn places. */
function cutAt(text: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...cuts, text.length].map((cut, i) => text.slice(i === 0 ? 0 : cuts[i - 1], cut));
}

const places = fc.array(fc.nat(10_000), { maxLength: 12 });
const values = fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }), {
  maxLength: 6,
});

function readAll(contentType: string, pieces: readonly string[]): readonly unknown[] {
  const reader = createValueReader(contentType, 1 << 20);
  const read = pieces.flatMap((piece) => reader.push(piece).values);
  return [...read, ...reader.end().values];
}

describe('values', () => {
  test('of server-sent events', () => {
    fc.assert(
      fc.property(values, places, fc.constantFrom('\n', '\r\n'), (all, cuts, end) => {
        const text = all
          .map((value) => `: a comment${end}data: ${JSON.stringify(value)}${end}${end}`)
          .join('');
        expect(readAll('text/event-stream; charset=utf-8', cutAt(text, cuts))).toEqual(all);
      }),
    );
  });

  test('of lines, also without a last line end', () => {
    fc.assert(
      fc.property(values, places, fc.boolean(), (all, cuts, ended) => {
        const text = all.map((value) => JSON.stringify(value)).join('\n') + (ended ? '\n' : '');
        expect(readAll('application/x-ndjson', cutAt(text, cuts))).toEqual(all);
      }),
    );
  });

  test('of one whole answer', () => {
    fc.assert(
      fc.property(fc.record({ text: fc.string() }), places, (value, cuts) => {
        expect(readAll('application/json', cutAt(JSON.stringify(value), cuts))).toEqual([value]);
      }),
    );
  });

  test('any text is read to its end without an exception', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 6 }),
        fc.constantFrom('text/event-stream', 'x-ndjson', 'application/json'),
        (pieces, type) => {
          expect(Array.isArray(readAll(type, pieces))).toBe(true);
        },
      ),
    );
  });

  test('a page is none, whatever it is called', () => {
    for (const type of ['text/html; charset=utf-8', 'text/event-stream', ''])
      expect(createValueReader(type, 1 << 20).push(' \n<!doctype html>').state).toBe('page');
  });

  test('what somebody on the way called something else', () => {
    const types = fc.constantFrom(
      '',
      'text/plain',
      'application/json',
      'text/html',
      'application/octet-stream',
    );
    const framed = fc.constantFrom<(value: unknown) => string>(
      (value) => `data: ${JSON.stringify(value)}\n\n`,
      (value) => `${JSON.stringify(value)}\n`,
    );
    fc.assert(
      fc.property(values, places, types, framed, (all, cuts, type, frame) => {
        expect(readAll(type, cutAt(all.map(frame).join(''), cuts))).toEqual(all);
      }),
    );
    fc.assert(
      fc.property(fc.record({ text: fc.string() }), places, types, (value, cuts, type) => {
        expect(readAll(type, cutAt(`\n\n${JSON.stringify(value, undefined, 2)}`, cuts))).toEqual([value]);
      }),
    );
  });
});

describe('thinking in front of an answer', () => {
  interface Case {
    readonly model?: string;
    readonly quoted?: boolean;
    readonly cut?: boolean;
  }

  const filtered = (
    pieces: readonly string[],
    { model = 'coder', quoted = false, cut = false }: Case = {},
  ): string => {
    const filter = createThinking(model).filter(quoted);
    let text = '';
    for (const piece of pieces) {
      const said = filter.push(piece);
      if (said === 'aloud') return `${text} aloud`;
      text += said;
    }
    return text + filter.end(cut);
  };

  const marks = [
    ...thoughtMarks.map(({ open, close }) => [open, close] as const),
    ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
  ] as const;

  test('is left out, whatever marks it and wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...marks),
        fc.string(),
        fc.string(),
        places,
        ([open, close], thought, answer, cuts) => {
          fc.pre(!thought.includes(close) && !/^[\r\n]/.test(answer));
          const gap = close.startsWith('<|end|>') ? '' : '\n\n';
          expect(filtered(cutAt(`\n${open}${thought}${close}${gap}${answer}`, cuts))).toBe(answer);
        },
      ),
    );
  });

  test('never lands, also where the answer was cut inside of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...marks), fc.string(), places, ([open, close], thought, cuts) => {
        fc.pre(!thought.includes(close));
        expect(filtered(cutAt(open + thought, cuts), { cut: true })).toBe('');
      }),
    );
  });

  test('what is no such mark comes through to the letter', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('<', '<thin', '<thinking> a', 'x <think> y', '  <t', 'analysis'),
        ),
        places,
        (answer, cuts) => {
          fc.pre(!marks.some(([open]) => answer.trimStart().startsWith(open.slice(0, 11))));
          fc.pre(!/^(?:<\|start\|>|<\|channel\|>)/.test(answer.trimStart()));
          expect(filtered(cutAt(answer, cuts))).toBe(answer);
        },
      ),
    );
  });

  const harmony = '<|channel|>analysis<|message|>Let me see.<|end|>';
  test.each<[string, string, string, Case?]>([
    ['an answer that has no other channel', '<|channel|>final<|message|>a + b<|return|>', 'a + b'],
    [
      'a comment before the answer',
      `${harmony}<|start|>assistant<|channel|>commentary<|message|>Now I write.<|end|><|start|>assistant<|channel|>final<|message|>a + b`,
      'a + b',
    ],
    [
      'an answer held to a form',
      `${harmony}<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}<|return|>`,
      '{}',
    ],
    [
      'channels whose marks a server took out',
      'analysisLet me see.assistantfinala + b',
      'a + b',
      { model: 'gpt-oss-20b' },
    ],
    ['an analysis of another model', 'analysisLet me see.', 'analysisLet me see.', { model: 'coder' }],
    ['a name that begins like one', 'analysisResult(a)', 'analysisResult(a)', { model: 'gpt-oss-20b' }],
    [
      'thoughts that the template began',
      'Let me see.</think>\n\na + b',
      'a + b',
      { model: 'DeepSeek-R1-14B' },
    ],
    ['no thoughts of such a model', 'a + b', 'a + b', { model: 'qwq-32b' }],
    ['thoughts of such a model, cut', 'Let me see', '', { model: 'qwq-32b', cut: true }],
    ['a document about thoughts', 'a </think> b', 'a </think> b', { quoted: true }],
  ])('%s', (_, said, expected, options) => {
    for (const pieces of [[said], [...said], said.split(/(?<=[ >])/)]) {
      expect(filtered(pieces, options)).toBe(expected);
    }
  });

  test('thoughts that end without having begun are said to be some, and known from then on', () => {
    const thinking = createThinking('tuned-1');
    const first = thinking.filter(false);
    expect(first.push('Let me see.')).toBe('Let me see.');
    expect(first.push('</think>')).toBe('aloud');
    const second = thinking.filter(false);
    expect([second.push('Let me see.'), second.push('</think>'), second.push('\na + b')]).toEqual([
      '',
      '',
      'a + b',
    ]);
    const apart = thinking.filter(false);
    apart.apart();
    expect(apart.push('a + b')).toBe('a + b');
  });
});

describe('messages', () => {
  test('neighbours of one role become one, and begin the same whatever follows', () => {
    const base = [
      { role: 'system', text: 'rules' },
      { role: 'user', text: 'a file' },
    ] as const;
    expect(chatMessages([...base, { role: 'user', text: 'a task' }], 'own')).toEqual([
      { role: 'system', content: 'rules' },
      { role: 'user', content: 'a file\n\na task' },
    ]);
    expect(chatMessages(base, 'in-user')).toEqual([{ role: 'user', content: 'rules\n\na file' }]);
  });
});
