/** What features need of the editor; `lsp` implements it. Everything here settles, whatever the editor does. */

import type { Diagnostic, Region } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';
import type { LogLevel } from '../core/log.ts';
import type { Text } from '../core/text.ts';
import type { Snapshot } from '../state/documents.ts';

export interface Editor {
  /** One versioned workspace edit, one undo step. `applied` is what the editor says; whether it is true shows in the document. */
  applyEdit(label: string, files: readonly FileChange[], signal: AbortSignal): Promise<EditorAnswer>;
  /** Whether it changes documents for a server at all. */
  canApply(): boolean;
  /** Whether it makes new files for a server. */
  canCreate(): boolean;
  /** Whether its users are well served by an edit that arrives hunk by hunk. */
  showsLive(): boolean;
  /** Begins progress under the token; a token of our own making is created first where the client can show it. */
  progress(token: ProgressToken, title: string, origin: 'client' | 'server'): Progress;
  /** Whether it asks the user at all. */
  canChoose(): boolean;
  /** The index of what the user chose; nothing where nobody chose, or the editor cannot ask. */
  choose(message: string, titles: readonly string[], signal: AbortSignal): Promise<number | undefined>;
  /** All that reviews found in the document, as diagnostics in place of those shown before; `snapshot` is the present text. */
  showFindings(uri: string, snapshot: Snapshot | undefined, findings: readonly ShownFinding[]): void;
  /** One sentence in the editor's own message area. */
  say(level: Exclude<LogLevel, 'debug' | 'trace'>, message: string): void;
}

/** What becomes of one file, in coordinates of `text`. */
export interface FileChange {
  readonly uri: string;
  readonly text: Text;
  /** Nothing for a file that the editor does not have open. */
  readonly version?: number;
  readonly edit: Edit;
  /** It is made first. */
  readonly isNew?: true;
  /** It is beyond what the user asked about: to be confirmed, where the editor can. */
  readonly toConfirm?: true;
}

export interface ShownFinding extends Region {
  readonly id: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
}

export type EditorAnswer =
  | { readonly applied: true }
  /** `isOpen`: it was not waited for any longer, and may still come. `byUser`: the user was asked, and may have said no. */
  | { readonly applied: false; readonly why: string; readonly isOpen?: true; readonly byUser?: boolean };

export type ProgressToken = string | number;

export interface Progress {
  /** `percentage` of what is to be done, from 0 to 100, where it is known. */
  report(message: string, percentage?: number): void;
  end(message: string): void;
}
