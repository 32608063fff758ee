/**
 * Request: how an ask is put to this peer. One that takes asks gets it typed, every other one in words, as the strategy
 * for it says. What a peer says it cannot take is left out from then on.
 *
 * Law: an ask is put differently at most once for each thing that can be wrong with it.
 */

import type { Ask } from '../core/ask.ts';
import type { ModelFailure } from '../core/model.ts';
import { chatInstructions } from '../core/prompt/chat.ts';
import { estimateTokens } from '../core/prompt/prompt.ts';
import type { Exchange } from './exchange.ts';
import { tooLargeFailure, tooLargeFile } from './failure.ts';
import type { Mirror } from './mirror.ts';
import type { Peer } from './peer.ts';
import { askFrame, type CreateOptions, type ModelParameters, type OptionalField } from './protocol/create.ts';
import type { WireError } from './protocol/error.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { isFault, isRefusedRequest, remedyFor } from './remedy.ts';
import type { Held } from './strategy/held.ts';
import type { StrategyParts } from './strategy/strategy.ts';

export type Request =
  /** `inputTokens`: what its server will read for it, estimated from the characters; 0 where that is not known. */
  | { readonly kind: 'text'; readonly text: string; readonly inputTokens: number; sent(): void }
  /** It cannot be asked. */
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

/** What an error asks for; `none` where the error is the answer. */
export type Change = 'differently' | 'elsewhere' | 'none';

export interface Requests {
  /** The message that asks, for this lane of the connection that has this; `sent` is called when it is written. */
  write(exchange: Exchange, lane: string | undefined, held: Held): Request;
  /** Takes to heart what the peer says about the last request of this exchange. */
  heed(exchange: Exchange, error: WireError): Change;
}

export interface RequestsOptions {
  readonly peer: Peer;
  readonly mirror: Mirror;
  readonly model: ModelParameters;
  readonly strategy: Pick<StrategyParts, 'write' | 'heed'>;
}

/** Times one ask is sent before its error is believed. */
const mostAttempts = 6;

interface Put {
  readonly lane: string | undefined;
  /** How many fields it went without: none is ever taken back. */
  readonly without: number;
}

export function createRequests({ peer, mirror, model, strategy }: RequestsOptions): Requests {
  /** Asked with the document's text inside. */
  const inline = new WeakSet<Exchange>();
  const rekeyed = new WeakSet<Exchange>();
  const repeated = new WeakSet<Exchange>();
  /** How the newest message of each was put: several may be told the same at the same time. */
  const put = new WeakMap<Exchange, Put>();

  /** The newest message of it, whatever was learnt since. */
  const wentWithout = (exchange: Exchange, field: OptionalField): boolean =>
    [...peer.without].slice(0, put.get(exchange)?.without).includes(field);

  /** A fault of a server that was seen to continue is a fault. */
  const mayBeForContinuing = (error: WireError): boolean =>
    isRefusedRequest(error) || (peer.continues === 'unknown' && isFault(error));

  const typed = (exchange: Exchange, create: CreateOptions): Request => {
    if (!mirror.fits(exchange.ask.document)) return { kind: 'failed', failure: tooLargeFile };
    const named = mirror.has(exchange.ask.document) && !inline.has(exchange);
    const frame = askFrame(exchange.ask, named ? 'named' : 'inline', create);
    return { kind: 'text', text: JSON.stringify(frame), inputTokens: 0, sent: () => undefined };
  };

  return {
    write(exchange, lane, held) {
      const built = peer.takesAsks
        ? typed(exchange, { model, lane, without: peer.without })
        : strategy.write(exchange, lane, held);
      if (built.kind === 'failed') return built;
      const { text } = built;
      // UTF-8 has at most three bytes for each UTF-16 code unit: most requests need not be measured.
      if (text.length * 3 > maxMessageBytes && Buffer.byteLength(text) > maxMessageBytes) {
        return { kind: 'failed', failure: tooLargeFailure() };
      }
      return {
        kind: 'text',
        text,
        inputTokens: built.inputTokens,
        sent() {
          put.set(exchange, { lane, without: peer.without.size });
          built.sent();
        },
      };
    },
    heed(exchange, error) {
      if (exchange.attempts >= mostAttempts) return 'none';
      const remedy = remedyFor(error);
      switch (remedy.kind) {
        case 'fail':
          return mayBeForContinuing(error) && strategy.heed(exchange, 'perhaps') ? 'differently' : 'none';
        case 'no-prewarm':
          return 'none';
        case 'full':
        case 'no-chain':
          return strategy.heed(exchange, remedy.kind) ? 'differently' : 'none';
        case 'inline':
          return once(inline, exchange) ? 'differently' : 'none';
        case 'without':
          if (wentWithout(exchange, remedy.field)) return 'none';
          peer.without.add(remedy.field);
          return 'differently';
        case 'no-lanes':
          if (put.get(exchange)?.lane === undefined) return 'none';
          peer.lanes = 'none';
          return 'differently';
        case 'new-connection':
          return 'elsewhere';
        case 'new-key':
          return once(rekeyed, exchange) ? 'elsewhere' : 'none';
        case 'again':
          return once(repeated, exchange) ? 'differently' : 'none';
        default:
          return remedy satisfies never;
      }
    },
  };
}

/**
 * The most tokens a request for this ask costs, known before it is written. `tokensPerEstimate` as the calibration
 * says it.
 */
export function mostUsage(
  { document, history, snippets, contextTokens, maxOutputTokens }: Ask,
  mirror: Pick<Mirror, 'tokensBeyondLength'>,
  tokensPerEstimate = 1,
): { readonly inputTokens: number; readonly outputTokens: number } {
  const around =
    history.reduce((sum, { before, after }) => sum + before.length + after.length, 0) +
    snippets.reduce((sum, { text }) => sum + text.length, 0);
  const whole = estimateTokens(chatInstructions.length + document.text.length + around);
  // Only what may stay below the limit is looked at closely, so that a long file costs nothing.
  const closely = whole < contextTokens ? whole + mirror.tokensBeyondLength(document) : whole;
  const inputTokens = Math.min(contextTokens, Math.ceil(closely * Math.max(1, tokensPerEstimate)));
  return { inputTokens, outputTokens: maxOutputTokens };
}

function once(done: WeakSet<Exchange>, exchange: Exchange): boolean {
  if (done.has(exchange)) return false;
  done.add(exchange);
  return true;
}
