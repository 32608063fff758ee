/**
 * Next-edit models: Sweep and Zeta by raw completions, Instinct by chat, Mercury by its own address. They are shown a
 * window and write it anew (`core/formats/windows`); the answer is the edit of the document that this makes, each
 * change as soon as it is certain (`core/formats/offsets.ts`).
 *
 * Asked to go on at the cursor they are asked the same, and only what they insert there is given on.
 */

import { type Edit, noEdit, type Replacement } from '../../../core/edit.ts';
import { offsetsFormat, writeOffsets } from '../../../core/formats/offsets.ts';
import { windowFormats } from '../../../core/formats/windows/formats.ts';
import type { WindowContext, WindowFormat, WindowPrompt } from '../../../core/formats/windows/window.ts';
import { nextEdits } from '../../../core/next-edit/hunks.ts';
import { restOf } from '../../../core/next-edit/rest.ts';
import { toText } from '../../../core/text.ts';
import type { BackendEvent } from '../../backend.ts';
import { callAt } from '../address.ts';
import { readChat } from '../chat.ts';
import type { HttpRequest } from '../http.ts';
import { tooLarge } from '../too-large.ts';
import { requestHeaders, type Upstream, type UpstreamOptions } from '../upstream.ts';
import { onlyFills } from './fim.ts';

/** Values of `model.format`. */
export const nextEditFormats = {
  zeta2: 'zeta-2',
  'zeta2.1': 'zeta-2.1',
  sweep: 'sweep',
  instinct: 'instinct',
  'mercury-edit': 'mercury',
} as const;

export type NextEditFormat = keyof typeof nextEditFormats;

const usualContext = 4096;

export function createNextEditUpstream(name: NextEditFormat, options: UpstreamOptions): Upstream {
  const { server, http } = options;
  const format = windowFormats[nextEditFormats[name]];

  return {
    format: name,
    tasks: ['complete', 'nextEdit'],
    contextTokens: server.contextTokens,
    async *answer(ask, signal) {
      if (ask.task !== 'complete' && ask.task !== 'nextEdit') {
        yield onlyFills(server.model);
        return;
      }
      const { document, cursor, history, snippets } = ask;
      const contextTokens = Math.min(ask.contextTokens, server.contextTokens ?? usualContext);
      const context = { document, cursor, history, snippets, contextTokens };
      const prompt = format.write(context);
      if (!prompt) {
        yield tooLarge(ask.task, contextTokens + 1);
        return;
      }
      const request = requestOf(prompt, format, options);
      const events = readChat(http.stream(request, signal), request);
      const asked = { context, prompt, format };
      yield* ask.task === 'complete' ? insertions(events, asked) : changes(events, asked);
    },
  };
}

interface Asked {
  readonly context: WindowContext;
  readonly prompt: WindowPrompt;
  readonly format: WindowFormat;
}

/** What the model changes in the window. */
async function* changes(
  events: AsyncIterable<BackendEvent>,
  { context, prompt, format }: Asked,
): AsyncGenerator<BackendEvent, void, void> {
  const text = toText(context.document.text);
  const reader = format.read(text, prompt.window);
  const say = (edit: Edit): BackendEvent => ({
    kind: 'text',
    candidate: 0,
    text: writeOffsets(nextEdits(text, edit)),
  });
  let said: Edit = noEdit;
  for await (const event of events) {
    if (event.kind === 'text') {
      const certain = reader.push(event.text);
      said = [...said, ...certain];
      if (certain.length > 0) yield say(certain);
    } else if (event.kind === 'end') {
      const result = reader.finish(event.outcome === 'completed' ? 'completed' : 'cut');
      const rest = result.kind === 'edit' ? restOf(text.value, said, result.edit) : noEdit;
      if (rest.length > 0) yield say(rest);
      yield { ...event, metadata: { ...event.metadata, format: offsetsFormat } };
    } else yield event;
  }
}

/** What the model inserts at the cursor, given on once it is certain. */
async function* insertions(
  events: AsyncIterable<BackendEvent>,
  { context, prompt, format }: Asked,
): AsyncGenerator<BackendEvent, void, void> {
  const { document, cursor } = context;
  const reader = format.read(toText(document.text), prompt.window);
  let said = '';
  const fresh = (edit: readonly Replacement[]): string => {
    const whole = insertedAt(edit, document.text, cursor);
    const more = whole.startsWith(said) ? whole.slice(said.length) : '';
    said += more;
    return more;
  };
  let certain: readonly Replacement[] = [];
  for await (const event of events) {
    if (event.kind === 'text') {
      certain = [...certain, ...reader.push(event.text)];
      const text = fresh(certain);
      if (text !== '') yield { kind: 'text', candidate: 0, text };
    } else if (event.kind === 'end') {
      const result = reader.finish(event.outcome === 'completed' ? 'completed' : 'cut');
      const text = fresh(result.kind === 'edit' ? result.edit : noEdit);
      if (text !== '') yield { kind: 'text', candidate: 0, text };
      yield event;
    } else yield event;
  }
}

/** The text an edit puts right behind the cursor, as far as it takes nothing away before it. */
function insertedAt(edit: readonly Replacement[], text: string, cursor: number): string {
  const own = edit.find(({ start, end }) => start <= cursor && cursor <= end);
  if (!own) return '';
  const before = text.slice(own.start, cursor);
  const behind = text.slice(cursor, own.end);
  if (!own.text.startsWith(before)) return '';
  const rest = own.text.slice(before.length);
  return rest.endsWith(behind) ? rest.slice(0, rest.length - behind.length) : '';
}

function requestOf(prompt: WindowPrompt, { name }: WindowFormat, options: UpstreamOptions): HttpRequest {
  const { model, server } = options;
  const { input, stop, maxOutputTokens } = prompt;
  const common = { model: server.model, max_tokens: maxOutputTokens, stream: true };
  const messages =
    input.kind === 'messages' ? input.parts.map(({ role, text }) => ({ role, content: text })) : [];
  const to = (path: string, body: object): HttpRequest => ({
    method: 'POST',
    url: callAt(server.base, path),
    headers: requestHeaders(model),
    model: server.model,
    body: { ...common, ...body },
  });
  if (name === 'mercury') {
    // Its makers' own values; stop strings harm it.
    const sampling = { temperature: 0.3, top_p: 0.8, presence_penalty: 1 };
    return to('/edit/completions', { messages, ...sampling });
  }
  if (input.kind === 'messages') return to('/chat/completions', { messages, temperature: 0, stop });
  return to('/completions', { prompt: input.text, temperature: 0, stop });
}
