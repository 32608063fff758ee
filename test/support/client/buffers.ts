/**
 * The editor's open documents: what the user sees. Changes go to the server as this editor sends them; edits of the
 * server are applied as this editor applies them, or refused.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type {
  ApplyWorkspaceEditResult,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { type Change, changed, type Encoding, type OpenDocument, toChanges, toRange } from './document.ts';
import type { Editor } from './editor.ts';

export interface BuffersHost {
  send(method: string, params: unknown): void;
  problem(sentence: string): void;
}

interface ContentChange {
  readonly range?: unknown;
  readonly text: string;
}

export class Buffers {
  encoding: Encoding = 'utf-16';
  incremental = true;
  /** Each replacement of an edit is a change and a version of its own (Emacs lsp-mode). */
  tellsEachChange = false;
  /** How many edits of the server were applied. */
  applied = 0;

  readonly #editor: Editor;
  readonly #host: BuffersHost;
  readonly #documents = new Map<string, OpenDocument>();
  readonly #held = new Map<string, ContentChange[]>();
  #timer: NodeJS.Immediate | undefined;
  #watchers: (() => void)[] = [];

  constructor(editor: Editor, host: BuffersHost) {
    this.#editor = editor;
    this.#host = host;
  }

  get(uri: string): OpenDocument {
    const document = this.#documents.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }

  open(uri: string, text: string, languageId: string): void {
    if (this.#documents.has(uri)) throw new Error(`${uri} is open already`);
    this.#documents.set(uri, { uri, languageId, version: 1, text, undo: [] });
    this.flush();
    this.#host.send('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  close(uri: string): void {
    this.get(uri);
    this.flush();
    this.#documents.delete(uri);
    this.#host.send('textDocument/didClose', { textDocument: { uri } });
  }

  /**
   * A suggestion's text as it is when it was inserted. An editor that ends lines its own way is taken to part it at
   * `\n` alone, as Neovim does: what is left of a `\r\n` would stand in the line.
   */
  inserted(uri: string, text: string): string {
    if (this.#editor.capabilities.workspace?.workspaceEdit?.normalizesLineEndings === false) return text;
    if (text.includes('\r')) this.#host.problem('a suggestion that would leave a carriage return in a line');
    return text.replaceAll('\n', lineEnding(this.get(uri).text));
  }

  /** Sorted, disjoint changes in offsets of the text before them: one undo step. */
  change(uri: string, changes: readonly Change[]): void {
    const document = this.get(uri);
    if (this.tellsEachChange && changes.length > 1) {
      for (const change of changes.toReversed()) this.change(uri, [change]);
      return;
    }
    this.#become(document, {
      text: changed(document.text, changes),
      changes,
      undo: [...document.undo, document.text],
    });
  }

  undo(uri: string): void {
    const document = this.get(uri);
    const text = document.undo.at(-1);
    if (text === undefined) throw new Error(`nothing to undo in ${uri}`);
    const changes = [{ start: 0, end: document.text.length, text }];
    this.#become(document, { text, changes, undo: document.undo.slice(0, -1) });
  }

  /** Sends what was held back. */
  flush(): void {
    for (const [uri, contentChanges] of this.#held) {
      const version = this.get(uri).version;
      this.#host.send('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
    }
    this.#held.clear();
  }

  /** After a reply to the server an idle editor sends its held changes by itself. */
  afterReply(): void {
    if (this.#held.size === 0 || this.#timer) return;
    this.#timer = setImmediate(() => {
      this.#timer = undefined;
      this.flush();
    });
  }

  /** Settles when the next edit of the server was applied. */
  nextEdit(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  applyWorkspaceEdit(edit: WorkspaceEdit): ApplyWorkspaceEditResult {
    const steps = edit.documentChanges ?? unversioned(edit);
    for (const [index, step] of steps.entries()) {
      if ('kind' in step) {
        const outcome = this.#resource(step);
        if (outcome) return { applied: false, failureReason: outcome, failedChange: index };
        continue;
      }
      const outcome = this.#applyToDocument(step);
      if (outcome) return { applied: false, failureReason: outcome, failedChange: index };
    }
    this.applied++;
    for (const resolve of this.#watchers.splice(0)) resolve();
    return { applied: true };
  }

  #resource(step: { readonly kind: string; readonly uri?: string }): string | undefined {
    if (step.kind !== 'create' || step.uri === undefined)
      return `${step.kind} is not expected of this server`;
    if (!this.#documents.has(step.uri)) this.open(step.uri, '', 'plaintext');
    return undefined;
  }

  #applyToDocument(step: TextDocumentEdit): string | undefined {
    const { uri, version } = step.textDocument;
    const document = this.#documents.get(uri) ?? this.#openFromDisk(uri);
    if (!document) return `no such document: ${uri}`;
    if (version !== null && version !== document.version) {
      if (this.#editor.staleEdit === 'left-out') return undefined;
      return 'document has changed';
    }
    const edits: TextEdit[] = [];
    for (const one of step.edits) {
      if (!('newText' in one)) {
        this.#host.problem('a snippet edit, which this editor did not declare');
        return 'snippet edits are not supported';
      }
      if (
        'annotationId' in one &&
        !this.#editor.capabilities.workspace?.workspaceEdit?.changeAnnotationSupport
      ) {
        this.#host.problem('an annotated edit, which this editor did not declare');
      }
      edits.push(one);
    }
    const changes = toChanges(document.text, edits, this.encoding);
    if (typeof changes === 'string') {
      this.#host.problem(`${uri}: ${changes}`);
      return changes;
    }
    const normalised = this.#editor.capabilities.workspace?.workspaceEdit?.normalizesLineEndings
      ? changes.map((change) => ({
          ...change,
          text: change.text.replaceAll(/\r\n|\n|\r/g, lineEnding(document.text)),
        }))
      : changes;
    this.change(uri, normalised);
    return undefined;
  }

  #openFromDisk(uri: string): OpenDocument | undefined {
    try {
      this.open(uri, readFileSync(fileURLToPath(uri), 'utf8'), 'plaintext');
    } catch {
      return undefined;
    }
    return this.#documents.get(uri);
  }

  #become(
    document: OpenDocument,
    next: { text: string; changes: readonly Change[]; undo: readonly string[] },
  ): void {
    const { uri } = document;
    this.#documents.set(uri, {
      ...document,
      text: next.text,
      version: document.version + 1,
      undo: next.undo,
    });
    // Content changes apply in order, each to the text after the one before: from the end, offsets stay right.
    const contentChanges = this.incremental
      ? next.changes.toReversed().map(({ start, end, text }) => ({
          range: toRange(document.text, { start, end }, this.encoding),
          text,
        }))
      : [{ text: next.text }];
    this.#held.set(uri, [...(this.#held.get(uri) ?? []), ...contentChanges]);
    if (this.#editor.changes === 'sent') this.flush();
  }
}

function unversioned(edit: WorkspaceEdit): TextDocumentEdit[] {
  return Object.entries(edit.changes ?? {}).map(([uri, edits]) => ({
    textDocument: { uri, version: null },
    edits,
  }));
}

function lineEnding(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}
