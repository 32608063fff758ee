/**
 * The models in use: one session for each different model the settings name for a task, opened when first asked for
 * and ended when no task names it any more.
 *
 * Law: a session opened late is told what is open, as if it had been there from the beginning.
 */

import type { Ask, AskDocument, WorkspaceEvent } from '../core/ask.ts';
import { createBehind } from '../core/behind.ts';
import type { Clock } from '../core/clock.ts';
import { apply, compose, type Edit, noEdit } from '../core/edit.ts';
import type { Log } from '../core/log.ts';
import { addLedgers, emptyLedger, type Ledger, type RequestRecord } from '../core/measured.ts';
import {
  type AnswerEvent,
  addUsage,
  type ModelFailure,
  type ModelSession,
  noUsage,
  type SessionStatus,
  takesAsks,
} from '../core/model.ts';
import type { SettableModel } from '../features/workbench.ts';
import type { EmbeddedGateway } from '../gateway/embedded.ts';
import { type Allowance, createAllowance } from '../session/allowance.ts';
import { deferredSession } from '../session/deferred.ts';
import type { Environment, ModelTask } from '../state/settings/resolve.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { StoredSpending } from '../state/workspace/spending.ts';
import { createResolved } from './resolved.ts';

export interface ModelsOptions {
  readonly settings: () => Settings;
  readonly environment: Environment;
  readonly embedded: EmbeddedGateway;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Names of sessions in a trace. */
  readonly newId?: () => string;
  /** What was spent today; where there is none, a restart forgets it. */
  readonly openSpending?: () => Promise<StoredSpending>;
  /** What a session's `status` tells may have changed. */
  readonly changed?: () => void;
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

const usedTasks = ['completion', 'edit', 'nextEdit'] as const satisfies readonly ModelTask[];

export function createModels(options: ModelsOptions): SettableModel {
  const { settings, environment, log, clock } = options;
  const resolved = createResolved(settings, environment);
  let spending: Promise<StoredSpending | undefined> | undefined;
  let allowance: Promise<Allowance> | undefined;
  const behind = createBehind();
  const documents = new Map<string, Mirrored>();
  let folders: WorkspaceEvent | undefined;
  let sessions: readonly Opened[] = [];
  let disposed = false;
  /** Sessions that no setting names any more: what runs there is billed by their end. */
  const ending = new Map<ModelSession, Promise<void>>();
  /** Of sessions that have ended. */
  let past = noTotals;

  /** One for all hosted models, also those of earlier settings: changing them gives nothing back. */
  async function openAllowance(): Promise<Allowance> {
    spending ??= openedSpending();
    const stored = await spending;
    const limits = () => settings().limits;
    return createAllowance({ clock, epochMs: Date.now, limits, ...(stored ? { spending: stored } : {}) });
  }

  async function openedSpending(): Promise<StoredSpending | undefined> {
    const stored = await options.openSpending?.();
    await stored?.load();
    return stored;
  }

  function sessionFor(task: ModelTask | 'local'): ModelSession | string {
    const { model, key } = resolved(task);
    if (model.kind === 'invalid') return model.message;
    const known = sessions.find((each) => each.key === key);
    if (known) return known.session;
    if (model.warning !== undefined) log('warn', model.warning);
    const { kind } = model;
    // What only edits are asked of is given what an edit may bring.
    const aheadTokens = (): number => {
      const { completionTokens, editTokens } = settings().context;
      const isOf = (each: ModelTask) => key === resolved(each).key;
      return isOf('completion') || isOf('nextEdit') ? completionTokens : editTokens;
    };
    const session = deferredSession(async () => {
      const { openModel } = await import('./open-model.ts');
      if (kind === 'embedded') return openModel(kind, model, options);
      allowance ??= openAllowance();
      return openModel(kind, model, { ...options, aheadTokens, behind, allowance: await allowance });
    });
    if (folders) session.tell(folders);
    for (const mirrored of documents.values()) session.tell({ kind: 'opened', document: present(mirrored) });
    sessions = [...sessions, { key, session }];
    return session;
  }

  async function end(unused: ModelSession): Promise<void> {
    await unused.dispose();
    ending.delete(unused);
    past = totals([unused.status()], past);
    options.changed?.();
  }

  /** What ghost text would ask, before it has. */
  function chosenModel(): string {
    const { model } = resolved('completion');
    return model.kind === 'invalid' ? '' : model.kind === 'embedded' ? 'embedded' : model.name;
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
      const isLocal = ask.task === 'complete' && ask.local === true;
      const task = isLocal ? 'local' : taskOf(ask);
      const target = sessionFor(task);
      return typeof target === 'string'
        ? failed({ code: 'unsupported', message: target })
        : ask.task === 'complete'
          ? target.ask(ask, signal)
          : toldWhy(target.ask(ask, signal), () => disposed);
    },
    tell(event) {
      const opened = sessions;
      remember(event);
      // With the first document the session of ghost text is opened, so that it is warm before it is asked.
      if (!disposed && documents.size > 0 && settings().completion.enabled) sessionFor('completion');
      // One that was opened just now has been told.
      for (const { session: each } of opened) each.tell(event);
    },
    status: () =>
      summed(
        sessions.map((each) => each.session.status()),
        totals(
          [...ending.keys()].map((each) => each.status()),
          past,
        ),
        chosenModel(),
      ),
    takesAsks() {
      const [first] = sessions;
      return first !== undefined && takesAsks(first.session);
    },
    applied(request) {
      for (const { session: each } of sessions) each.applied?.(request);
    },
    async dispose() {
      disposed = true;
      await Promise.all([...sessions.map((each) => each.session.dispose()), ...ending.values()]);
      await (await spending)?.dispose();
      await options.embedded.dispose();
    },
  };

