/** Recipes for imports that nothing uses. */

import type { Region } from '../ask.ts';
import { endOfLine, isPython, isScript, removal, startOfLine, wholeLines } from './find.ts';
import type { Broken, Recipe, SpelledFix } from './spelled.ts';

export const unusedImport: readonly Recipe[] = [
  // TypeScript 6133 and 6196; ESLint no-unused-vars.
  {
    pattern: /^'([\w$]+)' is (?:declared but (?:its value is never read|never used)|defined but never used)/,
    fix: (broken, match) => unusedName(broken, match[1] ?? ''),
  },
  // TypeScript 6192; Biome noUnusedImports ("This import is unused.", "Several of these imports are unused.").
  {
    pattern: /^All imports in import declaration are unused|^(?:This import is|All these imports are) unused/,
    fix: unusedDeclaration,
  },
  // pyflakes and ruff F401, pylint W0611, pyright.
  {
    pattern: /^[`'"]([\w.]+)(?: as (\w+))?[`'"] imported but unused/,
    fix: (broken, match) => unusedPython(broken, match[1] ?? '', match[2]),
  },
  {
    pattern: /^Unused import ([\w.]+)$/,
    fix: (broken, match) => unusedPython(broken, match[1] ?? '', undefined),
  },
  {
    pattern: /^Unused (\w+) imported from ([\w.]+)$/,
    fix: (broken, match) => unusedPython(broken, `${match[2]}.${match[1]}`, undefined),
  },
  {
    pattern: /^Import "([\w.]+)" is not accessed/,
    fix: (broken, match) => unusedPython(broken, match[1] ?? '', undefined),
  },
  // rustc: "unused import: `std::fmt`", "unused imports: `A` and `B`".
  {
    pattern: /^unused imports?: (`[^`]+`(?:(?:, | and |, and )`[^`]+`)*)/,
    fix: (broken, match) => unusedRust(broken, match[1] ?? ''),
  },
  // Go: `"fmt" imported and not used`, `"x/y" imported as z and not used`.
  {
    pattern: /^"([^"]+)" imported (?:as \w+ )?and not used/,
    fix: (broken, match) => unusedGo(broken, match[1] ?? ''),
  },
];

function unusedName(broken: Broken, name: string): SpelledFix | undefined {
  const { text, diagnostic, path } = broken;
  if (isPython(path)) return undefined;
  const statement = importAround(text, diagnostic.start);
  if (!statement) return undefined;
  const summary = `Remove the unused import '${name}'`;
  const source = text.slice(statement.start, statement.end);
  const clause = /^import\s+(?:type\s+)?/.exec(source);
  const from = /(?<!\s)\s+from\s*["'][^"']*["']/.exec(source);
  if (!clause || !from) return undefined;
  const brace = source.indexOf('{');
  const close = source.indexOf('}');
  const named = brace >= 0 && brace < from.index ? splitList(source, brace + 1, close) : [];
  const head = source.slice(clause[0].length, brace >= 0 && brace < from.index ? brace : from.index);
  const heads = head
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const own = named.filter((part) => localName(source.slice(part.start, part.end)) === name);
  const ownHead = heads.filter((part) => part.replace(/^\*\s+as\s+/, '') === name);
  if (own.length + ownHead.length !== 1) return undefined;
  if (named.length + heads.length === 1) return { edit: removal(wholeLines(text, statement)), summary };
  if (ownHead.length === 1) {
    // `import Default, { a }` and `import Default, * as all`: what stays begins at the brace or the star.
    const start = statement.start + clause[0].length;
    const [first] = heads;
    if (first === ownHead[0]) {
      const rest = source.indexOf(',', clause[0].length);
      const kept = rest + 1 + (/^\s*/.exec(source.slice(rest + 1))?.[0].length ?? 0);
      return { edit: removal({ start, end: statement.start + kept }), summary };
    }
    const comma = source.indexOf(',', clause[0].length);
    return { edit: removal({ start: statement.start + comma, end: statement.start + from.index }), summary };
  }
  const index = named.indexOf(own[0] as Region);
  if (named.length === 1) {
    const comma = source.lastIndexOf(',', brace);
    return { edit: removal({ start: statement.start + comma, end: statement.start + close + 1 }), summary };
  }
  return { edit: removal(shifted(listItem(named, index), statement.start)), summary };
}

