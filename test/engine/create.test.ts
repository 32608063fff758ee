import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ask, CompleteAsk } from '../../server/core/ask.ts';
import { apply, toEdit } from '../../server/core/edit.ts';
import { completeAsk, corpusOf, documentOf, engineWith, indexed, storeOf, textsOf } from './support.ts';

/** A surrogate without its other half. */
const halves = /\p{Surrogate}/u;
const call = (name: string) => `export const ${name} = registerHandler(context, options);\n`;
const repeated = Array.from({ length: 12 }, (_, i) => call(`n${i}`)).join('');

describe('completing', () => {
  function check(marked: string, expected: string | undefined, more: Partial<CompleteAsk> = {}) {
    expect(textsOf(engineWith(), completeAsk(marked, more))[0]).toBe(expected);
  }
  test('continues what the document says again and again', () =>
    check(`${repeated}export const m = regis█\n`, 'terHandler(context, options);'));
  test('learns from the text below the cursor', () =>
    check(`export const m = regis█\n${repeated}`, 'terHandler(context, options);'));
  test('does not bring what stands behind the cursor', () =>
    check(`${repeated}export const m = regis█(context, options);\n`, 'terHandler'));
  test('recognises a line that is indented otherwise', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `function f${i}() {\n  const log = openLog(path, options);\n}\n`,
    );
    check(`${lines.join('')}function g() {\n\tconst log = open█\n}\n`, 'Log(path, options);');
  });
  test('is silent inside a word', () =>
    check(`${repeated}export const m = regis█ter(context);\n`, undefined));
  test('is silent in an empty document', () => check('█', undefined));
  test('is silent where nothing is known', () => check('zq█', undefined));
  test("continues the menu's entry", () => {
    const text = `${repeated}export const m = re█\n`;
    const start = text.indexOf('re█');
    const selected = { start, end: start + 2, text: 'registerHandler' };
    check(text, 'gisterHandler(context, options);', { selected });
    check(text, undefined, { selected: { ...selected, text: 'other' } });
  });
  test('gives several suggestions when asked for them', () => {
    const lines = Array.from(
      { length: 6 },
      (_, i) => `if (x) return alpha${i % 2 ? 'Left' : 'Right'}(value);\n`,
    );
    const texts = textsOf(
      engineWith(),
      completeAsk(`${lines.join('')}if (x) return alpha█\n`, { candidates: 3 }),
    );
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(texts.length);
  });
  test('gives at most the lines that are wanted', () => {
    const block = 'export function start() {\n  connect(server, options);\n  listen(server, options);\n}\n\n';
    for (const text of textsOf(
      engineWith(),
      completeAsk(`${block.repeat(8)}export fun█\n`, { maxLines: 1, candidates: 2 }),
    ))
      expect(text).not.toContain('\n');
  });
});

