/** An edit as git's word diff shows it: only the changed lines with a little around them, only the changed words marked. */

import type { Edit } from '../core/edit.ts';
import { lineAt, lineCount, lineEnd, lineStart, toText } from '../core/text.ts';
import type { Paint } from './paint.ts';

const contextLines = 1;

export function wordDiff(before: string, edit: Edit, paint: Paint): string {
  const text = toText(before);
  const groups: { from: number; to: number; replacements: Edit[number][] }[] = [];
  for (const replacement of edit) {
    const from = Math.max(0, lineAt(text, replacement.start) - contextLines);
    const to = Math.min(lineCount(text) - 1, lineAt(text, replacement.end) + contextLines);
    const last = groups.at(-1);
    if (last && from <= last.to + 1) {
      last.to = Math.max(last.to, to);
      last.replacements.push(replacement);
    } else groups.push({ from, to, replacements: [replacement] });
  }
  return groups
    .map(({ from, to, replacements }) => {
      let at = lineStart(text, from);
      let body = '';
      for (const { start, end, text: inserted } of replacements) {
        body += paint.text(before.slice(at, start));
        if (end > start) body += paint.removed(before.slice(start, end));
        if (inserted !== '') body += paint.added(inserted);
        at = end;
      }
      return `${paint.faint(`line ${from + 1}`)}\n${body}${paint.text(before.slice(at, lineEnd(text, to)))}`;
    })
    .join('\n');
}
