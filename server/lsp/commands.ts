/**
 * `workspace/executeCommand`: each command takes one object. Expected outcomes never reject; a request whose
 * argument is malformed does, naming the field. Commands that work answer at once with a token, unless `wait`
 * asks for the outcome: eglot blocks on them, Helix gives up after twenty seconds.
 */

import type { Region } from '../core/ask.ts';
import type { Diagnostics } from '../features/diagnostics.ts';
import type { Editor, ProgressToken } from '../features/editor.ts';
import type { Called, Edits } from '../features/edits/edits.ts';
import { type EditOutcome, failure, nothingSaid } from '../features/edits/outcome.ts';
import type { Runs } from '../features/edits/run.ts';
import type { Inline } from '../features/inline.ts';
import type { NextEdits } from '../features/next-edit/next-edits.ts';
import type { ReviewOutcome, Reviews } from '../features/review/reviews.ts';
import type { Switch } from '../features/switch.ts';
import type { Documents } from '../state/documents.ts';
import type { ClientFeatures } from './capabilities.ts';
import { describe } from './connection.ts';
import { readDiagnostics } from './diagnostics.ts';
import { chooseAction } from './more.ts';
import { doNext, whereNext } from './next-edit.ts';
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
  returned,
  string,
} from './params.ts';
import { toSpan } from './position.ts';
import { answerInWords } from './told-answers.ts';

export interface CommandParts {
  readonly documents: Documents;
  readonly edits: Edits;
  readonly runs: Runs;
  readonly reviews: Reviews;
  readonly inline: Inline;
  readonly diagnostics: Diagnostics;
  readonly nextEdits: NextEdits;
  readonly onOff: Switch;
  readonly editor: Editor;
  readonly client: () => ClientFeatures;
  readonly newId: () => string;
  readonly pathOf: (uri: string) => string;
  readonly status: () => object;
  readonly codeActions: (params: Fields) => readonly object[];
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
  /** Aborted when the client cancels the request. */
  readonly cancelled: AbortSignal;
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
    const region = regionOf(argument, parts);
    const removing = commentOf(argument, parts);
    const called = calledFor(argument, parts, call);
    const what = {
      instruction,
      ...(region ? { region } : {}),
      ...(region && optional(boolean)(argument.bounded, 'bounded') ? { bounded: true as const } : {}),
      ...(removing ? { removing } : {}),
    };
    return working(argument, parts, { called, run: () => parts.edits.instruct(called, what) });
  },
  'whittle.fix': (argument, parts, call) => {
    const uri = string(argument.uri, 'uri');
    const text = parts.documents.get(uri)?.text;
    const { encoding } = parts.client();
    const place = text && { uri, text, encoding, pathOf: parts.pathOf };
    const read = place ? readDiagnostics(argument.diagnostics, 'diagnostics', place) : [];
    const targets = read.map(({ diagnostic }) => diagnostic);
    const region = regionOf(argument, parts) ?? targets[0] ?? { start: 0, end: 0 };
    const called = calledFor(argument, parts, call);
    return working(argument, parts, { called, run: () => parts.edits.fix(called, { region, targets }) });
  },
  'whittle.repeatEdit': (argument, parts, call) => {
    const called = calledFor(argument, parts, call);
    return working(argument, parts, { called, run: () => parts.edits.repeat(called) });
  },
  'whittle.nextEdit': (argument, parts, call) => {
    const signal = AbortSignal.any([parts.signal, parts.cancelled]);
    position(argument.position, 'position');
    const called = calledFor(argument, parts, call);
    if (!optional(boolean)(argument.apply, 'apply')) return whereNext(argument, parts, signal);
    return working(argument, parts, { called, run: () => doNext(argument, { parts, called, signal }) });
  },
  'whittle.review': (argument, parts, call) => {
    const region = regionOf(argument, parts);
    const what = optional(boolean)(argument.changes, 'changes') ? 'changes' : 'everything';
    const called = calledFor(argument, parts, call);
    const run = () => parts.reviews.start(called, { what, ...(region ? { region } : {}) });
    return working(argument, parts, { called, run });
  },
  'whittle.finding': (argument, parts, call) => {
    const id = string(argument.id, 'id');
    if (argument.do === 'dismiss') {
      return parts.reviews.dismiss(id) ? { ok: true } : failure('not-found', 'This finding is gone already.');
    }
    const called = calledFor(argument, parts, call);
    return working(argument, parts, { called, run: () => parts.reviews.fix(called, id) });
  },
  'whittle.steer': (argument, parts) => {
    const instruction = string(argument.instruction, 'instruction');
    if (instruction.trim() === '') return nothingSaid;
    const comment = argument.uri === undefined ? undefined : commentOf(argument, parts);
    const removing = comment ? { removing: [{ ...comment, text: '' }] } : {};
    return parts.runs.steer({ instruction, ...removing }, readToken(argument.token))
      ? { ok: true }
      : failure('not-found', 'No edit is under way that could be redirected.');
  },
  'whittle.cancel': (argument, parts) =>
    parts.runs.cancel(readToken(argument.token)) || parts.reviews.cancel(readToken(argument.token))
      ? { ok: true }
      : failure('not-found', 'No edit is under way that could be stopped.'),
  'whittle.hunk': (argument, parts) => {
    const id = string(argument.id, 'id');
    if (returned(argument.keep, 'keep')) {
      const included = parts.edits.include(id);
      if (!included) return parts.edits.keep(id);
      return working(argument, parts, { called: undefined, run: () => included });
    }
    return ofHunk(argument, parts, parts.edits.revert(id));
  },
  'whittle.undo': (argument, parts) => {
    const id = string(argument.id, 'id');
    return ofHunk(argument, parts, parts.edits.undo(id));
  },
  'whittle.retry': (argument, parts, call) => {
    const id = string(argument.id, 'id');
    const how = argument.how === 'smaller' ? 'smaller' : 'again';
    const called = calledFor(argument, parts, call);
    return working(argument, parts, { called, run: () => parts.edits.retry(called, id, how) });
  },
  'whittle.accept': (argument, parts) =>
    ofSuggestion(argument, (id) => parts.inline.accepted(id) || parts.nextEdits.accepted(id)),
  'whittle.reject': (argument, parts) =>
    ofSuggestion(argument, (id) => parts.inline.rejected(id) || parts.nextEdits.rejected(id)),
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
  'whittle.more': (argument, parts) => {
    const { editor, codeActions, signal } = parts;
    const execute = (params: Fields) => executeCommand(params, parts);
    chooseAction(argument, { editor, codeActions, execute, signal }).catch((error: unknown) =>
      editor.say('error', `The action failed inside Whittle: ${describe(error)}`),
    );
    return { ok: true };
  },
};

