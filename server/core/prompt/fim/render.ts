/** A fill-in-the-middle prompt in a model's own tokens. */

import type { Snippet } from '../../ask.ts';
import { syntaxOf } from '../../syntax.ts';
import { defuse } from './defuse.ts';
import type { FileMarks, FimFormat } from './format.ts';
import type { FimWindow } from './window.ts';

export interface FimParts {
  readonly path: string;
  /** What begins and, where it must, ends a comment of one line in the file's language. */
  readonly comment: Comment;
  readonly context: readonly Snippet[];
  readonly window: Pick<FimWindow, 'head' | 'begun' | 'tail'>;
}

export interface Comment {
  readonly open: string;
  readonly close: string;
}

export interface FimPrompt {
  readonly text: string;
  readonly stops: readonly string[];
  /** Of the answer, in pieces as they come: spellings of control tokens as the document has them. */
  restore(piece: string): string;
}

export function renderFim(parts: FimParts, format: FimFormat): FimPrompt {
  const { head, begun, tail, before, inside, restore } = disarmed(parts, format);
  const { prefix, suffix, middle, stops } = format;
  const text =
    format.order === 'prefix-first'
      ? `${before}${prefix}${inside}${head}${suffix}${tail}${middle}${begun}`
      : `${before}${suffix}${tail}${prefix}${inside}${head}${begun}${middle}`;
  return { text, stops, restore };
}

/** The same for a server that writes the frame itself: what it is given to put before and behind the cursor. */
export function renderPair(
  parts: FimParts,
  format: Pick<FimFormat, 'files' | 'controls' | 'stops'>,
): { readonly prefix: string; readonly suffix: string } & Pick<FimPrompt, 'stops' | 'restore'> {
  // Marks before a frame would stand inside it.
  const files: FileMarks =
    format.files.kind === 'marked' && isControl(format.files.file) ? commentedFiles : format.files;
  const { head, begun, tail, before, inside, restore } = disarmed(parts, { ...format, files });
  return { prefix: `${before}${inside}${head}${begun}`, suffix: tail, stops: format.stops, restore };
}

const commentedFiles: FileMarks = { kind: 'commented' };

function isControl(mark: string): boolean {
  return /^[<[]/.test(mark);
}

interface Disarmed extends Pick<FimWindow, 'head' | 'begun' | 'tail'>, Pick<FimPrompt, 'restore'> {
  readonly before: string;
  readonly inside: string;
}

/** The parts without spellings of control tokens, and what of other files stands before them. */
function disarmed(
  { path, comment, context, window }: FimParts,
  { files, controls }: Pick<FimFormat, 'files' | 'controls'>,
): Disarmed {
  const others = context.flatMap((piece) => [piece.path, piece.text]);
  const { texts, restore } = defuse([path, window.head, window.begun, window.tail, ...others], controls);
  const [own = '', head = '', begun = '', tail = '', ...rest] = texts;
  const pieces = context.map((_, i): Snippet => ({ path: rest[2 * i] ?? '', text: rest[2 * i + 1] ?? '' }));
  return { head, begun, tail, restore, ...written(files, { path: own, pieces, comment }) };
}

/** Code units of the prompt that are not the document's, at most. */
export function frameLength({ path, comment, context }: Omit<FimParts, 'window'>, format: FimFormat): number {
  const pieces = context;
  const { before, inside } = written(format.files, { path, pieces, comment });
  return before.length + inside.length + format.prefix.length + format.suffix.length + format.middle.length;
}

interface Files {
  readonly path: string;
  readonly pieces: readonly Snippet[];
  readonly comment: Comment;
}

/** The repository has no name here; this one is as good as any. */
const repositoryName = 'project';

/** What of other files stands before the frame and what begins the prefix. */
function written(marks: FileMarks, { path, pieces, comment }: Files): { before: string; inside: string } {
  switch (marks.kind) {
    case 'marked': {
      const shown = pieces.map((piece) => `${marks.file}${piece.path}\n${line(piece.text)}`).join('');
      // StarCoder 2 marks the file itself before the frame and names it inside.
      const apart = marks.place === 'before' && marks.own === 'in-prefix';
      const own = apart ? `${path}\n` : `${marks.file}${path}\n`;
      const repository = marks.repository === undefined ? '' : marks.repository + repositoryName;
      const gap = repository !== '' && marks.own === 'before' ? '\n' : '';
      const outside = marks.place === 'before' ? repository + gap + shown + (apart ? marks.file : '') : '';
      return {
        before: marks.own === 'before' ? outside + own : outside,
        inside: (marks.place === 'in-prefix' ? shown : '') + (marks.own === 'in-prefix' ? own : ''),
      };
    }
    case 'titled': {
      if (pieces.length === 0) return { before: '', inside: '' };
      const shown = [...pieces, { path, text: '' }]
        .map((piece) => `${commented(piece.path, comment)}\n${line(piece.text)}`)
        .join('');
      return { before: '', inside: shown };
    }
    case 'commented': {
      const shown = pieces
        .map((piece) => `${commented(`${piece.path}\n${piece.text.trimEnd()}`, comment)}\n\n`)
        .join('');
      return { before: '', inside: shown };
    }
    default:
      return marks satisfies never;
  }
}

function commented(text: string, { open, close }: Comment): string {
  return text
    .split('\n')
    .map((each) => [open, each, close].filter((part) => part !== '').join(' '))
    .join('\n');
}

/** The comment of one line in a language; of an unknown one what is a comment nearly everywhere. */
export function commentOf(languageId: string): Comment {
  const { line: marks, block } = syntaxOf(languageId);
  const [mark] = marks;
  if (mark !== undefined) return { open: mark, close: '' };
  const [open, close] = block[0] ?? ['#', ''];
  return { open, close };
}

function line(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
