/** Whether an edit leaves every secret as it was. */

import type { Edit } from '../../core/edit.ts';
import { holdsPlaceholder } from '../../core/placeholder.ts';
import { sliceOf } from '../../core/text.ts';
import { type Redaction, secretsOf } from './redaction.ts';

/**
 * `edit` is in real text: offsets of the text before, secrets put back. Refused is an edit that cuts into or takes
 * away a secret without writing it again somewhere, and one that writes a placeholder nobody gave out.
 */
export function secretsKept(before: Redaction, edit: Edit): boolean {
  if (
    edit.some(
      ({ start, end, text }) => holdsPlaceholder(text) && !holdsPlaceholder(sliceOf(before.text, start, end)),
    )
  )
    return false;
  const secrets = secretsOf(before);
  if (secrets.length === 0) return true;
  const { value: whole } = before.text;
  const wanted = new Map<string, Wanted>();
  const written: string[] = [];
  for (const { start, end, text } of edit) {
    // What touches a secret without cutting it can still make it longer.
    const touched = secrets.filter((secret) => secret.start <= end && secret.end >= start);
    const from = Math.min(start, touched[0]?.start ?? start);
    const to = Math.max(end, touched.at(-1)?.end ?? end);
    written.push(whole.slice(Math.max(0, from - 1), start) + text + whole.slice(end, to + 1));
    for (const secret of touched) {
      const value = whole.slice(secret.start, secret.end);
      const known = wanted.get(value);
      const neighbours = [whole[secret.start - 1], whole[secret.end]];
      wanted.set(value, {
        count: (known?.count ?? 0) + 1,
        neighbours: new Set([...(known?.neighbours ?? []), ...neighbours]),
      });
    }
  }
  return [...wanted].every(([secret, { count, neighbours }]) => intact(written, secret, neighbours) >= count);
}

interface Wanted {
  readonly count: number;
  /** What stands before and behind it where it is whole. */
  readonly neighbours: ReadonlySet<string | undefined>;
}

/** How often the secret stands there whole: a letter or digit grown onto it makes it another one. */
function intact(
  texts: readonly string[],
  secret: string,
  neighbours: ReadonlySet<string | undefined>,
): number {
  const apart = (neighbour: string | undefined) =>
    neighbour === undefined || neighbours.has(neighbour) || !/[A-Za-z0-9_]/.test(neighbour);
  let count = 0;
  for (const text of texts)
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + secret.length))
      if (apart(text[at - 1]) && apart(text[at + secret.length])) count++;
  return count;
}
