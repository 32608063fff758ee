/** The ask of the next round: the same wish with more words, about the document as it is now. */

import type { EditAsk, FixAsk, Region } from '../../core/ask.ts';
import { type Edit, mapOffset } from '../../core/edit.ts';
import type { Snapshot } from '../../state/documents.ts';

export interface Redirection {
  readonly now: Snapshot;
  /** What happened since the ask's version; nothing where that is not known any more. */
  readonly typed: Edit | undefined;
  readonly instruction: string;
  /** What the model had written when it was redirected, where none of it landed. */
  readonly streamed?: string;
}

export function redirected(
  ask: EditAsk | FixAsk,
  { now, typed, instruction, streamed = '' }: Redirection,
): EditAsk {
  const { history, snippets, contextTokens, maxOutputTokens } = ask;
  const { length } = now.text.value;
  const carried = <T extends Region>(region: T): T => {
    const start = typed ? mapOffset(typed, region.start, 'before') : Math.min(region.start, length);
    const end = typed ? mapOffset(typed, region.end, 'after') : Math.min(region.end, length);
    return { ...region, start, end: Math.max(start, end) };
  };
  return {
    task: 'edit',
    document: { ...ask.document, version: now.version, text: now.text.value },
    history,
    snippets,
    diagnostics: typed ? ask.diagnostics.map(carried) : [],
    contextTokens,
    maxOutputTokens,
    region: carried(ask.region),
    ...(ask.task === 'edit' && ask.bounded ? { bounded: true } : {}),
    instruction: `${said(ask)}\n${instruction}`,
    ...(streamed === '' ? {} : { streamed }),
  };
}

function said(ask: EditAsk | FixAsk): string {
  return ask.task === 'edit'
    ? ask.instruction
    : ask.targets.map(({ message }) => `Fix: ${message}`).join('\n');
}
