/**
 * The settings in force, from what the client said at `initialize`, what it answers to `workspace/configuration`
 * and what the workspace's own file narrows.
 *
 * Laws
 * - `ready` resolves once the first complete settings are in force: nothing is asked of a model before, because what
 *   is excluded may be said last. A client that does not answer within `patienceMs` is not waited for.
 * - What the client answered holds until it answers again; what it pushed counts where it answers nothing.
 * - A warning is said once.
 */

import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { defaultSettings, type Settings } from '../state/settings/settings.ts';
import type { ClientFeatures } from './capabilities.ts';
import { type ClientConnection, describe } from './connection.ts';
import type { Fields } from './params.ts';

const section = 'whittle';
const ownFileName = '.whittle.json';
const patienceMs = 2_000;

/** What the decoder is given and gives; loaded late because it brings the schema library along. */
export type SettingsReader = (layers: {
  readonly initialization: unknown;
  readonly configuration: unknown;
  readonly folders: readonly string[];
}) => Promise<{ readonly settings: Settings; readonly warnings: readonly string[] }>;

export interface Configuration {
  readonly ready: Promise<void>;
  settings(): Settings;
  /** The client is ready for requests. */
  initialized(initialization: unknown): void;
  /** `workspace/didChangeConfiguration`. */
  changed(params: Fields): void;
  /** The workspace's folders changed, and with them the files that narrow. */
  foldersChanged(): Promise<void>;
  /** Files were saved or changed on disk; looked at where one of them may be one that narrows. */
  filesChanged(uris: readonly string[]): void;
}

export interface ConfigurationParts {
  readonly connection: () => ClientConnection;
  readonly client: () => ClientFeatures;
  readonly folders: () => readonly string[];
  readonly read: SettingsReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly warn: (sentence: string) => void;
  readonly applied: (settings: Settings) => void;
  readonly signal: AbortSignal;
}

export function createConfiguration(parts: ConfigurationParts): Configuration {
  const { connection, client, folders, read, clock, log, warn, applied, signal } = parts;
  let settings: Settings = defaultSettings;
  let initialization: unknown;
  let pulled: unknown;
  let pushed: unknown;
  let said: ReadonlySet<string> = new Set();
  // Readings end in the order they began, whatever the disk does.
  let last: Promise<void> = Promise.resolve();
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  function reread(): Promise<void> {
    last = last.then(readNow).catch((error: unknown) => {
      log('error', `The settings cannot be read, so those before hold: ${describe(error)}`);
    });
    return last;
  }

  async function readNow(): Promise<void> {
    if (signal.aborted) return;
    // An editor that answers `null` for the section may have pushed it whole (Helix).
    const result = await read({ initialization, configuration: pulled ?? pushed, folders: folders() });
    if (signal.aborted) return;
    for (const warning of result.warnings) if (!said.has(warning)) warn(warning);
    said = new Set([...said, ...result.warnings]);
    if (JSON.stringify(result.settings) === JSON.stringify(settings)) return;
    settings = result.settings;
    applied(settings);
  }

  async function pull(): Promise<void> {
    const answer = await connection().request('workspace/configuration', { items: [{ section }] }, signal);
    if (Array.isArray(answer)) pulled = answer[0] ?? undefined;
    await reread();
  }

  return {
    ready,
    settings: () => settings,
    initialized(options) {
      initialization = options;
      const stopWaiting = clock.after(patienceMs, () => void reread().then(markReady));
      void (client().configuration ? pull() : reread()).then(() => {
        stopWaiting();
        markReady();
      });
      signal.addEventListener('abort', () => {
        stopWaiting();
        markReady();
      });
      const registrations = registrationsFor(client());
      if (registrations.length === 0) return;
      void connection().request('client/registerCapability', { registrations }, signal);
    },
    changed(params) {
      // Some clients push their settings, others only say that they changed, and many do both.
      if (params.settings !== null && params.settings !== undefined) {
        pushed = params.settings;
        // Some push nothing but `{}` whenever anything changed. What was asked for holds until it is answered anew:
        // for the time in between, what the user excluded would not be.
        if (pulled === undefined) void reread();
      }
      if (client().configuration) void pull();
    },
    foldersChanged: reread,
    filesChanged(uris) {
      if (uris.some((uri) => uri.endsWith(`/${ownFileName}`))) void reread();
    },
  };
}

/** What the client is to tell of: its settings, and what becomes of the files that narrow outside of it. */
function registrationsFor(client: ClientFeatures): readonly object[] {
  const settings = {
    id: 'whittle-configuration',
    method: 'workspace/didChangeConfiguration',
    registerOptions: { section },
  };
  const files = {
    id: 'whittle-own-files',
    method: 'workspace/didChangeWatchedFiles',
    registerOptions: { watchers: [{ globPattern: `**/${ownFileName}` }] },
  };
  return [...(client.dynamicConfiguration ? [settings] : []), ...(client.watchesFiles ? [files] : [])];
}
