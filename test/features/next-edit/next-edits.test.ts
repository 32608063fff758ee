/** Next edits: what the user changed, what the model is asked and says, and what the editor is given of it. */

import { describe, expect, test } from 'vitest';
import { nextScene, uri } from '../../support/next-edits.ts';

const source = `interface Point {
  x: number;
  y: number;❰↦
  z: number;❱
}

export function length(point: Point): number {
  return Math.hypot(point.x, point.y);
}

export function negated(point: Point): Point {
  return { x: -point.x, y: -point.y };
}
`;
const length = ['point.y);', 'point.y, point.z);'] as const;
const negated = ['-point.y }', '-point.y, z: -point.z }'] as const;

/** The region as a model writes it anew. */
function rewritten(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((now, [from, to]) => now.replace(from, to), text);
}

function withPoint(scene: { text(): string }): string {
  return rewritten(scene.text(), length, negated);
}

describe('an answer', () => {
  test('is given as the nearest hunk; the others follow without a question', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => withPoint(scene);
    expect(await scene.next()).toContain('point.y❰↦, point.z❱);');
    expect(await scene.take()).toContain('point.y, point.z);');
    expect(await scene.next('textDocument/copilotInlineEdit')).toContain('-point.y❰↦, z: -point.z❱ }');
    expect(await scene.take()).toBe(withPoint(scene));
    expect(scene.model.asks).toHaveLength(1);
  });

  test.each([
    ['that ends lines its own way', undefined, '\n'],
    ['that leaves them as they come', { workspaceEdit: { normalizesLineEndings: false } }, '\r\n'],
  ] as const)('of several lines in a document with CRLF, for a client %s', async (_, workspace, ending) => {
    const more = (eol: string) => `point.y,${eol}    point.z);`;
    const scene = await nextScene(source.replaceAll('\n', '\r\n'), {
      ...(workspace && { capabilities: { textDocument: {}, workspace } }),
    });
    scene.model.script = () => rewritten(scene.text(), ['point.y);', more('\r\n')]);
    expect(await scene.next()).toContain(`❰↦,${ending}    point.z❱);`);
  });

  test('is asked for with the lines, the cursor and what changed', async () => {
    const scene = await nextScene(source, { replies: ['NO_CHANGE', 'NO_CHANGE'] });
    expect(await scene.next()).toBeUndefined();
    expect(scene.question(0)).toContain('y: number;\n  z: number;█\n}');
    expect(scene.model.asks[0]?.ask).toMatchObject({
      task: 'nextEdit',
      contextTokens: 4096,
      history: [{ path: 'a.ts', before: '', after: '  z: number;\n', line: 3 }],
    });
  });

  test('its first hunk is given while the rest is still being written', async () => {
    const scene = await nextScene(source);
    const asked = scene.next();
    const answer = await scene.model.asked(0);
    const whole = withPoint(scene);
    answer.text(whole.slice(0, whole.indexOf('  return { x')));
    expect(await asked).toContain('point.y❰↦, point.z❱);');
    answer.text(whole.slice(whole.indexOf('  return { x')));
    answer.end();
    await scene.take();
    expect(await scene.next()).toContain('-point.y❰↦, z: -point.z❱ }');
    expect(scene.model.asks).toHaveLength(1);
  });

  test.each([
    ['nothing', ''],
    ['no change, in the word that stands for it', 'NO_CHANGE'],
    ['no change, in words', 'No changes are needed here.'],
    ['lines left out', 'interface Point {\n  // ... existing code\n}\n'],
    ['a refusal', { refusal: 'I would rather not.' }],
  ])('%s is none', async (_, reply) => {
    const scene = await nextScene(source, { replies: [reply, 'NO_CHANGE'] });
    expect(await scene.next()).toBeUndefined();
  });

  test('is not one that only restyles, and of one that also restyles that part is left out', async () => {
    const restyled = [
      'return Math.hypot(point.x, point.y);',
      'return Math.hypot(point.x , point.y)',
    ] as const;
    const only = await nextScene(source);
    only.model.script = () => rewritten(only.text(), restyled);
    expect(await only.next()).toBeUndefined();
    const both = await nextScene(source);
    both.model.script = () => rewritten(both.text(), restyled, negated);
    expect(await both.next()).toContain('-point.y❰↦, z: -point.z❱ }');
    await both.take();
    expect(await both.next()).toBeUndefined();
  });

  test('is not one that takes back what was just done', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => scene.text().replace('  z: number;\n', '');
    expect(await scene.next()).toBeUndefined();
  });

  test('is refused where it alters a secret', async () => {
    const key = `sk-proj-${'a1B2'.repeat(12)}`;
    const scene = await nextScene(`const apiKey = '${key}';\nconst user = 1;❰↦\nconst extra = 2;❱\n`);
    scene.model.script = (ask) => ask.document.text.replace(/sk-proj-\w+/, 'other');
    expect(await scene.next()).toBeUndefined();
    expect(JSON.stringify(scene.model.asks.map(({ ask }) => ask))).not.toContain(key);
  });
});

