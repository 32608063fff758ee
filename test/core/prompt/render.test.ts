import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAnswer } from '../../../server/core/answer.ts';
import type { Ask, Region } from '../../../server/core/ask.ts';
import { baseFor, forkOf } from '../../../server/core/prompt/base.ts';
import { chatInstructions } from '../../../server/core/prompt/chat.ts';
import { excerpt, linesAround } from '../../../server/core/prompt/excerpt.ts';
import { estimateTokens } from '../../../server/core/prompt/prompt.ts';
import { promptFormat, render } from '../../../server/core/prompt/render.ts';
import { toText } from '../../../server/core/text.ts';
import { completeAsk, editAsk, nextEditAsk } from '../../support/asks.ts';

/** The file and the request as the model reads them, without the instructions. */
function words(ask: Ask): string {
  const rendered = render(ask, 'chat/5');
  if (rendered.kind !== 'prompt') return rendered.kind;
  const [instructions, ...rest] = [...rendered.prompt.base, ...rendered.prompt.request];
  expect(instructions).toEqual({ role: 'system', text: chatInstructions });
  return rest.map(({ text }) => text).join('\n---\n');
}

test('a completion: the file, then the lines around the mark', () => {
  expect(words(completeAsk('one\nlet a = █;\nthree\n'))).toBe(`File a.ts (typescript):
one
let a = ;
three

---
Task "complete", at most 20 lines, at <|cursor|>:
one
let a = <|cursor|>;
three
`);
});

test('a completion of what a list has selected says what it begins with, before the lines', () => {
  const ask = { ...completeAsk('foo.pu█\n'), selected: { start: 4, end: 6, text: 'push' } } as Ask;
  expect(words(ask).split('---\n')[1]).toBe(
    'Task "complete", at most 20 lines, at <|cursor|>. The text must begin with "push", which takes the place of "pu" before the mark:\nfoo.pu<|cursor|>\n',
  );
});

test('a completion is told the errors in its lines, and none of the text that is being written', () => {
  const error = { message: 'Something is wrong.', severity: 'error' } as const;
  const diagnostics = [
    { ...error, start: 6, end: 7, message: "Property 'y' is missing.", code: '2741', source: 'ts' },
    { ...error, start: 26, end: 28 },
    { ...error, start: 6, end: 7, severity: 'hint' as const },
    { ...error, start: 70, end: 71 },
  ];
  const ask = {
    ...completeAsk(`const p: Point = {\n  x,\n  yy█\n};\n${'\n'.repeat(40)}f();\n`),
    diagnostics,
  };
  expect(words(ask).split('---\n')[1]).toMatch(
    /^The editor reports in these lines:\n- error \[ts 2741\] at "p": Property 'y' is missing\.\nTask "complete", /,
  );
});

test('an edit: its instruction and its lines, whole', () => {
  expect(
    words(editAsk('one\ntw«o\nthr»ee\nfour\n', 'join them')).split('---\n')[1],
  ).toBe(`Task "edit" in a.ts: join them
It is about these lines, which are now:
two
three
`);
});

test('a fix names only what is to be fixed', () => {
  const { document, region, ...context } = editAsk('let «cnt» = 1;', '') as Extract<Ask, { task: 'edit' }>;
  const problem = { start: 4, end: 7, message: "'cnt' is never read.", severity: 'warning' } as const;
  const ask: Ask = { ...context, document, region, task: 'fix', targets: [problem], diagnostics: [problem] };
  expect(words(ask)).toContain(`Fix only this problem:\n- warning at "cnt": 'cnt' is never read.`);
});

test('a fix is told the imports where neither the lines nor the file’s beginning show them, and what the problem points to', () => {
  const first = "import { a } from './a';\n";
  const text = `${first}${'// filler\n'.repeat(1200)}let cnt = a;\nlet d = 2;\n`;
  const start = text.indexOf('cnt');
  const { region: _, ...context } = editAsk('«x»', '') as Extract<Ask, { task: 'edit' }>;
  const problem = {
    start,
    end: start + 3,
    message: "'cnt' is already declared.",
    severity: 'error',
    code: '2451',
    source: 'ts',
    related: [{ path: 'b.ts', line: 4, message: 'It is declared here.' }],
  } as const;
  const document = { ...context.document, text };
  const ask: Ask = { ...context, document, region: problem, task: 'fix', targets: [problem] };
  const made = baseFor(ask);
  if (made.kind !== 'base') throw new Error(made.kind);
  const { shown } = made.base;
  const fork = (from: number) => {
    const forked = forkOf(ask, { ...made.base, shown: { ...shown, start: from } });
    return forked.kind === 'fork' ? forked.parts.map((part) => part.text).join('') : forked.why;
  };
  const task = `It is about these lines, which are now:
let cnt = a;

Fix only this problem:
- error [ts 2451] at "cnt": 'cnt' is already declared.
  see b.ts, line 5: It is declared here.`;
  expect(fork(first.length)).toBe(`Task "fix" in a.ts.\nThe file's imports are:\n${first}${task}`);
  expect(fork(0)).toBe(`Task "fix" in a.ts.\n${task}`);
});

