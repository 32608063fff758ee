/**
 * Continue's Instinct (on Qwen2.5-Coder 7B): a chat with related code, changes from the newest on, and an excerpt in
 * which marks stand around the lines to be written anew. The answer is those lines.
 */

import { charactersFor, estimateTokens } from '../../prompt/prompt.ts';
import { toText } from '../../text.ts';
import { defuserFor, pipeTokens } from './defuse.ts';
import { diffOf, fitting, oneLine, whole } from './history.ts';
import { plainGrammar, readWindow } from './reading.ts';
import { asText, linesIn, type WindowFormat, windowByLines, withCursor } from './window.ts';

/** The window begins so many lines above the cursor's and ends so many below; the excerpt is wider. */
const linesAbove = 1;
const linesBelow = 5;
const excerptLines = 25;
const historyShare = 0.5;

const startMark = '<|editable_region_start|>';
const endMark = '<|editable_region_end|>';
const cursorMark = '<|user_cursor_is_here|>';
const defuser = defuserFor(pipeTokens);

const instructions = `You are Instinct, an intelligent next-edit predictor developed by Continue.dev. \
Predict the next edit the developer makes inside the editable region of an excerpt.

- "### Context" lists related files: ${'<|context_file|>'} with a path, then ${'<|snippet|>'} with code.
- "### User Edits" lists the latest changes as unified diffs, newest first.
- "### User Excerpt" shows the current file. ${startMark} and ${endMark} stand around the editable region, \
${cursorMark} where the cursor is.

Answer with the new text of the editable region and nothing else: no marks, and none of the code around them. Keep \
the style of the file, do not undo the latest change, and repeat the region as it is where no edit follows.`;

const request =
  'Reference the user excerpt, user edits and snippets to see what the developer intends, and write the editable ' +
  'region as it will be after the next edit.';

export const instinct: WindowFormat = {
  name: 'instinct',
  write(context) {
    const { document, cursor } = context;
    const text = toText(document.text);
    const window = windowByLines(text, cursor, linesAbove, linesBelow);
    const { defuse } = defuser;
    const wide = windowByLines(text, cursor, excerptLines, excerptLines);
    const region = asText(withCursor(text, window, { offset: cursor, mark: cursorMark, escape: defuse }));
    const excerpt = (around: typeof window) =>
      defuse(asText(linesIn(text, { startLine: around.startLine, endLine: window.startLine }))) +
      `${startMark}\n${region}${endMark}\n` +
      defuse(asText(linesIn(text, { startLine: window.endLine, endLine: around.endLine })));
    const user = (around: typeof window, known: string, edits: string) =>
      `${request}\n\n### Context:\n${known}\n### User Edits:\n\n${edits}\n### User Excerpt:\n` +
      `${defuse(oneLine(document.path))}\n\n${excerpt(around)}\`\`\`\n### Response:`;
    const room = charactersFor(context.contextTokens) - instructions.length;
    if (user(window, '', '').length > room) return undefined;
    const around = user(wide, '', '').length <= room ? wide : window;
    const left = room - user(around, '', '').length;
    const edits = fitting(context.history.toReversed(), left * historyShare, (change) =>
      defuse(`User edited file "${oneLine(change.path)}"\n\n\`\`\`diff\n${diffOf(change)}\`\`\`\n`),
    ).join('');
    const known = fitting(
      context.snippets,
      left - edits.length,
      ({ path, text: code }) =>
        `<|context_file|>: ${defuse(oneLine(path))}\n<|snippet|>\n${defuse(whole(code))}`,
    ).join('');
    return {
      input: {
        kind: 'messages',
        parts: [
          { role: 'system', text: instructions },
          { role: 'user', text: user(around, known, edits) },
        ],
      },
      stop: [],
      window,
      maxOutputTokens: 64 + 2 * estimateTokens(region.length),
    };
  },
  read: (text, window) =>
    readWindow(
      text,
      window,
      plainGrammar(text, window, {
        ignored: /<\|(?:editable_region_start|editable_region_end|user_cursor_is_here|im_end|endoftext)\|>/g,
        restore: defuser.restore,
      }),
    ),
  answer: (_text, _window, lines) => defuser.defuse(asText(lines)),
};