export const commandNames: readonly string[] = Object.keys(commands);

export function executeCommand(params: Fields, parts: CommandParts): unknown {
  const name = string(params.command, 'command');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Malformed(`'command' names '${name}', which Whittle does not have.`);
  const given = optional(list((value) => value))(params.arguments, 'arguments') ?? [];
  const argument = given[0] === undefined || given[0] === null ? {} : object(given[0], 'arguments[0]');
  const answer = command(argument, parts, { workDoneToken: readToken(params.workDoneToken) });
  const words = parts.client().showsAnswers ? undefined : answerInWords(name, argument, answer);
  if (words !== undefined) parts.editor.say('info', words);
  return answer;
}

/** Of a review, which leaves nothing to be seen then. */
const nothingFound = 'The review found nothing.';

interface Work {
  /** Nothing for work that is too short to be followed. */
  readonly called: Called | undefined;
  readonly run: () => Promise<EditOutcome | ReviewOutcome>;
}

/** Answers at once, or with the outcome where `wait` asks for it. What ends unseen is said in the editor. */
function working(
  argument: Fields,
  { editor, runs, reviews, cancelled }: CommandParts,
  { called, run }: Work,
): unknown {
  const wait = optional(boolean)(argument.wait, 'wait') ?? false;
  const outcome = run();
  if (wait) {
    // Who waits for it can call it off; who was answered at once has `whittle.cancel`.
    if (called)
      cancelled.addEventListener(
        'abort',
        () => void (runs.cancel(called.token) || reviews.cancel(called.token)),
      );
    return outcome;
  }
  outcome.then(
    (ended) => {
      if (ended.ok) {
        if ('findings' in ended && ended.findings === 0) editor.say('info', nothingFound);
      } else if (ended.reason !== 'cancelled' && ended.reason !== 'superseded')
        editor.say('warn', ended.message);
    },
    (error: unknown) => editor.say('error', `The edit failed inside Whittle: ${describe(error)}`),
  );
  return { ok: true, ...(called ? { token: called.token } : {}) };
}

/** What is known at once is the answer, also where nobody waits; menus do not look at answers, so a failure is said. */
function ofHunk(argument: Fields, parts: CommandParts, outcome: EditOutcome | Promise<EditOutcome>): unknown {
  if (outcome instanceof Promise) return working(argument, parts, { called: undefined, run: () => outcome });
  if (!outcome.ok && !optional(boolean)(argument.wait, 'wait')) parts.editor.say('warn', outcome.message);
  return outcome;
}

/** Only the request's own token may be used unasked; any other is made known to the client first. */
function calledFor(argument: Fields, parts: CommandParts, { workDoneToken }: Call): Called {
  const uri = string(argument.uri, 'uri');
  const token = readToken(argument.token) ?? workDoneToken ?? `whittle-${parts.newId()}`;
  return { uri, token, origin: token === workDoneToken ? 'client' : 'server' };
}

function regionOf(argument: Fields, { documents, client }: CommandParts): Region | undefined {
  const given = optional(range)(argument.range, 'range');
  const text = documents.get(string(argument.uri, 'uri'))?.text;
  return given && text ? toSpan(text, given, client().encoding) : undefined;
}

/** The instruction comment that goes with the edit: where it was listed, or where it moved since; never other text. */
function commentOf(argument: Fields, { documents, client }: CommandParts): Region | undefined {
  const comment = optional(object)(argument.comment, 'comment');
  if (!comment) return undefined;
  const listed = range(comment.range, 'comment.range');
  const words = string(comment.text, 'comment.text');
  const text = documents.get(string(argument.uri, 'uri'))?.text;
  if (!text || words === '') return undefined;
  const place = toSpan(text, listed, client().encoding);
  if (text.value.slice(place.start, place.end) === words) return place;
  const start = text.value.indexOf(words);
  if (start === -1 || text.value.includes(words, start + 1)) return undefined;
  return { start, end: start + words.length };
}

function readToken(value: unknown): ProgressToken | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value === undefined || value === null) return undefined;
  throw new Malformed("'token' must be a string or a number.");
}

function ofSuggestion(argument: Fields, isKnown: (id: string) => boolean): object {
  if (isKnown(string(argument.id, 'id'))) return { ok: true };
  return failure('not-found', 'No suggestion with this id is known any more.');
}
