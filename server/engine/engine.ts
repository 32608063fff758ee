/**
 * Engine: the embedded model. It learns documents and the workspace and answers asks in milliseconds,
 * offline and deterministically. Knows no editor and no socket; files and disk come in through `Corpus` and `Store`.
 */

import type { Ask, AskDocument } from '../core/ask.ts';
import type { Edit } from '../core/edit.ts';

export type EngineAnswer =
  /** Best first; never empty. `confidence` is the calibrated probability that all of `text` is kept. */
  | {
      readonly kind: 'suggestions';
      readonly items: readonly { readonly text: string; readonly confidence: number }[];
    }
  /** For `edit`, `fix` and `nextEdit`, in offsets of the ask's document; `summary` is a short title of what was done. */
  | { readonly kind: 'edit'; readonly edit: Edit; readonly summary: string }
  /** One sentence: what cannot be followed, and what can be done instead. With a reason it was understood. */
  | {
      readonly kind: 'cannot';
      readonly message: string;
      readonly reason?: 'nothing-to-change' | 'not-found';
    }
  | { readonly kind: 'silent'; readonly reason: 'low-confidence' | 'nothing-to-say' };

/** A file that may be learned: excluded ones never get here, secrets are already replaced. */
export interface CorpusFile {
  /** Absolute path. */
  readonly path: string;
  /** Changes when the content does: size and mtime. */
  readonly stamp: string;
  read(): Promise<string | undefined>;
}

/** The workspace's files, most useful first; ends early when the signal aborts. */
export interface Corpus {
  files(
    folders: readonly string[],
    exclude: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<CorpusFile>;
}

/** Where the index is kept between starts. Both are best effort: a full disk loses the cache, nothing else. */
export interface Store {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

export interface Engine {
  open(document: AskDocument): void;
  change(uri: string, version: number, edit: Edit): void;
  close(uri: string): void;
  /** Starts indexing in the background in small slices; a new call replaces the running one. */
  folders(folders: readonly string[], exclude: readonly string[]): void;
  /** Synchronous: an answer never waits for the index. */
  answer(ask: Ask): EngineAnswer;
  status(): EngineStatus;
  dispose(): Promise<void>;
}

export interface EngineStatus {
  readonly indexing: boolean;
  readonly files: number;
  readonly tokens: number;
}