describe('documents', () => {
  const ask = (text: string) => completeAsk(text, { document: documentOf(text.replace('█', ''), 'b.ts') });
  test('an open one teaches the others, until it is closed', () => {
    const engine = engineWith();
    engine.open(documentOf(repeated));
    expect(textsOf(engine, ask('export const n1 = regis█'))[0]).toMatch(/^terHandler/);
    engine.close('file:///w/a.ts');
    expect(textsOf(engine, ask('export const n1 = regis█'))).toEqual([]);
  });
  test('what was typed in one is known in the next', () => {
    const engine = engineWith();
    engine.open(documentOf(''));
    engine.open(documentOf('export const n1 = regis', 'b.ts'));
    engine.change('file:///w/a.ts', 2, [{ start: 0, end: 0, text: repeated }]);
    textsOf(engine, completeAsk(`${repeated}█`, { document: documentOf(repeated, 'a.ts', 2) }));
    expect(textsOf(engine, ask('export const n1 = regis█'))[0]).toMatch(/^terHandler/);
  });
  test('an ask whose document has moved on is answered for its own text', () => {
    const engine = engineWith();
    engine.open(documentOf('old'));
    const asked = completeAsk(`${repeated}export const m = regis█\n`);
    expect(textsOf(engine, { ...asked, document: { ...asked.document, version: 7 } })).toEqual([
      'terHandler(context, options);',
    ]);
  });
  test('changed step by step, they give the answers of the same text opened anew', () => {
    const pieces = fc.constantFrom(
      'regis',
      'terHandler',
      '(context',
      ', options);',
      '\n',
      '\r\n',
      '  ',
      'const ',
      '😀',
      '"',
    );
    const change = fc.record({
      at: fc.nat(),
      length: fc.nat({ max: 30 }),
      text: fc.array(pieces, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(), (changes, at) => {
        const engine = engineWith();
        let text = repeated;
        let version = 1;
        engine.open(documentOf(text));
        for (const { at, length, text: parts } of changes) {
          const start = at % (text.length + 1);
          const edit =
            toEdit([{ start, end: Math.min(text.length, start + length), text: parts.join('') }]) ?? [];
          text = apply(text, edit);
          engine.change('file:///w/a.ts', ++version, edit);
        }
        const cursor = at % (text.length + 1);
        const asked = { ...completeAsk('█'), document: documentOf(text, 'a.ts', version), cursor };
        expect(engine.answer(asked)).toEqual(engineWith().answer(asked));
      }),
      { numRuns: 200 },
    );
  });
});

describe('workspace', () => {
  const files = { 'lib/box.ts': `${repeated}export class Box {}\n`, 'lib/other.ts': call('z').repeat(4) };
  test('its files teach, and their names can be imported', async () => {
    const engine = await indexed(engineWith({ corpus: corpusOf(files) }));
    expect(textsOf(engine, completeAsk('export const n1 = regis█'))[0]).toMatch(/^terHandler/);
    const text = 'new Box();\n';
    const diagnostic = { start: 4, end: 7, message: "Cannot find name 'Box'.", severity: 'error' } as const;
    const answer = engine.answer({
      ...completeAsk('█'),
      task: 'fix',
      document: documentOf(text),
      region: { start: 4, end: 7 },
      targets: [diagnostic],
    });
    expect(answer.kind === 'edit' && apply(text, answer.edit)).toBe(
      "import { Box } from './lib/box';\n\nnew Box();\n",
    );
  });
  test('is kept between starts, and read again only where it changed', async () => {
    const kept = new Map<string, Uint8Array>();
    const first = await indexed(engineWith({ corpus: corpusOf(files), store: storeOf(kept) }));
    const asked = completeAsk('export const n1 = regis█');
    const changed = corpusOf({ ...files, 'lib/other.ts': 'changed();\n' });
    const second = await indexed(engineWith({ corpus: changed, store: storeOf(kept) }));
    expect(changed.reads).toEqual(['lib/other.ts']);
    expect(second.answer(asked).kind).toBe(first.answer(asked).kind);
    const again = corpusOf(files);
    const other = await indexed(
      engineWith({
        corpus: again,
        store: storeOf(new Map([...kept].map(([key, bytes]) => [key, bytes.slice(0, 99)]))),
      }),
    );
    expect(again.reads).toEqual(Object.keys(files));
    expect(other.answer(asked)).toEqual(first.answer(asked));
  });
  test('what was kept is known as it was, whatever was open before it is read, and kept no second time', async () => {
    const kept = new Map<string, Uint8Array>();
    const first = await indexed(engineWith({ corpus: corpusOf(files), store: storeOf(kept) }));
    const unread = corpusOf(files);
    const written: string[] = [];
    const store = { ...storeOf(kept), write: async (key: string) => void written.push(key) };
    const second = engineWith({ corpus: unread, store });
    // Words of its own, so that those that were kept have other numbers.
    second.open(documentOf('several words that nobody else has\n', 'own.py'));
    second.close(documentOf('', 'own.py').uri);
    await indexed(second);
    expect([unread.reads, written]).toEqual([[], []]);
    const asked = completeAsk('export const n1 = regis█');
    expect(second.answer(asked)).toEqual(first.answer(asked));
    const text = 'new Box();\n';
    const diagnostic = { start: 4, end: 7, message: "Cannot find name 'Box'.", severity: 'error' } as const;
    const ask = { ...asked, task: 'fix', document: documentOf(text), region: diagnostic } as const;
    expect(second.answer({ ...ask, targets: [diagnostic] }).kind).toBe('edit');
  });
  test('looked at once more, nothing counts twice', async () => {
    const corpus = corpusOf({ ...files, 'yarn.lock': call('z') });
    const engine = await indexed(engineWith({ corpus }));
    const before = engine.status();
    expect((await indexed(engine)).status()).toEqual(before);
    expect(corpus.reads).toEqual(Object.keys(files));
  });
  test('a corpus that fails is logged, and the engine goes on', async () => {
    const said: string[] = [];
    const corpus = { files: () => { throw new Error('unreadable'); } }; // biome-ignore format: one line
    const engine = await indexed(engineWith({ corpus, log: (message) => void said.push(message) }));
    expect(said).toHaveLength(1);
    expect(engine.status().indexing).toBe(false);
  });
  test('full, it still answers', async () => {
    const engine = await indexed(engineWith({ corpus: corpusOf(files), limits: { symbols: 60 } }));
    expect(engine.status().tokens).toBeLessThan(60);
    expect(textsOf(engine, completeAsk(`${repeated}export const m = regis█`))).toHaveLength(1);
  });
});

test('what cannot be fixed is declined in one sentence', () => {
  const diagnostic = {
    start: 0,
    end: 1,
    message: "Type 'string' is not assignable to type 'number'.",
    severity: 'error',
  } as const;
  const ask: Ask = { ...completeAsk('a█'), task: 'fix', region: { start: 0, end: 1 }, targets: [diagnostic] };
  const answer = engineWith().answer(ask);
  expect(answer.kind === 'cannot' && answer.message).toMatch(/set model\.url/);
});

test('never fails on any text, and never proposes half a character', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 });
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 1, max: 4 }), (value, at, candidates) => {
      const doubled = `${value}\n${value}`;
      const cursor = at % (doubled.length + 1);
      const answer = engineWith().answer({
        ...completeAsk('█'),
        document: documentOf(doubled),
        cursor,
        candidates,
      });
      if (answer.kind !== 'suggestions') return;
      for (const { text, confidence } of answer.items) {
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
        if (!halves.test(doubled) && !halves.test(doubled.slice(0, cursor))) expect(text).not.toMatch(halves);
      }
    }),
    { numRuns: 500 },
  );
});
