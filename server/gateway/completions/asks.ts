/** Prompts of other programs as asks: what they show of files, changes and the cursor, and nothing that is guessed. */

import type { CompleteAsk, RecentChange, Snippet } from '../../core/ask.ts';
import type { SweepPrompt } from '../../core/formats/windows/sweep-prompt.ts';
import { languageIdOf } from '../../core/language-id.ts';
import type { FimRead } from '../../core/prompt/fim/read.ts';
import { textAsk } from '../request.ts';

interface Shown {
  readonly path: string;
  readonly text: string;
  readonly cursor: number;
  readonly history?: readonly RecentChange[];
  readonly snippets?: readonly Snippet[];
}

export function sweepAsk(prompt: SweepPrompt, cursor: number, maxTokens: number | undefined): CompleteAsk {
  const { path, window: text, changes, files } = prompt;
  const history = changes.map((change): RecentChange => ({ ...change, line: lineOf(prompt, change) }));
  return asked({ path, text, cursor, history, snippets: files }, maxTokens);
}

export function fimAsk({ head, tail, before }: FimRead, maxTokens: number | undefined): CompleteAsk {
  const snippets = before.trim() === '' ? [] : [{ path: 'context', text: before }];
  return asked({ path: 'input', text: head + tail, cursor: head.length, snippets }, maxTokens);
}

function asked({ path, text, cursor, ...context }: Shown, maxTokens: number | undefined): CompleteAsk {
  const ask = textAsk(text, maxTokens);
  const document = { ...ask.document, uri: `completions:${path}`, path, languageId: languageIdOf(path) };
  return { ...ask, ...context, document, cursor };
}

/** Where the change stands in the window; its first row where it stands elsewhere. */
function lineOf({ path, window }: SweepPrompt, change: Omit<RecentChange, 'line'>): number {
  const at = change.path === path && change.after !== '' ? window.indexOf(change.after) : -1;
  return at === -1 ? 0 : window.slice(0, at).split('\n').length - 1;
}