test('a review: its lines, and of these the new ones', () => {
  const { document, region, ...context } = editAsk('one\n«two\nthree\nfour»\nfive\n', '') as Extract<
    Ask,
    { task: 'edit' }
  >;
  const review: Ask = { ...context, document, region, task: 'review' };
  const lines = `Task "review" in a.ts.
It is about these lines, which are now:
two
three
four
`;
  expect(words(review).split('---\n')[1]).toBe(lines);
  const changes = [
    { start: 4, end: 7 },
    { start: 14, end: 18 },
  ];
  expect(words({ ...review, changes }).split('---\n')[1]).toBe(
    `${lines}\nJudge only what these lines of it, which are new, bring about:\ntwo\n…\nfour`,
  );
});

test('an edit is told what bounds it, what is reported there and what was begun of it', () => {
  const problem = (start: number, message: string) =>
    ({ start, end: start + 1, message, severity: 'warning' }) as const;
  const ask = {
    ...editAsk('one\ntw«o\nthr»ee\nfour\n', 'join them'),
    bounded: true,
    streamed: 'two three',
    diagnostics: [problem(0, 'Above.'), problem(5, 'There.'), problem(14, 'Below.')],
  } as Ask;
  expect(words(ask).split('---\n')[1]).toBe(`Task "edit" in a.ts: join them
Before the last line of this was said you had begun to answer; nothing of that was done:
two three
It is about these lines, which are now:
two
three

Only these lines may change.
The editor reports there:
- warning at "w": There.`);
});

test('what may change is told in whole lines, where more than these are shown', () => {
  const before = editAsk('one\ntwo\nthree\nf«ou»r\n', 'shorter') as Extract<Ask, { task: 'edit' }>;
  const made = baseFor(before);
  if (made.kind !== 'base') throw new Error(made.kind);
  const text = before.document.text.replace('three', '3');
  const region = { start: text.indexOf('ou'), end: text.indexOf('ou') + 2 };
  const fork = forkOf(
    { ...before, bounded: true, document: { ...before.document, text }, region },
    made.base,
  );
  const told = fork.kind === 'fork' ? (fork.parts[0]?.text ?? '') : fork.why;
  expect(told.slice(told.indexOf('It is about'))).toBe(
    'It is about these lines, which are now:\n3\nfour\n\nOnly these lines may change:\nfour\n',
  );
});

test('a task about the whole file shows it where what was told of it begins or ends elsewhere', () => {
  const ask = editAsk('«one\ntwo\nthree\n»', 'shorter');
  const made = baseFor(ask);
  if (made.kind !== 'base') throw new Error(made.kind);
  const told = (shown: Region) => {
    const fork = forkOf(ask, { ...made.base, shown });
    return fork.kind === 'fork' ? fork.parts.map((part) => part.text).join('') : fork.why;
  };
  const whole = 'It is about the whole file, which is now:\none\ntwo\nthree\n';
  expect(told({ start: 0, end: 14 })).toContain('It is about the whole file, as it stands above.');
  expect(told({ start: 4, end: 14 })).toContain(whole);
  expect(told({ start: 0, end: 8 })).toContain(whole);
});

test('a next edit is told what is reported in its lines', () => {
  const ask: Ask = {
    ...nextEditAsk('let a = 1;\nlet b█ = 2;\n'),
    diagnostics: [{ start: 4, end: 5, message: 'Never read.', severity: 'hint' }],
  };
  expect(words(ask)).toContain(`The editor reports there:
- hint at "a": Never read.
The cursor is behind "let b" in line 2 of these lines, which are now:
let a = 1;
let b = 2;
`);
});

test('a mark that was typed since the file was told is not used', () => {
  const made = baseFor(completeAsk('const a = 1;\n█'));
  if (made.kind !== 'base') throw new Error(made.kind);
  const fork = forkOf(completeAsk('const a = "<|cursor|>";\n█'), made.base);
  expect(fork.kind === 'fork' && fork.parts[0]?.text).toContain('at <|cursor 1|>:');
});

test('a mark that stands in the text is not used', () => {
  expect(words(completeAsk('const mark = "<|cursor|>";\n█'))).toContain('at <|cursor 1|>:');
});

