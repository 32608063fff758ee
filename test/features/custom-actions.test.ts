/** Actions that a cloned repository brings along: marked as such, and never of a kind that editors run by themselves. */

import { expect, test } from 'vitest';
import { toText } from '../../server/core/text.ts';
import { listActions } from '../../server/features/actions/listing.ts';
import { type CustomAction, defaultSettings } from '../../server/state/settings/settings.ts';

function listed(custom: CustomAction): readonly (readonly [string, string])[] {
  const snapshot = { uri: 'untitled:a', languageId: 'typescript', version: 1, text: toText('let a = 1;\n') };
  const settings = { ...defaultSettings, actions: { ...defaultSettings.actions, custom: [custom] } };
  const nothing = { running: () => [], within: () => [], places: () => [] };
  const actions = listActions(
    { snapshot, start: 0, end: 0, diagnostics: [], only: undefined, trigger: 'invoked' },
    {
      settings: () => settings,
      hunks: {
        ...nothing,
        landed() {},
        landedClosed() {},
        seen() {},
        ofClosed: () => [],
        find: () => undefined,
        ofEdit: () => [],
        sibling: () => undefined,
        forget: () => false,
        closed() {},
      },
      aftermath: { landed() {}, landedClosed() {}, done() {}, of: () => undefined, closed() {} },
      leftOuts: { landed() {}, of: () => undefined, find: () => undefined, forget: () => false, closed() {} },
      unapplied: {
        refused: () => undefined,
        of: () => undefined,
        find: () => undefined,
        forget() {},
        closed() {},
      },
      runs: {
        ...nothing,
        start: () => Promise.reject(),
        cancel: () => false,
        steer: () => false,
        closed() {},
        switched() {},
        dispose() {},
      },
      reviews: { running: () => [], within: () => [] },
      repeats: { places: () => [] },
      nextEdit: () => undefined,
      fixable: () => false,
      instructed: () => false,
      canApply: () => true,
      canChoose: () => true,
      excluded: () => undefined,
      off: () => undefined,
    },
  );
  return actions.map(({ title, kind }) => [title, kind]);
}

test.each<[CustomAction['from'], string | undefined, string, string]>([
  ['user', undefined, 'Mine', 'refactor.rewrite'],
  ['user', 'source.fixAll', 'Mine', 'source.fixAll'],
  ['workspace', undefined, 'Mine (from .whittle.json)', 'refactor.rewrite'],
  ['workspace', 'source.fixAll', 'Mine (from .whittle.json)', 'refactor.rewrite'],
  ['workspace', 'quickfix', 'Mine (from .whittle.json)', 'refactor.rewrite'],
  ['workspace', 'refactor.extract', 'Mine (from .whittle.json)', 'refactor.extract'],
])('of the %s with kind %s: %s, %s', (from, kind, title, expected) => {
  const action = { title: 'Mine', instruction: 'do it', from, ...(kind === undefined ? {} : { kind }) };
  expect(listed(action)).toEqual([[title, expected]]);
});
