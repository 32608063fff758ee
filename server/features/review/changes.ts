/** What of a document is new since the last commit, as whole lines. */

import type { Region } from '../../core/ask.ts';
import { diff } from '../../core/diff/diff.ts';
import { hunks } from '../../core/diff/hunks.ts';
import { lineCount, lineEnd, lineStart, toText } from '../../core/text.ts';
import type { Snapshot } from '../../state/documents.ts';
import type { TextAtHead } from '../../state/workspace/git.ts';
import { toPath } from '../../state/workspace/uri.ts';

/** Nothing where there is no commit that has the file. */
export async function changesSinceHead(
  { uri, text }: Snapshot,
  textAtHead: TextAtHead,
  signal: AbortSignal,
): Promise<readonly Region[] | undefined> {
  const file = toPath(uri);
  const before = file === undefined ? undefined : await textAtHead(file, signal);
  if (before === undefined) return undefined;
  // A checkout may end its lines differently from what is committed.
  const was = toText(
    text.value.includes('\r\n') && !before.includes('\r\n') ? before.replace(/\n/g, '\r\n') : before,
  );
  const last = lineCount(text) - 1;
  return hunks(was, diff(was.value, text.value)).map(({ newStartLine, newEndLine }) => {
    // Of lines that are gone the line above is what is left to look at.
    const first = Math.min(last, newEndLine > newStartLine ? newStartLine : Math.max(0, newStartLine - 1));
    return {
      start: lineStart(text, first),
      end: lineEnd(text, Math.min(last, Math.max(first, newEndLine - 1))),
    };
  });
}
