/** `whittle edit`: an instruction done without an editor; prints a unified diff that `git apply` takes, or applies it. */

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { unifiedDiff } from '../core/diff/unified.ts';
import { apply, type Edit } from '../core/edit.ts';
import { lineCount, lineText, toText } from '../core/text.ts';
import type { Console, ExitCode } from './console.ts';
import { type HeadlessEditor, ServerEnded, type StartEditor, startEditor } from './editor.ts';
import { type ReadFile, readTextFile } from './file.ts';
import { readLineRange } from './place.ts';

export interface EditOptions {
  /** `FILE[:FROM-TO]`. */
  readonly place: string;
  readonly instruction: string;
  readonly landing: 'print' | 'apply';
}

const codes: Readonly<Record<string, ExitCode>> = {
  'nothing-to-change': 1,
  'not-found': 1,
  refused: 3,
  excluded: 3,
};

export async function editFile(
  { place, instruction, landing }: EditOptions,
  console: Console,
  start: StartEditor = startEditor,
): Promise<ExitCode> {
  const { file, from, to } = readLineRange(place);
  const read = readTextFile(file, console.folder);
  if (read.kind === 'unreadable') {
    console.complain(read.message);
    return 2;
  }
  const text = toText(read.text);
  const last = lineCount(text) - 1;
  const line = (given: number) => Math.min(Math.max(0, given - 1), last);
  const range =
    from === undefined || to === undefined
      ? {}
      : {
          range: {
            start: { line: line(from), character: 0 },
            end: { line: line(to), character: lineText(text, line(to)).length },
          },
        };
  try {
    const editor = await start({ command: console.command, folder: console.folder });
    try {
      return await edited(editor, { file, read, instruction, range, landing }, console);
    } finally {
      await editor.close();
    }
  } catch (error) {
    if (!(error instanceof ServerEnded)) throw error;
    console.complain(error.message);
    return 4;
  }
}

interface Wanted extends Pick<EditOptions, 'instruction' | 'landing'> {
  /** As the user names it. */
  readonly file: string;
  readonly read: Extract<ReadFile, { kind: 'text' }>;
  readonly range: object;
}

async function edited(
  editor: HeadlessEditor,
  { file, read, instruction, range, landing }: Wanted,
  console: Console,
): Promise<ExitCode> {
  const uri = editor.open(read.path, read.text);
  const outcome = await editor.request('workspace/executeCommand', {
    command: 'whittle.edit',
    arguments: [{ uri, instruction, wait: true, ...range }],
  });
  const done = editor.applied.at(-1);
  if (!done) {
    const { reason, message } = failureOf(outcome);
    console.complain(message);
    return codes[reason] ?? 4;
  }
  if (landing === 'apply') return writeBack(file, done, console);
  const path = relative(console.folder, read.path).replaceAll('\\', '/');
  // The last line may be a blank one of context: only its end is the printer's.
  console.print(unifiedDiff(path, done.before, done.edit).replace(/\n$/, ''));
  return 0;
}

interface Made {
  readonly before: string;
  readonly edit: Edit;
}

function writeBack(file: string, { before, edit }: Made, console: Console): ExitCode {
  const now = readTextFile(file, console.folder);
  if (now.kind === 'unreadable' || now.text !== before) {
    console.complain(
      `${file} was changed while the edit was made; nothing was written, run the command again.`,
    );
    return 4;
  }
  try {
    writeFileSync(now.path, (now.byteOrderMark ? '\ufeff' : '') + apply(before, edit));
  } catch (error) {
    console.complain(
      `${file} cannot be written (${error instanceof Error ? error.message : String(error)}).`,
    );
    return 4;
  }
  console.print(`${file} is changed.`);
  return 0;
}

function failureOf(outcome: unknown): { readonly reason: string; readonly message: string } {
  const fields = typeof outcome === 'object' && outcome !== null ? outcome : {};
  return {
    reason: 'reason' in fields ? String(fields.reason) : 'model',
    message: 'message' in fields ? String(fields.message) : 'The server gave no reason.',
  };
}