describe('the last edit done where else it fits', () => {
  test('comes first, at once and without a model', async () => {
    const scene = await nextScene('❰foo↦bar❱(1);\nfoo(2);\nfoo(3);\n');
    expect(await scene.next()).toBe('bar(1);\n❰foo↦bar❱(2);\nfoo(3);\n');
    await scene.take();
    expect(await scene.take()).toBe('bar(1);\nbar(2);\nbar(3);\n');
    expect(scene.model.asks).toEqual([]);
  });

  test('is all that the embedded engine says', async () => {
    const scene = await nextScene(source, { initializationOptions: {} });
    expect(await scene.next()).toBeUndefined();
    expect(scene.model.asks).toEqual([]);
  });
});

describe('when', () => {
  test('work begins once an edit has settled, and the request finds it done', async () => {
    const scene = await nextScene(source, { replies: ['NO_CHANGE', 'NO_CHANGE'] });
    await scene.next();
    const before = scene.model.asks.length;
    const at = scene.text().indexOf('z: number') + 1;
    for (const key of ['e', 'd']) {
      scene.change({ start: at, end: at, text: key });
      await scene.settled();
      scene.clock.advance(100);
    }
    expect(scene.model.asks).toHaveLength(before);
    scene.model.script = () => rewritten(scene.text(), length);
    scene.clock.advance(250);
    await scene.settled();
    expect(scene.model.asks).toHaveLength(before + 1);
    expect(await scene.next()).toContain('point.y❰↦, point.z❱);');
    expect(scene.model.asks).toHaveLength(before + 1);
  });

  test('an editor that never asked causes none, unless a model is set for next edits', async () => {
    const silent = await nextScene(source);
    await silent.settled();
    silent.clock.advance(1000);
    expect(silent.model.asks).toEqual([]);
    const nextEdit = { model: { url: 'wss://other.test/v1/responses', name: 'n' } };
    const scene = await nextScene(source, { initializationOptions: { nextEdit } });
    scene.model.script = () => withPoint(scene);
    await scene.settled();
    scene.clock.advance(1000);
    await scene.settled();
    expect(scene.model.asks).toHaveLength(1);
    const actions = await scene.client.codeActions(uri, { start: 0, end: 0 });
    const action = actions.find(({ title }) => title.startsWith('Next edit'));
    expect(action?.title).toBe('Next edit: line 8, return Math.hypot(point.x, point.y, point.z);');
    if (action) await scene.client.run(action);
    await scene.settled();
    expect(scene.text()).toContain('point.y, point.z);');
    expect(scene.model.asks).toHaveLength(1);
  });

  test('after the last hunk was taken the next is asked for at once', async () => {
    const scene = await nextScene(source);
    scene.model.script = (_, index) => (index === 0 ? rewritten(scene.text(), length) : undefined);
    await scene.take();
    scene.clock.advance(10);
    (await scene.model.asked(1)).end(rewritten(scene.text(), negated));
    await scene.settled();
    expect(await scene.next()).toContain('-point.y❰↦, z: -point.z❱ }');
    expect(scene.model.asks).toHaveLength(2);
  });

  test('who asks again about the same text joins, and a newer text supersedes', async () => {
    const scene = await nextScene(source);
    const asked = [scene.next(), scene.next('textDocument/copilotInlineEdit')];
    const first = await scene.model.asked(0);
    await scene.settled();
    expect(scene.model.asks).toHaveLength(1);
    scene.change({ start: 0, end: 0, text: '// top\n' });
    const second = scene.next();
    const answer = await scene.model.asked(1);
    expect(first.isOpen).toBe(false);
    expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    answer.end(rewritten(scene.text(), length));
    expect(await second).toContain('point.y❰↦, point.z❱);');
  });

  test('a silent answer about the same text is not asked for again', async () => {
    const scene = await nextScene(source, { replies: ['NO_CHANGE', 'NO_CHANGE'] });
    await scene.next();
    const { length } = scene.model.asks;
    expect(await scene.next()).toBeUndefined();
    expect(scene.model.asks).toHaveLength(length);
  });
});

