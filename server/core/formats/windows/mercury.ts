/**
 * Inception's Mercury Edit 2 (`POST /v1/edit/completions`): one message with related code, the file with marks around
 * the lines to be edited, and changes from the oldest on; empty sections stay. The answer is those lines in a fence,
 * or `None`.
 */

import type { LineRange } from '../../place.ts';
import { charactersFor, estimateTokens } from '../../prompt/prompt.ts';
import { toText } from '../../text.ts';
import { writeRewrite } from '../rewrite.ts';
import { defuserFor, pipeTokens } from './defuse.ts';
import { diffOf, fitting, oneLine, whole } from './history.ts';
import { plainGrammar, readWindow } from './reading.ts';
import { asText, grown, linesIn, type WindowFormat, windowByLines, withCursor } from './window.ts';

/** As Inception advises: 5 lines above the cursor's and 10 below. */
const linesAbove = 5;
const linesBelow = 10;
/** Of what is left, the file around the window takes so much, and then changes of the rest. */
const fileShare = 0.6;
const historyShare = 0.5;

const cursorMark = '<|cursor|>';
const defuser = defuserFor(pipeTokens);

export const mercury: WindowFormat = {
  name: 'mercury',
  write(context) {
    const { document, cursor } = context;
    const text = toText(document.text);
    const { defuse } = defuser;
    const window = windowByLines(text, cursor, linesAbove, linesBelow);
    const region = asText(withCursor(text, window, { offset: cursor, mark: cursorMark, escape: defuse }));
    const message = (around: LineRange, snippets: string, changes: string) =>
      `<|recently_viewed_code_snippets|>\n${snippets}<|/recently_viewed_code_snippets|>\n\n` +
      `<|current_file_content|>\ncurrent_file_path: ${defuse(oneLine(document.path))}\n` +
      defuse(asText(linesIn(text, { startLine: around.startLine, endLine: window.startLine }))) +
      `<|code_to_edit|>\n${region}<|/code_to_edit|>\n` +
      defuse(asText(linesIn(text, { startLine: window.endLine, endLine: around.endLine }))) +
      `<|/current_file_content|>\n\n<|edit_diff_history|>\n${changes}<|/edit_diff_history|>\n`;
    const room = charactersFor(context.contextTokens);
    const spare = room - message(window, '', '').length;
    if (spare < 0) return undefined;
    const size = asText(linesIn(text, window)).length;
    const wide = grown(text, window, size + spare * fileShare);
    const around = message(wide, '', '').length <= room ? wide : window;
    const left = room - message(around, '', '').length;
    const changes = fitting(context.history.toReversed(), left * historyShare, (change) => {
      const name = oneLine(change.path);
      return defuse(`--- ${name}\n+++ ${name}\n${diffOf(change)}\n`);
    })
      .toReversed()
      .join('');
    const snippets = fitting(
      context.snippets,
      left - changes.length,
      ({ path, text: code }) =>
        `<|recently_viewed_code_snippet|>\ncode_snippet_file_path: ${defuse(oneLine(path))}\n${defuse(whole(code))}` +
        `<|/recently_viewed_code_snippet|>\n`,
    ).join('');
    return {
      input: { kind: 'messages', parts: [{ role: 'user', text: message(around, snippets, changes) }] },
      stop: [],
      window,
      maxOutputTokens: 64 + 2 * estimateTokens(region.length),
    };
  },
  read(text, window) {
    const { mean, end } = plainGrammar(text, window, {
      ignored: /<\|(?:\/?code_to_edit|cursor)\|>/g,
      restore: defuser.restore,
    });
    return readWindow(text, window, {
      mean: (line, isFirst) =>
        isFirst && /^\s*None\s*$/.test(line) ? { kind: 'no-change' } : mean(line, isFirst),
      end,
    });
  },
  answer: (_text, _window, lines) => writeRewrite(lines.map(defuser.defuse)),
};
