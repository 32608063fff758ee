/** What a user is told of one wrong entry among right ones, and under which name. */

import { describe, expect, test } from 'vitest';
import { decodeSettings } from '../../../server/state/settings/decode.ts';

describe('sentences', () => {
  test('one wrong action of a workspace is left out and named, the others stay', () => {
    const { settings, warnings } = decodeSettings({
      environment: {},
      workspaceFiles: [{ actions: { custom: [{ title: 'A', instruction: 'a' }, { title: 'B' }] } }],
    });
    expect(settings.actions.custom.map(({ title }) => title)).toEqual(['A']);
    expect(warnings).toEqual([
      '.whittle.json: in `actions.custom`, entry 2 must be {title, instruction, kind?, languages?}, but has no `instruction`; it is left out.',
    ]);
  });

  const fine = { title: 'A', instruction: 'a' };
  const many = Array.from({ length: 101 }, () => fine);
  const action = 'must be {title, instruction, kind?, languages?}, but';

  test.each([
    [
      'actions.custom',
      [fine, { title: 'B' }],
      [fine],
      `entry 2 ${action} has no \`instruction\`; it is left out`,
    ],
    ['actions.custom', [7, fine], [fine], `entry 1 ${action} is 7; it is left out`],
    ['actions.custom', [{ ...fine, kind: 7 }], [], `entry 1 ${action} its \`kind\` is 7; it is left out`],
    [
      'actions.custom',
      [{ ...fine, title: 'x'.repeat(121) }],
      [],
      `entry 1 ${action} its \`title\` is longer than 120 characters; it is left out`,
    ],
    ['actions.custom', many, many.slice(1), 'at most 100 entries are taken; the others are left out'],
    ['completion.languages', ['go', 7], ['go'], 'entry 2 must be a language id, but is 7; it is left out'],
    [
      'model.headers',
      { 'x-a': 'a', 'x-b': { key: 'secret' } },
      { 'x-a': 'a' },
      'the entry "x-b" must be a text, but is something else; it is left out',
    ],
  ] as const)('%s %j: the wrong entry alone is left out', (key, given, kept, problem) => {
    const { settings, warnings } = decodeSettings({ environment: {}, configuration: { [key]: given } });
    const [group, name] = key.split('.') as ['actions', 'custom'];
    expect(settings[group][name]).toEqual(
      key === 'actions.custom'
        ? (kept as readonly object[]).map((each) => ({ ...each, from: 'user' }))
        : kept,
    );
    expect(warnings).toEqual([`In the setting \`whittle.${key}\`, ${problem}.`]);
  });
});

describe('what must not leave: of a wrong entry every text is excluded', () => {
  test.each([
    [['a', 7], ['a', '7'], 'entry 2 must be a pattern, but is 7; every text in it is excluded'],
    [
      ['a', ['b', ['c']]],
      ['a', 'b', 'c'],
      'entry 2 must be a pattern, but is a list; every text in it is excluded',
    ],
    [
      [{ 'b/**': true, 'c/**': false, not: '!a' }, 'a'],
      ['b/**', 'a'],
      'entry 1 must be a pattern, but is an object; every text in it is excluded',
    ],
    [['a', {}], ['a'], 'entry 2 must be a pattern, but is an object; it is left out'],
    [
      'a/\nb, c',
      ['a/', 'b', ' c'],
      'it must be a list of patterns, but is "a/\\nb, c"; every text in it is excluded',
    ],
    [
      { 'a/**': true },
      ['a/**'],
      'it must be a list of patterns, but is an object; every text in it is excluded',
    ],
  ])('%j', (exclude, patterns, problem) => {
    for (const [sources, sentence] of [
      [
        { configuration: { privacy: { exclude } } },
        `In the setting \`whittle.privacy.exclude\`, ${problem}.`,
      ],
      [{ workspaceFiles: [{ privacy: { exclude } }] }, `.whittle.json: in \`privacy.exclude\`, ${problem}.`],
    ] as const) {
      const { settings, warnings } = decodeSettings({ environment: {}, ...sources });
      expect(settings.privacy.exclude).toEqual(patterns);
      expect(warnings).toEqual([sentence]);
    }
  });

  test('`null` says nothing, as everywhere', () => {
    const { settings, warnings } = decodeSettings({
      environment: {},
      configuration: { 'privacy.exclude': ['a', null] },
    });
    expect([settings.privacy.exclude, warnings]).toEqual([['a'], []]);
  });
});

describe('sentences', () => {
  test.each([
    [
      { WHITTLE_URL: 'nonsense' },
      /^The environment variable WHITTLE_URL must be "local" or .*, but is something else; "local" is used\.$/,
    ],
    [
      { WHITTLE_LOG: 'loud' },
      /^The environment variable WHITTLE_LOG must be .*, but is "loud"; "info" is used\.$/,
    ],
  ])('%j is called by the name of its variable', (environment, sentence) => {
    expect(decodeSettings({ environment }).warnings).toEqual([expect.stringMatching(sentence)]);
  });
});

test.each([
  ['[', ']'],
  ['{"a":', '}'],
])('patterns nested without end by %s take nothing of the user with them', (open, close) => {
  const depth = 50_000;
  const exclude: unknown = JSON.parse(`${open.repeat(depth)}"theirs"${close.repeat(depth)}`);
  const { settings } = decodeSettings({
    environment: {},
    workspaceFiles: [{ privacy: { exclude } }],
    initializationOptions: { privacy: { exclude: ['mine'] } },
  });
  expect(settings.privacy.exclude).toEqual(['mine', 'theirs']);
});

describe('a file with thousands of wrong things is told of in a few sentences', () => {
  const many = <T>(one: (number: number) => T): readonly T[] =>
    Array.from({ length: 3_000 }, (_, i) => one(i));
  const keys = (one: (number: number) => string): object => Object.fromEntries(many((i) => [one(i), i]));
  const last = '.whittle.json: more of it is wrong than is said here; mend that first.';

  test.each<[string, object]>([
    ['numbers for patterns', { privacy: { exclude: many((i) => i) } }],
    ['patterns that take back', { privacy: { exclude: many((i) => `!a${i}`) } }],
    ['actions without instructions', { actions: { custom: many((i) => ({ title: `A${i}` })) } }],
    ['names that are not ours', { whittle: keys((i) => `other${i}`) }],
    ['names that are misspelt', keys((i) => `enable${i}`)],
  ])('%s', (_, file) => {
    const { settings, warnings } = decodeSettings({
      environment: {},
      workspaceFiles: [{ model: { name: 'other' }, ...file }],
      initializationOptions: { privacy: { exclude: ['mine'] } },
    });
    expect(settings.privacy.exclude).toContain('mine');
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)).toBe(last);
  });

  test('names of what is ignored come first', () => {
    const file = { 'whittle.model.name': 'other', ...keys((i) => `whittle.other${i}`) };
    const { warnings } = decodeSettings({ environment: {}, workspaceFiles: [file] });
    expect(warnings[0]).toMatch(/so this in it is ignored: `model\.name`\.$/);
  });

  test("a client's own list is told of entry by entry, and no further than ten", () => {
    const { warnings } = decodeSettings({
      environment: {},
      configuration: { completion: { languages: many((i) => i) } },
    });
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)).toContain('2990 more entries are wrong as well');
  });
});
