import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSettings, type SettingsSources } from '../../../server/state/settings/decode.ts';
import { resolveModel } from '../../../server/state/settings/resolve.ts';
import { settingsJsonSchema } from '../../../server/state/settings/schema.ts';
import { defaultSettings, type Settings } from '../../../server/state/settings/settings.ts';
import { settingsTable } from '../../../server/state/settings/table.ts';

const decode = (sources: Partial<SettingsSources>) => decodeSettings({ environment: {}, ...sources });
const clean = (sources: Partial<SettingsSources>): Settings => {
  const { settings, warnings } = decode(sources);
  expect(warnings).toEqual([]);
  return settings;
};

describe('the table', () => {
  test('has a sentence for every key, and its defaults are the ones of the type', () => {
    expect(clean({})).toEqual(defaultSettings);
    for (const [key, { schema }] of settingsTable) {
      expect(schema.description, key).toMatch(/^.+[.]$/);
      const ours = key
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], defaultSettings);
      expect(schema.safeParse(undefined).data, key).toEqual(ours);
    }
  });

  test('gives a JSON Schema with descriptions and defaults', () => {
    expect(settingsJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: {
        enabled: { type: 'boolean', default: true },
        completion: {
          properties: {
            maxLines: { type: 'integer', minimum: 1, default: 20 },
            model: { properties: { url: { type: 'string' } } },
          },
        },
        log: {
          properties: {
            level: { enum: ['off', 'error', 'warn', 'info', 'debug', 'trace'], default: 'info' },
          },
        },
      },
    });
  });
});

