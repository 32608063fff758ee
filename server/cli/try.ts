/** `whittle try`: the real server, asked as an editor asks it; prints what would be on screen and where the time went. */

import { type Edit, sizeOf } from '../core/edit.ts';
import { silenceReasons } from '../core/suggestion.ts';
import {
  lineCount,
  lineEnd,
  lineStart,
  lineText,
  offsetAt,
  type Position,
  positionAt,
  type Text,
  toText,
} from '../core/text.ts';
import { type Console, type ExitCode, exitCodeOf } from './console.ts';
import { type HeadlessEditor, passOn, ServerEnded, type StartEditor, startEditor } from './editor.ts';
import { type ReadFile, readTextFile } from './file.ts';
import { type Place, readPlace, wrongLines } from './place.ts';
import { wordDiff } from './word-diff.ts';

export interface TryOptions {
  /** `FILE[:LINE[:COLUMN]]`, at least one. */
  readonly places: readonly string[];
  readonly instruction?: string;
  /** As if the rest of the line were not written yet, in memory only. */
  readonly cut: 'rest-of-line' | 'nothing';
}

/** Lines shown above and below the cursor. */
const around = 4;
/** A first start reads the workspace, and an answer knows more once it is read. */
const patienceMs = 4_000;
const againAfterMs = 150;

export async function tryPlaces(
  options: TryOptions,
  console: Console,
  start: StartEditor = startEditor,
): Promise<ExitCode> {
  const { complain } = console;
  const read = options.places.map((argument) => ({ place: readPlace(argument), argument }));
  const files = read.map(({ place }) => readTextFile(place.file, console.folder));
  for (const [index, file] of files.entries()) {
    const wrong = file.kind === 'unreadable' ? file.message : wrongPlace(file.text, read[index]?.place);
    if (wrong !== undefined) {
      complain(wrong);
      return 2;
    }
  }
  try {
    return await tried(options, console, { read, files, start });
  } catch (error) {
    if (!(error instanceof ServerEnded)) throw error;
    complain(error.message);
    return 4;
  }
}

/** What came of one place, and what was said of it. */
interface Ended {
  readonly code: ExitCode;
  readonly said?: string;
}

const shown: Ended = { code: 0 };
/** The worst first; one place that shows something is enough. */
const worst: readonly ExitCode[] = [0, 4, 3, 1];

/** Silence that is no answer of the model. */
const silenceCodes: Readonly<Record<string, ExitCode>> = {
  excluded: 3,
  offline: 4,
  failed: 4,
  busy: 4,
  limit: 4,
  unsupported: 4,
};

interface Tried {
  readonly read: readonly { readonly place: Place; readonly argument: string }[];
  readonly files: readonly ReadFile[];
  readonly start: StartEditor;
}

async function tried(
  options: TryOptions,
  console: Console,
  { read, files, start }: Tried,
): Promise<ExitCode> {
  const { print, paint } = console;
  const started = performance.now();
  const editor = await start({ command: console.command, folder: console.folder });
  print(paint.faint(`server ready after ${ms(performance.now() - started)}`));
  const ends: Ended[] = [];
  try {
    for (const [index, { place, argument }] of read.entries()) {
      const file = files[index];
      if (file?.kind !== 'text') continue;
      print('');
      print(paint.strong(argument));
      const ended =
        options.instruction === undefined
          ? await tryGhostText(editor, { ...file, place, cut: options.cut }, console)
          : await tryInstruction(editor, { ...file, place, instruction: options.instruction }, console);
      ends.push(ended);
    }
    passOn(editor, console, ...ends.map(({ said }) => said));
  } finally {
    await editor.close();
  }
  return worst.find((code) => ends.some((ended) => ended.code === code)) ?? 1;
}

interface Opened {
  readonly path: string;
  readonly text: string;
  readonly place: Place;
}

