/**
 * The frame of Zed's Zeta models on Seed-Coder: suffix first, then all context and the code before the window, then
 * the window itself, which each version marks in its own way (Zed, crates/zeta_prompt):
 *
 *     <[fim-suffix]>
 *     code behind the window
 *     <[fim-prefix]><filename>related/file
 *     …
 *
 *     <filename>edit_history
 *     --- a/path
 *     +++ b/path
 *     …
 *
 *     <filename>path
 *     code before the window
 *     {the window, marked}<[fim-middle]>
 */

import type { LineRange } from '../../place.ts';
import { charactersFor, estimateTokens } from '../../prompt/prompt.ts';
import { type Text, toText } from '../../text.ts';
import { type Defuser, defuserFor, seedTokens, type TokenPattern } from './defuse.ts';
import { diffOf, fitting, oneLine, whole } from './history.ts';
import { asText, grown, linesIn, type WindowContext, type WindowPrompt, windowBySize } from './window.ts';

export const userCursor = '<|user_cursor|>';
export const endOfSentence = '<[end▁of▁sentence]>';

/** What the models were trained with, in estimated tokens: the window, the code around it, the whole prompt. */
const windowTokens = 350;
const contextTokens = 150;
const mostTokens = 4096;
/** Of what is left, history may take so much before related code does. */
const historyShare = 0.5;

export interface SeedFrame {
  readonly context: WindowContext;
  readonly defuser: Defuser;
  readonly stop: readonly string[];
  /** The window with its marks. */
  readonly marked: (text: Text, window: LineRange) => string;
}

/** The defuser of a version that has marks of its own. */
export function seedDefuser(marks: readonly TokenPattern[]): Defuser {
  return defuserFor([...seedTokens, ...marks]);
}

export function writeSeedPrompt({ context, defuser, stop, marked }: SeedFrame): WindowPrompt | undefined {
  const text = toText(context.document.text);
  const { defuse } = defuser;
  const window = windowBySize(text, context.cursor, charactersFor(windowTokens));
  const shown = marked(text, window);
  const path = defuse(oneLine(context.document.path));
  const frame = (around: LineRange, known: string) =>
    `<[fim-suffix]>\n${defuse(asText(linesIn(text, { startLine: window.endLine, endLine: around.endLine })))}` +
    `<[fim-prefix]>${known}<filename>${path}\n` +
    `${defuse(asText(linesIn(text, { startLine: around.startLine, endLine: window.startLine })))}` +
    `${shown}<[fim-middle]>`;
  const room = charactersFor(Math.min(mostTokens, context.contextTokens));
  const bare = frame(window, '');
  if (bare.length > room) return undefined;
  const size = asText(linesIn(text, window)).length;
  const spare = Math.min(charactersFor(contextTokens), room - bare.length);
  // Defusing adds a sign now and then: where that is too much, nothing is shown around the window.
  const wide = grown(text, window, size + spare);
  const around = frame(wide, '').length <= room ? wide : window;
  const left = room - frame(around, '').length - historySection('\n').length;
  const history = fitting(context.history.toReversed(), left * historyShare, (change) => {
    const name = oneLine(change.path);
    return defuse(`--- a/${name}\n+++ b/${name}\n${diffOf(change)}`);
  });
  const changes = history.toReversed().join('');
  const snippets = fitting(
    context.snippets,
    left - changes.length,
    (snippet) => `<filename>${defuse(`${oneLine(snippet.path)}\n${whole(snippet.text)}`)}\n`,
  );
  return {
    input: { kind: 'text', text: frame(around, snippets.join('') + historySection(changes)) },
    stop,
    window,
    // Twice the window: a prediction adds lines now and then, and marks take some.
    maxOutputTokens: 64 + 2 * estimateTokens(size),
  };
}

function historySection(changes: string): string {
  return changes === '' ? '' : `<filename>edit_history\n${changes}\n`;
}
