/** Recipes for rules of linters whose message says exactly what to write. */

import { literally } from '../pattern.ts';
import { endOfLine, findWord, isBody, isWhole, removal, startOfLine, wholeLines } from './find.ts';
import type { Broken, Recipe, SpelledFix } from './spelled.ts';

export const style: readonly Recipe[] = [
  // ESLint prefer-const.
  {
    pattern: /^'([\w$]+)' is never reassigned\. Use 'const' instead/,
    fix: (broken, match) => preferConst(broken, match[1] ?? ''),
  },
  // Biome useConst: the range is the declaration or its `let`.
  {
    pattern: /^This let declares (?:a variable|some variables) that (?:is|are) only assigned once/,
    fix: (broken) => swapKeyword(broken, 'let', 'const'),
  },
  {
    pattern: /^Unexpected var, use let or const instead/,
    fix: (broken) => swapKeyword(broken, 'var', 'let'),
  },
  {
    pattern: /^Strings must use (single|double)quote/,
    fix: (broken, match) => requote(broken, match[1] === 'single' ? "'" : '"'),
  },
  {
    pattern: /^Trailing spaces not allowed|^(?:Trailing|trailing) whitespace/,
    fix({ diagnostic, text }) {
      const end = endOfLine(text, diagnostic.start);
      const line = text.slice(startOfLine(text, diagnostic.start), end);
      return {
        edit: removal({ start: end - (line.length - line.trimEnd().length), end }),
        summary: 'Remove the trailing blanks',
      };
    },
  },
  {
    pattern:
      /^Newline required at end of file but not found|^[Nn]o newline at end of file|^Final newline missing/,
    fix({ text }) {
      if (text === '' || /[\r\n]$/.test(text)) return undefined;
      const eol = text.includes('\r\n') ? '\r\n' : '\n';
      return {
        edit: [{ start: text.length, end: text.length, text: eol }],
        summary: 'Add the final line break',
      };
    },
  },
  {
    pattern: /^\["?'?([A-Za-z_$][\w$]*)'?"?\] is better written in dot notation/,
    fix({ diagnostic, text }, match) {
      const name = match[1] ?? '';
      const bracket = new RegExp(`(\\?\\.)?\\[\\s*(["'\`])${literally(name)}\\2\\s*\\]`);
      const from = startOfLine(text, diagnostic.start);
      const source = text.slice(from, endOfLine(text, diagnostic.end));
      const found = bracket.exec(source);
      if (!found || bracket.test(source.slice(found.index + found[0].length))) return undefined;
      const start = from + found.index;
      return {
        edit: [{ start, end: start + found[0].length, text: `${found[1] ?? '.'}${name}` }],
        summary: `Write '.${name}'`,
      };
    },
  },
  {
    pattern: /^Expected property shorthand/,
    fix({ diagnostic, text }) {
      const found = /^([\w$]+)\s*:\s*\1$/.exec(text.slice(diagnostic.start, diagnostic.end));
      if (!found) return undefined;
      return {
        edit: [{ start: diagnostic.start, end: diagnostic.end, text: found[1] ?? '' }],
        summary: 'Use the property shorthand',
      };
    },
  },
  {
    pattern: /^Unexpected 'debugger' statement/,
    fix({ diagnostic, text }) {
      const found = /^debugger\s*;?/.exec(text.slice(diagnostic.start));
      if (!found || isBody(text, diagnostic.start)) return undefined;
      const region = { start: diagnostic.start, end: diagnostic.start + found[0].length };
      return { edit: removal(wholeLines(text, region)), summary: "Remove 'debugger'" };
    },
  },
  {
    // Biome useNodejsImportProtocol.
    pattern: /^A Node\.js builtin module should be imported with the node: protocol/,
    fix({ diagnostic, text }) {
      const found = /["']/.exec(text.slice(diagnostic.start, diagnostic.end));
      const start = diagnostic.start + (found ? found.index + 1 : 0);
      if (!found || text.startsWith('node:', start)) return undefined;
      return { edit: [{ start, end: start, text: 'node:' }], summary: "Add 'node:'" };
    },
  },
  {
    // TypeScript 1484.
    pattern: /^'([\w$]+)' is a type and must be imported using a type-only import/,
    fix({ diagnostic, text }, match) {
      const place = findWord(text, diagnostic, match[1] ?? '');
      const before = place && text.slice(0, place.start);
      if (!place || !before || !/\{[^}]*$/.test(before) || /\btype\s+$/.test(before)) return undefined;
      return {
        edit: [{ start: place.start, end: place.start, text: 'type ' }],
        summary: `Import '${match[1]}' as a type`,
      };
    },
  },
  {
    // TypeScript 4114.
    pattern: /^This member must have an 'override' modifier/,
    fix({ diagnostic, text }) {
      const before = text.slice(startOfLine(text, diagnostic.start), diagnostic.start);
      const later = /(?:(?:async|readonly|get|set)\s+|\*\s*)+$/.exec(before.slice(-80))?.[0].length ?? 0;
      const start = diagnostic.start - later;
      return { edit: [{ start, end: start, text: 'override ' }], summary: "Add 'override'" };
    },
  },
  {
    // pycodestyle and ruff E711.
    pattern: /^(?:[Cc]omparison to `?None`? should be|Comparison to `None`)/,
    fix({ diagnostic, text }) {
      const from = startOfLine(text, diagnostic.start);
      const source = text.slice(from, endOfLine(text, diagnostic.start));
      const found = [...source.matchAll(/(?<!\s)\s*([!=])=\s*None\b/g)];
      const [only] = found;
      if (found.length !== 1 || !only) return undefined;
      const start = from + only.index;
      return {
        edit: [{ start, end: start + only[0].length, text: only[1] === '!' ? ' is not None' : ' is None' }],
        summary: "Compare to None by 'is'",
      };
    },
  },
  {
    // pyflakes and ruff F541.
    pattern: /^f-string (?:is missing|without any) placeholders/,
    fix({ diagnostic, text }) {
      const found = /^([rR]?)[fF]([rR]?)(["'])/.exec(text.slice(diagnostic.start));
      if (!found || /[{}]/.test(text.slice(diagnostic.start, diagnostic.end))) return undefined;
      const start = diagnostic.start + (found[1] ?? '').length;
      return {
        edit: removal({ start, end: start + 1 }),
        summary: "Remove the 'f' of a string without placeholders",
      };
    },
  },
  {
    // rustc unused_parens.
    pattern: /^unnecessary parentheses around/,
    fix({ diagnostic, text }) {
      const source = text.slice(diagnostic.start, diagnostic.end);
      if (!/^\((?:[^()]|\([^()]*\))*\)$/.test(source)) return undefined;
      const before = isWhole(`${text.charAt(diagnostic.start - 1)}a`, 1, 2) ? '' : ' ';
      return {
        edit: [
          { start: diagnostic.start, end: diagnostic.start + 1, text: before },
          { start: diagnostic.end - 1, end: diagnostic.end, text: '' },
        ],
        summary: 'Remove the parentheses',
      };
    },
  },
  {
    // clippy needless_return.
    pattern: /^unneeded `return` statement/,
    fix({ diagnostic, text }) {
      const found = /^return\s+([^;]+);?$/.exec(text.slice(diagnostic.start, diagnostic.end));
      if (!found) return undefined;
      const end = text.charAt(diagnostic.end) === ';' ? diagnostic.end + 1 : diagnostic.end;
      return { edit: [{ start: diagnostic.start, end, text: found[1] ?? '' }], summary: "Remove 'return'" };
    },
  },
];

/** Only where the declaration is of this one name: its neighbours in a list may be reassigned. */
function preferConst({ text, diagnostic }: Broken, name: string): SpelledFix | undefined {
  const place = findWord(text, diagnostic, name);
  if (!place) return undefined;
  const before = /\b(let|var)(\s+)$/.exec(text.slice(Math.max(0, place.start - 80), place.start));
  if (!before) return undefined;
  const line = text.slice(place.end, endOfLine(text, place.end));
  // A comma outside brackets may begin a second declarator.
  let depth = 0;
  for (const unit of line) {
    if ('([{'.includes(unit)) depth++;
    else if (')]}'.includes(unit)) depth--;
    else if (unit === ',' && depth === 0) return undefined;
    else if (unit === ';' && depth === 0) break;
  }
  const start = place.start - before[0].length;
  return { edit: [{ start, end: start + 3, text: 'const' }], summary: `Declare '${name}' with 'const'` };
}

function swapKeyword({ text, diagnostic }: Broken, wrong: string, right: string): SpelledFix | undefined {
  const found = new RegExp(`^${wrong}\\b`).exec(
    text.slice(diagnostic.start, diagnostic.start + wrong.length + 1),
  );
  if (!found) return undefined;
  return {
    edit: [{ start: diagnostic.start, end: diagnostic.start + wrong.length, text: right }],
    summary: `Use '${right}'`,
  };
}

function requote({ text, diagnostic }: Broken, quote: string): SpelledFix | undefined {
  const source = text.slice(diagnostic.start, diagnostic.end);
  const inner = source.slice(1, -1);
  const old = source.charAt(0);
  if (source.length < 2 || !`'"\``.includes(old) || !source.endsWith(old) || old === quote) return undefined;
  // An escape or the other quote inside would have to be rewritten too.
  if (inner.includes(quote) || inner.includes('\\') || inner.includes('\n') || inner.includes('${'))
    return undefined;
  return {
    edit: [
      { start: diagnostic.start, end: diagnostic.start + 1, text: quote },
      { start: diagnostic.end - 1, end: diagnostic.end, text: quote },
    ],
    summary: 'Change the quotes',
  };
}
