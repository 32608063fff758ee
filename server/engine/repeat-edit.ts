/** The next edit without a model: the newest change of the document, done where else it fits, from the cursor on. */

import type { NextEditAsk } from '../core/ask.ts';
import { replacementBetween } from '../core/edit.ts';
import { repeats } from '../core/repeat.ts';
import { lineStart, toText } from '../core/text.ts';
import type { EngineAnswer } from './engine.ts';

export function repeatEdit({ document, history, cursor }: NextEditAsk): EngineAnswer {
  const last = history.findLast(({ path }) => path === document.path);
  if (!last) return nothing;
  const text = toText(document.text);
  const from = lineStart(text, last.line);
  if (text.value.slice(from, from + last.after.length) !== last.after) return nothing;
  const { start, end, text: after } = replacementBetween(last.before, last.after);
  const change = { before: last.before.slice(start, end), after, start: from + start };
  const places = repeats(text, change, document.languageId);
  const next = places.find((place) => place.start >= cursor) ?? places[0];
  return next ? { kind: 'edit', edit: [next], summary: 'Repeat the last edit' } : nothing;
}

const nothing: EngineAnswer = { kind: 'silent', reason: 'nothing-to-say' };
