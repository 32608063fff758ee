/** Instructions about whole lines: sort, reverse, remove, comment out, indent. */

import type { Replacement } from '../../core/edit.ts';
import { literally } from '../../core/pattern.ts';
import type { Instruction, Outcome, Task } from './instruction.ts';
import { spanAt, spansOf, syntaxOf } from './lexical.ts';

interface Line {
  readonly start: number;
  /** Before the terminator, and behind it. */
  readonly end: number;
  readonly next: number;
  readonly text: string;
}

const these = '(?:(?:the|these|this|all|selected)\\s+)*';
const subject = `${these}(?:lines?|selection|code|block|list|entries|items|it|them|this|these)?`;

export const lineInstructions: readonly Instruction[] = [
  {
    pattern: new RegExp(
      `^(?:alphabetically\\s+)?(?:sort|order|alphabeti[sz]e)\\s+${subject}\\s*(alphabetically|ascending|descending|numerically|in reverse(?: order)?|case[- ]insensitively|ignoring case)?$`,
      'i',
    ),
    follow: (task, match) =>
      permuted(task, (lines) => sorted(lines, (match[1] ?? '').toLowerCase()), 'Sort the lines'),
  },
  {
    pattern: new RegExp(`^reverse\\s+(?:the\\s+)?(?:order of\\s+)?${subject}$`, 'i'),
    follow: (task) => permuted(task, (lines) => [...lines].reverse(), 'Reverse the lines'),
  },
  {
    pattern: /^(?:remove|delete|drop|strip)\s+(?:all\s+|the\s+)?(?:blank|empty)\s+lines$/i,
    follow(task) {
      const inString = stringLines(task);
      return dropped(task, (line) => line.text.trim() === '' && !inString(line), 'Remove the blank lines');
    },
  },
  {
    pattern:
      /^(?:remove|delete|drop)\s+(?:all\s+|the\s+)?(?:duplicate|duplicated|repeated)\s+lines$|^(?:deduplicate|dedupe|uniq)(?:\s+(?:the\s+|these\s+)?lines)?$/i,
    follow(task) {
      const seen = new Set<string>();
      return dropped(
        task,
        (line) => line.text.trim() !== '' && (seen.has(line.text) || !seen.add(line.text)),
        'Remove the duplicate lines',
      );
    },
  },
  {
    pattern:
      /^(?:remove|delete|drop|strip)\s+(?:all\s+|the\s+)?(?:console\.log|console\.\w+|debug(?:ger)?|dbg!?|print)(?:\s+(?:calls?|statements?|lines?|output))?s?$/i,
    follow(task, match) {
      const called = /(console\.log|console\.\w+|debugger|dbg!?|print)/i.exec(match[0])?.[1] ?? 'console.log';
      const name = called.replace(/[.!]/g, '\\$&');
      const statement =
        called === 'debugger'
          ? /^\s*debugger\s*;?\s*$/
          : new RegExp(`^\\s*${name}\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\)\\s*;?\\s*$`);
      const inString = stringLines(task);
      return dropped(
        task,
        (line) => statement.test(line.text) && !inString(line),
        `Remove '${called}' statements`,
      );
    },
  },
  {
    pattern: /^(?:remove|delete|strip|trim)\s+(?:all\s+|the\s+)?trailing\s+(?:white ?space|spaces|blanks)$/i,
    follow(task) {
      // A line that ends inside a string keeps its blanks, as they are part of a value: the next line begins in it.
      const inString = stringLines(task);
      return rewritten(
        task,
        (line) => (inString({ ...line, start: line.next }) ? line.text : line.text.trimEnd()),
        'Remove the trailing blanks',
      );
    },
  },
  {
    pattern: /^(?:remove|delete)\s+(?:the\s+|these\s+|this\s+|selected\s+)+(?:lines?|selection|code|block)$/i,
    follow: (task) => (task.selected ? dropped(task, () => true, 'Remove the lines') : undefined),
  },
  {
    pattern: new RegExp(
      `^(?:comment|comment out|turn into (?:a )?comments?)\\s*(?:out\\s+)?${subject}(?:\\s+out)?$`,
      'i',
    ),
    follow: (task) => (task.selected ? commentOut(task) : undefined),
  },
  {
    pattern: new RegExp(`^uncomment\\s*${subject}$`, 'i'),
    follow(task) {
      const [open, close] = commentMarks(task.ask.document.path);
      const pattern = new RegExp(
        `^(\\s*)${literally(open)} ?(.*?)${close === '' ? '' : ` ?${literally(close)}\\s*`}$`,
      );
      return rewritten(task, ({ text }) => text.replace(pattern, '$1$2'), 'Uncomment the lines');
    },
  },
  {
    pattern: new RegExp(`^(indent|unindent|dedent|outdent)\\s*${subject}$`, 'i'),
    follow(task, match) {
      const unit = indentUnit(task.text);
      if ((match[1] ?? '').toLowerCase() === 'indent')
        return rewritten(task, ({ text }) => (text.trim() === '' ? text : unit + text), 'Indent the lines');
      return rewritten(
        task,
        ({ text }) => text.replace(new RegExp(`^(?:\\t| {1,${unit === '\t' ? 4 : unit.length}})`), ''),
        'Unindent the lines',
      );
    },
  },
  {
    pattern:
      /^(?:convert|change|turn|replace)\s+(?:the\s+|all\s+)?tabs\s+(?:to|into|with|by)\s+(?:(\d|two|four|eight)\s+)?spaces$/i,
    follow(task, match) {
      const width = { two: 2, four: 4, eight: 8 }[(match[1] ?? '').toLowerCase()] ?? Number(match[1] ?? 4);
      const spaces = ' '.repeat(width);
      return rewritten(
        task,
        ({ text }) => text.replace(/^[\t ]+/, (blanks) => blanks.replaceAll('\t', spaces)),
        'Indent with spaces',
      );
    },
  },
  {
    pattern: /^(?:append|add)\s+([`"'])(.+?)\1\s+(?:to|at)\s+(?:the end of\s+)?(?:each|every|all)\s+lines?$/i,
    follow: (task, match) =>
      rewritten(
        task,
        ({ text }) => (text.trim() === '' ? text : text + match[2]),
        `Append '${match[2]}' to each line`,
      ),
  },
  {
    pattern:
      /^(?:(?:prepend|prefix)\s+(?:each|every|all)\s+lines?\s+with|(?:prepend|add))\s+([`"'])(.+?)\1(?:\s+(?:to|at)\s+(?:the (?:start|beginning) of\s+)?(?:each|every|all)\s+lines?)?$/i,
    follow: (task, match) =>
      rewritten(
        task,
        ({ text }) =>
          text.trim() === '' ? text : text.replace(/^\s*/, `$&${(match[2] ?? '').replaceAll('$', '$$$$')}`),
        `Prefix each line with '${match[2]}'`,
      ),
  },
];

function linesOf({ text, start, end }: Task): Line[] {
  const lines: Line[] = [];
  let at = text.lastIndexOf('\n', start - 1) + 1;
  // A selection that ends at the start of a line does not mean that line.
  const last = end > start && text.charAt(end - 1) === '\n' ? end - 1 : end;
  while (at <= last) {
    const newline = text.indexOf('\n', at);
    const next = newline === -1 ? text.length : newline + 1;
    const stop =
      newline === -1
        ? text.length
        : text.charAt(newline - 1) === '\r' && newline > at
          ? newline - 1
          : newline;
    lines.push({ start: at, end: stop, next, text: text.slice(at, stop) });
    if (newline === -1) break;
    at = next;
  }
  if (lines.length > 1 && lines.at(-1)?.text === '' && lines.at(-1)?.next === text.length) lines.pop();
  return lines;
}

/** The same lines in another order; each place gets the text of another, terminators stay where they are. */
function permuted(task: Task, order: (lines: readonly Line[]) => readonly Line[], summary: string): Outcome {
  const lines = linesOf(task);
  const moved = order(lines);
  const edit = lines.map(({ start, end }, i): Replacement => ({ start, end, text: moved[i]?.text ?? '' }));
  return { edit: edit.filter(({ start, end, text }) => task.text.slice(start, end) !== text), summary };
}

function rewritten(task: Task, write: (line: Line) => string, summary: string): Outcome {
  const edit = linesOf(task).map(
    (line): Replacement => ({ start: line.start, end: line.end, text: write(line) }),
  );
  return { edit: edit.filter(({ start, end, text }) => task.text.slice(start, end) !== text), summary };
}

function dropped(task: Task, drop: (line: Line) => boolean, summary: string): Outcome {
  const edit = linesOf(task)
    .filter(drop)
    .map(({ start, next }): Replacement => ({ start, end: next, text: '' }));
  return { edit, summary };
}

function sorted(lines: readonly Line[], how: string): Line[] {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const key = /case/.test(how) ? (line: Line) => line.text.toLowerCase() : (line: Line) => line.text;
  const byText = (a: Line, b: Line): number => compare(key(a), key(b));
  const number = (line: Line): number =>
    Number.parseFloat(/-?\d+(?:\.\d+)?/.exec(line.text)?.[0] ?? 'Infinity');
  const ordered = [...lines].sort(
    how === 'numerically' ? (a, b) => number(a) - number(b) || byText(a, b) : byText,
  );
  return how === 'descending' || how.startsWith('in reverse') ? ordered.reverse() : ordered;
}

function commentOut(task: Task): Outcome {
  const [open, close] = commentMarks(task.ask.document.path);
  const lines = linesOf(task).filter(({ text }) => text.trim() !== '');
  const depth = Math.min(...lines.map(({ text }) => /^\s*/.exec(text)?.[0].length ?? 0));
  return rewritten(
    task,
    ({ text }) =>
      text.trim() === ''
        ? text
        : `${text.slice(0, depth)}${open} ${text.slice(depth)}${close === '' ? '' : ` ${close}`}`,
    'Comment out the lines',
  );
}

function commentMarks(path: string): readonly [string, string] {
  const syntax = syntaxOf(path);
  const [line] = syntax.line;
  return line === undefined ? (syntax.block[0] ?? ['/*', '*/']) : [line, ''];
}

/** Tells whether a line begins inside a string: its blanks then are part of a value. */
function stringLines(task: Task): (line: Line) => boolean {
  const spans = spansOf(task.text, task.ask.document.path);
  return (line) => {
    const span = spanAt(spans, line.start);
    return span?.kind === 'string' && span.start < line.start;
  };
}

function indentUnit(text: string): string {
  const indented = /^(\t| {2,8})\S/m.exec(text)?.[1];
  return indented ?? '  ';
}