describe('layers', () => {
  test.each([
    { model: { name: 'm' } },
    { whittle: { model: { name: 'm' } } },
    { 'model.name': 'm' },
    { 'whittle.model.name': 'm' },
    { whittle: { 'model.name': 'm' } },
    { whittle: { model: { name: 'm' } }, other: 1 },
    { model: { name: 'm' }, editorInfo: { name: 'x' }, telemetry: {}, http: null, editorPluginInfo: 1 },
  ])('%j', (given) => {
    expect(clean({ initializationOptions: given }).model.name).toBe('m');
    expect(clean({ configuration: given }).model.name).toBe('m');
  });

  test.each([
    null,
    undefined,
    {},
    { whittle: null },
    { whittle: {} },
    { model: null },
    { model: { name: null } },
    { model: { url: '' } },
  ])('%j changes nothing', (given) => {
    expect(clean({ initializationOptions: given, configuration: given })).toEqual(defaultSettings);
  });

  test('later wins; empty variables are none', () => {
    const environment = {
      WHITTLE_URL: 'ws://a/v1/responses',
      WHITTLE_MODEL: 'env',
      WHITTLE_LOG: 'DEBUG',
      WHITTLE_API_KEY: '',
    };
    const settings = clean({
      environment,
      initializationOptions: { model: { name: 'init' } },
      configuration: { completion: { maxLines: 3 } },
    });
    expect(settings.model).toMatchObject({ url: 'ws://a/v1/responses', name: 'init' });
    expect(settings.completion.maxLines).toBe(3);
    expect(settings.log.level).toBe('debug');
    expect(clean({ environment: { WHITTLE_URL: ' ', WHITTLE_MODEL: '', WHITTLE_LOG: '' } })).toEqual(
      defaultSettings,
    );
  });

  test.each<[unknown, string]>([
    [
      { completion: { maxLines: 'many' } },
      'The setting `whittle.completion.maxLines` must be a whole number from 1 to 500, but is "many"; 20 is used.',
    ],
    [{ enabled: 1 }, 'The setting `whittle.enabled` must be true or false, but is 1; true is used.'],
    [
      { model: { apiKey: 12345 } },
      'The setting `whittle.model.apiKey` must be a text: the key itself or $NAME of an environment variable, but is something else; it is ignored.',
    ],
    [
      { model: { url: 'ftp://x' } },
      'The setting `whittle.model.url` must be "local" or a ws, wss, http or https address without user name and password, but is something else; "local" is used.',
    ],
    [
      { model: { url: 'wss://me:secret@x/v1' } },
      'The setting `whittle.model.url` must be "local" or a ws, wss, http or https address without user name and password, but is one with them; "local" is used.',
    ],
    [
      { edit: { model: { url: 'nowhere' } } },
      'The setting `whittle.edit.model.url` must be "local" or a ws, wss, http or https address without user name and password, but is something else; the one of `whittle.model` is used.',
    ],
    [{ model: 'gpt' }, 'The setting `whittle.model` must be an object, but is "gpt"; the defaults are used.'],
    [
      { completion: { maxLine: 1 } },
      'There is no setting `whittle.completion.maxLine`; it is ignored. Did you mean `whittle.completion.maxLines`?',
    ],
    [{ whittle: { zzzz: 1 } }, 'There is no setting `whittle.zzzz`; it is ignored.'],
    [
      { enable: false },
      'There is no setting `whittle.enable`; it is ignored. Did you mean `whittle.enabled`?',
    ],
    [[1], "Whittle's settings must be an object, but are a list; they are ignored."],
    ['x', 'Whittle\'s settings must be an object, but are "x"; they are ignored.'],
    [
      { privacy: { exclude: true } },
      'The setting `whittle.privacy.exclude` must be a list of patterns, but is true; [] is used.',
    ],
  ])('%j: a warning, and the default', (given, warning) => {
    const { settings, warnings } = decode({ initializationOptions: given });
    expect(warnings).toEqual([warning]);
    expect(settings).toEqual(defaultSettings);
  });

  test('nothing that JSON can hold throws, and no key is repeated in a warning', () => {
    const names = fc.constantFrom(
      'model',
      'whittle',
      'apiKey',
      'url',
      'completion',
      '__proto__',
      'constructor',
      'toString',
      'actions',
      'custom',
      'privacy',
      'exclude',
      'limits',
      'model.apiKey',
      'headers',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, 1, '', true, 'secretkey12345', []),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, tree, tree, (initializationOptions, configuration, file) => {
        const { settings, warnings } = decode({
          initializationOptions,
          configuration,
          workspaceFiles: [file],
        });
        for (const warning of warnings)
          if (/apiKey|headers/.test(warning.split('must be')[0] ?? ''))
            expect(warning).not.toContain('secretkey');
        for (const task of ['completion', 'edit', 'nextEdit'] as const) resolveModel(settings, task, {});
        expect(Object.keys(settings)).toEqual(Object.keys(defaultSettings));
      }),
    );
  });
});

const misplaced = 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH';

