/** What features need of the editor; `lsp` implements it. Everything here settles, whatever the editor does. */

import type { Diagnostic, Region } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import type { LogLevel } from '../core/log.ts';
import type { Snapshot } from '../state/documents.ts';

export interface Editor {
  /** One versioned workspace edit, one undo step. `applied` is what the editor says; whether it is true shows in the document. */
  applyEdit(label: string, snapshot: Snapshot, edit: Edit, signal: AbortSignal): Promise<EditorAnswer>;
  /** Begins progress under the token; a token of our own making is created first where the client can show it. */
  progress(token: ProgressToken, title: string, origin: 'client' | 'server'): Progress;
  /** The index of what the user chose; nothing where nobody chose, or the editor cannot ask. */
  choose(message: string, titles: readonly string[], signal: AbortSignal): Promise<number | undefined>;
  /** All that reviews found in the document, as diagnostics in place of those shown before; `snapshot` is the present text. */
  showFindings(uri: string, snapshot: Snapshot | undefined, findings: readonly ShownFinding[]): void;
  /** One sentence in the editor's own message area. */
  say(level: Exclude<LogLevel, 'debug' | 'trace'>, message: string): void;
}

export interface ShownFinding extends Region {
  readonly id: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
}

export type EditorAnswer = { readonly applied: true } | { readonly applied: false; readonly why: string };

export type ProgressToken = string | number;

export interface Progress {
  report(message: string): void;
  end(message: string): void;
}