describe('what the user does with it', () => {
  test('rejected, it is not shown again, and the next one is', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => withPoint(scene);
    const params = { position: { line: 3, character: 12 } };
    const found = (await scene.client.execute('whittle.nextEdit', { uri, ...params })) as {
      readonly next: { readonly id: string };
    };
    await scene.client.execute('whittle.reject', { id: found.next.id });
    expect(await scene.next()).toContain('-point.y❰↦, z: -point.z❱ }');
    scene.change({ start: 0, end: 0, text: '// top\n' });
    scene.model.script = () => rewritten(scene.text(), length);
    await scene.take();
    expect(await scene.next()).toBeUndefined();
  });

  test('undone, it is not shown again', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => rewritten(scene.text(), length);
    await scene.take();
    const at = scene.text().indexOf(', point.z');
    scene.change({ start: at, end: at + ', point.z'.length, text: '' });
    expect(await scene.next()).toBeUndefined();
    scene.change({ start: 0, end: 0, text: '// top\n' });
    expect(await scene.next()).toBeUndefined();
  });

  test('undone in one place, it is shown in others after the document was closed, and not there', async () => {
    const lines = 'foo(1);\na();\nfoo(1);\nb();\nfoo(1);\nc();\n';
    const scene = await nextScene(`❰foo↦bar❱${lines.slice(3)}`);
    scene.model.script = () => scene.text().replaceAll('foo', 'bar');
    expect(await scene.take()).toBe('bar(1);\na();\nbar(1);\nb();\nfoo(1);\nc();\n');
    const at = scene.text().lastIndexOf('bar');
    scene.change({ start: at, end: at + 3, text: 'foo' });
    scene.client.close(uri);
    scene.client.open(uri, lines, 'typescript');
    scene.change({ start: 0, end: 3, text: 'bar' });
    expect(await scene.next()).toBe('bar(1);\na();\nfoo(1);\nb();\n❰foo↦bar❱(1);\nc();\n');
  });

  test('undone in one place, it is still shown for equal lines in others', async () => {
    const scene = await nextScene('❰foo↦bar❱(1);\na();\nfoo(1);\nb();\nfoo(1);\nc();\n');
    scene.model.script = () => scene.text().replaceAll('foo', 'bar');
    expect(await scene.take()).toBe('bar(1);\na();\nbar(1);\nb();\nfoo(1);\nc();\n');
    const at = scene.text().lastIndexOf('bar');
    scene.change({ start: at, end: at + 3, text: 'foo' });
    expect(await scene.next()).toBe('bar(1);\na();\nfoo(1);\nb();\n❰foo↦bar❱(1);\nc();\n');
    // Lines above it do not make it another place.
    scene.change({ start: 0, end: 0, text: '// top\n' });
    expect(await scene.next()).toBe('// top\nbar(1);\na();\nfoo(1);\nb();\n❰foo↦bar❱(1);\nc();\n');
  });

  test('typed along, the rest of it is shown', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => withPoint(scene);
    await scene.next();
    const at = scene.text().indexOf('point.y)') + 'point.y'.length;
    scene.change({ start: at, end: at, text: ', po' });
    expect(await scene.next()).toContain('point.y, po❰↦int.z❱);');
    expect(scene.model.asks).toHaveLength(1);
  });

  test('contradicted, all of the answer is gone', async () => {
    const scene = await nextScene(source);
    scene.model.script = (_, index) => (index === 0 ? withPoint(scene) : 'NO_CHANGE');
    await scene.next();
    const at = scene.text().indexOf('point.y)') + 'point.y'.length;
    scene.change({ start: at, end: at, text: ', 0' });
    expect(await scene.next()).toBeUndefined();
  });
});