test('snippets stand before the file and history behind it, the newest change nearest to the task', () => {
  const ask: Ask = {
    ...completeAsk('a\n█'),
    history: [
      { path: 'a.ts', line: 0, before: 'x\n', after: 'a\n' },
      { path: 'b.ts', line: 4, before: '', after: 'y\nz\n' },
    ],
    snippets: [{ path: 'lib.ts', text: 'export const lib = 1;' }],
  };
  expect(words(ask).split('---\n')[0]).toBe(
    'From lib.ts:\nexport const lib = 1;\n\n\nFile a.ts (typescript):\na\n\n\nRecent changes, oldest first:\na.ts, line 1:\n-x\n+a\nb.ts, line 5:\n+y\n+z\n\n',
  );
});

test('all tasks on a document share its base', () => {
  const bases = [completeAsk('one\ntwo█\n'), editAsk('one\n«two»\n', 'x'), editAsk('«one»\ntwo\n', 'y')].map(
    (ask) => {
      const rendered = render(ask, 'chat/5');
      return rendered.kind === 'prompt' ? JSON.stringify(rendered.prompt.base) : '';
    },
  );
  expect(new Set(bases).size).toBe(1);
});

test('the block it asks for is one that is read', () => {
  const example = chatInstructions.slice(
    chatInstructions.indexOf('<<<<<<<'),
    chatInstructions.indexOf('>>>>>>> REPLACE') + 15,
  );
  const block = example
    .replace(/^lines of the file.*$/m, 'let a = 1;')
    .replace(/^the lines that.*$/m, 'let a = 2;');
  const reader = createAnswer({ text: toText('let a = 1;\nlet b;\n') });
  reader.push(`${block}\n`);
  expect(reader.finish()).toEqual({ kind: 'edit', edit: [{ start: 8, end: 9, text: '2' }] });
});

const line = fc.string({ maxLength: 30, unit: 'grapheme' });
const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));

test('a prompt never exceeds its tokens and always holds the place asked about', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 0, max: 1200 }), (value, at, contextTokens) => {
      const cursor = value.length === 0 ? 0 : at % (value.length + 1);
      const ask = {
        ...completeAsk('█'),
        history: [{ path: 'b.ts', line: 1, before: 'x'.repeat(40), after: 'y'.repeat(40) }],
        snippets: [{ path: 'c.ts', text: 'z'.repeat(150) }],
        contextTokens,
        cursor,
        document: { ...completeAsk('█').document, text: value },
      } as Ask;
      const rendered = render(ask, 'chat/5');
      if (rendered.kind === 'too-large') return;
      const { base, request } = rendered.prompt;
      const characters = [...base, ...request].reduce((sum, part) => sum + part.text.length, 0);
      expect(estimateTokens(characters)).toBeLessThanOrEqual(contextTokens);
      const lineOfCursor = value.slice(value.lastIndexOf('\n', cursor - 1) + 1, cursor);
      expect(rendered.prompt.request[0]?.text).toContain(`${lineOfCursor}<|cursor`);
    }),
  );
});

test('an excerpt is whole lines around its focus', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), fc.nat({ max: 400 }), (value, a, b, room) => {
      const [start, end] = [a % (value.length + 1), b % (value.length + 1)].sort((x, y) => x - y) as [
        number,
        number,
      ];
      const shown = excerpt(value, { start, end }, room);
      expect(shown.start).toBeLessThanOrEqual(start);
      expect(shown.end).toBeGreaterThanOrEqual(end);
      expect(shown.end - shown.start).toBeLessThanOrEqual(Math.max(room, end - start));
      expect(shown.start === 0 || shown.start === start || value[shown.start - 1] === '\n').toBe(true);
      expect(shown.end === value.length || shown.end === end || value[shown.end - 1] === '\n').toBe(true);
    }),
  );
});

test('lines around a place are whole', () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat({ max: 5 }), (value, a, count) => {
      const at = a % (value.length + 1);
      const { start, end } = linesAround(toText(value), { start: at, end: at }, count);
      expect(start <= at && at <= end).toBe(true);
      expect(start === 0 || value[start - 1] === '\n').toBe(true);
      expect(end === value.length || value[end - 1] === '\n').toBe(true);
      expect(value.slice(start, end).split('\n').length).toBeLessThanOrEqual(2 * count + 2);
    }),
  );
});

test('formats have a version behind their name', () => {
  expect([
    promptFormat('auto'),
    promptFormat('chat'),
    promptFormat('fim:qwen'),
    promptFormat('toString'),
  ]).toEqual(['chat/5', 'chat/5', undefined, undefined]);
});
