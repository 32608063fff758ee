/**
 * Completer: grows a suggestion symbol by symbol while it is sure, and knows how sure it is at every stop.
 *
 * Laws
 * - Text is what stands at the cursor when it is accepted: it repeats nothing before the cursor and does not
 *   bring what already stands behind it.
 * - `confidence` is the probability that all of the text is kept; it falls with every symbol that is added.
 * - The same document, cursor and archives give the same answer.
 */

import { type Step, stepConfidence, stepFeatures, wholeConfidence } from './confidence.ts';
import type { Candidate } from './evidence.ts';
import { isBlank, isWordUnit } from './lexer.ts';
import type { Context, Filter, Predictor } from './predictor.ts';
import { boundary, breakText, contextLexeme, hasSpace, indentAfter, isBreak, lexemeOf } from './symbol.ts';
import { unknown, type Vocabulary } from './vocabulary.ts';
import type { Cursor, Window } from './window.ts';

export interface Wish {
  readonly maxLines: number;
  readonly eol: string;
  /** Confidence only falls: below this, growing on is in vain. */
  readonly least: number;
  /** Text of the lines below the cursor's, as far as a suggestion could run into them. */
  readonly below: string;
}

/** A place where a suggestion may end. */
export interface Stop {
  readonly text: string;
  readonly confidence: number;
  /** Whether the line is likely to end here. */
  endsLine: boolean;
}

const contextLength = 32;
const maxSteps = 48;

export interface Tracer {
  step(features: Float64Array, kind: Step['kind'], text: string): boolean;
}

export class Completer {
  readonly #vocabulary: Vocabulary;
  readonly #window: Window;
  readonly #predictor: Predictor;
  readonly #lexemes = new Uint32Array(contextLength + maxSteps + 1);

  constructor(vocabulary: Vocabulary, window: Window, predictor: Predictor) {
    this.#vocabulary = vocabulary;
    this.#window = window;
    this.#predictor = predictor;
  }

  /** Stops of the suggestion that begins with the `choice`th best symbol, shortest first. */
  grow(cursor: Cursor, wish: Wish, choice = 0, tracer?: Tracer): Stop[] {
    const context = this.context();
    const stops: Stop[] = [];
    let filter = filterOf(cursor);
    let text = '';
    let indent = cursor.indent;
    let pendingBreak = '';
    let lines = 1;
    let product = 1;
    let weakest = 1;
    let confidence = 1;
    const restStart = firstMark(cursor.rest);
    for (let step = 0; step < maxSteps; step++) {
      const rank = step === 0 ? choice : 0;
      const candidates = this.#predictor.predict(context, Math.max(2, rank + 1), filter);
      const best = candidates[rank];
      if (!best) break;
      const lexeme = lexemeOf(best.symbol);
      if (lexeme === unknown || lexeme === boundary) break;
      const info: Step = {
        kind: kindOf(this.#vocabulary, lexeme, filter),
        step,
        partial: filter?.partial.length ?? 0,
        length: isBreak(lexeme) ? 1 : this.#vocabulary.length(lexeme),
        best: candidates[0] ?? best,
        second: candidates[1],
        lines,
        atLineStart: step === 0 && cursor.atLineStart,
        restBlank: cursor.rest === '',
      };
      const features = stepFeatures(this.#predictor.evidence, info);
      const last = stops.at(-1);
      if (last && isBreak(lexeme)) last.endsLine = true;
      const sure = shareOf(candidates, rank, stepConfidence(features, info.kind));
      product *= sure;
      weakest = Math.min(weakest, sure);
      confidence = Math.min(confidence, wholeConfidence({ product, weakest, steps: step + 1 }));
      if (!tracer && confidence < wish.least) break;
      if (isBreak(lexeme)) {
        if (cursor.rest.trim() !== '' || lines >= wish.maxLines || pendingBreak !== '') break;
        if (tracer && !tracer.step(features, info.kind, text + wish.eol)) break;
        pendingBreak = breakText(lexeme, indent, wish.eol);
        indent = indentAfter(lexeme, indent);
        lines++;
      } else {
        const piece = this.#vocabulary.text(lexeme);
        const added = filter
          ? piece.slice(filter.partial.length)
          : (hasSpace(best.symbol) ? ' ' : '') + piece;
        if (restStart !== '' && lines === 1 && added.trim().startsWith(restStart)) break;
        const grown = text + pendingBreak + added;
        if (tracer && !tracer.step(features, info.kind, grown)) break;
        if (lines > 1 && pendingBreak !== '' && wish.below.startsWith(grown.slice(text.length))) break;
        text = grown;
        pendingBreak = '';
        if (added !== '') stops.push({ text, confidence, endsLine: false });
      }
      context.lexemes[context.length++] = contextLexeme(best.symbol);
      filter = undefined;
    }
    return stops;
  }

  /** The lexemes before the window's cursor. */
  context(): Context {
    const { symbols, cursor } = this.#window;
    const length = Math.min(contextLength, cursor);
    for (let i = 0; i < length; i++) this.#lexemes[i] = contextLexeme(symbols[cursor - length + i] as number);
    return { lexemes: this.#lexemes, length };
  }
}

/** What the best one leaves, the others have in proportion to their probabilities. */
function shareOf(candidates: readonly Candidate[], rank: number, sure: number): number {
  if (rank === 0) return sure;
  const others = 1 - (candidates[0]?.probability ?? 0);
  return (1 - sure) * Math.min(1, (candidates[rank]?.probability ?? 0) / Math.max(1e-6, others));
}

function filterOf(cursor: Cursor): Filter | undefined {
  if (cursor.partial === '' && cursor.space === undefined) return undefined;
  return { partial: cursor.partial, space: cursor.space };
}

function kindOf(vocabulary: Vocabulary, lexeme: number, filter: Filter | undefined): Step['kind'] {
  if (isBreak(lexeme)) return 'break';
  if (filter && filter.partial.length > 0) return 'rest';
  const first = vocabulary.firstUnit(lexeme);
  if (isBlank(first)) return 'mark';
  return isWordUnit(first) ? 'word' : 'mark';
}

function firstMark(rest: string): string {
  const trimmed = rest.trim();
  if (trimmed === '') return '';
  let end = 1;
  if (isWordUnit(trimmed.charCodeAt(0)))
    while (end < trimmed.length && isWordUnit(trimmed.charCodeAt(end))) end++;
  return trimmed.slice(0, end);
}
