/** What a request wants of the backend: an answer to an ask, or that a conversation goes on. */

import type { Ask } from '../core/ask.ts';
import { documentNotFound } from '../session/protocol/extension.ts';
import type { Backend, Conversation } from './backend.ts';
import type { ClientDocuments } from './documents.ts';
import { invalid, type RequestError } from './errors.ts';
import type { Past } from './lineage.ts';
import { type CreateRequest, textAsk, wordsText } from './request.ts';

/** `past` is what will be past when it was answered, the answer aside. */
export type Wanted =
  | { readonly kind: 'ask'; readonly ask: Ask; readonly past: Past }
  | { readonly kind: 'words'; readonly conversation: Conversation; readonly past: Past };

export interface Wrong {
  readonly kind: 'wrong';
  readonly error: RequestError;
}

export function readWanted(
  { content, maxOutputTokens }: CreateRequest,
  past: Past,
  documents: ClientDocuments,
): Wanted | Wrong {
  if (content.kind === 'words') {
    const { instructions, messages } = content;
    const all = [...past.messages, ...messages];
    const system = instructions === '' ? [] : [{ role: 'system', text: instructions } as const];
    return {
      kind: 'words',
      conversation: { messages: [...system, ...all], maxOutputTokens },
      past: { messages: all, text: past.text + wordsText(messages) },
    };
  }
  const { document } = content.ask;
  const found = 'text' in document ? document : documents.find(document.uri, document.version);
  if (found) {
    const ask: Ask = { ...content.ask, document: found };
    return { kind: 'ask', ask, past: { messages: past.messages, text: found.text } };
  }
  const message = `Document version ${document.version} is not known here.`;
  return { kind: 'wrong', error: invalid(documentNotFound, message, 'whittle_ask.document') };
}

export function beginAnswer(
  backend: Backend,
  wanted: Wanted,
  signal: AbortSignal,
): ReturnType<Backend['answer']> {
  if (wanted.kind === 'ask') return backend.answer(wanted.ask, signal);
  const { conversation, past } = wanted;
  return (
    backend.converse?.(conversation, signal) ??
    backend.answer(textAsk(past.text, conversation.maxOutputTokens), signal)
  );
}

export function withAnswer({ messages, text }: Past, said: string): Past {
  const answer = said === '' ? [] : [{ role: 'assistant', text: said } as const];
  return { messages: [...messages, ...answer], text: text + said };
}