async function tryGhostText(
  editor: HeadlessEditor,
  opened: Opened & { readonly cut: TryOptions['cut'] },
  console: Console,
): Promise<Ended> {
  const { print, paint } = console;
  const whole = toText(opened.text);
  const at = offsetAt(whole, cursorOf(whole, opened.place));
  const cutEnd = opened.cut === 'rest-of-line' ? lineEnd(whole, positionAt(whole, at).line) : at;
  const text = toText(opened.text.slice(0, at) + opened.text.slice(cutEnd));
  const position = positionAt(text, at);
  const uri = editor.open(opened.path, text.value);
  const heard = editor.messages.length;
  const warned = editor.warnings.length;
  const first = performance.now();
  let asked = first;
  let item: GhostItem | undefined;
  let status: StatusReport;
  let answered: number;
  for (;;) {
    item = firstItem(
      await editor.request('textDocument/inlineCompletion', {
        textDocument: { uri },
        position,
        // Asked again, the model is asked anew; a cache would answer an automatic request.
        context: { triggerKind: asked === first ? 2 : 1 },
      }),
    );
    answered = performance.now();
    status = await readStatus(editor);
    if (status.learning !== true || performance.now() - first > patienceMs) break;
    await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    asked = performance.now();
  }
  if (!item) {
    const reason = status.lastSilence ?? '';
    const code = silenceCodes[reason] ?? 1;
    const why =
      reason in silenceReasons
        ? silenceReasons[reason as keyof typeof silenceReasons]
        : 'the status does not say why.';
    // What is wrong with the model, and what to do.
    const said =
      code === 4
        ? (editor.messages.slice(heard).at(-1) ?? status.message ?? editor.warnings.slice(warned).at(-1))
        : undefined;
    print(paint.text(`nothing is suggested here: ${said ?? why}`));
    return { code, ...(said === undefined ? {} : { said }) };
  }
  const start = offsetAt(text, item.range.start);
  const end = offsetAt(text, item.range.end);
  const from = lineStart(text, Math.max(0, position.line - around));
  const to = lineEnd(text, Math.min(lineCount(text) - 1, position.line + around));
  print(
    paint.text(text.value.slice(from, start)) +
      paint.ghost(item.insertText) +
      paint.text(text.value.slice(end, to)),
  );
  if (cutEnd > at) {
    const truth = opened.text.slice(at, cutEnd);
    print(paint.faint(`what stood there: ${truth}`));
  }
  print(paint.faint(timing(status, answered - asked)));
  return shown;
}

async function tryInstruction(
  editor: HeadlessEditor,
  opened: Opened & { readonly instruction: string },
  console: Console,
): Promise<Ended> {
  const { print, paint } = console;
  const text = toText(opened.text);
  const uri = editor.open(opened.path, opened.text);
  const line = opened.place.line === undefined ? undefined : opened.place.line - 1;
  const range =
    line === undefined
      ? undefined
      : { start: { line, character: 0 }, end: { line, character: lineText(text, line).length } };
  const asked = performance.now();
  const outcome = await editor.request('workspace/executeCommand', {
    command: 'whittle.edit',
    arguments: [{ uri, instruction: opened.instruction, wait: true, ...(range ? { range } : {}) }],
  });
  const answered = performance.now();
  const last = editor.applied.at(-1);
  if (!isRecord(outcome) || outcome.ok !== true || !last) {
    const { message, reason } = isRecord(outcome) ? outcome : {};
    const said = typeof message === 'string' ? message : 'The server gave no reason.';
    print(paint.text(said));
    return { code: exitCodeOf(reason), said };
  }
  print(wordDiff(last.before, last.edit, paint));
  print(paint.faint(`${changed(last.edit)}; ${timing(await readStatus(editor), answered - asked)}`));
  return shown;
}

/** A cursor may stand behind the last line's end. */
function wrongPlace(text: string, place: Place | undefined): string | undefined {
  if (place?.line === undefined) return undefined;
  const { file, line } = place;
  const whole = toText(text);
  return line === lineCount(whole) ? undefined : wrongLines(whole, { file, from: line, to: line });
}

function cursorOf(text: Text, { line, column }: Place): Position {
  if (line === undefined) return positionAt(text, text.value.length);
  const zeroBased = line - 1;
  return {
    line: zeroBased,
    character: column === undefined ? lineText(text, zeroBased).length : Math.max(0, column - 1),
  };
}

interface GhostItem {
  readonly insertText: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** The answer of this same program's server; anything else shows as nothing. */
function firstItem(answer: unknown): GhostItem | undefined {
  const items = isRecord(answer) && Array.isArray(answer.items) ? answer.items : [];
  return items[0] as GhostItem | undefined;
}

interface StatusReport {
  readonly lastSilence?: string;
  /** What is wrong with the model. */
  readonly message?: string;
  readonly lastLatencyMs?: number;
  readonly lastAnswer?: Readonly<Record<string, number>>;
  readonly model?: string;
  readonly learning?: boolean;
}

async function readStatus(editor: HeadlessEditor): Promise<StatusReport> {
  const status = await editor.request('workspace/executeCommand', {
    command: 'whittle.status',
    arguments: [{}],
  });
  return isRecord(status) ? status : {};
}

function timing({ lastAnswer, lastLatencyMs, model }: StatusReport, roundTripMs: number): string {
  const steps = (['sent', 'created', 'firstText', 'done'] as const).flatMap((step) => {
    const at = lastAnswer?.[step];
    return at === undefined ? [] : [`${step === 'firstText' ? 'first text' : step} ${ms(at)}`];
  });
  const inside = lastLatencyMs === undefined ? [] : [`server ${ms(lastLatencyMs)}`];
  return [
    `${model ?? 'model'}: ${[...steps, ...inside, `editor waited ${ms(roundTripMs)}`].join(' · ')}`,
  ].join('');
}

function changed(edit: Edit): string {
  return `${edit.length} ${edit.length === 1 ? 'place' : 'places'}, ${sizeOf(edit)} changed characters`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
