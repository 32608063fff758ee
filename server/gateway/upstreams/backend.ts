/**
 * A model server as a backend: found out about when it is first needed, then asked in the format that fits the task.
 *
 * Laws
 * - An ask is cut to the model's context; an answer that goes on for longer than was asked for is ended.
 * - Nothing of a document leaves before the user asked or edited, unless the settings say so (`ahead.ts`).
 * - What was found out is asked for anew after the server said that the model is not there, or was not there itself.
 */

import type { Ask } from '../../core/ask.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { ModelFailure } from '../../core/model.ts';
import type { Backend, BackendEvent, Conversation } from '../backend.ts';
import { isNear } from './address.ts';
import { createAhead } from './ahead.ts';
import { chooseFormats } from './choose.ts';
import type { Discovery } from './discovery.ts';
import { hostOf } from './failure.ts';
import { createFitting, type Fitting } from './fitting.ts';
import type { HttpClient } from './http.ts';
import { createUpstreamFor, formatNames } from './registry.ts';
import type { ServerFacts, Upstream, UpstreamModel } from './upstream.ts';

export interface UpstreamBackendOptions {
  readonly model: UpstreamModel;
  readonly http: HttpClient;
  readonly discovery: Discovery;
  readonly clock: Clock;
  readonly log: Log;
}

/** How one model of one server is asked. */
interface Route {
  readonly server: ServerFacts;
  /** Nothing where the model cannot do the task. */
  readonly complete: Upstream | undefined;
  readonly edit: Upstream | undefined;
  readonly nextEdit: Upstream | undefined;
  readonly fitting: Fitting;
}

type Routed = { readonly kind: 'route'; readonly route: Route } | Extract<BackendEvent, { kind: 'failed' }>;

/** Code units that one token may have before an answer is taken for endless. */
const longestToken = 16;
/** After which a server of one's own that was not there is asked again. */
const nextTryMs = 1_000;

