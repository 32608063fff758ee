/**
 * Ask: what a feature wants of a model, typed until the last moment. Features never write prompts: the session
 * renders an Ask for a provider, a gateway takes it as it is. Offsets are UTF-16 code units into `document.text`.
 */

import type { Edit } from './edit.ts';
import { type Text, unindexed } from './text.ts';

export interface AskDocument {
  readonly uri: string;
  /** Relative to its workspace folder with `/`, or the file's name where it lies in none. */
  readonly path: string;
  readonly languageId: string;
  /** Negative for a text that the editor does not have yet. */
  readonly version: number;
  readonly text: string;
  /**
   * The same text, where that can be read in parts for less than the whole string costs: that of a large text is made
   * anew by whoever reads in it first, for every key. It stays in this process; read it by `textOf`.
   */
  readonly parts?: Text;
}

/** As it travels. */
export function withoutParts({ parts: _, ...document }: AskDocument): AskDocument {
  return document;
}

/** To be read in parts. */
export function textOf({ text, parts }: Pick<AskDocument, 'text' | 'parts'>): Text {
  // Whoever replaced the text may have left the parts.
  return parts && parts.value === text ? parts : unindexed(text);
}

export interface Region {
  readonly start: number;
  readonly end: number;
}

export interface Diagnostic extends Region {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly code?: string;
  readonly source?: string;
  /** Other places that have to do with it. */
  readonly related?: readonly RelatedPlace[];
}

export interface RelatedPlace {
  /** As an ask names the document. */
  readonly path: string;
  /** Zero-based. */
  readonly line: number;
  readonly message: string;
  /** Where it is in the same document. */
  readonly region?: Region;
}

/** A piece of another file that helps, most helpful first. */
export interface Snippet {
  readonly path: string;
  readonly text: string;
}

/** One coalesced change of the recent past, oldest first in an Ask. */
export interface RecentChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Zero-based line where both pieces start. */
  readonly line: number;
}

export interface AskContext {
  readonly document: AskDocument;
  readonly history: readonly RecentChange[];
  readonly snippets: readonly Snippet[];
  readonly diagnostics: readonly Diagnostic[];
  /** Estimated tokens a rendered prompt may have. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** A number of the caller's own, by which `ModelSession.applied` tells what became of the answer. */
  readonly request?: number;
}

export interface CompleteAsk extends AskContext {
  readonly task: 'complete';
  readonly cursor: number;
  readonly maxLines: number;
  /** How many different suggestions are wanted, at least 1. */
  readonly candidates: number;
  /** The entry selected in the editor's own menu: a suggestion must start with it. */
  readonly selected?: Region & { readonly text: string };
  /** The embedded engine is asked, whatever model is set. */
  readonly local?: true;
}

export interface EditAsk extends AskContext {
  readonly task: 'edit';
  readonly region: Region;
  /** Nothing outside of the region's lines may change. */
  readonly bounded?: true;
  readonly instruction: string;
  /** What had been answered, and not done, when the user said the instruction's last line instead. */
  readonly streamed?: string;
}

export interface FixAsk extends AskContext {
  readonly task: 'fix';
  readonly region: Region;
  /** The ones to fix; `diagnostics` of the context are all that are known. */
  readonly targets: readonly Diagnostic[];
}

export interface ReviewAsk extends AskContext {
  readonly task: 'review';
  readonly region: Region;
  /** The parts of it to judge, in order; all of it where left out. */
  readonly changes?: readonly Region[];
}

/** What the user will change next, by what was changed of late. */
export interface NextEditAsk extends AskContext {
  readonly task: 'nextEdit';
  /** Where the user is, or where the next edit is looked for: inside of the region. */
  readonly cursor: number;
  /** Whole lines, which are written anew; a model with a window of its own takes that. */
  readonly region: Region;
}

export type Ask = CompleteAsk | EditAsk | FixAsk | ReviewAsk | NextEditAsk;

/** Whether nobody asked for it in words: no answer is a good one then, and a late one is none. */
export function isSuggestion({ task }: Pick<Ask, 'task'>): boolean {
  return task === 'complete' || task === 'nextEdit';
}

/** What happens to documents and workspace, told to models that keep a mirror (a gateway). */
export type WorkspaceEvent =
  | { readonly kind: 'opened'; readonly document: AskDocument }
  | { readonly kind: 'changed'; readonly uri: string; readonly version: number; readonly edit: Edit }
  | { readonly kind: 'closed'; readonly uri: string }
  | {
      readonly kind: 'folders';
      readonly folders: readonly WorkspaceFolder[];
      readonly exclude: readonly string[];
    };

export interface WorkspaceFolder {
  readonly name: string;
  /** Absolute path on this machine. */
  readonly path: string;
}
