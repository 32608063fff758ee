/**
 * The settings table: every key with its type, its sentence and what a wrong value is told. The JSON Schema and the
 * decoder are both made of it. Loads zod: import it late.
 */

import { z } from 'zod';
import type { Entries } from './entries.ts';
import { defaultSettings } from './settings.ts';

export interface SettingRow {
  readonly schema: z.ZodType;
  /** Completes "must be …". */
  readonly expected: string;
  /** Values of these are never repeated in a message. */
  readonly secret: boolean;
  /** Of a list or an object of texts, each of whose entries is judged by itself. */
  readonly entries?: Entries | 'patterns';
}

/** Highest number of estimated tokens any context may have. */
const mostContextTokens = 131_072;

/** Of the user's own, as many as a menu can hold. */
const mostActions = 100;

const customAction = z.object({
  title: z.string().trim().min(1).max(120).describe('What the menu shows.'),
  instruction: z.string().trim().min(1).max(4000).describe('What the model is told to do.'),
  kind: z.string().max(80).optional().describe('LSP code action kind; `refactor.rewrite` where left out.'),
  languages: z.array(z.string()).optional().describe('Language ids it is offered in; all where left out.'),
});

export const customActions = {
  schema: customAction,
  expected: '{title, instruction, kind?, languages?}',
  most: mostActions,
} as const satisfies Entries;

const modelRows = (
  whose: string,
  own: (schema: z.ZodType, key: Exclude<keyof typeof defaultSettings.model, 'price'>) => z.ZodType,
) => ({
  url: row(
    own(z.string().trim().refine(isModelUrl), 'url').describe(
      `${whose}: \`local\` is the embedded engine, ws(s)://…/v1/responses a Responses WebSocket, http(s)://… a model server.`,
    ),
    '"local" or a ws, wss, http or https address without user name and password',
  ),
  name: row(own(z.string(), 'name').describe('The id of the model, as its server knows it.'), 'a text'),
  apiKey: row(
    own(z.string(), 'apiKey').describe(
      'The key itself, or `$NAME` of an environment variable; sent to the origin of `model.url` only.',
    ),
    'a text: the key itself or $NAME of an environment variable',
    { secret: true },
  ),
  format: row(
    own(z.string().min(1), 'format').describe(
      'How this model is asked and answers, such as `chat`, `fim:qwen`, `sweep` or `zeta2.1`; `auto` finds out.',
    ),
    'a text such as "auto" or "chat"',
  ),
  effort: row(
    own(z.string(), 'effort').describe('Reasoning effort, passed on to the model.'),
    'a text such as "low"',
  ),
  tier: row(
    own(z.string(), 'tier').describe('Service tier, passed on to the model.'),
    'a text such as "priority"',
  ),
  headers: row(
    own(z.record(z.string(), z.string()), 'headers').describe(
      'Further request headers, sent to the origin of `model.url` only.',
    ),
    'an object of texts',
    { secret: true, entries: { schema: z.string(), expected: 'a text', secret: true } },
  ),
  ...prefixed('price', {
    input: price('sent to it and read anew'),
    cached: price(
      'sent to it and found in its cache; those cost as much as the others where this is not set',
    ),
    output: price('it answers with'),
  }),
});

const mainModel = modelRows('Where the model is', (schema, key) =>
  schema.default(defaultSettings.model[key]),
);
const taskModel = (task: string) =>
  modelRows(`Where the model for ${task} is`, (schema) => schema.optional());

const d = defaultSettings;

