/**
 * llama.cpp's own server, asked so that it reads little anew.
 *
 * `POST /infill` writes the model's control tokens itself, and puts everything before the cursor in front of what
 * stands behind it: at each key it reads all of that again. It also says how it wrote the prompt. Where those tokens
 * are known here, `POST /completion` is asked with the same tokens in the order that only grows (`core/prompt/fim`);
 * where not, `/infill`.
 *
 * The server finds the slot that has read a document, if that one is idle and the prompt begins alike. A request that
 * was given up still holds it for a moment, and a window that moved begins otherwise; in another slot everything would
 * be read again: then the slot is named, and waited for.
 */

import type { CompleteAsk } from '../../../core/ask.ts';
import type { FimFormat } from '../../../core/prompt/fim/format.ts';
import { outputTokens } from '../../../core/prompt/fim/limit.ts';
import { renderFim } from '../../../core/prompt/fim/render.ts';
import { callAt } from '../address.ts';
import type { HttpRequest } from '../http.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from '../upstream.ts';
import { createFimUpstream } from './fim.ts';
import { createFrameProbe } from './llama-frame.ts';
import { readLlama } from './llama-stream.ts';
import type { FimPlan } from './plan.ts';
import { createReadingSpeed } from './reading-speed.ts';

/** Runs of so many tokens that were read at another place are moved there instead of read again. */
const leastReused = 64;
/** A slow machine ends at a line end after this: nobody waits longer for ghost text. */
const mostPredictMs = 3_000;

/** `format` where the user named the model's tokens, else what the server says. */
export function createLlamaServerUpstream(options: UpstreamOptions, format?: FimFormat): Upstream {
  const { model, server, http } = options;
  const speed = createReadingSpeed();
  const slots = createSlots();
  const probe = createFrameProbe(options);
  const warming = new Map<string, AbortController>();

  const post = (path: string, body: object): HttpRequest => ({
    method: 'POST',
    url: callAt(server.root, path),
    headers: requestHeaders(model),
    model: server.model,
    // One that serves several models, or stands before several servers, has to be told which.
    body: { model: server.model, ...body },
  });

  const requestFor = (plan: FimPlan, ask: CompleteAsk, frame: FimFormat | undefined) => {
    const common = {
      cache_prompt: true,
      n_cache_reuse: leastReused,
      ...slots.take(ask.document.uri, plan.moved ? 'same' : 'any'),
    };
    if (frame) {
      const { text, stops, restore } = renderFim(plan.parts, frame);
      return { path: '/completion', body: { ...common, prompt: text }, stops, restore };
    }
    const { window, context } = plan.parts;
    const body = {
      ...common,
      input_extra: context.map(({ path, text }) => ({ filename: path, text })),
      input_prefix: window.head,
      input_suffix: window.tail,
      // The server puts it behind the prefix.
      prompt: window.begun,
    };
    return { path: '/infill', body, stops: [], restore: (piece: string) => piece };
  };

  return createFimUpstream({
    format: format ? `fim:${format.name}` : 'infill',
    options,
    mostTokens: speed.most,
    frame: () => format ?? probe.known(),
    async request(plan, ask, { sampling, signal }) {
      warming.get(ask.document.uri)?.abort();
      const frame = format ?? (await probe.frame(signal));
      const { path, body, stops, restore } = requestFor(plan, ask, frame);
      const request = post(path, {
        ...body,
        ...sampling,
        n_predict: outputTokens(ask),
        t_max_predict_ms: mostPredictMs,
        stop: [...(ask.maxLines === 1 ? ['\n'] : []), ...stops],
        stream: true,
        return_progress: true,
        response_fields: ['content', 'stop', 'stop_type', 'id_slot', 'timings'],
      });
      const events = readLlama(http.stream(request, signal), {
        asked: request,
        read: speed.read,
        answeredBy: (slot) => slots.ended(ask.document.uri, slot),
      });
      return { events, restore };
    },
    async warm(plan, ask, signal) {
      const { uri } = ask.document;
      warming.get(uri)?.abort();
      const stop = new AbortController();
      warming.set(uri, stop);
      const either = AbortSignal.any([signal, stop.signal]);
      try {
        const frame = format ?? (await probe.frame(either));
        const { path, body } = requestFor(plan, ask, frame);
        const fields = ['stop', 'id_slot', 'timings'];
        const request = post(path, { ...body, n_predict: 0, stream: true, response_fields: fields });
        const events = readLlama(http.stream(request, either), {
          asked: request,
          read: speed.read,
          answeredBy: (slot) => slots.ended(uri, slot),
        });
        for await (const _event of events) if (either.aborted) return;
      } finally {
        if (warming.get(uri) === stop) warming.delete(uri);
      }
    },
  });
}

interface Slots {
  /** The field of a request that names the slot, where that is needed; from now on the document's request runs. */
  take(uri: string, wanted: 'same' | 'any'): { readonly id_slot?: number };
  /** The document's request has ended in this slot. */
  ended(uri: string, slot: number): void;
}

/** Documents whose slot is remembered: more than servers have slots. */
const mostDocuments = 32;

function createSlots(): Slots {
  const kept = new Map<string, { readonly slot: number; readonly runs: boolean }>();
  return {
    take(uri, wanted) {
      const known = kept.get(uri);
      if (!known) return {};
      kept.set(uri, { ...known, runs: true });
      return known.runs || wanted === 'same' ? { id_slot: known.slot } : {};
    },
    ended(uri, slot) {
      if (slot < 0) return;
      // It now holds this document, and no other's prompt.
      for (const [other, { slot: held }] of kept) if (held === slot) kept.delete(other);
      kept.set(uri, { slot, runs: false });
      for (const oldest of kept.keys()) {
        if (kept.size <= mostDocuments) return;
        kept.delete(oldest);
      }
    },
  };
}
