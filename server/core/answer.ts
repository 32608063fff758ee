/**
 * Answer: what a model writes to change a document, read while it streams. SEARCH/REPLACE blocks, apply_patch
 * (also as a tool call's input) and unified diffs are recognised by their first marks; an answer without any is
 * the region, or the document, written anew.
 *
 * Laws
 * - Total: any text in any chunks gives an edit or a reason; how the stream is chopped changes nothing.
 * - What `push` gives is certain: the place was found and the lines are known. It is there to be shown while the
 *   model writes; what is to be done is the edit of `finish`. Offsets are those of the text the model saw.
 * - All or nothing, as `placing` has it: a block that has no place, or two, makes the answer fail.
 */

import { apart } from './apart.ts';
import type { Region } from './ask.ts';
import { bareHunksIn } from './bare-hunk.ts';
import { apply, type Edit, noEdit, type Replacement } from './edit.ts';
import type { Block, BlockParser } from './formats/block.ts';
import { isFence } from './formats/fence-line.ts';
import { lineReader } from './formats/lines.ts';
import {
  type AnswerFailure,
  type AnswerReader,
  type AnswerResult,
  answerFailure,
  elidedAnswer,
} from './formats/reader.ts';
import { parserFor, possibleParserFor } from './formats/recognise.ts';
import { withoutEndMark, writeRewrite } from './formats/rewrite.ts';
import { withoutThoughts } from './formats/thoughts.ts';
import { furtherIn } from './further.ts';
import type { LineRange } from './place.ts';
import { createPlacing, isAnswerFailure, nothingToChange } from './placing.ts';
import { rewriteOf } from './rewrite.ts';
import { rewriteProgress } from './rewrite-progress.ts';
import { lineAt, lineStart, lineText, type Text } from './text.ts';

export interface AnswerWish {
  readonly text: Text;
  /** What was to be edited: tells equal places apart. */
  readonly region?: Region;
  /** The region alone was to be written: an answer without marks of a format is never the document. */
  readonly only?: 'region';
  /** The document's path: a block that names another file is no edit of this one. */
  readonly path?: string;
  /** Blocks for other files are collected; left out, they make the answer fail. */
  readonly others?: 'collected';
}

/** How models say in words that there is nothing to do. */
const noChange =
  /\bno (?:changes?|edits?|modifications?)\b|\bnothing (?:to|needs?)\b|\balready\b|\bunchanged\b|NO_CHANGE/i;

