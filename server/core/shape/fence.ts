/** The content of the Markdown fence that models put around code, also while its end is still to come. */

import { isSaid } from './chatter.ts';
import type { Wording } from './words.ts';

const fenceLine = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
/** Code between a fence's marks on one line: "```js f(); ```" */
const fenceOnOneLine =
  /^\s*`{3,}(?:(?:bash|c|cpp|csharp|css|go|html|java|javascript|js|json|lua|php|py|python|rb|ruby|rust|sh|shell|sql|ts|tsx|typescript|yaml)\s+)?([^`\n]+?)\s*`{3,}\s*$/;

/** What stands in the first fence, where the answer begins with one or announces one; else all up to a fence. */
export function unfenced(lines: readonly string[], wording: Wording): readonly string[] {
  if (!lines.some((line) => line.includes('```') || line.includes('~~~'))) return lines;
  if (wording === 'prose') return withoutOuterFence(lines);
  const at = lines.findIndex((line) => fenceLine.test(line) || fenceOnOneLine.test(line));
  const opening = lines[at];
  if (opening === undefined) return lines;
  const said = lines.slice(0, at).filter((line) => line.trim() !== '');
  const announced =
    said.length === 0 || said.every((line) => isSaid(line, wording) || /^\S.*[:.]$/.test(line));
  if (!announced) return lines.slice(0, at);
  const inside = fenceOnOneLine.exec(opening)?.[1];
  if (inside !== undefined) return [inside];
  return lines.slice(at + 1, closing(lines, at));
}

/** Where fences are content, only one around the whole answer that says it holds this very kind of text is none. */
function withoutOuterFence(lines: readonly string[]): readonly string[] {
  const opening = fenceLine.exec(lines[0] ?? '');
  if (!opening || !/^(?:markdown|md|text|latex|tex|mdx)$/.test(opening[2] ?? '')) return lines;
  return lines.slice(1, closing(lines, 0));
}

function closing(lines: readonly string[], opening: number): number {
  const fence = fenceLine.exec(lines[opening] ?? '')?.[1] ?? '```';
  const end = lines.findIndex((line, i) => i > opening && line.trim() === fence);
  return end === -1 ? lines.length : end;
}
