/**
 * Plan: for each document what a model that fills in the middle was last shown of it, so that the next ask shows the
 * same as far as it still stands (`core/prompt/fim/window.ts`). Pieces of other files are chosen anew only when the
 * window moves: they stand at the beginning, and what changes there makes a server read everything again.
 */

import type { CompleteAsk, Snippet } from '../../../core/ask.ts';
import { fimContext } from '../../../core/prompt/fim/context.ts';
import { commentOf, type FimParts } from '../../../core/prompt/fim/render.ts';
import { type FimWindow, fimWindow } from '../../../core/prompt/fim/window.ts';
import { roughTokens } from '../../../core/tokens.ts';

export interface FimPlan {
  readonly parts: FimParts;
  /** Whether the window begins at another place than the last time. */
  readonly moved: boolean;
  /** What the answer begins with: the rest of the entry selected in the editor's menu. */
  readonly pending: string;
}

export interface PlanLimits {
  /** Estimated tokens of the whole prompt. */
  readonly tokens: number;
  /** Estimated tokens of what frames the texts, given the pieces of other files. */
  readonly frame: (parts: Omit<FimParts, 'window'>) => number;
}

export interface FimPlans {
  /** Nothing where the selected entry does not go on from what was typed: no text at the cursor can. */
  plan(ask: CompleteAsk, limits: PlanLimits): FimPlan | undefined;
}

interface Shown {
  readonly window: FimWindow;
  readonly context: readonly Snippet[];
}

/** Documents that are remembered; the one unused for longest goes first. */
const mostDocuments = 32;
/** Shares of the prompt for pieces of other files: at least, where there are any, and at most. */
const leastContext = 0.25;
const mostContext = 0.6;
/** UTF-16 code units that may be typed until the window takes them in: about 15 lines. */
const mostBegun = 600;
/** Around the cursor, in code units: what the density of tokens is judged by. */
const sampleBefore = 2000;
const sampleBehind = 1000;

export function createFimPlans(): FimPlans {
  const documents = new Map<string, Shown>();

  const keep = (uri: string, shown: Shown): void => {
    // Set anew, so that it comes last.
    documents.delete(uri);
    documents.set(uri, shown);
    for (const oldest of documents.keys()) {
      if (documents.size <= mostDocuments) return;
      documents.delete(oldest);
    }
  };

  return {
    plan(ask, { tokens, frame }) {
      const typed = withSelected(ask);
      if (!typed) return undefined;
      const { text, cursor, pending } = typed;
      const { uri, path, languageId } = ask.document;
      const comment = commentOf(languageId);
      const total = Math.floor(tokens * unitsPerToken(text, cursor));
      const known = documents.get(uri);
      const shownWith = (context: readonly Snippet[]): Shown => ({
        context,
        window: fimWindow(
          { text, cursor, room: Math.max(0, total - frame({ path, comment, context })), mostBegun },
          known?.window,
        ),
      });
      let shown = shownWith(known?.context ?? []);
      if (known?.window.head !== shown.window.head || known.window.start !== shown.window.start) {
        const spare = total - text.length;
        const room = Math.max(total * leastContext, Math.min(total * mostContext, spare));
        const context = fimContext(ask.snippets, room, known?.context);
        shown = shownWith(context);
      }
      keep(uri, shown);
      const moved = known !== undefined && known.window.start !== shown.window.start;
      return { parts: { path, comment, context: shown.context, window: shown.window }, moved, pending };
    },
  };
}

/** UTF-16 code units to a token, rounded so that single keys do not change it. */
function unitsPerToken(text: string, cursor: number): number {
  const sample = text.slice(Math.max(0, cursor - sampleBefore), cursor + sampleBehind);
  if (sample === '') return 3;
  return Math.max(0.25, Math.floor((sample.length / roughTokens(sample)) * 4) / 4);
}

interface Typed {
  readonly text: string;
  readonly cursor: number;
  readonly pending: string;
}

/** The document as it would be with the selected entry taken. */
function withSelected({ document, cursor, selected }: CompleteAsk): Typed | undefined {
  const { text } = document;
  if (!selected) return { text, cursor, pending: '' };
  const begun = text.slice(selected.start, cursor);
  if (selected.start > cursor || !selected.text.startsWith(begun)) return undefined;
  const pending = selected.text.slice(begun.length);
  return {
    text: text.slice(0, cursor) + pending + text.slice(Math.max(cursor, selected.end)),
    cursor: cursor + pending.length,
    pending,
  };
}