export function createAnswer({ text, region, only, path, others }: AnswerWish): AnswerReader {
  const thoughts = withoutThoughts(text.value);
  const lines = lineReader();
  let parser: BlockParser | undefined;
  let unread = '';
  const progress = rewriteProgress(text, region && linesOf(text, region), only);
  const placing = createPlacing(text, region ? { region: linesOf(text, region) } : {});
  const elsewhere = new Map<string, Block[]>();
  /** The document, as a file that is not there yet. */
  const anew: Block[] = [];
  let failed: AnswerFailure | undefined;
  let previous = '';
  /** What was given while it streams. */
  const told = apart();
  /** The answer began as the document or the region does. */
  let isRewrite: boolean | undefined;
  let hasBegun = false;

  function isOurs(block: Block): boolean {
    return path === undefined || block.path === undefined || namesSame(block.path, path, others);
  }

  function begun(open: BlockParser): readonly Replacement[] {
    const block = open.begun();
    return block && isOurs(block) ? placing.lookAhead(block) : [];
  }

  function take(block: Block): readonly Replacement[] {
    if (block.path === undefined || isOurs(block)) {
      if (!block.isNew || text.value.trim() === '') return placing.take(block);
      // The file is there: its whole text is told, as a rewrite is.
      anew.push(block);
      return [];
    }
    if (others === 'collected') {
      const blocks = elsewhere.get(block.path);
      if (blocks) blocks.push(block);
      else elsewhere.set(block.path, [block]);
    } else {
      failed ??= answerFailure(
        'not-found',
        'The model wants to change another file; ask for that in the file itself.',
      );
    }
    return [];
  }

  /** What touches nothing that was given before: an answer may turn out to be in another format than it began. */
  function news(replacements: readonly Replacement[]): readonly Replacement[] {
    return replacements.filter((each) => {
      const isNew = !told.touches([each]);
      if (isNew) told.add([each]);
      return isNew;
    });
  }

  /** Some models go on in another format than they began in. */
  function withFurther(edit: Edit | AnswerFailure, outside: readonly string[]): Edit | AnswerFailure {
    if (failed || isAnswerFailure(edit)) return edit;
    const more = furtherIn(outside, text, edit);
    if (!more) return answerFailure('malformed', problems.marks);
    if (more.length === 0) return edit;
    more.forEach(take);
    return placing.finish();
  }

  /** A document may hold the marks of every format. */
  function openedBy(line: string): BlockParser | undefined {
    const sure = parserFor(line, previous);
    if (sure && !(isRewrite && text.value.includes(line))) return sure;
    const possible = hasBegun ? undefined : possibleParserFor(line);
    return possible && !text.value.includes(line.trim()) ? possible : undefined;
  }

  function recognise(fresh: readonly string[]): readonly Block[] {
    for (const line of fresh) {
      // What follows a fence is looked at anew.
      isRewrite = isFence(line) ? undefined : (isRewrite ?? beginsLike(line));
      hasBegun ||= isRewrite === true;
      const found = openedBy(line);
      previous = line;
      if (!found) continue;
      parser = found;
      const earlier = unread;
      unread = '';
      return parser.push(earlier);
    }
    return [];
  }

  return {
    push(given) {
      const chunk = thoughts.push(given);
      if (chunk === '') return [];
      if (parser) return news([...parser.push(chunk).flatMap(take), ...begun(parser)]);
      unread += chunk;
      const fresh = lines.push(chunk);
      const blocks = recognise(fresh);
      return news(parser ? [...blocks.flatMap(take), ...begun(parser)] : fresh.flatMap(progress));
    },
    finish(outcome = 'completed') {
      const rest = thoughts.finish();
      if (rest === undefined) return answerFailure('malformed', problems.words);
      unread += rest;
      lines.push(rest);
      if (!parser) recognise(lines.finish()).forEach(take);
      if (!parser) return asRewrite(unread, outcome);
      const end = parser.finish(outcome);
      for (const block of end.blocks) take(block);
      const edit = withFurther(placing.finish(end.problem), end.outside);
      if (failed) return failed;
      if (isAnswerFailure(edit)) return edit;
      const [whole] = anew;
      if (whole) {
        const isAlone = anew.length === 1 && edit.length === 0 && elsewhere.size === 0;
        return isAlone ? asRewrite(writeRewrite(whole.replace), outcome) : twoWays;
      }
      if (elsewhere.size === 0) return asResult(edit);
      return { kind: 'edit', edit, elsewhere: [...elsewhere].map(([path, blocks]) => ({ path, blocks })) };
    },
  };

  /** Whether the first line of an answer, or behind a fence, is that of the document or of the region. */
  function beginsLike(line: string): boolean | undefined {
    if (line.trim() === '') return undefined;
    const starts = [0, ...(region ? [linesOf(text, region).startLine] : [])];
    return starts.some((start) => lineText(text, start).trim() === line.trim());
  }

  function asResult(result: Edit): AnswerResult {
    return result.length === 0 || apply(text.value, result) === text.value
      ? nothingToChange
      : { kind: 'edit', edit: result };
  }

  /** A diff that has signs and nothing else. */
  function asHunks(blocks: readonly Block[]): AnswerResult {
    for (const block of blocks) placing.take(block);
    const edit = placing.finish();
    return isAnswerFailure(edit) ? edit : asResult(edit);
  }

  function asRewrite(whole: string, outcome: 'completed' | 'cut'): AnswerResult {
    const answer = withoutEndMark(whole, text.value);
    if (answer.trim() === '') return asResult(noEdit);
    const hunks = bareHunksIn(answer, text);
    if (hunks && outcome === 'completed') return asHunks(hunks);
    const rewrite = rewriteOf(text, answer, { region: region && linesOf(text, region), only, path });
    if (rewrite.kind === 'words' && noChange.test(answer)) return asResult(noEdit);
    if (rewrite.kind === 'rewrite' && outcome === 'completed') return asResult(rewrite.edit);
    const why = rewrite.kind === 'words' && outcome === 'completed' ? reasonIn(answer) : undefined;
    if (why !== undefined) return answerFailure('refused', why);
    return answerFailure('malformed', problems[rewrite.kind === 'rewrite' ? 'cut' : rewrite.kind]);
  }
}

const problems = {
  words: 'The model answered with words instead of an edit; nothing was changed, ask again.',
  elided: elidedAnswer.message,
  piece:
    'The model wrote a piece of code that does not say where it belongs; select the place and ask again.',
  cut: 'The model stopped before the code was written; nothing was changed, select less and ask again.',
  marks: 'The model wrote its change in a form that cannot be read; nothing was changed, ask again.',
  versions: 'The model wrote more than one version of the code; nothing was changed, ask for one.',
} as const;

const twoWays = answerFailure(
  'malformed',
  'The model writes the document as a new file and changes it besides; nothing was changed, ask again.',
);

/** The most that is said of why a model does nothing, in UTF-16 code units. */
const mostReason = 300;
/** More lines or sentences are no reason but a lecture. */
const mostSentences = 2;

/** Why nothing is done, as models are asked to say it: in a sentence, without code. */
function reasonIn(answer: string): string | undefined {
  const lines = answer.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  // Code in one line, its line ends written out, is no sentence either.
  const isCode = (line: string) => isFence(line) || /\\n|[;{}]\s*$/.test(line);
  if (lines.length > mostSentences || lines.some(isCode)) return undefined;
  const words = lines
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  const sentences = words.split(/(?<=[.!?])["')\]]?\s+(?=\p{Lu})/u);
  if (sentences.length > mostSentences || !/^\p{L}+(?:['’]\p{L}+)?,? \p{L}/u.test(words)) return undefined;
  return words.length > mostReason ? `${words.slice(0, mostReason - 1)}…` : words;
}

function linesOf(text: Text, { start, end }: Region): LineRange {
  const last = lineAt(text, end);
  // A region of whole lines ends where the next line starts.
  const isWhole = end > start && end === lineStart(text, last);
  return { startLine: lineAt(text, start), endLine: isWhole ? last : last + 1 };
}

/**
 * Whether a path that a model wrote means the document. Models write more or fewer folders than there are; where other
 * files may be meant too, a folder that is another one tells two files of one name apart.
 */
function namesSame(written: string, path: string, others: AnswerWish['others']): boolean {
  const a = segments(written).reverse();
  const b = segments(path).reverse();
  const compared = others === 'collected' ? Math.min(a.length, b.length) : 1;
  return a.slice(0, compared).every((segment, i) => segment === b[i]);
}

function segments(path: string): string[] {
  return path.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
}
