/** Prompts of other programs as asks: what they show of files, changes and the cursor, and nothing that is guessed. */

import type { CompleteAsk, NextEditAsk, RecentChange, Snippet } from '../../core/ask.ts';
import { hunks } from '../../core/diff/hunks.ts';
import { replacementBetween } from '../../core/edit.ts';
import type { SweepPrompt } from '../../core/formats/windows/sweep-prompt.ts';
import { languageIdOf } from '../../core/language-id.ts';
import type { FimRead } from '../../core/prompt/fim/read.ts';
import { estimateTokens } from '../../core/prompt/prompt.ts';
import { textAsk } from '../request.ts';

interface Shown {
  readonly path: string;
  readonly text: string;
  readonly cursor: number;
  readonly history?: readonly RecentChange[];
  readonly snippets?: readonly Snippet[];
}

export function sweepAsk(prompt: SweepPrompt, cursor: number, maxTokens: number | undefined): CompleteAsk {
  const { path, window: text, files } = prompt;
  return asked({ path, text, cursor, history: historyOf(prompt), snippets: files }, maxTokens);
}

/** The whole window is written anew, whatever part of an answer the editor would take. */
export function nextEditAsk(prompt: SweepPrompt, cursor: number | undefined): NextEditAsk {
  const { path, window: text, original, files } = prompt;
  const history = historyOf(prompt);
  const latest = lastChange(path, original, text);
  const known = history.at(-1);
  const isKnown = known?.path === path && known.after === latest?.after && known.before === latest.before;
  const { document, snippets, diagnostics, contextTokens } = asked({
    path,
    text,
    cursor: 0,
    snippets: files,
  });
  return {
    task: 'nextEdit',
    document,
    history: latest && !isKnown ? [...history, latest] : history,
    snippets,
    diagnostics,
    contextTokens,
    maxOutputTokens: spareTokens + Math.ceil(growth * estimateTokens(text.length)),
    cursor: cursor ?? middleOf(text),
    region: { start: 0, end: text.length },
  };
}

/** Tokens of an answer beside the window itself, and at most how many times that. */
const spareTokens = 128;
const growth = 1.5;

/** The window before the latest change and after it, as that change: whole lines. */
function lastChange(path: string, before: string, after: string): RecentChange | undefined {
  if (before === after) return undefined;
  const [change] = hunks(before, [replacementBetween(before, after)]);
  return change && { path, before: change.before, after: change.after, line: change.startLine };
}

/** The window's own place: nobody says where the cursor is. */
function middleOf(text: string): number {
  const rows = text.split('\n');
  return rows.slice(0, Math.floor(rows.length / 2)).reduce((sum, row) => sum + row.length + 1, 0);
}

function historyOf(prompt: SweepPrompt): readonly RecentChange[] {
  return prompt.changes.map((change) => ({ ...change, line: lineOf(prompt, change) }));
}

export function fimAsk({ head, tail, before }: FimRead, maxTokens: number | undefined): CompleteAsk {
  const snippets = before.trim() === '' ? [] : [{ path: 'context', text: before }];
  return asked({ path: 'input', text: head + tail, cursor: head.length, snippets }, maxTokens);
}

function asked({ path, text, cursor, ...context }: Shown, maxTokens?: number): CompleteAsk {
  const ask = textAsk(text, maxTokens);
  const document = { ...ask.document, uri: `completions:${path}`, path, languageId: languageIdOf(path) };
  return { ...ask, ...context, document, cursor };
}

/** Where the change stands in the window; its first row where it stands elsewhere. */
function lineOf({ path, window }: SweepPrompt, change: Omit<RecentChange, 'line'>): number {
  const at = change.path === path && change.after !== '' ? window.indexOf(change.after) : -1;
  return at === -1 ? 0 : window.slice(0, at).split('\n').length - 1;
}