export const settingsTable: ReadonlyMap<string, SettingRow> = new Map(
  Object.entries({
    enabled: row(flag(d.enabled).describe('Switches everything on or off.'), 'true or false'),
    ...prefixed('model', mainModel),
    'completion.enabled': row(
      flag(d.completion.enabled).describe('Suggest text at the cursor while typing.'),
      'true or false',
    ),
    'completion.mode': row(
      choice(['auto', 'manual'], d.completion.mode).describe('Suggest by itself, or only when asked.'),
      '"auto" or "manual"',
    ),
    'completion.maxLines': row(
      whole(1, 500, d.completion.maxLines).describe('The most lines one suggestion has.'),
      'a whole number from 1 to 500',
    ),
    'completion.languages': row(
      z
        .union([z.literal('all'), z.array(z.string())])
        .default('all')
        .describe('Language ids to suggest in.'),
      '"all" or a list of language ids',
      { entries: { schema: z.string(), expected: 'a language id' } },
    ),
    'completion.hedge': row(
      flag(d.completion.hedge).describe(
        'Let the embedded engine answer where it is sure or the model is late.',
      ),
      'true or false',
    ),
    ...prefixed('completion.model', taskModel('completions')),
    'edit.guard': row(
      flag(d.edit.guard).describe(
        'Leave out restyling nobody asked for, where it is proven to change nothing.',
      ),
      'true or false',
    ),
    'edit.live': row(
      flag(d.edit.live).describe('Land an edit hunk by hunk while the model is still answering.'),
      'true or false',
    ),
    ...prefixed('edit.model', taskModel('edits')),
    'nextEdit.enabled': row(
      flag(d.nextEdit.enabled).describe('After a change, suggest the next one.'),
      'true or false',
    ),
    ...prefixed('nextEdit.model', taskModel('next edits')),
    'actions.custom': row(
      z
        .array(customAction)
        .max(mostActions)
        .default([])
        .describe('Code actions of your own, each with the instruction it gives.'),
      'a list of {title, instruction, kind?, languages?}',
      { entries: customActions },
    ),
    'actions.onComment': row(
      choice(['off', 'save'], d.actions.onComment).describe(
        'Do what a `whittle: …` comment says when the file is saved.',
      ),
      '"off" or "save"',
    ),
    'review.onSave': row(
      flag(d.review.onSave).describe('Review what changed when the file is saved.'),
      'true or false',
    ),
    'privacy.exclude': row(
      z
        .array(z.string())
        .default([])
        .describe(
          'Paths that never leave, in gitignore notation, beside the built-in list, `.gitignore` and `.aiignore`; `!pattern` takes one of the built-in ones back.',
        ),
      'a list of patterns',
      { entries: 'patterns' },
    ),
    'privacy.redactSecrets': row(
      flag(d.privacy.redactSecrets).describe(
        'Replace keys, tokens and passwords by placeholders before anything is sent.',
      ),
      'true or false',
    ),
    'privacy.prewarm': row(
      choice(['edit', 'open', 'never'], d.privacy.prewarm).describe(
        'When a file is sent ahead of the first request.',
      ),
      '"edit", "open" or "never"',
    ),
    'context.completionTokens': row(
      whole(256, mostContextTokens, d.context.completionTokens).describe(
        'Estimated tokens a completion may send.',
      ),
      `a whole number from 256 to ${mostContextTokens}`,
    ),
    'context.editTokens': row(
      whole(256, mostContextTokens, d.context.editTokens).describe('Estimated tokens an edit may send.'),
      `a whole number from 256 to ${mostContextTokens}`,
    ),
    'limits.requestsPerMinute': row(
      whole(0, 1_000_000, d.limits.requestsPerMinute).describe('Requests to hosted models in a minute.'),
      'a whole number from 0',
    ),
    'limits.tokensPerHour': row(
      whole(0, 1e12, d.limits.tokensPerHour).describe(
        'Tokens sent to and got from hosted models in an hour.',
      ),
      'a whole number from 0',
    ),
    'limits.spendPerDay': row(
      z
        .union([z.literal('none'), z.number().min(0)])
        .default('none')
        .describe(
          'US dollars spent on hosted models in a day, midnight to midnight; it needs `model.price`.',
        ),
      '"none" or a number from 0',
    ),
    'log.level': row(
      choice(['off', 'error', 'warn', 'info', 'debug', 'trace'], d.log.level).describe(
        'How much is logged; only `trace` shows text of documents, and no level shows keys.',
      ),
      '"off", "error", "warn", "info", "debug" or "trace"',
    ),
    'log.file': row(
      // No system takes a path with the character of code 0, and Node throws at one.
      z
        .string()
        .refine((path) => !path.includes('\0'))
        .default(d.log.file)
        .describe('A file to log to, beside the editor; `~/` is the home folder.'),
      'a path',
    ),
  }),
);

function price(which: string): SettingRow {
  return row(
    z
      .number()
      .min(0)
      .optional()
      .describe(`US dollars for a million tokens ${which}, so that spending is known.`),
    'a number from 0',
  );
}

/** `local` in any case, or an absolute address of one of our four schemes that carries no password. */
function isModelUrl(value: string): boolean {
  if (value.toLowerCase() === 'local') return true;
  if (!/^(?:wss?|https?):\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
}

function row(
  schema: z.ZodType,
  expected: string,
  { secret = false, ...more }: Partial<Pick<SettingRow, 'secret' | 'entries'>> = {},
): SettingRow {
  return { schema, expected, secret, ...more };
}

function flag(byDefault: boolean): z.ZodType {
  return z.boolean().default(byDefault);
}

function choice(words: readonly [string, ...string[]], byDefault: string): z.ZodType {
  return z.enum(words).default(byDefault);
}

function whole(least: number, most: number, byDefault: number): z.ZodType {
  return z.int().min(least).max(most).default(byDefault);
}

function prefixed(prefix: string, rows: Readonly<Record<string, SettingRow>>): Record<string, SettingRow> {
  return Object.fromEntries(Object.entries(rows).map(([key, value]) => [`${prefix}.${key}`, value]));
}