describe('.whittle.json', () => {
  test('narrows, and says in one sentence what it may not', () => {
    const file = {
      completion: { maxLines: 5, languages: ['go'], mode: 'manual' },
      privacy: { exclude: ['private/'], redactSecrets: false },
      model: { url: 'wss://evil.example/v1/responses', apiKey: '$HOME' },
      log: { level: 'trace' },
      limits: { requestsPerMinute: 500, spendPerDay: 2 },
      context: { completionTokens: 1000, editTokens: 50_000 },
      actions: { custom: [{ title: 'Tidy\u202e', instruction: 'Tidy up.' }] },
    };
    const { settings, warnings } = decode({
      workspaceFiles: [file],
      initializationOptions: { completion: { maxLines: 50, languages: ['go', 'rust'] } },
    });
    expect(settings.completion).toMatchObject({ maxLines: 5, languages: ['go'], mode: 'manual' });
    expect(settings.privacy).toEqual({ exclude: ['private/'], redactSecrets: true, prewarm: 'edit' });
    expect(settings.limits).toMatchObject({ requestsPerMinute: 120, spendPerDay: 2 });
    expect(settings.context).toMatchObject({ completionTokens: 1000, editTokens: 16_384 });
    expect(settings.actions.custom).toEqual([{ title: 'Tidy ', instruction: 'Tidy up.', from: 'workspace' }]);
    expect([settings.model, settings.log]).toEqual([defaultSettings.model, defaultSettings.log]);
    expect(warnings).toEqual([
      '.whittle.json may only switch off, exclude more, lower limits and add actions, so this in it is ignored: `privacy.redactSecrets`, `model.url`, `model.apiKey`, `log.level`, `limits.requestsPerMinute`, `context.editTokens`.',
    ]);
  });

  test.each([
    [
      { model: misplaced },
      'The setting `whittle.model` must be an object, but is "…"; the defaults are used.',
    ],
    [
      { enabled: misplaced },
      'The setting `whittle.enabled` must be true or false, but is "…"; true is used.',
    ],
    [misplaced, `Whittle's settings must be an object, but are "…"; they are ignored.`],
    [{ whittle: { [misplaced]: 1 } }, 'There is no setting `whittle.…`; it is ignored.'],
  ])('a key in the wrong place is not repeated', (configuration, warning) => {
    expect(decode({ configuration }).warnings).toEqual([warning]);
  });

  test('a wrong value is told what it must be, and what narrows no further holds', () => {
    const file = { enabled: 'no', limits: { requestsPerMinute: -1 }, completion: { maxLines: 5 } };
    const { settings, warnings } = decode({ workspaceFiles: [file] });
    expect(settings).toMatchObject({ enabled: true, completion: { maxLines: 5 } });
    expect(warnings).toEqual([
      '.whittle.json: `enabled` must be true or false, but is "no"; it is ignored.',
      '.whittle.json: `limits.requestsPerMinute` must be a whole number from 0, but is -1; it is ignored.',
    ]);
  });

  test('what it narrowed stays so, whatever the editor says', () => {
    const { settings } = decode({ workspaceFiles: [{ enabled: false }], configuration: { enabled: true } });
    expect(settings.enabled).toBe(false);
  });

  test('cannot take an exclusion back', () => {
    const { settings, warnings } = decode({ workspaceFiles: [{ privacy: { exclude: ['a', ' !.env'] } }] });
    expect(settings.privacy.exclude).toEqual(['a']);
    expect(warnings).toEqual([
      '.whittle.json: in `privacy.exclude`, " !.env" would take an exclusion back; it is left out.',
    ]);
  });

  /** Any value at any key, plausible ones most often. */
  const anySettings = fc.dictionary(
    fc.constantFrom(...settingsTable.keys()),
    fc.oneof(
      fc.boolean(),
      fc.integer({ min: -5, max: 3_000_000 }),
      fc.constantFrom(
        'all',
        'auto',
        'manual',
        'off',
        'save',
        'none',
        'edit',
        'never',
        'wss://x/v1',
        '$KEY',
        'trace',
      ),
      fc.array(fc.constantFrom('!a', 'b', 'go')),
      fc.constant([{ title: 't', instruction: 'i' }]),
      fc.constant({ a: 'b' }),
    ),
    { maxKeys: 12 },
  );

  test('never makes anything wider', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (user, file) => {
        const without = decode({ configuration: user }).settings;
        const { settings } = decode({ configuration: user, workspaceFiles: [file] });
        const most = (limit: number | 'none') => (limit === 'none' ? Number.POSITIVE_INFINITY : limit);
        const offOrSame = [
          [settings.enabled, without.enabled],
          [settings.completion.enabled, without.completion.enabled],
          [settings.completion.hedge, without.completion.hedge],
          [settings.completion.mode === 'auto', without.completion.mode === 'auto'],
          [settings.edit.live, without.edit.live],
          [settings.nextEdit.enabled, without.nextEdit.enabled],
          [settings.review.onSave, without.review.onSave],
          [settings.actions.onComment === 'save', without.actions.onComment === 'save'],
          [!settings.privacy.redactSecrets, !without.privacy.redactSecrets],
        ];
        for (const [now, then] of offOrSame) expect(!now || then).toBe(true);
        expect(settings.completion.maxLines).toBeLessThanOrEqual(without.completion.maxLines);
        expect(settings.context.completionTokens).toBeLessThanOrEqual(without.context.completionTokens);
        expect(settings.context.editTokens).toBeLessThanOrEqual(without.context.editTokens);
        expect(settings.limits.requestsPerMinute).toBeLessThanOrEqual(without.limits.requestsPerMinute);
        expect(settings.limits.tokensPerHour).toBeLessThanOrEqual(without.limits.tokensPerHour);
        expect(most(settings.limits.spendPerDay)).toBeLessThanOrEqual(most(without.limits.spendPerDay));
        expect(settings.privacy.exclude.slice(0, without.privacy.exclude.length)).toEqual(
          without.privacy.exclude,
        );
        expect(
          settings.privacy.exclude
            .slice(without.privacy.exclude.length)
            .filter((pattern) => pattern.startsWith('!')),
        ).toEqual([]);
        const { languages } = settings.completion;
        if (without.completion.languages !== 'all')
          expect(without.completion.languages).toEqual(expect.arrayContaining([...languages]));
        const same = (s: Settings) => [
          s.model,
          s.log,
          s.privacy.prewarm,
          s.edit.guard,
          s.completion.model,
          s.edit.model,
          s.nextEdit.model,
          s.actions.custom.filter(({ from }) => from === 'user'),
        ];
        expect(same(settings)).toEqual(same(without));
      }),
      { numRuns: 500 },
    );
  });
});

