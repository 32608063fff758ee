/** The editor as features see it, over the client's connection. */

import type { Edit } from '../core/edit.ts';
import type { Log } from '../core/log.ts';
import type { Editor, EditorAnswer, Progress, ProgressToken } from '../features/editor.ts';
import { findingSource } from '../features/review/standing.ts';
import type { Snapshot } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import type { ClientConnection } from './connection.ts';
import { severityNumbers } from './diagnostics.ts';
import { toRange } from './position.ts';

const messageTypes = { error: 1, warn: 2, info: 3 } as const;

export interface EditorParts {
  readonly connection: () => ClientConnection;
  readonly client: () => ClientFeatures;
  readonly log: Log;
}

export function createEditor({ connection, client, log }: EditorParts): Editor {
  return {
    async applyEdit(label, snapshot, edit, signal): Promise<EditorAnswer> {
      if (!client().applyEdit) return { applied: false, why: 'it does not let a server apply edits' };
      const answer = await connection().request(
        'workspace/applyEdit',
        { label, edit: workspaceEdit(snapshot, edit, client()) },
        signal,
      );
      if (!isObject(answer)) return { applied: false, why: 'it did not answer' };
      if (answer.applied === true) return { applied: true };
      return { applied: false, why: typeof answer.failureReason === 'string' ? answer.failureReason : '' };
    },
    progress(token, title, origin): Progress {
      if (origin === 'server' && !client().progress) return { report() {}, end() {} };
      return openProgress(connection(), { token, title, origin });
    },
    async choose(message, titles, signal) {
      const actions = titles.map((title) => ({ title }));
      const params = { type: messageTypes.info, message, actions };
      const answer = await connection().request('window/showMessageRequest', params, signal);
      const title = isObject(answer) ? answer.title : undefined;
      const index = typeof title === 'string' ? titles.indexOf(title) : -1;
      return index === -1 ? undefined : index;
    },
    showFindings(uri, snapshot, findings) {
      const diagnostics = snapshot
        ? findings.map(({ id, severity, message, ...place }) => ({
            range: toRange(snapshot.text, place, client().encoding),
            severity: severityNumbers[severity],
            source: findingSource,
            code: id,
            message,
          }))
        : [];
      connection().notify('textDocument/publishDiagnostics', {
        uri,
        ...(snapshot ? { version: snapshot.version } : {}),
        diagnostics,
      });
    },
    say(level, message) {
      log(level, message);
      connection().notify('window/showMessage', {
        type: messageTypes[level],
        message: `Whittle: ${message}`,
      });
    },
  };
}

/** Replacements as text edits, versioned where the client takes versions. */
export function workspaceEdit(snapshot: Snapshot, edit: Edit, client: ClientFeatures): object {
  const { uri, version, text } = snapshot;
  const edits = edit.map((replacement) => ({
    range: toRange(text, replacement, client.encoding),
    newText: replacement.text,
  }));
  return client.documentChanges
    ? { documentChanges: [{ textDocument: { uri, version }, edits }] }
    : { changes: { [uri]: edits } };
}

interface ProgressOptions {
  readonly token: ProgressToken;
  readonly title: string;
  readonly origin: 'client' | 'server';
}

/** A token of our own is created with the client first; what happens meanwhile is sent in order after that. */
function openProgress(connection: ClientConnection, { token, title, origin }: ProgressOptions): Progress {
  const send = (value: object) => connection.notify('$/progress', { token, value });
  let ended = false;
  let waiting: object[] | undefined = origin === 'server' ? [] : undefined;
  const put = (value: object) => {
    if (waiting) waiting.push(value);
    else send(value);
  };
  put({ kind: 'begin', title, cancellable: true });
  if (origin === 'server') {
    const never = new AbortController().signal;
    void connection.request('window/workDoneProgress/create', { token }, never).then((answer) => {
      const held = waiting ?? [];
      waiting = undefined;
      // A client that refuses the token is told nothing about it.
      if (answer === undefined) ended = true;
      else for (const value of held) send(value);
    });
  }
  return {
    report(message) {
      if (!ended) put({ kind: 'report', message });
    },
    end(message) {
      if (ended) return;
      ended = true;
      put({ kind: 'end', message });
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
