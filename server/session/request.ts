/**
 * Request: how an ask is put to this peer. One that takes asks gets it typed; for every other one it is rendered to
 * words by the format of the model. What a peer says it cannot take is left out from then on.
 *
 * Law: an ask is put differently at most once for each thing that can be wrong with it.
 */

import type { Ask } from '../core/ask.ts';
import type { ModelFailure } from '../core/model.ts';
import { chatInstructions } from '../core/prompt/chat.ts';
import { promptEstimate, renderWithin } from '../core/prompt/fit.ts';
import { estimateTokens } from '../core/prompt/prompt.ts';
import { promptFormat } from '../core/prompt/render.ts';
import type { Exchange } from './exchange.ts';
import { tooLargeFailure } from './failure.ts';
import type { Mirror } from './mirror.ts';
import type { Peer } from './peer.ts';
import { askFrame, type CreateOptions, createFrame, type ModelParameters } from './protocol/create.ts';
import type { WireError } from './protocol/error.ts';
import type { Frame } from './protocol/frame.ts';
import { maxMessageBytes } from './protocol/limits.ts';
import { remedyFor } from './remedy.ts';

export type Request =
  /** `inputTokens`: what its server will read for it, estimated from the characters; 0 where that is not known. */
  | { readonly kind: 'text'; readonly text: string; readonly inputTokens: number }
  /** It cannot be asked. */
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

/** What an error asks for; `none` where the error is the answer. */
export type Change = 'differently' | 'elsewhere' | 'none';

export interface Requests {
  /** The message that asks, for this lane. */
  write(exchange: Exchange, lane: string | undefined): Request;
  /** Takes to heart what the peer says about the last request of this exchange. */
  heed(exchange: Exchange, error: WireError): Change;
}

export interface RequestsOptions {
  readonly peer: Peer;
  readonly mirror: Mirror;
  readonly model: ModelParameters & { readonly format: string };
  /** See `calibration.ts`. */
  readonly tokensPerEstimate: () => number;
}

/** Times one ask is sent before its error is believed. */
const mostAttempts = 6;

export function createRequests({ peer, mirror, model, tokensPerEstimate }: RequestsOptions): Requests {
  /** Asked with the document's text inside. */
  const inline = new WeakSet<Exchange>();
  const rekeyed = new WeakSet<Exchange>();
  const repeated = new WeakSet<Exchange>();

  const typed = (exchange: Exchange, create: CreateOptions): Built => {
    const named = mirror.has(exchange.ask.document) && !inline.has(exchange);
    return {
      kind: 'frame',
      frame: askFrame(exchange.ask, named ? 'named' : 'inline', create),
      inputTokens: 0,
    };
  };

  return {
    write(exchange, lane) {
      const create: CreateOptions = { model, lane, without: peer.without };
      const built = peer.takesAsks
        ? typed(exchange, create)
        : inWords(exchange.ask, model.format, { create, tokensPerEstimate: tokensPerEstimate() });
      if (built.kind === 'failed') return built;
      const text = JSON.stringify(built.frame);
      // UTF-8 has at most three bytes for each UTF-16 code unit: most requests need not be measured.
      if (text.length * 3 > maxMessageBytes && Buffer.byteLength(text) > maxMessageBytes) {
        return { kind: 'failed', failure: tooLargeFailure() };
      }
      return { kind: 'text', text, inputTokens: built.inputTokens };
    },
    heed(exchange, error) {
      if (exchange.attempts >= mostAttempts) return 'none';
      const remedy = remedyFor(error);
      switch (remedy.kind) {
        case 'fail':
        case 'full':
          return 'none';
        case 'inline':
          return once(inline, exchange) ? 'differently' : 'none';
        case 'without':
          if (peer.without.has(remedy.field)) return 'none';
          peer.without.add(remedy.field);
          return 'differently';
        case 'no-lanes':
          if (peer.lanes === 'none') return 'none';
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
  tokensPerEstimate = 1,
): { readonly inputTokens: number; readonly outputTokens: number } {
  const around =
    history.reduce((sum, { before, after }) => sum + before.length + after.length, 0) +
    snippets.reduce((sum, { text }) => sum + text.length, 0);
  const whole = estimateTokens(chatInstructions.length + document.text.length + around);
  const inputTokens = Math.min(contextTokens, Math.ceil(whole * Math.max(1, tokensPerEstimate)));
  return { inputTokens, outputTokens: maxOutputTokens };
}

function once(done: WeakSet<Exchange>, exchange: Exchange): boolean {
  if (done.has(exchange)) return false;
  done.add(exchange);
  return true;
}

type Built =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly inputTokens: number }
  | { readonly kind: 'failed'; readonly failure: ModelFailure };

interface InWords {
  readonly create: CreateOptions;
  readonly tokensPerEstimate: number;
}

function inWords(ask: Ask, format: string, { create, tokensPerEstimate }: InWords): Built {
  const known = promptFormat(format);
  if (!known) {
    const message = `A model asked over a WebSocket takes \`model.format\` "auto" or "chat", not "${format}": change it.`;
    return { kind: 'failed', failure: { code: 'unsupported', message } };
  }
  const rendered = renderWithin(ask, known, tokensPerEstimate);
  if (rendered.kind === 'too-large') {
    const setting = ask.task === 'complete' ? 'context.completionTokens' : 'context.editTokens';
    const message = `The lines asked about need about ${rendered.tokens} tokens, more than \`${setting}\` allows: choose fewer, or raise it.`;
    return { kind: 'failed', failure: { code: 'limit', message } };
  }
  const { base, request } = rendered.prompt;
  return {
    kind: 'frame',
    frame: createFrame([...base, ...request], ask.maxOutputTokens, create),
    inputTokens: promptEstimate(rendered.prompt),
  };
}
