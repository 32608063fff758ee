/**
 * Words: how an ask is put to a server that knows no asks. The same base and fork by every strategy; what differs is
 * what of them travels.
 *
 *   forks    the fork alone, on the base                    (`previous_response_id`: the base)
 *   linear   the fork alone, on the newest response         (`previous_response_id`: that)
 *   full     base and fork, also while the server does not have the base
 *
 * Law: a request names a parent only where the server was seen to have it on this connection, made with the same
 * parameters; anything else is sent whole.
 */

import { type Ask, isSuggestion } from '../../core/ask.ts';
import type { ModelFailure, Strategy } from '../../core/model.ts';
import type { Base } from '../../core/prompt/base.ts';
import { estimateTokens } from '../../core/prompt/prompt.ts';
import { promptFormat } from '../../core/prompt/render.ts';
import type { Peer } from '../peer.ts';
import type { CreateWriter, WriteOptions } from '../protocol/create.ts';
import type { Bases, Worded } from './bases.ts';
import type { Parent } from './belief.ts';
import type { Held, Sending } from './held.ts';

export interface WordsOptions {
  readonly peer: Peer;
  /** Value of `model.format`. */
  readonly format: string;
  readonly writer: CreateWriter;
  readonly bases: Bases;
  readonly tokensPerEstimate: () => number;
  /** As in `Known`. */
  readonly answersStand: boolean;
  /** Whether some connection has the base, is being given it, or has an answer under way that may stand for it. */
  readonly isServed: (base: Base) => boolean;
}

export type Built =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** What the server will read for it, also what it has read before, estimated from the characters. */
      readonly inputTokens: number;
      readonly sending: Sending;
      /** As in `Worded`. */
      readonly missed: number;
      /** As in `Fork`. */
      readonly drift: number;
      /** Whether there is a response to continue from that leaves no room for the ask. */
      readonly isOutgrown: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

export interface WordsWish {
  readonly strategy: Strategy['name'];
  readonly lane: string | undefined;
  readonly held: Held;
  /** Whether it chooses if the tool is called, where there is one. */
  readonly chooses: boolean;
}

export type Words = (ask: Ask, wish: WordsWish) => Built;

export function createWords(options: WordsOptions): Words {
  const { peer, format, writer, bases, tokensPerEstimate, isServed, answersStand } = options;

  /** What it may continue from. */
  function parentOf(base: Base, wish: WordsWish, shape: string): Parent | undefined {
    switch (wish.strategy) {
      case 'forks':
        return wish.held.parentOf(base, shape);
      case 'linear':
        return answersStand ? wish.held.newestOf(base, shape) : undefined;
      case 'asks':
      case 'full':
        return undefined;
      default:
        return wish.strategy satisfies never;
    }
  }

  /** What goes out whole anyway brings a base of its own text: its answer can stand for that. */
  function worded(ask: Ask, { strategy, held }: WordsWish): Worded {
    const first = bases.word(ask);
    if (strategy !== 'forks' || !answersStand || first.kind !== 'worded') return first;
    const { base } = first;
    // The text is compared last: at most keys there is a base to fork from.
    if (held.has(base) || isServed(base) || base.text.value === ask.document.text) return first;
    return bases.word(ask, 'afresh');
  }

  return (ask, wish) => {
    if (!promptFormat(format)) return unsupported(format);
    const made = worded(ask, wish);
    if (made.kind === 'too-large') return tooLarge(ask, made.tokens);
    const { base, fork, missed } = made;
    const task = wish.chooses ? ask.task : undefined;
    const write: WriteOptions = { lane: wish.lane, task, without: peer.without };
    const shape = writer.shape(peer.without);
    const parent = parentOf(base, wish, shape);
    const beyond = parent ? estimateTokens(parent.characters - base.characters) : 0;
    const inputTokens = base.tokens + beyond + fork.tokens;
    if (!parent || inputTokens * tokensPerEstimate() > ask.contextTokens) {
      return {
        kind: 'text',
        text: writer.text([...base.parts, ...fork.parts], ask.maxOutputTokens, write),
        inputTokens: base.tokens + fork.tokens,
        sending: {
          kind: 'whole',
          base,
          shape,
          characters: base.characters + fork.characters,
          // Lines it showed would go on to say what they were, once they are as in the base again.
          isFresh: answersStand && ask.document.text === base.text.value,
        },
        missed,
        drift: fork.drift,
        isOutgrown: parent !== undefined,
      };
    }
    return {
      kind: 'text',
      text: writer.text(fork.parts, ask.maxOutputTokens, { ...write, previousResponseId: parent.id }),
      inputTokens,
      sending: {
        kind: wish.strategy === 'forks' ? 'fork' : 'next',
        base,
        shape,
        characters: parent.characters + fork.characters,
        parent,
      },
      missed,
      drift: fork.drift,
      isOutgrown: false,
    };
  };
}

function unsupported(format: string): Built {
  const message = `A model asked over a WebSocket takes \`model.format\` "auto", "chat" or "apply_patch", not "${format}": change it.`;
  return { kind: 'failed', failure: { code: 'unsupported', message } };
}

function tooLarge(ask: Ask, tokens: number): Built {
  const setting = isSuggestion(ask) ? 'context.completionTokens' : 'context.editTokens';
  // Nobody waits for a suggestion, and the next key asks again: it is silence, not a limit that a user is told of.
  const code = isSuggestion(ask) ? 'model' : 'limit';
  const message = `The lines asked about need about ${tokens} tokens, more than \`${setting}\` allows: choose fewer, or raise it.`;
  return { kind: 'failed', failure: { code, message } };
}
