/** The body of an HTTP error, in the shapes that model servers give it. */

import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { readError } from '../../session/protocol/error.ts';
import { loose } from '../../session/protocol/field.ts';

export interface ReadRefusal {
  readonly words: string;
  readonly code: string | undefined;
  readonly type: string | undefined;
  /** llama.cpp's own counts: tokens its context has, and tokens the prompt had. */
  readonly limit: number | undefined;
  readonly sent: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Where a redirect leads. */
  readonly location?: string | undefined;
}

/** What is longer is no sentence for a user. */
const longestText = 300;

/**
 * `{error: {message, code, type}}` (OpenAI and most), `{error: "…"}` (Ollama), `{detail: "…"}` or
 * `{detail: [{msg}]}` (FastAPI: vLLM, Mistral), `{message}`, or a short text (llama-swap, Go's and Rust's frameworks);
 * pages say nothing.
 */
export function readRefusal(text: string, headers: IncomingHttpHeaders): ReadRefusal {
  const value = parsed(text);
  const isText = value === undefined && text.length <= longestText && !/[<{\ufffd\0]/.test(text);
  const read = readErrorValue(isText ? { message: text.trim() } : value);
  return {
    ...read,
    retryAfterMs: readError({ type: 'error', headers }).retryAfterMs,
    location: headers.location,
  };
}

/** The same of a value that is known to be an error, also inside a stream. */
export function readErrorValue(value: unknown): Omit<ReadRefusal, 'retryAfterMs' | 'location'> {
  // Gemini puts an error into a list.
  const outer = body.safeParse(Array.isArray(value) ? value[0] : value).data;
  if (!outer) return { words: '', code: undefined, type: undefined, limit: undefined, sent: undefined };
  const inner: z.infer<typeof body> | undefined =
    typeof outer.error === 'string' ? { message: outer.error } : body.safeParse(outer.error).data;
  const detail = typeof outer.detail === 'string' ? outer.detail : detailWords(outer.detail);
  const code = inner?.code ?? inner?.type ?? outer.code ?? undefined;
  return {
    words: inner?.message ?? outer.message ?? detail ?? '',
    code: code === undefined ? undefined : String(code),
    type: inner?.type ?? undefined,
    limit: inner?.n_ctx ?? undefined,
    sent: inner?.n_prompt_tokens ?? undefined,
  };
}

function detailWords(value: unknown): string | undefined {
  const first = details.safeParse(value).data?.[0];
  return first && [...(first.loc?.slice(-1) ?? []), first.msg].join(': ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const body = z.object({
  error: z.unknown().optional(),
  detail: z.unknown().optional(),
  message: loose(z.string()),
  code: loose(z.union([z.string(), z.number()])),
  type: loose(z.string()),
  n_ctx: loose(z.number()),
  n_prompt_tokens: loose(z.number()),
});
const details = z.array(z.object({ msg: z.string(), loc: loose(z.array(z.unknown())) }));
