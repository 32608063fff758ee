/** `whittle edit`: an instruction done without an editor; prints a unified diff that `git apply` takes, or applies it. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unifiedDiff } from '../core/diff/unified.ts';
import { apply, compose, type Edit, normalise, shifted } from '../core/edit.ts';
import { lineText, type Position, positionAt, toText } from '../core/text.ts';
import { type Console, type ExitCode, exitCodeOf } from './console.ts';
import {
  type AppliedEdit,
  type HeadlessEditor,
  passOn,
  ServerEnded,
  type StartEditor,
  startEditor,
} from './editor.ts';
import { type ReadFile, readTextFile } from './file.ts';
import { readLineRange, wrongLines } from './place.ts';

export interface EditOptions {
  /** `FILE[:FROM-TO]`. */
  readonly place: string;
  /** `-`: what standard input says. */
  readonly instruction: string;
  readonly landing: 'print' | 'apply';
  /** `json`: a line for each change as it becomes certain, and one for the outcome, instead of a diff and sentences. */
  readonly output: 'text' | 'json';
}

/** A line of `--json`. */
export type EditLine =
  /** In positions (UTF-16) of the file as the lines before have left it. */
  | { readonly kind: 'hunk'; readonly file: string; readonly range: PositionRange; readonly newText: string }
  | {
      readonly kind: 'done';
      readonly edits: number;
      readonly files: readonly string[];
      readonly diff: string;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

export async function editFile(
  options: EditOptions,
  console: Console,
  start: StartEditor = startEditor,
): Promise<ExitCode> {
  const { place, landing, output } = options;
  const instruction = options.instruction === '-' ? (await console.input()).trim() : options.instruction;
  if (instruction === '') {
    console.complain('Standard input holds no instruction; say there what to change.');
    return 2;
  }
  const { file, from, to } = readLineRange(place);
  const read = readTextFile(file, console.folder);
  if (read.kind === 'unreadable') {
    console.complain(read.message);
    return 2;
  }
  const text = toText(read.text);
  if (from !== undefined && to !== undefined) {
    const wrong = wrongLines(text, { file, from, to });
    if (wrong !== undefined) {
      console.complain(wrong);
      return 2;
    }
  }
  const range =
    from === undefined || to === undefined
      ? {}
      : {
          range: {
            start: { line: from - 1, character: 0 },
            end: { line: to - 1, character: lineText(text, to - 1).length },
          },
          bounded: true,
        };
  try {
    const { command, folder } = console;
    // Hunk by hunk only where somebody reads them so.
    const live = {
      settings: { whittle: { edit: { live: true } } },
      onApplied: (applied: AppliedEdit) => printHunks(applied, console),
    };
    const editor = await start({ command, folder, ...(output === 'json' ? live : {}) });
    try {
      return await edited(editor, { read, instruction, range, landing, output }, console);
    } finally {
      await editor.close();
    }
  } catch (error) {
    if (!(error instanceof ServerEnded)) throw error;
    console.complain(error.message);
    return 4;
  }
}

interface Wanted extends Omit<EditOptions, 'place'> {
  readonly read: Extract<ReadFile, { kind: 'text' }>;
  readonly range: object;
}

async function edited(
  editor: HeadlessEditor,
  { read, instruction, range, landing, output }: Wanted,
  console: Console,
): Promise<ExitCode> {
  const uri = editor.open(read.path, read.text);
  const outcome = await editor.request('workspace/executeCommand', {
    command: 'whittle.edit',
    arguments: [{ uri, instruction, wait: true, ...range }],
  });
  const failed = failureOf(outcome);
  passOn(editor, console, failed?.message);
  if (failed) {
    const { reason, message } = failed;
    if (output === 'json') printLine({ kind: 'failed', reason, message }, console);
    else console.complain(message);
    return exitCodeOf(reason);
  }
  const made = together(editor.applied, console.folder);
  if (landing === 'apply') {
    const problem = writeAll(made, console.folder);
    if (problem !== undefined) {
      if (output === 'json') printLine({ kind: 'failed', reason: 'conflict', message: problem }, console);
      else console.complain(problem);
      return 4;
    }
  }
  const diff = made.map(diffOf).join('');
  const edits = made.reduce((sum, { edit }) => sum + edit.length, 0);
  const files = made.map(({ file }) => file);
  if (output === 'json') printLine({ kind: 'done', edits, files, diff }, console);
  else if (landing === 'apply')
    for (const { file } of made) console.print(console.paint.text(`${file} is changed.`));
  // The last line may be a blank one of context: only its end is the printer's.
  else console.emit(diff.replace(/\n$/, ''));
  return 0;
}

/** All that was done to one file. */
interface Made {
  readonly file: string;
  readonly path: string;
  readonly before: string;
  readonly edit: Edit;
  readonly isNew: boolean;
  /** The file's byte order mark, which is no part of its text. */
  readonly mark: string;
}

function together(applied: readonly AppliedEdit[], folder: string): readonly Made[] {
  const made = new Map<string, Made>();
  for (const { uri, before, edit, isNew } of applied) {
    const known = made.get(uri);
    const path = fileURLToPath(uri);
    const file = fileIn(folder, uri);
    if (known) {
      made.set(uri, { ...known, edit: compose(known.edit, edit) });
      continue;
    }
    const onDisk = isNew ? undefined : readTextFile(path, folder);
    const mark = onDisk?.kind === 'text' && onDisk.byteOrderMark ? '\ufeff' : '';
    made.set(uri, { file, path, before, edit, isNew, mark });
  }
  return [...made.values()].flatMap((each) => {
    const edit = normalise(each.before, each.edit);
    return edit.length === 0 ? [] : [{ ...each, edit }];
  });
}

function fileIn(folder: string, uri: string): string {
  return relative(folder, fileURLToPath(uri)).replaceAll('\\', '/');
}

function diffOf({ file, before, edit, isNew, mark }: Made): string {
  const diff = unifiedDiff(file, mark + before, shifted(edit, mark.length));
  return isNew ? diff.replace(/^--- .*$/m, '--- /dev/null') : diff;
}

function printHunks({ uri, before, edit }: AppliedEdit, console: Console): void {
  const file = fileIn(console.folder, uri);
  const text = toText(before);
  // From the end, so that each stands as the lines before it have left the file.
  for (const { start, end, text: newText } of edit.toReversed()) {
    const range = { start: positionAt(text, start), end: positionAt(text, end) };
    printLine({ kind: 'hunk', file, range, newText }, console);
  }
}

function printLine(line: EditLine, console: Console): void {
  console.emit(JSON.stringify(line));
}

/** What went wrong, where nothing or not all was written. */
function writeAll(made: readonly Made[], folder: string): string | undefined {
  for (const { file, path, before, isNew } of made) {
    const now = readTextFile(path, folder);
    const isSame = isNew ? !existsSync(path) : now.kind === 'text' && now.text === before;
    if (!isSame)
      return `${file} was changed while the edit was made; nothing was written, run the command again.`;
  }
  for (const [i, { file, path, before, edit, isNew, mark }] of made.entries()) {
    try {
      if (isNew) mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${mark}${apply(before, edit)}`);
    } catch (error) {
      const left = made.slice(0, i + 1).filter((each) => !isPutBack(each));
      const names = left.map((each) => each.file).join(', ');
      const rest = names === '' ? 'nothing was changed' : `look at ${names}, which may be changed`;
      return `${file} cannot be written (${error instanceof Error ? error.message : String(error)}); ${rest}.`;
    }
  }
  return undefined;
}

/** Whether the file is as it was before, where one that belongs to the same edit could not be written. */
function isPutBack({ path, before, mark, isNew }: Made): boolean {
  try {
    if (isNew) {
      if (existsSync(path)) rmSync(path);
    } else if (readFileSync(path, 'utf8') !== mark + before) writeFileSync(path, mark + before);
    return true;
  } catch {
    return false;
  }
}

/** Nothing for an outcome that is one. */
function failureOf(outcome: unknown): { readonly reason: string; readonly message: string } | undefined {
  const fields = typeof outcome === 'object' && outcome !== null ? outcome : {};
  if ('ok' in fields && fields.ok === true) return undefined;
  return {
    reason: 'reason' in fields ? String(fields.reason) : 'model',
    message: 'message' in fields ? String(fields.message) : 'The server gave no reason.',
  };
}
