/** Whether an edit leaves every secret as it was. */

import type { Edit } from '../../core/edit.ts';
import { holdsPlaceholder } from '../../core/placeholder.ts';
import { type Redaction, secretsOf } from './redaction.ts';

/**
 * `edit` is in real text: offsets of the text before, secrets put back. Refused is an edit that cuts into or takes
 * away a secret without writing it again somewhere, and one that writes a placeholder nobody gave out.
 */
export function secretsKept(before: Redaction, edit: Edit): boolean {
  if (
    edit.some(
      ({ start, end, text }) => holdsPlaceholder(text) && !holdsPlaceholder(before.value.slice(start, end)),
    )
  )
    return false;
  const secrets = secretsOf(before);
  if (secrets.length === 0) return true;
  const wanted = new Map<string, number>();
  const written: string[] = [];
  for (const { start, end, text } of edit) {
    const cut = secrets.filter((secret) => secret.start < end && secret.end > start);
    // An insertion in the middle of a secret cuts it as well.
    const first = cut[0];
    const last = cut.at(-1);
    const from = Math.min(start, first?.start ?? start);
    const to = Math.max(end, last?.end ?? end);
    written.push(before.value.slice(from, start) + text + before.value.slice(end, to));
    for (const secret of cut) {
      const value = before.value.slice(secret.start, secret.end);
      wanted.set(value, (wanted.get(value) ?? 0) + 1);
    }
  }
  return [...wanted].every(([secret, count]) => occurrences(written, secret) >= count);
}

function occurrences(texts: readonly string[], wanted: string): number {
  let count = 0;
  for (const text of texts)
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) count++;
  return count;
}
