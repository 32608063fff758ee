/** What a model is told beside the wish itself, the same for every task. */

import type { AskContext, AskDocument } from '../core/ask.ts';
import type { Snapshot } from '../state/documents.ts';
import type { Diagnostics } from './diagnostics.ts';

export type ContextOf = (snapshot: Snapshot, limits: ContextLimits) => AskContext;

export interface ContextLimits {
  /** Estimated tokens of the whole prompt. */
  readonly tokens: number;
  readonly maxOutputTokens: number;
}

export interface ContextSources {
  /** Relative to its workspace folder, or the name alone. */
  readonly pathOf: (uri: string) => string;
  readonly history: () => AskContext['history'];
  readonly diagnostics: Diagnostics;
}

export function contextFrom({ pathOf, history, diagnostics }: ContextSources): ContextOf {
  return (snapshot, { tokens, maxOutputTokens }) => ({
    document: askDocument(snapshot, pathOf),
    history: history(),
    snippets: [],
    diagnostics: diagnostics.of(snapshot),
    contextTokens: tokens,
    maxOutputTokens,
  });
}

export function askDocument(snapshot: Snapshot, pathOf: (uri: string) => string): AskDocument {
  const { uri, languageId, version, text } = snapshot;
  return { uri, path: pathOf(uri), languageId, version, text: text.value };
}
