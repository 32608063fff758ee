/**
 * Settings from their layers: defaults, environment, the editor's initializationOptions, its configuration, each
 * over the ones before; then what the workspace's own files narrow, which nothing widens again. Never throws.
 *
 * A key (or header) given in a layer belongs to the model address in effect there. Where no address was chosen yet it
 * belongs to the one chosen next. An address of another origin chosen later leaves it behind: the key is then empty,
 * and a sentence says so. Loads zod: import it late.
 */

import { usableEntries } from './entries.ts';
import { type Layer, named, readLayer } from './layer.ts';
import { narrowed } from './narrow.ts';
import { modelOrigin } from './origin.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { type SettingRow, settingsTable } from './table.ts';

export interface SettingsSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What each workspace folder's `.whittle.json` holds, parsed. */
  readonly workspaceFiles?: readonly unknown[];
  readonly initializationOptions?: unknown;
  readonly configuration?: unknown;
}

export interface DecodedSettings {
  readonly settings: Settings;
  /** One sentence each, for the user. Hold no key. */
  readonly warnings: readonly string[];
}

const groups = ['model', 'completion.model', 'edit.model', 'nextEdit.model'] as const;

export function decodeSettings(sources: SettingsSources): DecodedSettings {
  const warnings: string[] = [];
  const values = new Map<string, unknown>();
  const bindings = new Map<string, string>();
  const layers = [
    environmentLayer(sources.environment),
    readLayer(sources.initializationOptions, settingsTable.keys()),
    readLayer(sources.configuration, settingsTable.keys()),
  ];
  for (const layer of layers) {
    warnings.push(...layer.problems);
    for (const [key, value] of layer.values) take(key, value, { values, warnings, names: layer.names });
    bind(layer, values, bindings);
  }
  warnings.push(...leaveBehind(values, bindings));
  let settings = toSettings(values);
  for (const file of sources.workspaceFiles ?? []) {
    const result = narrowed(settings, file);
    settings = result.settings;
    warnings.push(...result.warnings);
  }
  return { settings, warnings: [...new Set(warnings)] };
}

function environmentLayer(environment: SettingsSources['environment']): Layer {
  const values = new Map<string, unknown>();
  const { WHITTLE_URL: url, WHITTLE_MODEL: name, WHITTLE_API_KEY: key, WHITTLE_LOG: level } = environment;
  if (url?.trim()) values.set('model.url', url.trim());
  if (name?.trim()) values.set('model.name', name.trim());
  // The name, not the value: settings may be shown, and the key is looked up where it is used.
  if (key?.trim()) values.set('model.apiKey', '$WHITTLE_API_KEY');
  if (level?.trim()) values.set('log.level', level.trim().toLowerCase());
  return { values, problems: [], names: environmentNames };
}

const environmentNames: ReadonlyMap<string, string> = new Map([
  ['model.url', 'WHITTLE_URL'],
  ['model.name', 'WHITTLE_MODEL'],
  ['log.level', 'WHITTLE_LOG'],
]);

interface Taken {
  readonly values: Map<string, unknown>;
  readonly warnings: string[];
  /** What a key is called in its layer, where it has another name there. */
  readonly names: ReadonlyMap<string, string> | undefined;
}

function take(key: string, value: unknown, { values, warnings, names }: Taken): void {
  const entry = settingsTable.get(key);
  if (!entry || (key.endsWith('.url') && value === '')) return;
  const usable = usableEntries(emptyAsExpected(value, entry.schema), entry.entries);
  const result = entry.schema.safeParse(usable.value);
  if (result.success) {
    warnings.push(...usable.problems.map((problem) => `In the setting \`whittle.${key}\`, ${problem}.`));
    values.set(key, key.endsWith('.url') ? canonicalUrl(String(result.data)) : result.data);
    return;
  }
  const fallback = values.get(key) ?? entry.schema.safeParse(undefined).data;
  const used =
    fallback !== undefined
      ? `${JSON.stringify(fallback)} is used`
      : key.includes('.price.')
        ? 'it is ignored'
        : 'the one of `whittle.model` is used';
  const given = entry.secret ? 'something else' : key.endsWith('.url') ? namedAddress(value) : named(value);
  const variable = names?.get(key);
  const called =
    variable === undefined ? `The setting \`whittle.${key}\`` : `The environment variable ${variable}`;
  warnings.push(
    `${called} must be ${entry.expected}, but is ${given}; ${entry.secret ? 'it is ignored' : used}.`,
  );
}

/** Lua and Lisp write an empty list and an empty object alike. */
function emptyAsExpected(value: unknown, schema: SettingRow['schema']): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return value;
  return [[], {}].find((empty) => schema.safeParse(empty).success) ?? value;
}

/** Never the address itself: it may hold a password. */
function namedAddress(value: unknown): string {
  if (typeof value === 'string' && /^(?:ws|http)s?:\/\/[^/?#]*@/i.test(value.trim())) return 'one with them';
  // What other programs take for an address.
  const isBare =
    typeof value === 'string' && /^[\w-]+(?:(?:\.[\w-]+)+(?::\d+)?|:\d+)(?:\/\S*)?$/.test(value.trim());
  return isBare ? 'an address without http:// or https:// before it' : 'something else';
}

function canonicalUrl(url: string): string {
  return url.toLowerCase() === 'local' ? 'local' : url;
}

/** Remembers which origin the keys and headers of this layer belong to. */
function bind(layer: Layer, values: ReadonlyMap<string, unknown>, bindings: Map<string, string>): void {
  for (const group of groups) {
    const origin = modelOrigin(urlOf(group, values));
    for (const name of ['apiKey', 'headers']) {
      const key = `${group}.${name}`;
      if (layer.values.has(key)) bindings.delete(key);
      // Bound at once where an address is known, else by the first layer that chooses one.
      if (values.has(key) && !bindings.has(key) && origin !== 'local') bindings.set(key, origin);
    }
  }
}

function leaveBehind(values: Map<string, unknown>, bindings: ReadonlyMap<string, string>): readonly string[] {
  const sentences: string[] = [];
  for (const [key, origin] of bindings) {
    const group = key.slice(0, key.lastIndexOf('.'));
    const now = modelOrigin(urlOf(group, values));
    if (now === origin || now === 'local') continue;
    values.set(key, key.endsWith('.headers') ? {} : '');
    sentences.push(
      `\`whittle.${key}\` was given for ${origin} and is not sent to ${now}; set it beside \`whittle.${group}.url\`.`,
    );
  }
  return sentences;
}

function urlOf(group: string, values: ReadonlyMap<string, unknown>): string {
  const url = values.get(`${group}.url`) ?? values.get('model.url');
  return typeof url === 'string' ? url : 'local';
}

/** Every value went through its row of the table, whose types are those of Settings. */
function toSettings(values: ReadonlyMap<string, unknown>): Settings {
  const root: Record<string, unknown> = structuredClone(defaultSettings) as unknown as Record<
    string,
    unknown
  >;
  for (const [key, value] of values) {
    if (value === undefined) continue;
    const path = key.split('.');
    const leaf = path.pop() ?? key;
    let at = root;
    for (const name of path) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[leaf] =
      key === 'actions.custom'
        ? (value as readonly object[]).map((each) => ({ ...each, from: 'user' }))
        : value;
  }
  return root as unknown as Settings;
}
