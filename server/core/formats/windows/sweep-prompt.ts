/**
 * Reading a prompt in Sweep's format, as editors write it for a next-edit model of their own: the other way round of
 * `sweep.ts`.
 *
 *   <|file_sep|>{path} ⏎ text                                 other files, as many as there are
 *   <|file_sep|>{path}.diff ⏎ original: ⏎ … ⏎ updated: ⏎ …     recent changes, oldest first
 *   <|file_sep|>original/{path} ⏎ …                           the window before the latest change
 *   <|file_sep|>current/{path} ⏎ …                            the window
 *   <|file_sep|>updated/{path} ⏎                              which the model is to go on with
 *
 * Laws
 * - Total: any text is such a prompt or none. What an editor wrote comes back as it was.
 * - A text that lacks a final terminator is given one by the writer, so that a window's own last one is lost in the
 *   frame: `window` has none, and `isTerminated` says whether the editor's has, as far as the rows of it tell.
 */

import type { Snippet } from '../../ask.ts';
import { replacementBetween } from '../../edit.ts';

export interface SweepChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface SweepPrompt {
  readonly path: string;
  /** Without a final terminator. */
  readonly window: string;
  /** Whether the window of the editor ends with one; nothing where that cannot be told. */
  readonly isTerminated: boolean | undefined;
  /** The window before the latest change, in the same way. */
  readonly original: string;
  /** UTF-16 offset into `window`, where the prompt marks it. */
  readonly cursor: number | undefined;
  readonly changes: readonly SweepChange[];
  readonly files: readonly Snippet[];
}

const separator = '<|file_sep|>';
const cursorMark = '<|cursor|>';
/** Rows that Zed shows above the cursor's and below it: https://github.com/zed-industries/zed, `sweep_prompt.rs`. */
const rowsAround = 10;

export function readSweepPrompt(prompt: string): SweepPrompt | undefined {
  if (!prompt.startsWith(separator)) return undefined;
  const blocks = prompt.slice(separator.length).split(`\n${separator}`).map(readBlock);
  const updated = blocks.pop();
  const current = blocks.pop();
  const path = inside(updated, 'updated/');
  if (path === undefined || updated?.text !== '' || !current || inside(current, 'current/') !== path) {
    return undefined;
  }
  const last = blocks.at(-1);
  const before = last && inside(last, 'original/') === path ? blocks.pop() : undefined;
  const at = current.text.indexOf(cursorMark);
  const window = current.text.replaceAll(cursorMark, '');
  const original = (before?.text ?? window).replaceAll(cursorMark, '');
  const changes: SweepChange[] = [];
  const files: Snippet[] = [];
  for (const block of blocks) {
    const change = readChange(block);
    if (change) changes.push(change);
    else files.push(block);
  }
  return {
    // The second recipe names the rows too: `path:12:33`.
    path: path.replace(/:\d+:\d+$/, ''),
    window,
    isTerminated: isTerminated(window, original),
    original,
    cursor: at === -1 ? undefined : at,
    changes,
    files,
  };
}

function readBlock(block: string): Snippet {
  const end = block.indexOf('\n');
  return end === -1 ? { path: block, text: '' } : { path: block.slice(0, end), text: block.slice(end + 1) };
}

function inside(block: Snippet | undefined, folder: string): string | undefined {
  return block?.path.startsWith(folder) ? block.path.slice(folder.length) : undefined;
}

function readChange({ path, text }: Snippet): SweepChange | undefined {
  const head = 'original:\n';
  const middle = '\nupdated:';
  if (!path.endsWith('.diff') || !text.startsWith(head)) return undefined;
  // From the terminator of `original:` on: what was there before may be nothing.
  const at = text.indexOf(middle, head.length - 1);
  const behind = at + middle.length;
  if (at === -1 || (behind < text.length && text[behind] !== '\n')) return undefined;
  return {
    path: path.slice(0, -'.diff'.length),
    before: text.slice(head.length, Math.max(head.length, at)),
    after: text.slice(behind + 1),
  };
}

/**
 * The window goes ten rows beyond the cursor's, or to the end of the file, which most often ends with a terminator.
 * The cursor is where the latest change ends, unless it has gone elsewhere.
 */
function isTerminated(window: string, original: string): boolean | undefined {
  const rows = rowsOf(window);
  if (rows > 2 * rowsAround) return false;
  const { start, text } = replacementBetween(original, window);
  if (window === original) return undefined;
  const below = rows - rowsOf(window.slice(0, start + text.length));
  return below > rowsAround ? undefined : below < rowsAround;
}

function rowsOf(text: string): number {
  return text.split('\n').length;
}
