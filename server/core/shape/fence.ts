/** The content of the Markdown fence that models put around code, also while its end is still to come. */

import { isAnnouncement, isSaid } from './chatter.ts';
import type { Wording } from './words.ts';

const fenceLine = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
/** Code between a fence's marks on one line: "```js f(); ```" */
const fenceOnOneLine =
  /^\s*`{3,}(?:(?:bash|c|cpp|csharp|css|go|html|java|javascript|js|json|lua|php|py|python|rb|ruby|rust|sh|shell|sql|ts|tsx|typescript|yaml)\s+)?([^`\n]+?)\s*`{3,}\s*$/;

/** What stands in the first fence, where the answer begins with one or announces one; else all up to a fence. */
export function unfenced(lines: readonly string[], wording: Wording, before: string): readonly string[] {
  if (wording === 'prose') return withoutOuterFence(lines, before);
  if (!lines.some((line) => line.includes('```') || line.includes('~~~'))) return lines;
  const at = lines.findIndex((line) => fenceLine.test(line) || fenceOnOneLine.test(line));
  const opening = lines[at];
  if (opening === undefined) return lines;
  const said = lines.slice(0, at).filter((line) => line.trim() !== '');
  const announced =
    said.length === 0 || said.every((line) => isSaid(line, wording) || /^\S.*[:.]$/.test(line));
  const isEnd = said.length > 0 && lines.slice(at + 1).every((line) => line.trim() === '');
  if (!announced || (isEnd && !said.every((line) => isSaid(line, wording)))) return lines.slice(0, at);
  const inside = fenceOnOneLine.exec(opening)?.[1];
  if (inside !== undefined) return [inside];
  const content = lines.slice(at + 1, closing(lines, at));
  return /^(?:diff|patch)$/.test(fenceLine.exec(opening)?.[2] ?? '') ? patched(content) : content;
}

/** The lines as a diff leaves them; none where it adds none, or did not come to it yet. */
function patched(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => line.startsWith('+'))) return [];
  return lines.filter((line) => !/^(?:-|\+\+\+ |@@)/.test(line)).map((line) => line.replace(/^[ +]/, ''));
}

/**
 * Where fences are content, one around the whole answer is none that says it holds this very kind of text, or that
 * begins in the middle of a line; there nothing is announced either.
 */
function withoutOuterFence(lines: readonly string[], before: string): readonly string[] {
  const isBegun = before.slice(before.lastIndexOf('\n') + 1).trim() !== '';
  const said = lines.findIndex((line) => line.trim() !== '');
  if (isBegun && isAnnouncement(lines[said] ?? '')) {
    const at = lines.findIndex((line, i) => i > said && line.trim() !== '');
    return at === -1 ? [] : withoutOuterFence(lines.slice(at), before);
  }
  const opening = fenceLine.exec(lines[0] ?? '');
  if (!opening || !(isBegun || /^(?:markdown|md|text|latex|tex|mdx)$/.test(opening[2] ?? ''))) return lines;
  return lines.slice(1, closing(lines, 0));
}

function closing(lines: readonly string[], opening: number): number {
  const fence = fenceLine.exec(lines[opening] ?? '')?.[1] ?? '```';
  const end = lines.findIndex((line, i) => i > opening && line.trim() === fence);
  return end === -1 ? lines.length : end;
}
