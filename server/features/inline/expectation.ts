/**
 * Expectation: what an answer under way says will stand at its place, compared with what was typed there since.
 *
 *   said `retu`   typed `return x`   agrees: nothing said is contradicted, more may come
 *   said `return` typed `ret`        agrees: the rest is still to be typed
 *   said `return` typed `res`        contradicted: it can no longer be right
 */

import type { CompleteAsk } from '../../core/ask.ts';
import { columnsOf, type IndentUnit, indentOf } from '../../core/indent.ts';
import { holdsPlaceholder } from '../../core/placeholder.ts';
import { rebase } from '../../core/rebase.ts';
import { type ShapeWish, shape } from '../../core/shape.ts';
import type { SilenceReason } from '../../core/suggestion.ts';
import { lineAt, lineText, sliceOf, type Text } from '../../core/text.ts';
import type { Future } from './ahead.ts';
import { type Anchor, typedBetween } from './anchor.ts';
import type { Piece, Written } from './cache.ts';
import { firstLines, unitLength } from './unit.ts';

/** What is asked, and where its answer belongs. */
export interface Plan {
  readonly ask: CompleteAsk;
  /** The text the ask is about. */
  readonly text: Text;
  readonly languageId: string;
  /** What the editor indents with in this document, where it has said so by now. */
  readonly indent?: () => IndentUnit | undefined;
  /** What the answer is kept relative to: a version of the document and an offset in it. */
  readonly anchor: Anchor;
  readonly start: number;
  /** What is taken to be inserted there already; the ask is about the text with it. */
  readonly assumed: string;
  /** The entry of the cache whose continuation this is, and where that ends; a new entry where it is left out. */
  readonly ahead?: Pick<Future, 'key' | 'end' | 'added'>;
}

/** Whether more of an answer may come, should have come, or all of it came. */
export type Stream = 'open' | 'cut' | 'whole';

/** Whoever typed as much since is at another thought. */
const mostTyped = 200;

/** What the model said so far as it would be shown; the reason where it would not be. `open`: more of it may come. */
export function shaped(plan: Plan, said: string, open = false): Piece | SilenceReason {
  const { text, languageId, ask, start, assumed, ahead } = plan;
  const { cursor, maxLines } = ask;
  const result = shape({
    text,
    cursor,
    suggestion: said,
    maxLines,
    languageId,
    indent: plan.indent?.(),
    begins: ask.selected && beginning(text, cursor, ask.selected),
    open,
  });
  if (result.kind === 'silent') return result.reason;
  // It would stand for a secret that nobody gave out.
  if (holdsPlaceholder(result.text)) return 'nothing-to-say';
  // What was added since its anchor is no part of that version; typing along covers it.
  const covers = Math.max(0, result.end - result.start - (ahead?.added ?? 0));
  return { start, end: (ahead?.end ?? start) + covers, text: assumed + result.text };
}

/** An entry that goes on from what was typed; models write it from its first sign, as they were told to. */
function beginning(
  text: Text,
  cursor: number,
  selected: NonNullable<CompleteAsk['selected']>,
): ShapeWish['begins'] {
  const typed = sliceOf(text, selected.start, cursor);
  return selected.text.startsWith(typed) ? { with: selected.text, typed } : undefined;
}

/**
 * What is certain of an answer, and what of it to show first where there was, or may be, more of it; the reason where
 * it is nothing.
 */
export function written(
  plan: Plan,
  said: string,
  stream: Stream,
): Pick<Written, 'piece' | 'unit'> | SilenceReason {
  const piece = shaped(plan, said, stream !== 'whole');
  if (typeof piece === 'string') return piece;
  const { text, ask } = plan;
  const depth = columnsOf(indentOf(lineText(text, lineAt(text, ask.cursor))));
  const first = stream === 'whole' ? said.length : unitLength(firstLines(said, ask.maxLines), depth);
  const unit = first < said.length ? shaped(plan, said.slice(0, first), true) : piece;
  // Of an answer that begins with what stands in the text, the first lines alone say nothing new.
  return typeof unit === 'string' || !piece.text.startsWith(unit.text) ? { piece } : { piece, unit };
}

/** Whether what was typed can no longer be what the answer will be; `now` is its anchor at the present version. */
export function contradicted(plan: Plan, said: string, now: Anchor): boolean {
  const { start } = plan;
  const typed = now.typed.find((each) => each.start <= start && each.end >= start);
  if (!typed || typed.start !== start || typed.end !== start) return false;
  const text = expected(plan, said);
  if (text === '' || typed.text.startsWith(text) || text.startsWith(typed.text)) return false;
  const result = rebase([{ start, end: start, text }], [typed]);
  return result.kind === 'dropped' && result.reason === 'conflict';
}

/** Whether the answer goes on at this cursor of the present version, as far as it is known. */
export function agrees(
  plan: Plan,
  said: string,
  at: { readonly now: Anchor; readonly cursor: number },
): boolean {
  const typed = typedBetween(at.now, plan.start, at.cursor);
  if (typed === undefined || typed.length > mostTyped) return false;
  const text = expected(plan, said);
  return text.startsWith(typed) || typed.startsWith(text);
}

/** Whether an answer to the first answers the second as well, to the letter. */
export function isSameQuestion(a: CompleteAsk, b: CompleteAsk): boolean {
  return (
    a.document.uri === b.document.uri &&
    a.document.version === b.document.version &&
    a.cursor === b.cursor &&
    a.candidates >= b.candidates &&
    a.selected?.text === b.selected?.text &&
    a.selected?.start === b.selected?.start
  );
}

function expected(plan: Plan, said: string): string {
  const piece = said === '' ? undefined : shaped(plan, said, true);
  return piece === undefined || typeof piece === 'string' ? plan.assumed : piece.text;
}
