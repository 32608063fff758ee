/** Which patch format an answer is in, told by the first line that is one of its marks. */

import { applyPatchParser, opensApplyPatch } from './apply-patch.ts';
import type { BlockParser } from './block.ts';
import { mayOpenSearchReplace, opensSearchReplace, searchReplaceParser } from './search-replace.ts';
import { mayOpenUnifiedDiff, opensUnifiedDiff, unifiedDiffParser } from './unified-diff.ts';

/**
 * A parser for the answer, which is given everything from the beginning; nothing where the line is no mark.
 * `previous` is the line before it: some marks are marks only in pairs.
 */
export function parserFor(line: string, previous = ''): BlockParser | undefined {
  if (opensSearchReplace(line)) return searchReplaceParser();
  if (opensApplyPatch(line)) return applyPatchParser();
  if (opensUnifiedDiff(line, previous)) return unifiedDiffParser();
  return undefined;
}

/** The same for lines that are marks unless the document holds them, or an answer begins as the document does. */
export function possibleParserFor(line: string): BlockParser | undefined {
  if (mayOpenSearchReplace(line)) return searchReplaceParser();
  return mayOpenUnifiedDiff(line) ? unifiedDiffParser() : undefined;
}
