/**
 * The models in use: one session for each different model the settings name for a task, opened when first asked for
 * and ended when no task names it any more.
 *
 * Law: a session opened late is told what is open, as if it had been there from the beginning.
 */

import type { Ask, AskDocument, WorkspaceEvent } from '../core/ask.ts';
import type { Clock } from '../core/clock.ts';
import { apply, compose, type Edit, noEdit } from '../core/edit.ts';
import type { Log } from '../core/log.ts';
import {
  type AnswerEvent,
  type ModelFailure,
  type ModelSession,
  noUsage,
  type SessionStatus,
} from '../core/model.ts';
import type { SettableModel } from '../features/workbench.ts';
import type { EmbeddedGateway } from '../gateway/embedded.ts';
import { createAllowance } from '../session/allowance.ts';
import { deferredSession } from '../session/deferred.ts';
import { type Environment, type ModelTask, resolveModel } from '../state/settings/resolve.ts';
import type { Settings } from '../state/settings/settings.ts';

export interface ModelsOptions {
  readonly settings: () => Settings;
  readonly environment: Environment;
  readonly embedded: EmbeddedGateway;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

interface Opened {
  readonly key: string;
  readonly session: ModelSession;
}

/** A document as it was told, and what was done to it since: no key costs a copy of the text. */
interface Mirrored {
  /** Its `version` is the present one, its `text` the one before `since`. */
  readonly document: AskDocument;
  readonly since: Edit;
}

/** Replacements that are kept apart from the text. */
const mostPending = 64;

function present({ document, since }: Mirrored): AskDocument {
  return { ...document, text: apply(document.text, since) };
}

const usedTasks = ['completion', 'edit'] as const satisfies readonly ModelTask[];

export function createModels(options: ModelsOptions): SettableModel {
  const { settings, environment, log } = options;
  // One for all hosted models, also those of earlier settings: changing them gives nothing back.
  const allowance = createAllowance(options.clock, () => settings().limits);
  const documents = new Map<string, Mirrored>();
  let folders: WorkspaceEvent | undefined;
  let sessions: readonly Opened[] = [];
  let disposed = false;

  function sessionFor(task: ModelTask): ModelSession | string {
    const resolved = resolveModel(settings(), task, environment);
    if (resolved.kind === 'invalid') return resolved.message;
    const key = JSON.stringify(resolved);
    const known = sessions.find((each) => each.key === key);
    if (known) return known.session;
    if (resolved.warning !== undefined) log('warn', resolved.warning);
    const { kind } = resolved;
    const session = deferredSession(async () => {
      const { openModel } = await import('./open-model.ts');
      return openModel(kind, resolved, { ...options, allowance });
    });
    if (folders) session.tell(folders);
    for (const mirrored of documents.values()) session.tell({ kind: 'opened', document: present(mirrored) });
    sessions = [...sessions, { key, session }];
    return session;
  }

  function remember(event: WorkspaceEvent): void {
    switch (event.kind) {
      case 'opened':
        documents.set(event.document.uri, { document: event.document, since: noEdit });
        return;
      case 'changed': {
        const before = documents.get(event.uri);
        if (!before) return;
        const { uri, version, edit } = event;
        const next = { document: { ...before.document, version }, since: compose(before.since, edit) };
        documents.set(
          uri,
          next.since.length > mostPending ? { document: present(next), since: noEdit } : next,
        );
        return;
      }
      case 'closed':
        documents.delete(event.uri);
        return;
      case 'folders':
        folders = event;
        return;
      default:
        event satisfies never;
    }
  }

  const session: ModelSession = {
    ask(ask: Ask, signal) {
      if (disposed) return failed({ code: 'disposed', message: 'Whittle is being stopped.' });
      const task = ask.task === 'complete' ? 'completion' : 'edit';
      const target = sessionFor(task);
      return typeof target === 'string'
        ? failed({ code: 'unsupported', message: target })
        : target.ask(ask, signal);
    },
    tell(event) {
      // Opens the session of ghost text, so that it is warm before it is asked.
      if (!disposed) sessionFor('completion');
      remember(event);
      for (const { session: each } of sessions) each.tell(event);
    },
    status: () => summed(sessions.map((each) => each.session.status())),
    async dispose() {
      disposed = true;
      await Promise.all(sessions.map((each) => each.session.dispose()));
      await options.embedded.dispose();
    },
  };

  return {
    session,
    settingsChanged() {
      const keys = usedTasks.map((task) => JSON.stringify(resolveModel(settings(), task, environment)));
      const unused = sessions.filter(({ key }) => !keys.includes(key));
      sessions = sessions.filter((each) => !unused.includes(each));
      for (const each of unused) void each.session.dispose();
    },
  };
}

function failed(failure: ModelFailure): AsyncIterable<AnswerEvent> {
  return (async function* () {
    yield { kind: 'failed', failure } as const;
  })();
}

function summed(all: readonly SessionStatus[]): SessionStatus {
  const [first] = all;
  if (!first) return { state: 'idle', takesAsks: false, model: '', requests: 0, usage: noUsage };
  const total = (count: (status: SessionStatus) => number) => all.reduce((sum, each) => sum + count(each), 0);
  return {
    ...first,
    requests: total(({ requests }) => requests),
    usage: {
      inputTokens: total(({ usage }) => usage.inputTokens),
      cachedTokens: total(({ usage }) => usage.cachedTokens),
      outputTokens: total(({ usage }) => usage.outputTokens),
      reasoningTokens: total(({ usage }) => usage.reasoningTokens),
    },
  };
}