function unusedDeclaration({ text, diagnostic, path }: Broken): SpelledFix | undefined {
  if (!isScript(path)) return undefined;
  const statement = importAround(text, diagnostic.start);
  if (!statement || diagnostic.end > statement.end + 1) return undefined;
  const source = text.slice(statement.start, statement.end);
  const names = /^import\s+(?:type\s+)?(?:[\w$]+|\{\s*[^,}]*,?\s*\}|\*\s+as\s+[\w$]+)\s+from/.test(source);
  // Biome points at the one specifier, TypeScript at the whole declaration.
  if (!names && diagnostic.end - diagnostic.start < 6) return undefined;
  if (!names && !text.slice(diagnostic.start, diagnostic.end).startsWith('import')) return undefined;
  return { edit: removal(wholeLines(text, statement)), summary: 'Remove the unused import' };
}

/** The ECMAScript import declaration around an offset, without its line end. */
function importAround(text: string, offset: number): Region | undefined {
  let start = startOfLine(text, offset);
  for (let lines = 0; lines < 60; lines++) {
    const line = text.slice(start, endOfLine(text, start));
    if (/^\s*import\b(?!\s*\()/.test(line)) {
      const from = start + (/^\s*/.exec(line)?.[0].length ?? 0);
      const match = /^import\b[^;"'()]*?(?:from\s*)?(["'])[^"'\n]*\1(?:\s*with\s*\{[^}]*\})?[ \t]*;?/.exec(
        text.slice(from, from + 8000),
      );
      if (!match) return undefined;
      const end = from + match[0].trimEnd().length;
      return offset <= end ? { start: from, end } : undefined;
    }
    if (start === 0 || (lines > 0 && /[;)]\s*$/.test(line))) return undefined;
    start = startOfLine(text, start - 1);
  }
  return undefined;
}

