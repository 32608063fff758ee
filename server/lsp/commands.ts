/**
 * `workspace/executeCommand`: each command takes one object. Expected outcomes never reject; a request whose
 * argument is malformed does, naming the field. Commands that work answer at once with a token, unless `wait`
 * asks for the outcome: eglot blocks on them, Helix gives up after twenty seconds.
 */

import type { Editor, ProgressToken } from '../features/editor.ts';
import type { Called, Edits, NextOutcome } from '../features/edits/edits.ts';
import { type EditOutcome, failure } from '../features/edits/outcome.ts';
import type { Runs } from '../features/edits/run.ts';
import type { Inline } from '../features/inline.ts';
import type { Switch } from '../features/switch.ts';
import type { Documents } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { readDiagnostics } from './diagnostics.ts';
import {
  boolean,
  type Fields,
  list,
  Malformed,
  number,
  object,
  optional,
  position,
  range,
  string,
} from './params.ts';
import { toOffset, toRange, toSpan } from './position.ts';

export interface CommandParts {
  readonly documents: Documents;
  readonly edits: Edits;
  readonly runs: Runs;
  readonly inline: Inline;
  readonly onOff: Switch;
  readonly editor: Editor;
  readonly client: () => ClientFeatures;
  readonly newId: () => string;
  readonly status: () => object;
  /** State changed that clients show. */
  readonly announce: () => void;
}

type Command = (argument: Fields, parts: CommandParts, call: Call) => unknown;

/** What the request itself brings. */
interface Call {
  readonly workDoneToken: ProgressToken | undefined;
}

const commands: Readonly<Record<string, Command>> = {
  'whittle.edit': (argument, parts, call) => {
    const instruction = string(argument.instruction, 'instruction');
    const region = span(argument, 'range', parts);
    const removing = span(argument, 'comment', parts);
    return working(argument, parts, call, (called) =>
      parts.edits.instruct(called, {
        instruction,
        ...(region ? { region } : {}),
        ...(removing ? { removing } : {}),
      }),
    );
  },
  'whittle.fix': (argument, parts, call) => {
    const text = parts.documents.get(string(argument.uri, 'uri'))?.text;
    const { encoding } = parts.client();
    const read = text ? readDiagnostics(argument.diagnostics, 'diagnostics', { text, encoding }) : [];
    const targets = read.map(({ diagnostic }) => diagnostic);
    const region = span(argument, 'range', parts) ?? targets[0] ?? { start: 0, end: 0 };
    return working(argument, parts, call, (called) => parts.edits.fix(called, { region, targets }));
  },
  'whittle.repeatEdit': (argument, parts, call) =>
    working(argument, parts, call, (called) => parts.edits.repeat(called)),
  'whittle.nextEdit': async (argument, parts, call) => {
    const uri = string(argument.uri, 'uri');
    const at = position(argument.position, 'position');
    const apply = optional(boolean)(argument.apply, 'apply') ?? false;
    const snapshot = parts.documents.get(uri);
    const cursor = snapshot ? toOffset(snapshot.text, at, parts.client().encoding) : 0;
    const { called } = calledFor(argument, parts, call);
    return nextAnswer(await parts.edits.next(called, { cursor, apply }), parts);
  },
  'whittle.review': () =>
    failure('unsupported', 'Reviews are not part of this version yet; ask for a change with `whittle.edit`.'),
  'whittle.steer': (argument, parts) => {
    const instruction = string(argument.instruction, 'instruction');
    return parts.runs.steer(instruction, readToken(argument.token))
      ? { ok: true }
      : failure('not-found', 'No edit is under way that could be redirected.');
  },
  'whittle.cancel': (argument, parts) =>
    parts.runs.cancel(readToken(argument.token))
      ? { ok: true }
      : failure('not-found', 'No edit is under way that could be stopped.'),
  'whittle.hunk': (argument, parts) =>
    parts.edits.hunk(string(argument.id, 'id'), boolean(argument.keep, 'keep')),
  'whittle.accept': (argument, parts) =>
    parts.inline.accepted(string(argument.id, 'id')) ? { ok: true } : unknownSuggestion(),
  'whittle.reject': (argument, parts) =>
    parts.inline.rejected(string(argument.id, 'id')) ? { ok: true } : unknownSuggestion(),
  'whittle.toggle': (argument, parts) => {
    const on = optional(boolean)(argument.on, 'on');
    const language = optional(string)(argument.language, 'language');
    const uri = optional(string)(argument.uri, 'uri');
    const now = parts.onOff.toggle({
      ...(on === undefined ? {} : { on }),
      ...(language === undefined ? {} : { language }),
      ...(uri === undefined ? {} : { uri }),
    });
    parts.announce();
    return { ok: true, on: now };
  },
  'whittle.snooze': (argument, parts) => {
    const minutes = number(argument.minutes, 'minutes');
    parts.onOff.snooze(minutes);
    parts.announce();
    return { ok: true, minutes: Math.max(0, minutes) };
  },
  'whittle.status': (_argument, parts) => parts.status(),
};

export const commandNames: readonly string[] = Object.keys(commands);

export function executeCommand(params: Fields, parts: CommandParts): unknown {
  const name = string(params.command, 'command');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Malformed(`'command' names '${name}', which Whittle does not have.`);
  const given = optional(list((value) => value))(params.arguments, 'arguments') ?? [];
  const argument = given[0] === undefined || given[0] === null ? {} : object(given[0], 'arguments[0]');
  return command(argument, parts, { workDoneToken: readToken(params.workDoneToken) });
}

/** Answers at once, or with the outcome where `wait` asks for it. What ends badly unseen is said in the editor. */
function working(
  argument: Fields,
  parts: CommandParts,
  call: Call,
  run: (called: Called) => Promise<EditOutcome>,
): unknown {
  const wait = optional(boolean)(argument.wait, 'wait') ?? false;
  const { called } = calledFor(argument, parts, call);
  const outcome = run(called);
  if (wait) return outcome;
  void outcome.then((ended) => {
    if (!ended.ok && ended.reason !== 'cancelled' && ended.reason !== 'superseded')
      parts.editor.say('warn', ended.message);
  });
  return { ok: true, token: called.token };
}

function calledFor(argument: Fields, parts: CommandParts, call: Call): { readonly called: Called } {
  const uri = string(argument.uri, 'uri');
  const given = readToken(argument.token) ?? call.workDoneToken;
  const token = given ?? `whittle-${parts.newId()}`;
  return { called: { uri, token, origin: given === undefined ? 'server' : 'client' } };
}

function nextAnswer(next: NextOutcome, { client }: CommandParts): object {
  if (next.kind === 'none') return next.outcome;
  const { snapshot, replacement, outcome } = next;
  if (outcome && !outcome.ok) return outcome;
  const { uri, version, text } = snapshot;
  const range = toRange(text, replacement, client().encoding);
  return {
    ok: true,
    edits: outcome ? 1 : 0,
    files: outcome ? 1 : 0,
    next: { uri, version, range, text: replacement.text },
  };
}

function span(argument: Fields, field: 'range' | 'comment', { documents, client }: CommandParts) {
  const given = optional(range)(argument[field], field);
  const text = documents.get(string(argument.uri, 'uri'))?.text;
  return given && text ? toSpan(text, given, client().encoding) : undefined;
}

function readToken(value: unknown): ProgressToken | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value === undefined || value === null) return undefined;
  throw new Malformed("'token' must be a string or a number.");
}

function unknownSuggestion(): EditOutcome {
  return failure('not-found', 'No suggestion with this id is known any more.');
}
