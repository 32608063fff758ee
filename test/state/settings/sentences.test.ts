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
      '.whittle.json: entry 2 of `actions.custom` must be {title, instruction, kind?, languages?}, so it is left out.',
    ]);
  });

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
