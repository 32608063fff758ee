/**
 * Sweep's next-edit models (0.5B to 7B, on Qwen2.5-Coder): files behind `<|file_sep|>`, the window as it was before
 * the latest change, as it is, and, by the model, as it will be.
 */

import type { RecentChange } from '../../ask.ts';
import type { LineRange } from '../../place.ts';
import { charactersFor, estimateTokens } from '../../prompt/prompt.ts';
import { lineCount, lineText, type Text, toText } from '../../text.ts';
import { defuserFor, pipeTokens } from './defuse.ts';
import { fitting, linesOf, oneLine, whole } from './history.ts';
import { plainGrammar, readWindow } from './reading.ts';
import { asText, grown, linesIn, type WindowContext, type WindowFormat, windowByLines } from './window.ts';

/** The window: 21 lines, as the models were trained. */
const linesAround = 10;
/** Changes may take so much of what is left, before the code around the window and related code. */
const historyShare = 0.4;
const aroundShare = 0.5;

const defuser = defuserFor(pipeTokens);
const separator = '<|file_sep|>';
const endOfText = '<|endoftext|>';

export const sweep: WindowFormat = {
  name: 'sweep',
  write(context) {
    const { document, cursor } = context;
    const text = toText(document.text);
    const window = windowByLines(text, cursor, linesAround, linesAround);
    const lines = linesIn(text, window);
    const current = defuser.defuse(asText(lines));
    const original = defuser.defuse(asText(before(text, window, context)));
    const path = pathOf(document.path);
    const request =
      `${separator}original/${path}\n${original}${separator}current/${path}\n${current}` +
      `${separator}updated/${path}\n`;
    const left = charactersFor(context.contextTokens) - request.length;
    if (left < 0) return undefined;
    const history = fitting(context.history.toReversed(), left * historyShare, changed)
      .toReversed()
      .join('');
    const around = aroundOf(text, window, path, (left - history.length) * aroundShare);
    const snippets = fitting(context.snippets, left - history.length - around.length, (snippet) =>
      defused(`${pathOf(snippet.path)}\n`, whole(snippet.text)),
    );
    return {
      input: { kind: 'text', text: snippets.join('') + around + history + request },
      stop: [separator, endOfText],
      window,
      maxOutputTokens: 64 + 2 * estimateTokens(current.length),
    };
  },
  read(text, window) {
    const { mean, end } = plainGrammar(text, window, { ignored: /<\|cursor\|>/g, restore: defuser.restore });
    return readWindow(text, window, {
      mean(line, isFirst) {
        const at = line.search(/<\|(?:file_sep|endoftext)\|>|^<\/s>$/);
        if (at === -1) return mean(line, isFirst);
        // What stands before the token on its line is the last line of the window.
        const last = at === 0 ? undefined : mean(line.slice(0, at), isFirst);
        return last?.kind === 'lines' ? { ...last, kind: 'end' } : (last ?? end());
      },
      end,
    });
  },
  answer: (_text, _window, lines) => `${defuser.defuse(asText(lines))}${separator}`,
};

/** The window's lines as they were before the latest change, if that one was made there. */
function before(text: Text, window: LineRange, { history, document }: WindowContext): readonly string[] {
  const latest = history.findLast((change) => change.path === document.path);
  const lines = linesIn(text, window);
  if (!latest) return lines;
  const into = linesOf(latest.after);
  const stands = into.every(
    (line, i) => latest.line + i < lineCount(text) && lineText(text, latest.line + i) === line,
  );
  const at = latest.line - window.startLine;
  if (!stands || at < 0 || at + into.length > lines.length) return lines;
  return [...lines.slice(0, at), ...linesOf(latest.before), ...lines.slice(at + into.length)];
}

function changed(change: RecentChange): string {
  return (
    defused(`${pathOf(change.path)}.diff\n`, '') +
    defuser.defuse(`original:\n${whole(change.before)}updated:\n${whole(change.after)}`)
  );
}

/** More of the file than the window, where there is more and it fits. */
function aroundOf(text: Text, window: LineRange, path: string, characters: number): string {
  const head = `${separator}${path}\n`;
  const wide = grown(text, window, characters - head.length);
  const around = `${head}${defuser.defuse(asText(linesIn(text, wide)))}`;
  const isMore = wide.startLine < window.startLine || wide.endLine > window.endLine;
  return isMore && around.length <= characters ? around : '';
}

function defused(head: string, body: string): string {
  return `${separator}${head}${defuser.defuse(body)}`;
}

function pathOf(path: string): string {
  return defuser.defuse(oneLine(path));
}