export function createUpstreamBackend(options: UpstreamBackendOptions): Backend {
  const { model, http, discovery, clock, log } = options;
  const end = new AbortController();
  let current: Route | undefined;

  const route = async (signal: AbortSignal): Promise<Routed> => {
    const discovered = await discovery.discover(model, signal);
    if (discovered.kind === 'failed') return discovered;
    const { server } = discovered;
    if (current?.server === server) return { kind: 'route', route: current };
    const made = routeTo(server);
    if (made.kind === 'route') {
      current = made.route;
      const { complete, edit, nextEdit } = current;
      log(
        'info',
        `gateway: ${hostOf(model.url)} is ${server.kind}, model ${JSON.stringify(server.model)}: ghost text by ${complete?.format ?? 'nothing'}, edits by ${edit?.format ?? 'nothing'}, next edits by ${nextEdit?.format ?? 'nothing'}`,
      );
    }
    return made;
  };

  const routeTo = (server: ServerFacts): Routed => {
    const made = new Map<string, Upstream>();
    const first = (formats: readonly string[], task: Ask['task']): Upstream | undefined => {
      for (const format of formats) {
        const upstream =
          made.get(format) ??
          createUpstreamFor(format)?.({ model: { ...model, format }, server, http, clock, log });
        if (!upstream) continue;
        made.set(format, upstream);
        if (upstream.tasks.includes(task)) return upstream;
      }
      return undefined;
    };
    const formats = chooseFormats(model.format, server);
    const complete = first(formats.complete, 'complete');
    const edit = first(formats.edit, 'edit');
    const nextEdit = first(formats.nextEdit, 'nextEdit');
    const fitting = createFitting({
      contextTokens: server.contextTokens,
      model: server.model,
      url: model.url,
      log,
    });
    if (made.size > 0) return { kind: 'route', route: { server, complete, edit, nextEdit, fitting } };
    return failed({
      code: 'unsupported',
      message: `There is no \`model.format\` ${JSON.stringify(model.format)} for a model server: use ${formatNames()} or "auto".`,
    });
  };

  const withRoute = async function* (
    signal: AbortSignal,
    talk: (route: Route) => AsyncIterable<BackendEvent>,
    most: number,
  ): AsyncGenerator<BackendEvent, void, void> {
    const routed = await route(signal);
    if (signal.aborted) return;
    if (routed.kind === 'failed') {
      if (turnsAway(routed.failure)) ahead?.ended('turned-away');
      yield { ...routed, failure: soon(routed.failure) };
      return;
    }
    for await (const event of bounded(talk(routed.route), most)) {
      if (event.kind === 'failed' && isElsewhere(event.failure)) discovery.forget(model);
      if (event.kind === 'failed' && turnsAway(event.failure)) ahead?.ended('turned-away');
      if (event.kind === 'end') ahead?.ended('answered');
      yield event.kind === 'failed' ? { ...event, failure: soon(event.failure) } : event;
    }
  };

  /** A server of one's own is started, or loads its model, at any moment, and asking it costs nothing. */
  const soon = (failure: ModelFailure): ModelFailure =>
    isNear(model.url) && (isElsewhere(failure) || failure.code === 'busy')
      ? { retryAfterMs: nextTryMs, ...failure }
      : failure;

  const warm = async (what: Ask | Conversation, signal: AbortSignal): Promise<void> => {
    const either = AbortSignal.any([signal, end.signal]);
    const routed = await route(either);
    if (routed.kind === 'failed' || either.aborted) return;
    const { complete, edit, fitting } = routed.route;
    if ('task' in what) {
      const upstream = upstreamFor(what, routed.route);
      await upstream?.warm?.(fitting.fitted(what), either);
      return;
    }
    // The shortest answer there is: what counts is that the words were read.
    const shortest = { ...what, maxOutputTokens: 1 };
    const events = (edit?.converse ?? complete?.converse)?.(shortest, either) ?? [];
    for await (const _event of events) if (either.aborted) return;
  };

  const ahead =
    model.ahead && isNear(model.url)
      ? createAhead({
          ...model.ahead,
          clock,
          warm: (ask, signal) => warm(ask, signal).catch(() => undefined),
        })
      : undefined;

  return {
    open: (document) => ahead?.open(document),
    change: (uri, version, edit) => ahead?.change(uri, version, edit),
    close: (uri) => ahead?.close(uri),
    folders: () => undefined,
    answer(ask, signal) {
      ahead?.asked(ask.document.uri);
      const either = AbortSignal.any([signal, end.signal]);
      const talk = (chosen: Route): AsyncIterable<BackendEvent> => {
        const upstream = upstreamFor(ask, chosen);
        if (!upstream) return once(cannot(ask, chosen));
        return chosen.fitting.answer(ask, (fitted) => upstream.answer(fitted, either));
      };
      return withRoute(either, talk, ask.maxOutputTokens);
    },
    converse(conversation, signal) {
      const either = AbortSignal.any([signal, end.signal]);
      const talk = ({ edit, complete, server }: Route): AsyncIterable<BackendEvent> =>
        (edit?.converse ?? complete?.converse)?.(conversation, either) ?? once(noWords(server));
      return withRoute(either, talk, conversation.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    },
    warm,
    async models(signal) {
      const routed = await route(signal);
      if (routed.kind === 'failed') return model.name === '' ? [] : [model.name];
      return [routed.route.server.model];
    },
    dispose() {
      ahead?.dispose();
      end.abort();
      return Promise.resolve();
    },
  };
}

function upstreamFor({ task }: Ask, { complete, edit, nextEdit }: Route): Upstream | undefined {
  switch (task) {
    case 'complete':
      return complete;
    case 'nextEdit':
      return nextEdit;
    case 'edit':
    case 'fix':
    case 'review':
      return edit;
    default:
      return task satisfies never;
  }
}

/** Ends an answer that is far longer than what was asked for: there are servers that know no limit. */
async function* bounded(
  events: AsyncIterable<BackendEvent>,
  maxTokens: number,
): AsyncGenerator<BackendEvent, void, void> {
  let left = maxTokens * longestToken;
  for await (const event of events) {
    yield event;
    if (event.kind === 'end' || event.kind === 'failed') return;
    left -= event.text.length;
    if (left < 0) break;
  }
  if (left < 0) yield { kind: 'end', outcome: 'incomplete', reason: 'max_output_tokens' };
}

async function* once(event: BackendEvent): AsyncGenerator<BackendEvent, void, void> {
  yield event;
}

/** What was found is there no more, or may be another when it is there again. */
function isElsewhere({ code }: ModelFailure): boolean {
  return code === 'not-found' || code === 'offline' || code === 'barred';
}

/** What only the user can mend. */
function turnsAway({ code }: ModelFailure): boolean {
  return code === 'unauthorized' || code === 'not-found';
}

function failed(failure: ModelFailure): Extract<BackendEvent, { kind: 'failed' }> {
  return { kind: 'failed', failure };
}

function cannot({ task }: Ask, { server }: Route): BackendEvent {
  const where = `The model "${server.model}" at ${hostOf(server.root)}`;
  const message =
    task === 'complete'
      ? `${where} gives no ghost text in this \`model.format\`: set \`completion.model\` to one that does.`
      : task === 'nextEdit'
        ? `${where} only goes on with code: set \`nextEdit.model\` to one that can say the next edit, or \`nextEdit.enabled\` to false.`
        : `${where} only goes on with code: set \`edit.model\` to one that follows instructions.`;
  return failed({ code: 'unsupported', message });
}

function noWords(server: ServerFacts): BackendEvent {
  const message = `The model "${server.model}" at ${hostOf(server.root)} takes no conversation.`;
  return failed({ code: 'unsupported', message });
}
