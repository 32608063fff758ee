/**
 * What a user sees of an answer while it is written: the newest change, how many lines there are, and how much of it is
 * done where that can be known.
 *
 * Law: the first report goes out with the first text, whatever the text is.
 */

import type { Region } from '../../core/ask.ts';
import type { Edit, Replacement } from '../../core/edit.ts';
import { parserFor } from '../../core/formats/recognise.ts';
import { lineAt, lineEnd, lineStart, type Text } from '../../core/text.ts';
import type { Progress } from '../editor.ts';

export interface AnswerProgress {
  /** A piece of the answer, and what became certain with it. */
  take(piece: string, fresh: Edit): void;
}

export interface ProgressOf {
  readonly text: Text;
  readonly region: Region;
  readonly report: Progress['report'];
}

/** Of a line shown as progress. */
const mostCharacters = 80;

export function answerProgress({ text, region, report }: ProgressOf): AnswerProgress {
  const regionLines = lineAt(text, region.end) - lineAt(text, region.start) + 1;
  let lines = 0;
  let unfinished = '';
  let previous = '';
  let begun = false;
  /** Blocks name places, so that nobody knows how many come; a region written anew has about as many lines as it had. */
  let isRewrite = true;
  let shown = '';
  let told = 0;

  function read(piece: string): void {
    // A line is put together once, when it ends: it may come in as many pieces as it has characters.
    if (!piece.includes('\n')) {
      unfinished += piece;
      return;
    }
    const whole = (unfinished + piece).split('\n');
    unfinished = whole.pop() ?? '';
    lines += whole.length;
    for (const line of isRewrite ? whole : []) {
      if (parserFor(line, previous)) isRewrite = false;
      previous = line;
    }
  }

  return {
    take(piece, fresh) {
      read(piece);
      const newest = fresh.at(-1);
      if (newest) shown = newLine(text, newest);
      // Certain changes of a region written anew say where in it the model is.
      const share = isRewrite && newest ? Math.min(99, Math.round((100 * lines) / regionLines)) : undefined;
      if (begun && !newest) return;
      begun = true;
      told = share === undefined ? told : Math.max(told, share);
      report(message(lines, shown), share === undefined ? undefined : told);
    },
  };
}

function message(lines: number, shown: string): string {
  if (shown === '') return 'the model answers';
  return `${shown} (${lines === 1 ? '1 line' : `${lines} lines`})`;
}

/** The line of the change as it will read; of several the first that says something new. */
function newLine(text: Text, { start, end, text: inserted }: Replacement): string {
  const first = lineAt(text, start);
  const prefix = text.value.slice(lineStart(text, first), start);
  const whole = prefix + inserted + text.value.slice(end, lineEnd(text, lineAt(text, end)));
  const said = inserted.search(/\S/);
  const at = prefix.length + Math.max(0, said);
  const from = whole.lastIndexOf('\n', at - 1) + 1;
  const line = whole.slice(from).split('\n', 1)[0]?.trim() ?? '';
  return said === -1 ? `takes text away in line ${first + 1}` : line.slice(0, mostCharacters);
}
