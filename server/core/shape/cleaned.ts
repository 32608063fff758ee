/** The code in what a model wrote: without stop marks, thoughts, fences, chatter and loops. Lines end at `\n` from here on. */

import { elides } from '../formats/elision.ts';
import { thoughtMarks } from '../thought-marks.ts';
import { withoutChatter } from './chatter.ts';
import { unfenced } from './fence.ts';
import { withoutLoops } from './loops.ts';
import type { Wording } from './words.ts';
import { unwrapped, withoutFirstBreak } from './wrapped.ts';

/** Where the text of a model ends, whatever follows: control tokens of the families that leak them. */
const stopMarks = [
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|im_end|>',
  '<|im_start|>',
  '<|im_sep|>',
  '<|end|>',
  '<|return|>',
  '<|assistant|>',
  '<|user|>',
  '<|fim_',
  '<|fim▁',
  '<|file_sep|>',
  '<|file_separator|>',
  '<|repo_name|>',
  '<|cursor',
  '<|user_cursor',
  '<｜end▁of▁sentence｜>',
  '<｜fim▁',
  '<fim_',
  '<file_sep>',
  '<end_of_turn>',
  '<EOT>',
  '<|EOT|>',
  '▁<EOT>',
  '<SUF>',
  '<MID>',
  '<|code_',
  '[SUFFIX]',
  '[PREFIX]',
  '[MIDDLE]',
  '</s>',
] as const;
/** Of the cursor, in what a chat model is shown, and as others write it. */
const cursorMark = /<\|cursor(?: \d+)?\|>|<\/?(?:cursor|CURSOR)\s*\/?>|\[CURSOR\]/;
/** A type's parameter or an index, where something follows. */
const isCode = /\w$/;
const marksBegin = /[<[▁]/;
const thoughtEnd = '</think>';

/** Languages in which backticks around an expression mean nothing, so that they are a chat model's own. */
const backtickless: ReadonlySet<string> = new Set([
  'c',
  'cpp',
  'csharp',
  'css',
  'html',
  'java',
  'json',
  'lua',
  'python',
  'rust',
  'yaml',
]);

export interface Cleaning {
  readonly languageId: string | undefined;
  readonly wording: Wording;
  /** The text up to the cursor, as far back as it matters. */
  readonly before: string;
  /** Of the string of several lines that it ends in. */
  readonly quotes: string | undefined;
  /** More of it may come, or should have. */
  readonly isCut: boolean;
}

export function cleaned(suggestion: string, place: Cleaning): string {
  const { languageId, wording, before } = place;
  const said = withoutThoughts(suggestion.replace(/^\ufeff/, ''), before).replace(/\r\n?/g, '\n');
  const text = stopped(behindCursorMark(unwrapped(said, { languageId, wording, before }), before), before);
  const code = withoutChatter(unfenced(text.split('\n'), place), place).join('\n');
  const bare = languageId !== undefined && backtickless.has(languageId) ? withoutBackticks(code) : code;
  return withoutElision(withoutLoops(bare.replace(loneSurrogates, '')), before);
}

/** Without lines that stand for others; behind such a line the answer goes on somewhere else. */
function withoutElision(text: string, before: string): string {
  if (
    !/\.{3}|…|\b(?:rest|remainder|existing|previous|unchanged|other|remaining|everything|code)\b/i.test(text)
  )
    return text;
  const lines = text.split('\n');
  const elided = lines.map((line) => elides([line], (known) => before.includes(known.trim())));
  const from = elided.findIndex((each, i) => !each && lines[i]?.trim() !== '');
  // A line that begins at the cursor stands for what is above it.
  const first = elided.slice(0, Math.max(0, from)).lastIndexOf(true) + 1;
  const end = elided.indexOf(true, first);
  return lines
    .slice(from === -1 && first === 0 ? lines.length : first, end === -1 ? undefined : end)
    .join('\n');
}

/** Reasoning that came with the answer; one that has not ended yet is all there is. */
function withoutThoughts(text: string, before: string): string {
  const said = text.trimStart();
  const mark = thoughtMarks.find(({ open }) => said.startsWith(open));
  if (!mark && !text.includes(thoughtEnd)) return text;
  // Templates that put the opening mark into the prompt leave only the closing one.
  const close = mark?.close ?? thoughtEnd;
  const end = text.indexOf(close);
  if (end === -1) return '';
  if (!mark && text.slice(0, end).includes('<')) return text;
  const behind = text.slice(end + close.length);
  // A blank line parts them from the answer, whose blanks are its own.
  const apart = /^(?:[ \t]*\r?\n){2}/.exec(behind)?.[0];
  return apart === undefined ? withoutFirstBreak(behind, before) : behind.slice(apart.length);
}

/** What stands behind the mark, where the model said again what it is put behind. */
function behindCursorMark(text: string, before: string): string {
  const mark = /[<|[/]cursor/i.test(text) ? cursorMark.exec(text) : null;
  if (!mark || before.includes(mark[0])) return text;
  const again = text
    .slice(0, mark.index)
    .replace(/^\s*```.*\n/, '')
    .trim();
  const [line, begun] = [again, before].map((each) => each.slice(each.lastIndexOf('\n') + 1).trim());
  const isThere = before.trimEnd().endsWith(again) || (begun !== '' && line === begun);
  const behind = text.slice(mark.index + mark[0].length);
  if (isThere || again.endsWith(before.trim())) return behind;
  const mayBeCode =
    !mark[0].startsWith('<|') && isCode.test(text.slice(0, mark.index)) && behind.trim() !== '';
  return mayBeCode ? text : text.slice(0, mark.index);
}

function stopped(text: string, before: string): string {
  if (!marksBegin.test(text)) return text;
  const isStruck = before.lastIndexOf('<s>') > before.lastIndexOf('</s>');
  let end = text.length;
  for (const mark of stopMarks) {
    const at = text.indexOf(mark);
    // What closes a tag of the answer's own, or one before it, is HTML.
    const isTag = mark === '</s>' && (isStruck || text.lastIndexOf('<s>', at) !== -1);
    if (at !== -1 && at < end && !isTag) end = at;
  }
  return text.slice(0, end);
}

function withoutBackticks(code: string): string {
  return /^\s*`([^`\n]+)`\s*$/.exec(code)?.[1] ?? code;
}

/** A stream may be cut, and a token begin, in the middle of a surrogate pair. */
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
