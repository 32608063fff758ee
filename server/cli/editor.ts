/**
 * A client without a screen: starts the real server as an editor would, over stdio, and keeps the documents that
 * the server edits. What `try`, `edit` and `doctor` see is therefore what an editor sees.
 */

import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { applyToText, type Edit, toEdit } from '../core/edit.ts';
import { languageIdOf } from '../core/language-id.ts';
import { offsetAt, type Position, type Text, toText } from '../core/text.ts';
import type { Console } from './console.ts';
import { readTextFile } from './file.ts';

export interface HeadlessEditor {
  open(path: string, text: string): string;
  text(uri: string): Text;
  /** Edits the server applied, in order, each in the coordinates of the text before it. */
  readonly applied: readonly AppliedEdit[];
  /** What the server said in the message area, without its name. */
  readonly messages: readonly string[];
  /** What it logged as a warning or an error. */
  readonly warnings: readonly string[];
  request(method: string, params: object): Promise<unknown>;
  close(): Promise<number | null>;
}

export interface AppliedEdit {
  readonly uri: string;
  readonly before: string;
  readonly edit: Edit;
  /** The file was made for it. */
  readonly isNew: boolean;
}

export interface EditorOptions {
  /** The program and the file to start, as this process was started. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  /** As `initializationOptions`. */
  readonly settings?: object;
  /** Told of each edit as it is applied. */
  readonly onApplied?: (applied: AppliedEdit) => void;
}

/** Says what the server said in the message area, each once, save what is said already. */
export function passOn(
  { messages }: HeadlessEditor,
  { complain }: Pick<Console, 'complain'>,
  ...said: readonly (string | undefined)[]
): void {
  for (const message of new Set(messages)) if (!said.includes(message)) complain(message);
}

export type StartEditor = (options: EditorOptions) => Promise<HeadlessEditor>;

/** The server went away before it answered; `message` is the sentence for the user. */
export class ServerEnded extends Error {}

/** A language server that runs: what it writes, what it reads, and its exit code. */
export interface ServerStreams {
  readonly stdout: Readable;
  readonly stdin: Writable;
  readonly ended: Promise<number | null>;
}

export const startEditor: StartEditor = async (options) => {
  const { command, folder } = options;
  const [program, ...args] = command;
  const child = spawn(program, [...args, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  // A server that is gone is noticed by its end; writing to it must not end this process.
  child.stdin.on('error', () => {});
  return await connectEditor({ stdout: child.stdout, stdin: child.stdin, ended }, options);
};

export async function connectEditor(
  { stdout, stdin, ended }: ServerStreams,
  { folder, settings, onApplied }: Omit<EditorOptions, 'command'>,
): Promise<HeadlessEditor> {
  const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  const gone = ended.then((code) => {
    throw new ServerEnded(
      `The language server ended before it answered (exit code ${code ?? 'unknown'}); its last words are above.`,
    );
  });
  // Whoever asks is told; while nobody does it is no failure.
  gone.catch(() => {});
  const answered = async (method: string, params: object | undefined): Promise<unknown> => {
    try {
      return await (params ? connection.sendRequest(method, params) : connection.sendRequest(method));
    } catch (error) {
      // Everything but an answer is the server's end, whose code tells more.
      if (error instanceof ResponseError) throw error;
      return await gone;
    }
  };
  const request = (method: string, params?: object) => Promise.race([gone, answered(method, params)]);
  const documents = new Map<string, { readonly version: number; readonly text: Text }>();
  const applied: AppliedEdit[] = [];
  const created = new Set<string>();
  const messages: string[] = [];
  const warnings: string[] = [];

  function open(uri: string, text: string): void {
    documents.set(uri, { version: 1, text: toText(text) });
    const textDocument = { uri, languageId: languageIdOf(fileURLToPath(uri)), version: 1, text };
    void connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  function openFromDisk(uri: string): void {
    const read = readTextFile(fileURLToPath(uri), folder);
    if (read.kind === 'text') open(uri, read.text);
  }

  function applyEdit({ edit }: ApplyEdit): { readonly applied: boolean; readonly failureReason?: string } {
    for (const change of edit.documentChanges) {
      if ('kind' in change) {
        created.add(change.uri);
        open(change.uri, '');
        continue;
      }
      const { textDocument, edits } = change;
      const { uri, version } = textDocument;
      if (!documents.has(uri) && version === null) openFromDisk(uri);
      const document = documents.get(uri);
      if (!document || (version !== null && document.version !== version))
        return { applied: false, failureReason: 'the document has changed' };
      const { text } = document;
      const replacements = edits.map(({ range, newText }) => ({
        start: offsetAt(text, range.start),
        end: offsetAt(text, range.end),
        text: newText,
      }));
      const done = toEdit(replacements);
      if (!done) return { applied: false, failureReason: 'the edits overlap' };
      const made = { uri, before: text.value, edit: done, isNew: created.has(uri) };
      applied.push(made);
      onApplied?.(made);
      const next = { version: document.version + 1, text: applyToText(text, done) };
      documents.set(uri, next);
      void connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: next.version },
        contentChanges: [{ text: next.text.value }],
      });
    }
    return { applied: true };
  }

  connection.onNotification('window/showMessage', ({ message }: { readonly message: string }) => {
    messages.push(message.replace(/^Whittle: /, ''));
  });
  connection.onNotification('window/logMessage', ({ type, message }: LogMessage) => {
    if (type <= warningType) warnings.push(message);
  });
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onRequest('workspace/configuration', () => [null]);
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/applyEdit', (params: ApplyEdit) => applyEdit(params));
  connection.listen();

  const rootUri = pathToFileURL(folder).href;
  await request('initialize', {
    processId: process.pid,
    clientInfo: { name: 'whittle' },
    ...(settings ? { initializationOptions: settings } : {}),
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: basename(folder) }],
    capabilities: {
      workspace: {
        applyEdit: true,
        workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
        configuration: false,
        workspaceFolders: true,
      },
      textDocument: {
        inlineCompletion: {},
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
      },
      general: { positionEncodings: ['utf-16'] },
    },
  });
  await connection.sendNotification('initialized', {});

  return {
    applied,
    messages,
    warnings,
    open(path, text) {
      const uri = pathToFileURL(path).href;
      open(uri, text);
      return uri;
    },
    text: (uri) => documents.get(uri)?.text ?? toText(''),
    request,
    async close() {
      try {
        await request('shutdown');
        await connection.sendNotification('exit');
      } catch {
        // It has ended, or its input has: its code says the rest.
        stdin.end();
      }
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}

/** LSP's number of warnings; errors have a lower one. */
const warningType = 2;

interface LogMessage {
  readonly type: number;
  readonly message: string;
}

/** As the server's own `applyEdit` sends it; both ends are this program. */
interface ApplyEdit {
  readonly edit: WorkspaceEdit;
}

interface WorkspaceEdit {
  readonly documentChanges: readonly (
    | { readonly kind: 'create'; readonly uri: string }
    | {
        readonly textDocument: { readonly uri: string; readonly version: number | null };
        readonly edits: readonly {
          readonly range: { readonly start: Position; readonly end: Position };
          readonly newText: string;
        }[];
      }
  )[];
}