function unusedPython(
  { text, diagnostic, path }: Broken,
  name: string,
  alias: string | undefined,
): SpelledFix | undefined {
  if (!isPython(path)) return undefined;
  const summary = `Remove the unused import '${alias ?? name.split('.').at(-1)}'`;
  let start = startOfLine(text, diagnostic.start);
  for (
    let lines = 0;
    lines < 60 && !/^\s*(?:from\s+\S+\s+)?import\b/.test(text.slice(start, endOfLine(text, start)));
    lines++
  ) {
    if (start === 0) return undefined;
    start = startOfLine(text, start - 1);
  }
  const match = /^([ \t]*)(from\s+\S+\s+import|import)([ \t]*\([^)#]*\)|[^\n(#;\\]*)/.exec(text.slice(start));
  if (!match || start + match[0].length < diagnostic.start) return undefined;
  const [whole, indent = '', keyword = '', list = ''] = match;
  if (/^[^\n]*;/.test(text.slice(start + whole.length))) return undefined;
  const open = list.indexOf('(');
  const listStart = indent.length + keyword.length + (open >= 0 ? open + 1 : 0);
  const listEnd = open >= 0 ? whole.lastIndexOf(')') : whole.trimEnd().length;
  const items = splitList(whole, listStart, listEnd);
  const wanted = keyword.startsWith('from') ? name.split('.').at(-1) : name;
  const own = items.filter((item) => {
    const [path = '', as] = whole.slice(item.start, item.end).split(/\sas\s+/);
    return path.trimEnd() === wanted && (as === undefined || alias === undefined || as === alias);
  });
  const [item] = own;
  if (own.length !== 1 || !item) return undefined;
  if (items.length > 1)
    return { edit: removal(shifted(listItem(items, items.indexOf(item)), start)), summary };
  // The list goes on in the next line.
  if (text.charAt(start + whole.length) === '\\') return undefined;
  // The only statement of a block cannot go: the block would be empty.
  if (indent !== '') return undefined;
  const statement = { start, end: start + whole.trimEnd().length };
  return {
    edit: removal(wholeLines(text, { start, end: Math.max(statement.end, endOfLine(text, statement.end)) })),
    summary,
  };
}

function unusedRust({ text, diagnostic, path }: Broken, names: string): SpelledFix | undefined {
  if (!path.endsWith('.rs')) return undefined;
  const start = text.lastIndexOf('use ', diagnostic.start + 4);
  const semicolon = text.indexOf(';', start);
  if (start === -1 || semicolon < diagnostic.start) return undefined;
  const source = text.slice(start, semicolon + 1);
  const wanted = [...names.matchAll(/`([^`]+)`/g)].map((match) => (match[1] ?? '').split('::').at(-1) ?? '');
  const lineFrom = startOfLine(text, start);
  if (
    text
      .slice(lineFrom, start)
      .replace(/pub(?:\([^)]*\))?\s*/, '')
      .trim() !== ''
  )
    return undefined;
  const summary =
    wanted.length === 1 ? `Remove the unused import '${wanted[0]}'` : 'Remove the unused imports';
  const open = source.indexOf('{');
  const whole = hasAttribute(text, lineFrom)
    ? undefined
    : { edit: removal(wholeLines(text, { start: lineFrom, end: semicolon + 1 })), summary };
  if (open === -1) return whole;
  if (source.indexOf('{', open + 1) !== -1) return undefined;
  const items = splitList(source, open + 1, source.indexOf('}'));
  const [only] = wanted;
  const own = items.filter((item) =>
    wanted.includes(localName(source.slice(item.start, item.end)).split('::').at(-1) ?? ''),
  );
  if (own.length === items.length) return whole;
  if (own.length !== 1 || wanted.length !== 1 || only === undefined) return undefined;
  return { edit: removal(shifted(listItem(items, items.indexOf(own[0] as Region)), start)), summary };
}

/** Without its item it would be the next one's. `#![…]` is the file's. */
function hasAttribute(text: string, lineStart: number): boolean {
  const above = text.slice(Math.max(0, lineStart - 400), lineStart);
  return /(?:^|\n)(?![ \t]*(?:#!\[|\/\/))[^\n]*\][ \t\r]*\n(?:[ \t\r]*(?:\/\/[^\n]*)?\n)*$/.test(above);
}

function unusedGo({ text, diagnostic, path }: Broken, name: string): SpelledFix | undefined {
  if (!path.endsWith('.go')) return undefined;
  const start = startOfLine(text, diagnostic.start);
  const line = text.slice(start, endOfLine(text, start));
  const match = /^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"]+)"\s*(?:\/\/.*)?$/.exec(line);
  if (match?.[1] !== name) return undefined;
  return {
    edit: removal(wholeLines(text, { start, end: start + line.length })),
    summary: `Remove the unused import '${name}'`,
  };
}

/** The items of a comma list as regions without their blanks. */
export function splitList(source: string, start: number, end: number): Region[] {
  const items: Region[] = [];
  let from = start;
  for (let i = start; i <= end; i++) {
    if (i !== end && source.charAt(i) !== ',') continue;
    const item = source.slice(from, i);
    const blanks = /^\s*/.exec(item)?.[0].length ?? 0;
    if (item.trim() !== '') items.push({ start: from + blanks, end: from + item.trimEnd().length });
    from = i + 1;
  }
  return items;
}

/** What to remove so that a list loses one of its items and keeps its form. */
function listItem(items: readonly Region[], index: number): Region {
  const item = items[index] as Region;
  const next = items[index + 1];
  if (next) return { start: item.start, end: next.start };
  const before = items[index - 1];
  return { start: before ? before.end : item.start, end: item.end };
}

function localName(specifier: string): string {
  return (
    specifier
      .replace(/^type\s+/, '')
      .split(/\sas\s+/)
      .at(-1) ?? ''
  ).trim();
}

function shifted({ start, end }: Region, by: number): Region {
  return { start: start + by, end: end + by };
}
