/** What the upstreams of models that only fill in the middle have in common. */

import type { Ask, CompleteAsk } from '../../../core/ask.ts';
import type { FimFormat } from '../../../core/prompt/fim/format.ts';
import { type FimParts, frameLength } from '../../../core/prompt/fim/render.ts';
import { charactersFor } from '../../../core/prompt/prompt.ts';
import type { BackendEvent } from '../../backend.ts';
import { candidates, type Draw, likeliest, type Sampling, turnsOf } from '../candidates.ts';
import type { Upstream, UpstreamOptions } from '../upstream.ts';
import { createFimPlans, type FimPlan } from './plan.ts';
import { trimmed } from './trim.ts';

/** One ask as one request: what it sends, and the raw continuation that comes back. */
export interface FimRequest {
  readonly events: AsyncIterable<BackendEvent>;
  /** Of the answer: spellings of control tokens as the document has them. */
  restore(piece: string): string;
}

export interface FimOptions {
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
}

export interface FimUpstreamParts {
  readonly format: string;
  readonly options: UpstreamOptions;
  /** Estimated tokens a prompt may have beside what the ask and the server's context allow. */
  readonly mostTokens?: () => number;
  /** What frames the texts; nothing where the server does. */
  readonly frame?: () => FimFormat | undefined;
  request(plan: FimPlan, ask: CompleteAsk, options: FimOptions): FimRequest | Promise<FimRequest>;
  warm?(plan: FimPlan, ask: CompleteAsk, signal: AbortSignal): Promise<void>;
}

/** Tokens of a prompt that no ask and no server limits. */
const usualTokens = 4096;
/** Of a prompt, for what stands before the cursor, so that the window begins where the document does. */
const shareAhead = 0.5;
/** A frame that the server writes: a handful of control tokens. */
const serversFrame = 32;

export function createFimUpstream(parts: FimUpstreamParts): Upstream {
  const { format, options } = parts;
  const { server } = options;
  const plans = createFimPlans();

  const planOf = (ask: CompleteAsk): FimPlan | undefined => {
    const context = server.contextTokens ?? Number.POSITIVE_INFINITY;
    const fits = Math.min(ask.contextTokens, context - ask.maxOutputTokens, parts.mostTokens?.() ?? context);
    const tokens = Number.isFinite(fits) ? Math.max(0, fits) : usualTokens;
    const fimFormat = parts.frame?.();
    const frame = (shown: Omit<FimParts, 'window'>): number =>
      fimFormat
        ? frameLength(shown, fimFormat)
        : serversFrame +
          shown.context.reduce((sum, { path, text }) => sum + path.length + text.length + 24, 0);
    return plans.plan(ask, { tokens, frame });
  };

  return {
    format,
    tasks: ['complete'],
    contextTokens: server.contextTokens,
    async *answer(ask, signal) {
      if (ask.task !== 'complete') {
        yield onlyFills(server.model);
        return;
      }
      const plan = planOf(ask);
      if (!plan) {
        yield { kind: 'end', outcome: 'completed' };
        return;
      }
      const draw: Draw = async function* (sampling, signal) {
        const { events, restore } = await parts.request(plan, ask, { sampling, signal });
        yield* trimmed(events, { maxLines: ask.maxLines, pending: plan.pending, signal, restore });
      };
      const turns = turnsOf(server);
      yield* candidates(draw, { wanted: ask.candidates, turns, signal, clock: options.clock });
    },
    async warm(ask, signal) {
      const complete = asComplete(ask);
      const plan = planOf(complete);
      if (!plan) return;
      if (parts.warm) {
        await parts.warm(plan, complete, signal);
        return;
      }
      // The shortest answer there is: what counts is that the prompt was read.
      const shortest = { ...complete, maxOutputTokens: 1, maxLines: 1 };
      const { events } = await parts.request(plan, shortest, { sampling: likeliest, signal });
      for await (const _event of events) if (signal.aborted) return;
    },
  };
}

export function onlyFills(model: string): Extract<BackendEvent, { kind: 'failed' }> {
  const name = model === '' ? 'This model' : `The model "${model}"`;
  return {
    kind: 'failed',
    failure: {
      code: 'unsupported',
      message: `${name} only completes code at the cursor: set \`edit.model\` to a chat model for edits and fixes.`,
    },
  };
}

/**
 * What is warmed for an edit is of use for ghost text at its place. At the beginning of a document nobody has typed
 * yet: there everything from the beginning on is read, of which any later place has the part before it.
 */
function asComplete(ask: Ask): CompleteAsk {
  if (ask.task === 'complete') {
    if (ask.cursor > 0) return ask;
    const most = charactersFor(ask.contextTokens) * shareAhead;
    return { ...ask, cursor: Math.min(ask.document.text.length, Math.floor(most)) };
  }
  const { document, history, snippets, diagnostics, contextTokens, maxOutputTokens, region } = ask;
  const context = { document, history, snippets, diagnostics, contextTokens, maxOutputTokens };
  return { ...context, task: 'complete', cursor: region.end, maxLines: 1, candidates: 1 };
}
