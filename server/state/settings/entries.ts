/**
 * One wrong entry among right ones: it is left out by itself and named in a sentence, and the others hold.
 *
 * Patterns of what must not leave are another matter, since leaving one out would let more leave. Of those, whatever is
 * not as it must be is read for all the texts that stand in it, and each of them is excluded: rather too much than too
 * little. Only what would take an exclusion back is not taken from there.
 */

import type { z } from 'zod';
import { isRecord, named } from './layer.ts';

/** What a list, or an object of texts, has entries of. */
export interface Entries {
  readonly schema: z.ZodType;
  /** Completes "must be …". */
  readonly expected: string;
  /** As many as are taken. */
  readonly most?: number;
  /** What is told of a wrong one never repeats it. */
  readonly secret?: true;
}

export interface UsableEntries {
  readonly value: unknown;
  /** Each is the end of a sentence that begins with the setting's name: "entry 2 must be …; it is left out". */
  readonly problems: readonly string[];
}

/** A value that is neither a list nor an object comes back as it is: it is wrong as a whole, or right. */
export function usableEntries(value: unknown, entries: Entries | 'patterns' | undefined): UsableEntries {
  if (entries === undefined) return { value, problems: [] };
  return entries === 'patterns' ? usablePatterns(value) : usableOnes(value, entries);
}

/** The others are counted: a list may be made to be long, and each sentence is shown to the user. */
export const mostNamed = 10;

function usableOnes(value: unknown, entries: Entries): UsableEntries {
  const problems: string[] = [];
  let more = 0;
  const isUsable = (each: unknown, where: string) => {
    const { error } = entries.schema.safeParse(each);
    if (!error) return true;
    if (problems.length >= mostNamed) {
      more++;
      return false;
    }
    const wrong = entries.secret ? 'is something else' : whatIsWrong(each, error.issues[0]);
    problems.push(`${where} must be ${entries.expected}, but ${wrong}; it is left out`);
    return false;
  };
  if (Array.isArray(value)) {
    const usable = value.filter((each: unknown, index) => isUsable(each, entryAt(index)));
    const { most = Number.POSITIVE_INFINITY } = entries;
    if (more > 0) problems.push(`${more} more entries are wrong as well; they are left out`);
    if (usable.length > most) problems.push(`at most ${most} entries are taken; the others are left out`);
    return { value: usable.slice(0, most), problems };
  }
  if (!isRecord(value)) return { value, problems };
  const usable = Object.entries(value).filter(([name, each]) => isUsable(each, `the entry ${named(name)}`));
  if (more > 0) problems.push(`${more} more entries are wrong as well; they are left out`);
  return { value: Object.fromEntries(usable), problems };
}

function usablePatterns(value: unknown): UsableEntries {
  if (!Array.isArray(value)) {
    const patterns = texts(value);
    if (patterns.length === 0) return { value, problems: [] };
    const problem = `it must be a list of patterns, but is ${named(value)}; every text in it is excluded`;
    return { value: patterns, problems: [problem] };
  }
  const problems: string[] = [];
  let more = 0;
  const patterns = value.flatMap((each: unknown, index) => {
    if (typeof each === 'string') return [each];
    // As everywhere in settings, `null` is as if it were not there.
    if (each === null) return [];
    const inside = texts(each);
    if (problems.length >= mostNamed) {
      more++;
      return inside;
    }
    const done = inside.length > 0 ? 'every text in it is excluded' : 'it is left out';
    problems.push(`${entryAt(index)} must be a pattern, but is ${named(each)}; ${done}`);
    return inside;
  });
  if (more > 0) problems.push(`${more} more entries are no patterns; every text in them is excluded`);
  return { value: patterns, problems };
}

/**
 * A number is a name as well; of an object the keys that are switched on, as in other lists of patterns. In a loop: a
 * repository may nest them deeper than calls can.
 */
function texts(value: unknown): readonly string[] {
  const found: string[] = [];
  /** The next one last. */
  const left = [value];
  while (left.length > 0) {
    const each = left.pop();
    if (typeof each === 'number') found.push(String(each));
    else if (typeof each === 'string') {
      for (const text of each.split(/[\n,]/)) if (!/^\s*(?:!|$)/.test(text)) found.push(text);
    } else if (Array.isArray(each)) {
      for (let i = each.length - 1; i >= 0; i--) left.push(each[i]);
    } else if (isRecord(each)) {
      for (const [key, inside] of Object.entries(each).reverse()) left.push(inside === true ? key : inside);
    }
  }
  return found;
}

function entryAt(index: number): string {
  return `entry ${index + 1}`;
}

function whatIsWrong(entry: unknown, issue: z.core.$ZodIssue | undefined): string {
  const field = issue?.path[0];
  if (field === undefined || !isRecord(entry)) return `is ${named(entry)}`;
  const value = entry[String(field)];
  if (value === undefined) return `has no \`${String(field)}\``;
  return issue?.code === 'too_big'
    ? `its \`${String(field)}\` is longer than ${issue.maximum} characters`
    : `its \`${String(field)}\` is ${named(value)}`;
}
