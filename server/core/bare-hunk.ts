/** An answer that is a diff with the signs of its lines alone: no names, no `@@`. */

import type { Block } from './formats/block.ts';
import { isFence } from './formats/fence-line.ts';
import { fencedIn, opensDiffFence, readingsOf } from './formats/rewrite.ts';
import { isBareHunk } from './formats/stray-marks.ts';
import { unifiedDiffParser } from './formats/unified-diff.ts';
import { lineCount, lineText, type Text } from './text.ts';
import { tells } from './window-ends.ts';

/** Its hunks, one of each fence; nothing where the answer is none. */
export function bareHunksIn(answer: string, text: Text): readonly Block[] | undefined {
  if (!/^[^\S\r\n]*[-+]/m.test(answer)) return undefined;
  const last = readingsOf(answer).at(-1);
  if (!last?.closed) return undefined;
  const all = answer.split('\n');
  const fence = all.findIndex(isFence);
  const own = new Set(Array.from({ length: lineCount(text) }, (_, line) => lineText(text, line).trim()));
  const isKnown = (line: string) => tells(line) && own.has(line.trim());
  // A fence behind lines of the text is one of what was written anew.
  if (all.slice(0, Math.max(0, fence)).some(isKnown)) return undefined;
  const isTold = opensDiffFence(all[fence] ?? '') && !own.has((all[fence] ?? '').trim());
  const isContext = (line: string) => own.has(line.trim());
  const each = isTold ? fencedIn(answer, opensDiffFence) : [last.lines];
  if (!each.every((lines) => isBareHunk(lines, { isKnown: isContext, isTold }))) return undefined;
  const blocks = each.map(hunkOf);
  return blocks.every((block) => block !== undefined) ? blocks : undefined;
}

function hunkOf(lines: readonly string[]): Block | undefined {
  // Context often lacks the blank that is its sign.
  const signed = lines.map((line) => (/^[-+ \t\\]|^$/.test(line) ? line : ` ${line}`));
  const blocks = unifiedDiffParser().push(`@@\n${signed.join('\n')}\n@@\n`);
  return blocks.length === 1 ? blocks[0] : undefined;
}
