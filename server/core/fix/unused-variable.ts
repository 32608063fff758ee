/** Recipes for variables that nothing reads: removed only where their value is plain, so that nothing stops happening. */

import type { Region } from '../ask.ts';
import { endOfLine, findWord, isBody, isPython, isScript, removal, startOfLine, wholeLines } from './find.ts';
import type { Broken, Recipe, SpelledFix } from './spelled.ts';

/** A literal, a name or an empty list: reading it does nothing else. */
const plainValue =
  /^(?:-?[\d._]+(?:[A-Za-z]\w*)?|true|false|null|undefined|None|True|False|"[^"\\]*"|'[^'\\]*'|[A-Za-z_$][\w$]*|\[\]|\{\})$/;

export const unusedVariable: readonly Recipe[] = [
  {
    pattern:
      /^'([\w$]+)' is (?:declared but its value is never read|declared but never used|defined but never used|assigned a value but never used)/,
    fix: (broken, match) => removeDeclaration(broken, match[1] ?? ''),
  },
  {
    pattern: /^(?:[Ll]ocal variable |Unused variable )[`'"](\w+)[`'"](?: is assigned to but never used)?/,
    fix: (broken, match) => removePython(broken, match[1] ?? ''),
  },
  {
    // rustc itself says what to do: "if this is intentional, prefix it with an underscore".
    pattern: /^unused variable: `(\w+)`/,
    fix({ diagnostic, text, path }, match) {
      const name = match[1] ?? '';
      const place = findWord(text, diagnostic, name);
      if (!place || !path.endsWith('.rs')) return undefined;
      // In a struct pattern `S { name }` the field would be renamed with it.
      const line = text.slice(startOfLine(text, place.start), place.start);
      if (/\w\s*\{[^}]*$/.test(line) && !/\bfn\b|=>|\blet\s+(?:mut\s+)?$/.test(line)) return undefined;
      return {
        edit: [{ start: place.start, end: place.start, text: '_' }],
        summary: `Rename '${name}' to '_${name}'`,
      };
    },
  },
  {
    pattern: /^variable does not need to be mutable/,
    fix({ diagnostic, text }) {
      const source = text.slice(diagnostic.start, Math.max(diagnostic.end, diagnostic.start + 4));
      const match =
        /^mut\s+/.exec(source) ?? /^mut\s+/.exec(text.slice(diagnostic.start, diagnostic.start + 8));
      if (!match) return undefined;
      return {
        edit: removal({ start: diagnostic.start, end: diagnostic.start + match[0].length }),
        summary: "Remove 'mut'",
      };
    },
  },
];

function removeDeclaration({ text, diagnostic, path }: Broken, name: string): SpelledFix | undefined {
  if (!isScript(path)) return undefined;
  const start = startOfLine(text, diagnostic.start);
  const line = text.slice(start, endOfLine(text, diagnostic.start));
  const match = /^\s*(?:const|let|var)\s+([\w$]+)(?:\s*:\s*[\w$.<>[\]| ]+?)?\s*(?:=\s*(.+?))?\s*;?\s*$/.exec(
    line,
  );
  if (match?.[1] !== name || (match[2] !== undefined && !plainValue.test(match[2]))) return undefined;
  const end = start + line.length;
  if (/^\s*var\b/.test(line) && isBody(text, start)) return undefined;
  if (!/;\s*$/.test(line) && goesOn(text, end)) return undefined;
  return {
    edit: removal(wholeLines(text, { start, end })),
    summary: `Remove the unused variable '${name}'`,
  };
}

/** Whether a script's statement that no semicolon ended may go on below: what stands there begins none of its own. */
function goesOn(text: string, offset: number): boolean {
  const more =
    /\s*(?:\/\/[^\n]*(?:\n\s*|$))*(?:[.?,=+\-*%&|^<>([`]|!=|\/(?![*/])|(?:in|instanceof|as|satisfies)\b)/y;
  more.lastIndex = offset;
  return more.test(text);
}

/** A longer statement is none to be taken away unseen. */
const longestLine = 400;

function removePython({ text, diagnostic, path }: Broken, name: string): SpelledFix | undefined {
  if (!isPython(path)) return undefined;
  const start = startOfLine(text, diagnostic.start);
  const line = text.slice(start, endOfLine(text, diagnostic.start));
  if (line.length > longestLine) return undefined;
  const caught = new RegExp(`^(\\s*except\\b.*?)\\s+as\\s+${name}\\s*:`).exec(line);
  if (caught) {
    const from = start + (caught[1] ?? '').length;
    return {
      edit: removal({ start: from, end: start + caught[0].length - 1 }),
      summary: `Remove the unused name '${name}'`,
    };
  }
  const match = /^(\s*)(\w+)(?:\s*:\s*[\w.[\], ]+?)?\s*=\s*([^=].*)$/.exec(line);
  if (match?.[2] !== name) return undefined;
  const [whole, indent = '', , value = ''] = match;
  const summary = `Remove the unused variable '${name}'`;
  if (plainValue.test(value.replace(/\s*#[^"']*$/, '').trimEnd())) {
    const statement = { start, end: start + line.length };
    // A block must keep one statement.
    if (isAlone(text, statement, indent))
      return { edit: [{ ...statement, start: start + indent.length, text: 'pass' }], summary };
    return { edit: removal(wholeLines(text, statement)), summary };
  }
  // What the value does is kept; only the name goes.
  const from = start + indent.length;
  return { edit: removal({ start: from, end: start + whole.length - value.length }), summary };
}

/** Whether the line is all that its Python block holds. */
function isAlone(text: string, { start, end }: Region, indent: string): boolean {
  const isStatement = (line: string): boolean => line.trim() !== '' && !/^\s*#/.test(line);
  const before = text.slice(0, start).split('\n').slice(0, -1).findLast(isStatement);
  const after = text.slice(end).split('\n').slice(1).find(isStatement);
  const depth = (line: string | undefined): number => /^\s*/.exec(line ?? '')?.[0].length ?? 0;
  // The last line of a head that is broken over several may stand as deep as the block.
  const isFirst = depth(before) < indent.length || /:\s*(?:#.*)?$/.test(before ?? '');
  return indent !== '' && isFirst && depth(after) < indent.length;
}
