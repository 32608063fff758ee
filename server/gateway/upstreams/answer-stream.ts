/**
 * The answer of a model server that writes it piece by piece, whatever a piece looks like: its text without thoughts,
 * and how it ended.
 *
 * Law: one end, or one failure, and nothing behind it.
 */

import type { Usage } from '../../core/model.ts';
import type { BackendEvent } from '../backend.ts';
import { type AskedServer, garbledFailure } from './failure.ts';
import type { StreamItem } from './http.ts';
import { refusedInside, saysError } from './refused.ts';
import type { Thinking } from './thinking.ts';
import { onlyThought, thoughtAloud } from './thoughts.ts';

export interface AnswerReading {
  readonly asked: AskedServer;
  readonly thinking: Thinking;
  /** Whether the prompt holds marks of thinking. */
  readonly quoted: boolean;
}

/** What one piece of a stream, or a whole answer, says; nothing may also be said. */
export interface Piece {
  readonly hasError?: boolean;
  readonly hasThoughts?: boolean;
  readonly content?: string | null | undefined;
  readonly refusal?: string | undefined;
}

export interface PieceReader {
  /** Nothing where it is no piece of such an answer. */
  piece(value: unknown): Piece | undefined;
  /** Of the pieces so far. */
  usage(): Usage | undefined;
  /** Whether it was cut off because it may write no more. */
  isCut(): boolean;
  /** Once nothing more comes. */
  end(): BackendEvent;
}

const noPiece: Piece = {};

export async function* readPieces(
  items: AsyncIterable<StreamItem>,
  { asked, thinking, quoted }: AnswerReading,
  reader: PieceReader,
): AsyncGenerator<BackendEvent, void, void> {
  const filter = thinking.filter(quoted);
  let said = false;
  /** Whether anything that came was a piece of such an answer, and whether anything was not. */
  let known = false;
  let strange = false;
  for await (const item of items) {
    if (item.kind === 'failed') {
      yield item;
      return;
    }
    const piece = reader.piece(item.value);
    if (!piece) strange = true;
    else known = true;
    if (piece ? piece.hasError : saysError(item.value)) {
      yield refusedInside(item.value, asked);
      return;
    }
    const { hasThoughts, content, refusal } = piece ?? noPiece;
    if (hasThoughts) filter.apart();
    const text = content ? filter.push(content) : '';
    if (text === 'aloud') {
      yield thoughtAloud(asked, reader.usage());
      return;
    }
    if (text !== '') {
      said = true;
      yield { kind: 'text', candidate: 0, text };
    }
    if (refusal) {
      said = true;
      yield { kind: 'refusal', text: refusal };
    }
  }
  if (strange && !known) {
    yield { kind: 'failed', failure: garbledFailure(asked) };
    return;
  }
  const rest = filter.end(reader.isCut());
  if (rest !== '') yield { kind: 'text', candidate: 0, text: rest };
  const usage = reader.usage();
  const end = reader.end();
  const thought = filter.thought() || (usage?.reasoningTokens ?? 0) > 0;
  yield !said && rest === '' && thought && reader.isCut() ? onlyThought(asked, usage) : end;
}