describe('where', () => {
  const far = `${'// filler\n'.repeat(60)}`;
  // Repeating a rename looks into no string.
  const inString = `log('total')`;
  const spread = `❰const total = 1;↦const sum = 1;❱\n${far}log(total, 1);\n`;

  test('the lines around the cursor first, then the place of a name that went', async () => {
    const scene = await nextScene(spread.replace('log(total, 1)', inString), {
      replies: ['NO_CHANGE'],
    });
    const asked = scene.next();
    const second = await scene.model.asked(1);
    expect(scene.question(1)).toContain(`'█total'`);
    second.end(scene.question(1).replace('█total', 'sum'));
    expect(await asked).toContain(`${inString.replace('total', '❰total↦sum❱')};`);
  });

  test('the nearest problem before that', async () => {
    const scene = await nextScene(`${spread}const wrong: number = '';\n`.replace('log(total, 1)', inString));
    const at = scene.text().indexOf('wrong');
    const range = scene.client.range(uri, at, at + 5);
    scene.client.notify('whittle/diagnostics', {
      uri,
      diagnostics: [{ range, severity: 1, message: 'Not a number.' }],
    });
    scene.model.script = (_, index) => (index === 0 ? 'NO_CHANGE' : undefined);
    const asked = scene.next();
    const second = await scene.model.asked(1);
    expect(scene.question(1)).toContain('const █wrong');
    second.end('NO_CHANGE');
    expect(await asked).toBeUndefined();
  });
});

describe('off', () => {
  test.each([
    ['by its own setting', { nextEdit: { enabled: false } }],
    ['by the setting of everything', { enabled: false }],
    ['while only manual suggestions are wanted', { completion: { mode: 'manual' } }],
    ['in its language', { completion: { languages: ['python'] } }],
  ])('%s nothing is asked for and nothing given', async (_, settings) => {
    const model = { url: 'wss://model.test/v1/responses', name: 'm' };
    const scene = await nextScene(source, { initializationOptions: { model, ...settings } });
    expect(await scene.next()).toBeUndefined();
    scene.clock.advance(1000);
    expect(scene.model.asks).toEqual([]);
  });

  test('snoozed, only the command asks', async () => {
    const scene = await nextScene(source);
    scene.model.script = () => rewritten(scene.text(), length);
    await scene.client.execute('whittle.snooze', { minutes: 5 });
    expect(await scene.next()).toBeUndefined();
    expect(scene.model.asks).toEqual([]);
    const position = { line: 3, character: 12 };
    expect(
      await scene.client.execute('whittle.nextEdit', { uri, position, apply: true, wait: true }),
    ).toEqual({
      ok: true,
      edits: 1,
      files: 1,
    });
    expect(scene.text()).toContain('point.y, point.z);');
  });

  test.each([
    ['whittle.toggle', { on: false }],
    ['whittle.snooze', { minutes: 5 }],
  ])(
    'by %s while it is looked for, nothing is given at once and the model is let go',
    async (name, argument) => {
      const scene = await nextScene(source);
      const asked = scene.next();
      const answer = await scene.model.asked(0);
      await scene.client.execute(name, argument);
      expect(await asked).toBeUndefined();
      expect(answer.isOpen).toBe(false);
    },
  );

  test('a model that cannot is asked once, and the command says so', async () => {
    const scene = await nextScene(source, {
      replies: [{ failed: 'unsupported', message: 'It only completes.' }],
    });
    expect(await scene.next()).toBeUndefined();
    expect(await scene.next()).toBeUndefined();
    expect(scene.model.asks).toHaveLength(1);
    const position = { line: 3, character: 12 };
    expect(await scene.client.execute('whittle.nextEdit', { uri, position })).toMatchObject({
      ok: false,
      reason: 'unsupported',
    });
  });
});
