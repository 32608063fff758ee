/**
 * One layer of settings as it comes: bare or wrapped in `whittle`, nested or with dotted keys, or both mixed.
 * Read into a flat list of `key → value` that the table knows; nothing is judged here but names.
 */

import { toText } from '../../core/text.ts';
import { scan } from '../privacy/scan.ts';

export interface Layer {
  readonly values: ReadonlyMap<string, unknown>;
  /** One sentence each, for names that look like ours and are not. */
  readonly problems: readonly string[];
  /** What keys are called where they come from, if not by their own names. */
  readonly names?: ReadonlyMap<string, string>;
}

/** Longer than any key that would be cut where a message ends. */
const mostRead = 4_000;

/** Unknown names that are looked at: each is compared with all there are. */
const mostUnknown = 50;

/** What editors and other servers' clients send along in the same object. */
const foreign = new Set([
  'editorInfo',
  'editorPluginInfo',
  'editorConfiguration',
  'telemetry',
  'http',
  'proxy',
  'github',
  'copilot',
  'capabilities',
  'settings',
  'trace',
  'files',
  'editor',
  'workspace',
  'workspaceFolders',
  'initializationOptions',
  'hostInfo',
  'extension',
  'provideFormatter',
  'locale',
  'clientInfo',
  'env',
  'path',
  'command',
  'args',
]);

const nothing: Layer = { values: new Map(), problems: [] };

/** `keys` are all that exist. Never throws on anything JSON can hold. */
export function readLayer(value: unknown, keys: Iterable<string>): Layer {
  if (isNothing(value)) return nothing;
  if (!isRecord(value))
    return {
      values: new Map(),
      problems: [`Whittle's settings must be an object, but are ${named(value)}; they are ignored.`],
    };
  const known = new Set(keys);
  const sections = sectionsOf(known);
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  let unknownNames = 0;
  const dotted = Object.entries(value).filter(([key]) => key.startsWith('whittle.'));
  const wrapped = Object.hasOwn(value, 'whittle') || dotted.length > 0;
  const roots = wrapped
    ? [value.whittle, Object.fromEntries(dotted.map(([key, each]) => [key.slice('whittle.'.length), each]))]
    : [value];

  const visit = (record: Readonly<Record<string, unknown>>, prefix: string) => {
    for (const [name, each] of Object.entries(record)) {
      const key = prefix + name;
      if (each === undefined || each === null) continue;
      if (known.has(key)) values.set(key, each);
      else if (!sections.has(key)) unknown(key, prefix);
      else if (isRecord(each)) visit(each, `${key}.`);
      else if (!isNothing(each))
        problems.push(
          `The setting \`whittle.${key}\` must be an object, but is ${named(each)}; the defaults are used.`,
        );
    }
  };
  const unknown = (key: string, prefix: string) => {
    if (++unknownNames > mostUnknown) return;
    const near = nearest(key, known);
    // Beside our keys in a bare object anything may stand; only what looks misspelt is worth a word.
    if (!wrapped && prefix === '' && (foreign.has(key) || !near)) return;
    problems.push(
      `There is no setting \`whittle.${shown(key)}\`; it is ignored.${near ? ` Did you mean \`whittle.${near}\`?` : ''}`,
    );
  };
  for (const root of roots) {
    if (isRecord(root)) visit(root, '');
    else if (!isNothing(root))
      problems.push(`Whittle's settings must be an object, but are ${named(root)}; they are ignored.`);
  }
  return { values, problems };
}

/** Lua has one word for an empty object and an empty list, and writes the latter. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a message shows it: short, on one line. */
export function named(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shown(JSON.stringify(value) ?? String(value));
}

function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a message is one line, whatever a key holds.
  const line = withoutSecrets(text.slice(0, mostRead).replace(/[\u0000-\u001f\u007f]+/g, ' '));
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** A key may stand where something else belongs. */
function withoutSecrets(line: string): string {
  const { secrets } = scan(toText(line), 0, line.length);
  return secrets.reduceRight((rest, { start, end }) => `${rest.slice(0, start)}…${rest.slice(end)}`, line);
}

function sectionsOf(keys: ReadonlySet<string>): ReadonlySet<string> {
  const sections = new Set<string>();
  for (const key of keys)
    for (let at = key.indexOf('.'); at !== -1; at = key.indexOf('.', at + 1)) sections.add(key.slice(0, at));
  return sections;
}

/** The key at most two letters away, by name in its section or as a whole. */
function nearest(key: string, keys: ReadonlySet<string>): string | undefined {
  if (key.length > 60) return undefined;
  const candidates = [...keys, ...sectionsOf(keys)].map((each) => ({
    each,
    distance: distance(key.toLowerCase(), each.toLowerCase()),
  }));
  const best = candidates.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.min(2, Math.floor(key.length / 3)) ? best.each : undefined;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
