/** The content of the Markdown fence that models put around code, also while its end is still to come. */

import { isAnnouncement, isSaid } from './chatter.ts';
import { patched } from './patch.ts';
import type { Wording } from './words.ts';

const fenceLine = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
/** Code between a fence's marks on one line: "```js f(); ```" */
const fenceOnOneLine =
  /^\s*`{3,}(?:(?:bash|c|cpp|csharp|css|go|html|java|javascript|js|json|lua|php|py|python|rb|ruby|rust|sh|shell|sql|ts|tsx|typescript|yaml)\s+)?([^`\n]+?)\s*`{3,}\s*$/;

/** Where a fence is what the text is written with; in other prose it is the model's own. */
const fenceless: ReadonlySet<string> = new Set('asciidoc bibtex latex org restructuredtext tex'.split(' '));
/** What a line of a comment begins with. */
const commentMark = /^\s*(\/\/[/!]*|#'?|--+\|?|%+|;+|\*)(?=\s|$)/;

interface Place {
  readonly languageId: string | undefined;
  readonly wording: Wording;
  /** The text up to the cursor, as far back as it matters. */
  readonly before: string;
  /** More of it may come, or should have. */
  readonly isCut: boolean;
}

/** What stands in the first fence, where the answer begins with one or announces one; else all up to a fence. */
export function unfenced(lines: readonly string[], place: Place): readonly string[] {
  const { languageId, wording, before } = place;
  if (wording === 'prose' && !fenceless.has(languageId ?? '')) return withoutOuterFence(lines, before);
  if (!lines.some((line) => line.includes('```') || line.includes('~~~')))
    return (languageId === 'diff' ? undefined : patched(lines, { before, isTold: false })) ?? lines;
  if (wording === 'comment' && isOfComment(lines, place)) return lines;
  const at = lines.findIndex((line) => fenceLine.test(line) || fenceOnOneLine.test(line));
  const opening = lines[at];
  if (opening === undefined) return lines;
  const said = lines.slice(0, at).filter((line) => line.trim() !== '');
  const announced =
    said.length === 0 || said.every((line) => isSaid(line, wording) || announces(line, wording));
  const isEnd = said.length > 0 && lines.slice(at + 1).every((line) => line.trim() === '');
  if (!announced || (isEnd && !said.every((line) => isSaid(line, wording)))) return lines.slice(0, at);
  const inside = fenceOnOneLine.exec(opening)?.[1];
  if (inside !== undefined) return [inside];
  const content = lines.slice(at + 1, closing(lines, at));
  const isTold = /^(?:diff|patch)$/.test(fenceLine.exec(opening)?.[2] ?? '');
  return languageId === 'diff' ? content : (patched(content, { before, isTold }) ?? content);
}

/** In a comment a sentence may be the comment's own. */
function announces(line: string, wording: Wording): boolean {
  return wording === 'comment' ? isAnnouncement(line) : /^\S.*[:.]$/.test(line);
}

/** Whether the fence is one that the comment around the cursor shows code in: it ends as the comment's lines begin. */
function isOfComment(lines: readonly string[], { before, isCut }: Place): boolean {
  if (!fenceLine.test(lines[0] ?? '')) return false;
  const all = before.split('\n');
  const own = all.at(-1) ?? '';
  const mark = commentMark.exec(own)?.[1];
  const isFence = (line: string) => /^\s*(?:`{3}|~{3})/.test(line.replace(commentMark, ''));
  const isBegun = own.trim() !== (mark ?? '');
  // Alone it begins what is shown, or ends it.
  if (lines.length === 1)
    return !isCut && !isBegun && (mark !== undefined || all.filter(isFence).length % 2 === 1);
  if (mark === undefined || isBegun) return false;
  const end = lines.slice(1).find(isFence);
  return end !== undefined && commentMark.exec(end)?.[1] === mark && /[`~]\s*$/.test(end);
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