describe('which model, and where keys go', () => {
  const environment = { WHITTLE_API_KEY: 'env-key', OPENAI_API_KEY: 'openai-key', OTHER: 'other-key' };
  const resolve = (
    sources: Partial<SettingsSources>,
    task: 'completion' | 'edit' | 'nextEdit' = 'completion',
    env: Record<string, string> = environment,
  ) => resolveModel(decode(sources).settings, task, env);
  const openai = 'wss://api.openai.com/v1/responses';

  test('the embedded engine needs and gets no key', () => {
    expect(resolve({ environment })).toMatchObject({ kind: 'embedded', url: 'local', headers: {} });
    expect(resolve({ environment })).not.toHaveProperty('apiKey');
  });

  test('the kind follows the address', () => {
    expect(resolve({ configuration: { model: { url: openai } } }).kind).toBe('websocket');
    expect(resolve({ configuration: { model: { url: 'http://localhost:11434' } } }).kind).toBe('http');
  });

  test.each([
    ['localhost:11434', 'an address without http:// or https:// before it'],
    ['192.168.1.5:8000/v1', 'an address without http:// or https:// before it'],
    ['api.example.com/v1', 'an address without http:// or https:// before it'],
    ['wss://me:secret@a.example/v1', 'one with them'],
    ['ftp://a.example', 'something else'],
    ['me:secret@a.example', 'something else'],
  ])('of an address %j is said what it is', (url, given) => {
    expect(decode({ configuration: { model: { url } } }).warnings).toEqual([
      `The setting \`whittle.model.url\` must be "local" or a ws, wss, http or https address without user name and password, but is ${given}; "local" is used.`,
    ]);
  });

  test.each(['sk-1', ' sk-1\r\n', '"sk-1"', "'sk-1'", 'Bearer sk-1', '"Bearer  sk-1"', '\ufeffsk-1'])(
    'of a key that is written %j only the key is sent',
    (apiKey) => {
      const url = 'wss://a.example/v1/responses';
      expect(resolve({ configuration: { model: { url, apiKey } } })).toMatchObject({ apiKey: 'sk-1' });
      const named = { configuration: { model: { url, apiKey: '$MY_KEY' } } };
      expect(resolve(named, 'completion', { MY_KEY: apiKey })).toMatchObject({ apiKey: 'sk-1' });
    },
  );

  test.each(['', '""', ' ', 'Bearer '])('of a key that is written %j nothing is sent', (apiKey) => {
    const url = 'wss://a.example/v1/responses';
    expect(resolve({ configuration: { model: { url, apiKey } } })).not.toHaveProperty('apiKey');
  });

  test('a key from the environment goes to the address the user chooses', () => {
    expect(
      resolve({ environment, configuration: { model: { url: 'wss://x.example/v1/responses' } } }),
    ).toMatchObject({ apiKey: 'env-key' });
  });

  test.each([
    ['apiKey', { apiKey: 'key\u2014one' }, '`model.apiKey`'],
    ['apiKey', { apiKey: 'key\none' }, '`model.apiKey`'],
    ['headers', { headers: { 'x-team': 'a\u0416b' } }, '`model.headers`'],
    ['headers', { headers: { 'x team': 'b' } }, '`model.headers`'],
  ])('%s that cannot be sent is said, not tried', (_, own, name) => {
    const resolved = resolve({ configuration: { model: { url: openai, ...own } } });
    if (resolved.kind !== 'invalid') throw new Error(resolved.kind);
    expect(resolved.message.startsWith(`${name} holds a character`)).toBe(true);
    expect(resolved.message).toMatch(/cannot be sent, .*; check it\.$/);
    expect(resolved.message).not.toMatch(/one|\u0416/);
  });

  test('a key given beside one address is not sent to another', () => {
    const { settings, warnings } = decode({
      environment: { ...environment, WHITTLE_URL: 'wss://a.example/v1/responses' },
      configuration: { model: { url: 'wss://b.example/v1/responses' } },
    });
    expect(resolveModel(settings, 'edit', environment)).not.toHaveProperty('apiKey');
    expect(warnings).toEqual([
      '`whittle.model.apiKey` was given for https://a.example and is not sent to https://b.example; set it beside `whittle.model.url`.',
    ]);
  });

  test('the same origin keeps it, whatever the path', () => {
    const sources = {
      initializationOptions: {
        model: { url: 'wss://a.example/v1/responses', apiKey: 'k', headers: { X: '1' } },
      },
      configuration: { model: { url: 'https://a.example/other' } },
    };
    expect(resolve(sources)).toMatchObject({ apiKey: 'k', headers: { X: '1' }, kind: 'http' });
  });

  test("a task's own address of another origin inherits neither key nor headers", () => {
    const model = { url: 'wss://a.example/v1/responses', apiKey: 'k', headers: { X: '1' }, name: 'big' };
    const sources = {
      configuration: {
        model,
        completion: { model: { url: 'http://localhost:8080', name: 'small' } },
        edit: { model: { name: 'edits' } },
      },
    };
    expect(resolve(sources, 'completion')).toMatchObject({ kind: 'http', name: 'small', headers: {} });
    expect(resolve(sources, 'completion')).not.toHaveProperty('apiKey');
    expect(resolve(sources, 'edit')).toMatchObject({
      url: model.url,
      name: 'edits',
      apiKey: 'k',
      headers: { X: '1' },
    });
    expect(resolve(sources, 'nextEdit')).toMatchObject({ name: 'big', apiKey: 'k' });
  });

  test('$NAME is looked up; one that is not set is said', () => {
    expect(
      resolve({ configuration: { model: { url: 'wss://x.example/', apiKey: '$OTHER' } } }),
    ).toMatchObject({ apiKey: 'other-key' });
    expect(
      resolve({ configuration: { model: { url: 'wss://x.example/', apiKey: '$MISSING' } } }),
    ).toMatchObject({
      warning:
        'The environment variable MISSING, named by `whittle.model.apiKey`, is not set; set it where the editor is started, or name another.',
    });
  });

  test("OpenAI's own key goes to OpenAI only", () => {
    expect(
      resolve({ configuration: { model: { url: openai } } }, 'edit', { OPENAI_API_KEY: 'o' }),
    ).toMatchObject({ apiKey: 'o' });
    for (const url of [
      'wss://api.openai.com.evil.example/v1',
      'ws://api.openai.com/v1',
      'wss://api.openai.com:444/v1',
      'wss://evil.example/api.openai.com',
    ]) {
      const result = resolve({ configuration: { model: { url, apiKey: '$OPENAI_API_KEY' } } });
      expect(result).not.toHaveProperty('apiKey');
      expect(result).toHaveProperty('warning');
      expect(
        resolve({ configuration: { model: { url } } }, 'edit', { OPENAI_API_KEY: 'o' }),
      ).not.toHaveProperty('apiKey');
    }
  });

  test('a key over an open line is said, loopback is none', () => {
    const to = (url: string) => resolve({ configuration: { model: { url, apiKey: 'k' } } });
    expect(to('ws://192.168.1.2:80/v1')).toHaveProperty('warning');
    expect(to('ws://127.0.0.1:8080/v1')).not.toHaveProperty('warning');
  });
});

