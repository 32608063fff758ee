/** The editor as features see it, over the client's connection. */

import type { Clock } from '../core/clock.ts';
import { withoutControls } from '../core/controls.ts';
import type { Log } from '../core/log.ts';
import type { Editor, EditorAnswer, Progress, ProgressToken } from '../features/editor.ts';
import { findingSource } from '../features/review/standing.ts';
import type { ClientFeatures } from './capabilities.ts';
import type { ClientAnswer, ClientConnection } from './connection.ts';
import { severityNumbers } from './diagnostics.ts';
import { toRange } from './position.ts';
import { workspaceEdit } from './workspace-edit.ts';

/** An editor that does not ask its user answers at once; one that does is given the time to read. */
const answerWithinMs = 30_000;
const confirmWithinMs = 600_000;

const messageTypes = { error: 1, warn: 2, info: 3 } as const;

export interface EditorParts {
  readonly connection: () => ClientConnection;
  readonly client: () => ClientFeatures;
  readonly clock: Clock;
  readonly log: Log;
}

export function createEditor({ connection, client, clock, log }: EditorParts): Editor {
  return {
    async applyEdit(label, files, signal): Promise<EditorAnswer> {
      if (!client().applyEdit) return { applied: false, why: 'it does not let a server apply edits' };
      const edit = workspaceEdit(files, client());
      const asksUser =
        client().confirmsEdits || (client().changeAnnotations && files.some(({ toConfirm }) => toConfirm));
      const withinMs = asksUser ? confirmWithinMs : answerWithinMs;
      const late = new AbortController();
      const forget = clock.after(withinMs, () => late.abort());
      const either = AbortSignal.any([signal, late.signal]);
      const answer = await connection().answer(
        'workspace/applyEdit',
        client().editLabels ? { label: withoutControls(label), edit } : { edit },
        either,
      );
      forget();
      if (late.signal.aborted)
        return { applied: false, why: `it did not answer within ${withinMs / 1000} seconds`, isOpen: true };
      const said = applied(answer);
      return said.applied ? said : { ...said, byUser: asksUser };
    },
    canApply: () => client().applyEdit,
    canCreate: () => client().documentChanges && client().createsFiles,
    canChoose: () => client().questions,
    showsLive: () => client().liveEdits,
    progress(token, title, origin): Progress {
      if (origin === 'server' && !client().progress) return { report() {}, end() {} };
      return openProgress(connection(), { token, title, origin });
    },
    async choose(message, titles, signal) {
      const shown = titles.map(withoutControls);
      const actions = shown.map((title) => ({ title }));
      const params = { type: messageTypes.info, message: withoutControls(message), actions };
      const answer = await connection().request('window/showMessageRequest', params, signal);
      const title = isObject(answer) ? answer.title : undefined;
      const index = typeof title === 'string' ? shown.indexOf(title) : -1;
      return index === -1 ? undefined : index;
    },
    showFindings(uri, snapshot, findings) {
      const diagnostics = snapshot
        ? findings.map(({ id, severity, message, ...place }) => ({
            range: toRange(snapshot.text, place, client().encoding),
            severity: severityNumbers[severity],
            source: findingSource,
            code: id,
            message: withoutControls(message),
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
        message: `Whittle: ${withoutControls(message)}`,
      });
    },
  };
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
  put({ kind: 'begin', title: withoutControls(title), cancellable: true });
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
    report(message, percentage) {
      if (!ended)
        put({
          kind: 'report',
          message: withoutControls(message),
          ...(percentage === undefined ? {} : { percentage }),
        });
    },
    end(message) {
      if (ended) return;
      ended = true;
      put({ kind: 'end', message: withoutControls(message) });
    },
  };
}

function applied(answer: ClientAnswer): EditorAnswer {
  if (answer.kind === 'refused') return { applied: false, why: answer.message };
  if (answer.kind === 'gone' || !isObject(answer.value)) return { applied: false, why: 'it did not answer' };
  const { applied, failureReason } = answer.value;
  if (applied === true) return { applied };
  return { applied: false, why: typeof failureReason === 'string' ? failureReason : '' };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
