/** Answers one ask for a completion from what is known: what is shown at the cursor, or why nothing is. */

import type { CompleteAsk } from '../core/ask.ts';
import { dominantEol, lengthOf, lineAt, lineEnd, lineFullEnd, lineStart, sliceOf } from '../core/text.ts';
import type { Stop } from './completer.ts';
import type { EngineAnswer } from './engine.ts';
import type { Knowledge } from './knowledge.ts';
import { languageOf, pathOf } from './language.ts';
import { isWordUnit } from './lexer.ts';
import type { Mirror } from './mirror.ts';
import { choose, invitedFrom, showFrom } from './suggest.ts';

/** Of the text below the cursor, as much as a suggestion could repeat. In UTF-16 code units. */
const belowUnits = 2000;

export function answerComplete(knowledge: Knowledge, mirror: Mirror, ask: CompleteAsk): EngineAnswer {
  const { text } = mirror;
  const offset = Math.max(0, Math.min(ask.cursor, lengthOf(text)));
  const line = lineAt(text, offset);
  const start = lineStart(text, line);
  const typed = typedPrefix(mirror, start, offset, ask.selected);
  if (!typed) return { kind: 'silent', reason: 'nothing-to-say' };
  const rest = sliceOf(text, offset, Math.max(offset, lineEnd(text, line)));
  // Inside a word every continuation would have to guess where the word goes on behind the cursor.
  if (isWordUnit(rest.charCodeAt(0)) && isWordUnit(typed.prefix.charCodeAt(typed.prefix.length - 1))) {
    return { kind: 'silent', reason: 'nothing-to-say' };
  }
  const cursor = knowledge.window.fill(mirror, line, typed.prefix, rest);
  knowledge.predictor.begin({ path: pathOf(mirror), language: languageOf(mirror.path) });
  const next = lineFullEnd(text, line);
  const wish = {
    maxLines: ask.maxLines,
    eol: dominantEol(text),
    least: showFrom,
    below: sliceOf(text, lineEnd(text, line), Math.min(lengthOf(text), next + belowUnits)),
  };
  const items: { text: string; confidence: number }[] = [];
  const add = (stop: Stop | undefined): void => {
    if (!stop) return;
    const shown = typed.pending + stop.text;
    if (!items.some((item) => item.text === shown)) items.push({ text: shown, confidence: stop.confidence });
  };
  const wanted = Math.max(1, Math.min(ask.candidates, mostCandidates));
  add(choose(knowledge.completer.grow(cursor, wish)));
  // Who asks for several has asked: he gets what is likely, not only what is sure.
  for (let choice = 0; wanted > 1 && choice < wanted * 2 && items.length < wanted; choice++) {
    add(choose(knowledge.completer.grow(cursor, { ...wish, least: invitedFrom }, choice), invitedFrom));
  }
  items.sort((a, b) => b.confidence - a.confidence);
  if (items.length > 0) return { kind: 'suggestions', items: items.slice(0, wanted) };
  return { kind: 'silent', reason: 'low-confidence' };
}

const mostCandidates = 8;

/**
 * What stands before the cursor on its line once the menu's entry is taken, and what of the entry is then still
 * to be inserted. Nothing where the entry does not continue what was typed.
 */
function typedPrefix(
  mirror: Mirror,
  start: number,
  offset: number,
  selected: CompleteAsk['selected'],
): { readonly prefix: string; readonly pending: string } | undefined {
  const { text } = mirror;
  const prefix = sliceOf(text, start, offset);
  if (!selected) return { prefix, pending: '' };
  if (selected.start < start || selected.start > offset || /[\r\n]/.test(selected.text)) return undefined;
  const begun = sliceOf(text, selected.start, offset);
  if (!selected.text.startsWith(begun)) return undefined;
  return {
    prefix: sliceOf(text, start, selected.start) + selected.text,
    pending: selected.text.slice(begun.length),
  };
}