describe('prices', () => {
  const given = {
    model: { url: 'wss://a.example/v1/responses', name: 'big', price: { input: 2, cached: 0.2, output: 10 } },
  };
  const priceFor = (more: object) => {
    const settings = clean({ initializationOptions: given, configuration: more });
    const resolved = resolveModel(settings, 'completion', {});
    return resolved.kind === 'invalid' ? resolved.message : resolved.price;
  };

  test('are those of the model, key by key', () => {
    expect(priceFor({})).toEqual(given.model.price);
    expect(priceFor({ completion: { model: { price: { output: 4 } } } })).toEqual({
      ...given.model.price,
      output: 4,
    });
  });

  test.each(['name', 'tier'])('are not those of another %s', (key) => {
    expect(priceFor({ completion: { model: { [key]: 'other' } } })).toEqual({});
    expect(priceFor({ completion: { model: { [key]: 'other', price: { input: 1 } } } })).toEqual({
      input: 1,
    });
  });

  /** What is said of a limit in dollars. */
  const saidOf = (spendPerDay: unknown, model: object, url = given.model.url) => {
    const settings = clean({ configuration: { model: { ...model, url }, limits: { spendPerDay } } });
    const resolved = resolveModel(settings, 'edit', {});
    return 'warning' in resolved ? resolved.warning : undefined;
  };
  const unpriced =
    '`limits.spendPerDay` cannot be kept for big, whose price is not known: set `model.price.input` and `.output`, or those of `edit.model`.';

  test.each<[unknown, object, string, string | undefined]>([
    [5, { name: 'big' }, 'wss://a.example/v1/responses', unpriced],
    [5, { name: 'big' }, 'ws://127.0.0.1:1/v1/responses', undefined],
    [5, { name: 'big', price: { input: 1 } }, 'wss://a.example/v1/responses', undefined],
    [5, { name: 'big', price: { output: 1 } }, 'wss://a.example/v1/responses', undefined],
    [0, { name: 'big' }, 'wss://a.example/v1/responses', undefined],
    ['none', { name: 'big' }, 'wss://a.example/v1/responses', undefined],
  ])('are missed where dollars are limited: %j, %j, %s', (spendPerDay, model, url, expected) => {
    expect(saidOf(spendPerDay, model, url)).toBe(expected);
  });

  test('a wrong one is said and left out', () => {
    const { settings, warnings } = decode({ configuration: { model: { price: { input: -1, output: 3 } } } });
    expect(settings.model.price).toEqual({ output: 3 });
    expect(warnings).toEqual([
      expect.stringContaining('`whittle.model.price.input` must be a number from 0'),
    ]);
  });

  test("a workspace's file sets none", () => {
    const { settings, warnings } = decode({ workspaceFiles: [{ model: { price: { input: 0 } } }] });
    expect(settings.model.price).toEqual({});
    expect(warnings).toEqual([expect.stringContaining('`model.price.input`')]);
  });
});
