/** What a model is told beside the wish itself, the same for every task. */

import type { AskContext, AskDocument } from '../core/ask.ts';
import { charactersFor } from '../core/prompt/prompt.ts';
import { isCheaperInParts } from '../core/text.ts';
import type { Snapshot } from '../state/documents.ts';
import type { Place } from './aftermath.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Related } from './related.ts';

export type ContextOf = (snapshot: Snapshot, limits: ContextLimits) => AskContext;

export interface ContextLimits {
  /** Estimated tokens of the whole prompt. */
  readonly tokens: number;
  readonly maxOutputTokens: number;
  /** Offset of what it is about. */
  readonly focus: number;
  /** Whether it is about what the user types there: that is no news of what was changed. */
  readonly isTyping?: true;
}

export interface ContextSources {
  /** Relative to its workspace folder, or the name alone. */
  readonly pathOf: (uri: string) => string;
  readonly history: (typing: Place | undefined) => AskContext['history'];
  readonly diagnostics: Diagnostics;
  readonly related: Related;
}

/** Of a prompt: more would take the place of the file itself. */
const relatedShare = 0.2;

export function contextFrom({ pathOf, history, diagnostics, related }: ContextSources): ContextOf {
  let requests = 0;
  return (snapshot, { tokens, maxOutputTokens, focus, isTyping }) => ({
    document: askDocument(snapshot, pathOf),
    history: history(isTyping && { uri: snapshot.uri, offset: focus }),
    snippets: related.of(snapshot, focus, Math.floor(charactersFor(tokens) * relatedShare)),
    diagnostics: diagnostics.of(snapshot),
    contextTokens: tokens,
    maxOutputTokens,
    request: ++requests,
  });
}

export function askDocument(snapshot: Snapshot, pathOf: (uri: string) => string): AskDocument {
  const { uri, languageId, version, text } = snapshot;
  const document = { uri, path: pathOf(uri), languageId, version, text: text.value };
  return isCheaperInParts(text) ? { ...document, parts: text } : document;
}
