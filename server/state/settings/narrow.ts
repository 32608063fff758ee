/**
 * What a workspace's `.whittle.json` may do: switch off, exclude more, lower limits, and add actions shown as the
 * workspace's own. A cloned repository is hostile, so everything else is ignored, with one sentence that names it.
 *
 * Law (checked by a property test): for no content are the effective settings wider than without the file.
 */

import { z } from 'zod';
import { isAmong, languageNamed } from '../../core/language-id.ts';
import { mostNamed, usableEntries } from './entries.ts';
import { named, readLayer } from './layer.ts';
import type { CustomAction, Settings } from './settings.ts';
import { customActions, settingsTable } from './table.ts';

export interface Narrowed {
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

/** A rule gives the narrower settings, the same ones where there is nothing to narrow, or nothing for what it forbids. */
type Rule = (settings: Settings, value: unknown) => Settings | undefined;

const workspaceActions = { ...customActions, most: 20 };
const mostPatterns = 1000;

const rules: Readonly<Record<string, Rule>> = {
  enabled: (s, v) => (v === false ? { ...s, enabled: false } : same(s, v === s.enabled)),
  'completion.enabled': (s, v) =>
    v === false
      ? { ...s, completion: { ...s.completion, enabled: false } }
      : same(s, v === s.completion.enabled),
  'completion.mode': (s, v) =>
    v === 'manual'
      ? { ...s, completion: { ...s.completion, mode: 'manual' } }
      : same(s, v === s.completion.mode),
  'completion.maxLines': (s, v) =>
    lower(s, s.completion.maxLines, v, (maxLines) => ({ ...s, completion: { ...s.completion, maxLines } })),
  'completion.languages': (s, v) => {
    if (v === 'all') return same(s, s.completion.languages === 'all');
    if (!isTexts(v)) return undefined;
    const { languages } = s.completion;
    return {
      ...s,
      completion: {
        ...s.completion,
        languages: languages === 'all' ? v : languages.filter((each) => isAmong(v, languageNamed(each))),
      },
    };
  },
  'completion.hedge': (s, v) =>
    v === false ? { ...s, completion: { ...s.completion, hedge: false } } : same(s, v === s.completion.hedge),
  'edit.live': (s, v) =>
    v === false ? { ...s, edit: { ...s.edit, live: false } } : same(s, v === s.edit.live),
  'nextEdit.enabled': (s, v) =>
    v === false ? { ...s, nextEdit: { ...s.nextEdit, enabled: false } } : same(s, v === s.nextEdit.enabled),
  'actions.custom': (s, v) => {
    const { data } = z.array(customActions.schema).safeParse(v);
    return (
      data && { ...s, actions: { ...s.actions, custom: [...s.actions.custom, ...data.map(workspaceAction)] } }
    );
  },
  'actions.onComment': (s, v) =>
    v === 'off' ? { ...s, actions: { ...s.actions, onComment: 'off' } } : same(s, v === s.actions.onComment),
  'review.onSave': (s, v) =>
    v === false ? { ...s, review: { onSave: false } } : same(s, v === s.review.onSave),
  'privacy.exclude': (s, v) => {
    if (!isTexts(v)) return undefined;
    return { ...s, privacy: { ...s.privacy, exclude: [...s.privacy.exclude, ...v.slice(0, mostPatterns)] } };
  },
  'privacy.redactSecrets': (s, v) =>
    v === true
      ? { ...s, privacy: { ...s.privacy, redactSecrets: true } }
      : same(s, v === s.privacy.redactSecrets),
  'context.completionTokens': (s, v) =>
    lower(s, s.context.completionTokens, v, (completionTokens) => ({
      ...s,
      context: { ...s.context, completionTokens },
    })),
  'context.editTokens': (s, v) =>
    lower(s, s.context.editTokens, v, (editTokens) => ({ ...s, context: { ...s.context, editTokens } })),
  'limits.requestsPerMinute': (s, v) =>
    lower(s, s.limits.requestsPerMinute, v, (requestsPerMinute) => ({
      ...s,
      limits: { ...s.limits, requestsPerMinute },
    })),
  'limits.tokensPerHour': (s, v) =>
    lower(s, s.limits.tokensPerHour, v, (tokensPerHour) => ({
      ...s,
      limits: { ...s.limits, tokensPerHour },
    })),
  'limits.spendPerDay': (s, v) => {
    if (v === 'none') return same(s, s.limits.spendPerDay === 'none');
    const now = s.limits.spendPerDay === 'none' ? Number.POSITIVE_INFINITY : s.limits.spendPerDay;
    return lower(s, now, v, (spendPerDay) => ({ ...s, limits: { ...s.limits, spendPerDay } }));
  },
};

export function narrowed(settings: Settings, file: unknown): Narrowed {
  const layer = readLayer(file, settingsTable.keys());
  const ignored: string[] = [];
  const wrong: string[] = [];
  let result = settings;
  for (const [key, value] of layer.values) {
    const row = settingsTable.get(key);
    const rule = rules[key];
    const entries = key === 'actions.custom' ? workspaceActions : row?.entries;
    // Of what may not be set at all no entry is worth a word.
    const { value: given, problems } = usableEntries(value, rule && entries);
    const takenBack = key === 'privacy.exclude' && isTexts(given) ? given.filter(takesBack) : [];
    const usable = isTexts(given) && takenBack.length > 0 ? given.filter((each) => !takesBack(each)) : given;
    wrong.push(
      ...problems.map((problem) => `.whittle.json: in \`${key}\`, ${problem}.`),
      ...takenBack
        .slice(0, mostNamed + 1)
        .map(
          (pattern) =>
            `.whittle.json: in \`${key}\`, ${named(pattern)} would take an exclusion back; it is left out.`,
        ),
    );
    if (rule && row && !row.schema.safeParse(usable).success) {
      wrong.push(
        `.whittle.json: \`${key}\` must be ${row.expected}, but is ${named(usable)}; it is ignored.`,
      );
      continue;
    }
    const next = rule?.(result, usable);
    if (next) result = next;
    else ignored.push(key);
  }
  const warnings: string[] = [];
  if (ignored.length > 0) {
    const names = ignored.map((key) => `\`${key}\``).join(', ');
    warnings.push(
      `.whittle.json may only switch off, exclude more, lower limits and add actions, so this in it is ignored: ${names}.`,
    );
  }
  for (const problem of layer.problems) wrong.push(`.whittle.json: ${problem}`);
  const told = mostNamed - warnings.length;
  warnings.push(...wrong.slice(0, told));
  // A repository decides how many there are, and the user is shown each.
  if (wrong.length > told)
    warnings.push('.whittle.json: more of it is wrong than is said here; mend that first.');
  return { settings: result, warnings };
}

function same(settings: Settings, isSame: boolean): Settings | undefined {
  return isSame ? settings : undefined;
}

function lower(
  settings: Settings,
  now: number,
  value: unknown,
  set: (value: number) => Settings,
): Settings | undefined {
  if (typeof value !== 'number' || value > now) return undefined;
  return value === now ? settings : set(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function workspaceAction({
  title,
  instruction,
  kind,
  languages,
}: z.infer<typeof customActions.schema>): CustomAction {
  return {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the title is shown in menus and logs.
    title: title.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+/g, ' '),
    instruction,
    ...(kind === undefined ? {} : { kind }),
    ...(languages === undefined ? {} : { languages }),
    from: 'workspace',
  };
}

/** `!pattern` includes again what one before it excluded, which is widening. */
function takesBack(pattern: string): boolean {
  return pattern.trimStart().startsWith('!');
}
