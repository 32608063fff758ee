/**
 * Spending: the dollars of today, kept between starts and shared by all servers of this user, best effort.
 *
 * A day is a day of this machine's calendar, from midnight to midnight. Each server writes a file of its own and reads
 * those of all others, so none takes away what another one wrote, and there is nothing to lock.
 *
 * Laws
 * - A file is whole or the one before: written beside and renamed. A disk that takes none costs one line of the log;
 *   this server's own spending is counted all the same.
 * - At most one write is under way; what changes meanwhile is in the next.
 * - What is read is not believed: a file that holds no amount counts nothing.
 */

import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../core/log.ts';
import { makeFolder } from './make-folder.ts';

export interface StoredSpending {
  /** US dollars. */
  today(): number;
  leftMs(): number;
  spend(dollars: number): (actual: number) => void;
  /** What was spent today before, and by others; settles also where nothing can be read. */
  load(): Promise<void>;
  /** Settles when everything is written. */
  dispose(): Promise<void>;
}

export interface SpendingOptions {
  /** Files are kept in `spending` inside it. */
  readonly folder: string;
  readonly log: Log;
  /** The name of this server's own file. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

const suffix = '.json';
const mostFileBytes = 1000;

export function createSpending({ folder, log, id, wallClock }: SpendingOptions): StoredSpending {
  const place = path.join(folder, 'spending');
  let day = dayOf(wallClock());
  let own = 0;
  let others = 0;
  let writing: Promise<void> | undefined;
  let dirty = false;
  let failed = false;

  function roll(): void {
    const now = dayOf(wallClock());
    if (now === day) return;
    day = now;
    own = 0;
    others = 0;
  }

  async function readOthers(): Promise<void> {
    const today = day;
    let sum = 0;
    for (const name of await readdir(place).catch(() => [])) {
      const file = path.join(place, name);
      if (!name.startsWith(`${today}.`)) {
        // Of an earlier day, or of a write that was cut short then.
        if (name < today) await rm(file, { force: true }).catch(() => undefined);
        continue;
      }
      if (!name.endsWith(suffix) || name === `${today}.${id}${suffix}`) continue;
      sum += amountIn(await readFile(file, 'utf8').catch(() => ''));
    }
    if (today === day) others = sum;
  }

  async function write(): Promise<void> {
    while (dirty) {
      dirty = false;
      const file = path.join(place, `${day}.${id}${suffix}`);
      const beside = `${file}.writing`;
      try {
        await makeFolder(place);
        await writeFile(beside, JSON.stringify({ dollars: own }), { mode: 0o600 });
        await rename(beside, file);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        if (!failed)
          log('warn', `Today's spending cannot be kept in ${place} (${code}); a restart forgets it.`);
        failed = true;
        await rm(beside, { force: true }).catch(() => undefined);
      }
      await readOthers();
    }
    writing = undefined;
  }

  function add(dollars: number): void {
    own = Math.max(0, own + dollars);
    dirty = true;
    writing ??= write();
  }

  return {
    today() {
      roll();
      return own + others;
    },
    leftMs() {
      const now = new Date(wallClock());
      return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
    },
    spend(dollars) {
      roll();
      const spentOn = day;
      let counted = dollars;
      if (dollars > 0) add(dollars);
      return (actual) => {
        roll();
        // What was spent yesterday is no longer of interest.
        if (spentOn === day && actual !== counted) add(actual - counted);
        counted = actual;
      };
    },
    async load() {
      roll();
      await readOthers();
    },
    async dispose() {
      await writing;
    },
  };
}

/** `2026-11-21`, of this machine's calendar. */
function dayOf(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function amountIn(text: string): number {
  if (text.length > mostFileBytes) return 0;
  try {
    const value: unknown = JSON.parse(text);
    const dollars: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'dollars') : 0;
    return typeof dollars === 'number' && Number.isFinite(dollars) && dollars > 0 ? dollars : 0;
  } catch {
    return 0;
  }
}
