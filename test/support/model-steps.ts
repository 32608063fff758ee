/** What a scripted model server does, as literals: single steps, and whole answers made of them. */

export type Json = Readonly<Record<string, unknown>>;

/** One thing the server does, in order. */
export type Step =
  /** An event of the response; `stream_id` and `sequence_number` are added. */
  | { readonly event: Json }
  /** An event exactly as it is. */
  | { readonly bare: Json }
  | { readonly raw: string }
  /** A binary frame, each character a byte. */
  | { readonly binary: string }
  /** Waits until the test calls `release(name)`. */
  | { readonly hold: string }
  | { readonly close: number; readonly reason?: string }
  /** Ends the connection without a close frame. */
  | { readonly destroy: true };

/** The whole, well-formed stream of an answer. */
export function reply(
  text: string,
  more: { readonly pieces?: number; readonly response?: Json } = {},
): readonly Step[] {
  return [...begin(), ...said(text, more.pieces ?? 1), ...finish(text, more.response)];
}

export function begin(): readonly Step[] {
  return [
    event('response.created', { response: { id: 'resp_1', status: 'in_progress', output: [] } }),
    event('response.in_progress', { response: { id: 'resp_1', status: 'in_progress', output: [] } }),
    event('response.output_item.added', { output_index: 0, item: { type: 'message', content: [] } }),
    event('response.content_part.added', {
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '' },
    }),
  ];
}

export function said(text: string, pieces = 1): readonly Step[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const steps: Step[] = [];
  for (let at = 0; at < text.length; at += size) steps.push(delta(text.slice(at, at + size)));
  return steps;
}

export function delta(text: string): Step {
  return event('response.output_text.delta', { output_index: 0, content_index: 0, delta: text });
}

export function finish(text: string, response: Json = {}): readonly Step[] {
  const item = {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text }],
  };
  return [
    event('response.output_text.done', { output_index: 0, content_index: 0, text }),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', {
      response: { id: 'resp_1', status: 'completed', output: [item], ...response },
    }),
  ];
}

export function event(type: string, fields: Json = {}): Step {
  return { event: { type, ...fields } };
}

export function error(status: number, code: string, fields: Json = {}): Step {
  return event('error', { status, error: { code, message: `${code}.`, ...fields } });
}