  return {
    session,
    settingsChanged() {
      const tasks = settings().completion.hedge ? ([...usedTasks, 'local'] as const) : usedTasks;
      const keys = tasks.map((task) => resolved(task).key);
      const unused = sessions.filter(({ key }) => !keys.includes(key));
      sessions = sessions.filter((each) => !unused.includes(each));
      for (const each of unused) ending.set(each.session, end(each.session));
    },
  };
}

/** A session that ends before the server does ends because no setting names its model any more. */
async function* toldWhy(
  events: AsyncIterable<AnswerEvent>,
  isStopping: () => boolean,
): AsyncIterable<AnswerEvent> {
  for await (const event of events) {
    const isGone = event.kind === 'failed' && event.failure.code === 'disposed' && !isStopping();
    yield isGone ? { kind: 'failed', failure: modelChanged } : event;
  }
}

const modelChanged: ModelFailure = {
  code: 'disposed',
  message: "The model's settings changed while it answered; run it again.",
};

function taskOf({ task }: Ask): ModelTask {
  switch (task) {
    case 'complete':
      return 'completion';
    case 'nextEdit':
      return 'nextEdit';
    case 'edit':
    case 'fix':
    case 'review':
      return 'edit';
    default:
      return task satisfies never;
  }
}

function failed(failure: ModelFailure): AsyncIterable<AnswerEvent> {
  return (async function* () {
    yield { kind: 'failed', failure } as const;
  })();
}

type Totals = Pick<SessionStatus, 'requests' | 'usage'> & { readonly ledger: Ledger };

const noTotals: Totals = { requests: 0, usage: noUsage, ledger: emptyLedger };

function totals(all: readonly SessionStatus[], past: Totals): Totals {
  return all.reduce<Totals>(
    (sum, { requests, usage, measured }) => ({
      requests: sum.requests + requests,
      usage: addUsage(sum.usage, usage),
      ledger: measured ? addLedgers(sum.ledger, measured.ledger) : sum.ledger,
    }),
    past,
  );
}

/** The state is that of the first, which is the one for ghost text; the counts are those of all. */
function summed(all: readonly SessionStatus[], past: Totals, model: string): SessionStatus {
  const { ledger, ...counts } = totals(all, past);
  const [first] = all;
  const idle = { state: 'idle', takesAsks: false, model } as const;
  if (!first && counts.requests === 0) return { ...idle, ...counts };
  const measured = all.flatMap((each) => each.measured ?? []);
  return {
    ...(first ?? idle),
    ...counts,
    measured: {
      running: measured.reduce((sum, { running }) => sum + running, 0),
      // Read for a user who asks, and not with every change.
      get records() {
        return byAge(measured.flatMap(({ records }) => records));
      },
      get newest() {
        return byAge(measured.flatMap(({ newest }) => newest ?? [])).at(-1);
      },
      ledger,
      get speeds() {
        return first?.measured?.speeds ?? {};
      },
    },
  };
}

function byAge(records: readonly RequestRecord[]): readonly RequestRecord[] {
  return records.toSorted((a, b) => a.at - b.at);
}
